"""Suggestions while typing: by keyboard, spoken, in the header and on /zoeken, and never an older answer."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import TAGS

pytestmark = pytest.mark.browser


def active(page: Page, field: str) -> str:
    """Return the suggestion that a screen reader is told of."""
    number = page.locator(field).get_attribute("aria-activedescendant")
    return page.locator(f"#{number}").inner_text() if number else ""


def test_names_are_chosen_by_keyboard_and_spoken(open_page: OpenPage) -> None:
    page = open_page("/zoeken")
    page.locator("#q").focus()
    page.keyboard.type("utre", delay=30)
    field = page.get_by_role("combobox")
    expect(page.get_by_role("option")).to_have_count(4)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#melding")).to_have_text("4 suggesties. Kies met de pijltjestoetsen.")
    page.keyboard.press("ArrowDown")
    assert active(page, "#q").startswith("Provincie Utrecht")
    results = Axe().run(page, options={"runOnly": TAGS})
    assert results.response["violations"] == []
    page.keyboard.press("ArrowUp")
    assert active(page, "#q") == ""
    page.keyboard.press("ArrowUp")
    assert active(page, "#q").startswith("Hogeschool Utrecht")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/deelnemers/provincie-utrecht$"))


def test_the_link_in_the_menu_opens_a_field_on_a_wide_and_a_narrow_window(open_page: OpenPage) -> None:
    for width in (1280, 390):
        page = open_page("/afspraken", width=width)
        if width == 390:
            page.locator("summary.menu__summary").click()
        link = page.get_by_role("link", name="Zoeken", exact=True)
        link.click()
        expect(page.locator("#zoekbalk-q")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#zoekbalk")).to_be_hidden()
        expect(link).to_be_focused()
        page.keyboard.press("Enter")
        expect(link).to_have_attribute("aria-expanded", "true")
        expect(page.locator("#zoekbalk-q")).to_be_focused()
        page.keyboard.type("texe", delay=30)
        page.get_by_role("option", name="Gemeente Texel").click()
        expect(page).to_have_url(re.compile("/deelnemers/gemeente-texel$"))


def test_an_answer_that_comes_late_is_dropped(open_page: OpenPage) -> None:
    page, kept = open_page("/zoeken"), list[Route]()

    def hold(route: Route) -> None:
        # The first question is held back until the second has its answer.
        kept.append(route) if "q=te&" in f"{route.request.url}&" else route.continue_()

    page.route("**/zoeken/suggesties**", hold)
    page.evaluate("window.AbortController = function () { this.abort = function () {}; }")
    with page.expect_request("**/zoeken/suggesties?q=te"):
        page.locator("#q").fill("te")
    page.locator("#q").fill("texel")
    expect(page.get_by_role("option")).to_have_text([re.compile("Gemeente Texel")])
    assert kept
    answer = '{"q": "te", "found": [{"name": "Te laat", "kind": "Gids", "path": "/"}]}'
    kept[0].fulfill(content_type="application/json", body=answer)
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    expect(page.get_by_role("option")).to_have_text([re.compile("Gemeente Texel")])


def test_filters_work_with_and_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/zoeken?q=klimaat")
    page.get_by_label("Gidsen").check()
    expect(page).to_have_url(re.compile(r"\?q=klimaat&soort=gidsen$"))
    expect(page.get_by_label("Gidsen")).to_be_focused()
    page.go_back()
    expect(page.get_by_label("Gidsen")).not_to_be_checked()
    # The block of filters is longer than the window: it shows that, and the keyboard reaches what scrolls.
    expect(page.locator("#keuzes")).to_have_css("mask-image", re.compile("gradient"))
    expect(page.locator("#keuzes")).to_have_attribute("tabindex", "0")
    plain = open_page("/afspraken", java_script_enabled=False)
    plain.get_by_role("link", name="Zoeken", exact=True).click()
    plain.get_by_role("searchbox").fill("klimaat")
    plain.get_by_role("button", name="Zoeken").click()
    plain.get_by_label("Gidsen").check()
    plain.get_by_role("button", name="Filters toepassen").click()
    expect(plain).to_have_url(re.compile(r"soort=gidsen"))
    expect(plain.get_by_role("list", name="Gekozen filters")).to_contain_text("Gidsen")
