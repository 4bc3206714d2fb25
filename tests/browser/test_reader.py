"""A reader, with and without JavaScript, at two widths."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

EXAMPLE = "/deelnemers?afspraak=voorbeeldafspraak"


def test_a_reader_searches_at_home_and_reads_what_his_municipality_signed(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("searchbox").fill("Alkmaar")
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="Gemeente Alkmaar").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gemeente Alkmaar")
    expect(page.locator("main")).to_contain_text("24 november 2022")


def test_the_list_changes_while_typing_and_the_address_says_what_is_seen(open_page: OpenPage) -> None:
    page = open_page("/deelnemers")
    page.get_by_role("searchbox").type("frysl", delay=40)
    expect(page.locator("#resultaten")).to_contain_text("Wetterskip Fryslân")
    expect(page.locator("#resultaten tbody tr, #resultaten [role=row]:has(a)")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=frysl"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("link", name="Wetterskip Fryslân").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fryslân")
    page.go_back()
    expect(page.locator(".site-header").first).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("frysl")


def test_a_slow_click_after_typing_still_follows_the_link(open_page: OpenPage) -> None:
    """Leaving the search field must not load the list again: that would take the link away under the mouse."""
    page = open_page("/deelnemers")
    page.get_by_role("searchbox").type("frysl", delay=40)
    expect(page.locator("#resultaten tbody tr, #resultaten [role=row]:has(a)")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=frysl"))
    page.get_by_role("link", name="Wetterskip Fryslân").hover()
    page.mouse.down()
    page.wait_for_timeout(800)
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fryslân")


def test_without_javascript_the_button_does_the_same(open_page: OpenPage) -> None:
    page = open_page("/deelnemers", java_script_enabled=False)
    page.get_by_role("searchbox").fill("frysl")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator("#resultaten")).to_contain_text("Wetterskip Fryslân")
    expect(page).to_have_url(re.compile(r"q=frysl"))


def test_paging_moves_the_focus_to_the_results(open_page: OpenPage) -> None:
    page = open_page(EXAMPLE)
    page.get_by_role("link", name=re.compile("Volgende")).click()
    expect(page).to_have_url(re.compile(r"pagina=2"))
    expect(page.locator("[data-results-heading]")).to_be_focused()
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"pagina=2"))
    expect(page.locator("header.site-header")).to_be_visible()


def test_a_reader_changes_to_english_and_stays_on_the_page(open_page: OpenPage) -> None:
    page = open_page("/deelnemers/gemeente-texel")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/deelnemers/gemeente-texel$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_reader_opens_a_guide_and_a_permalink(open_page: OpenPage) -> None:
    page = open_page("/kennisbank")
    page.get_by_role("link", name="Een actieplan schrijven dat wordt uitgevoerd").first.click()
    page.get_by_role("navigation", name="Op deze pagina").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"#.+"))


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = open_page("/deelnemers")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.name") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("texel")
    page.keyboard.press("Enter")
    expect(page.locator("#resultaten")).to_contain_text("Gemeente Texel")


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize(
    "path", ["/", "/deelnemers", EXAMPLE, "/kennisbank", "/afspraken/mvoi-2022-2025", "/deelnemers/gemeente-lindenveen"]
)
def test_no_page_is_wider_than_its_window(open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/deelnemers", EXAMPLE, "/kennisbank/actieplan-schrijven", "/"])
def test_a_first_visit_stays_within_the_budget(open_page: OpenPage, path: str) -> None:
    page = open_page("about:blank")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    # A page that one reads at length has a sheet and a script of its own.
    assert len(sizes) <= (8 if path.startswith("/kennisbank/") else 6)
    assert sum(sizes) <= 70_000


def test_a_guide_prints_as_its_text_and_nothing_that_leads_on(open_page: OpenPage) -> None:
    page = open_page("/kennisbank/thema-circulair")
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    page.emulate_media(media="print")
    expect(page.locator(".guide__text .sources")).to_be_visible()
    expect(page.locator("#nuttig")).to_be_hidden()
    expect(page.get_by_text("Stel een wijziging voor").first).to_be_hidden()
    assert sheets <= 4
