"""Somebody writes a proposal in a real browser: no line, an ended session and a second window lose nothing."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser
NEW = "/mijn/voorstellen/nieuw?gids=thema-klimaat&sectie=waar-kijkt-u-naar"


def test_a_lost_line_an_ended_session_and_a_second_window_lose_no_text(
    browser: Browser, site: str, site_data: Path, people: dict[str, dict[str, str]]
) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, people["invuller"])
    page.goto(NEW)
    page.get_by_role("button", name="Begin met schrijven").click()
    context.set_offline(True)
    page.locator("#tekst").fill("## Waar kijkt u naar\n\nZonder verbinding.")
    alarm = page.locator("[data-save-alarm]")
    expect(alarm).to_contain_text("geen verbinding", timeout=15_000)
    context.set_offline(False)
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaard om", timeout=15_000)
    with sqlite3.connect(site_data / "manifestkompas.sqlite") as database:
        database.execute("DELETE FROM browser_session")
    page.locator("#tekst").fill("## Waar kijkt u naar\n\nNa het uitloggen.")
    expect(alarm).to_contain_text("u bent uitgelogd", timeout=15_000)
    other = context.new_page()
    sign_in(other, people["invuller"])
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaard om", timeout=15_000)
    other.goto(page.url)
    expect(other.locator("#tekst")).to_have_value("## Waar kijkt u naar\n\nNa het uitloggen.")
    context.close()
