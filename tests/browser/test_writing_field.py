"""The writing field in a browser: the preview follows, [[ by keyboard, a picture with its words, and undo."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, sign_in
from tests.files.making import picture

pytestmark = pytest.mark.browser

Accounts = dict[str, dict[str, str]]


def test_one_writes_links_and_adds_a_picture_by_keyboard(open_page: OpenPage, people: Accounts, tmp_path: Path) -> None:
    page = open_page("/")
    sign_in(page, people["redacteur"])
    page.goto("/redactie/gidsen/thema-klimaat")
    text, shown = page.locator("#tekst"), page.locator("[data-writing-shown]")
    text.press("Control+End")
    page.keyboard.type("\n\n- een\ntwee\n\nZie [[thema klim")
    expect(page.locator("[data-writing-said]")).to_contain_text("Thema klimaat, gids, 1 van")
    inside = "list => { const r = list.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
    assert page.locator("[data-writing-links]").evaluate(inside)
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"- een\n- twee\nZie \[Thema klimaat\]\(/kennisbank/thema-klimaat\)$"))
    page.keyboard.press("Control+z")
    expect(text).to_have_value(re.compile(r"Zie \[\[thema klim$"))
    page.keyboard.press("Control+y")
    expect(shown.locator("li", has_text="twee")).to_be_visible()
    (tmp_path / "vlak.png").write_bytes(picture())
    page.set_input_files("[data-writing-input]", tmp_path / "vlak.png")
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel-error]")).to_contain_text("Beschrijf wat er op de afbeelding staat")
    page.keyboard.type("Een groen vlak")
    page.keyboard.press("Enter")
    expect(shown.get_by_role("img", name="Een groen vlak")).to_be_visible()
    expect(text).to_be_focused()
