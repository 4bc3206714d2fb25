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


def test_a_second_open_tab_never_takes_the_place_of_a_text_that_two_tabs_differ_about(
    browser: Browser, site: str, people: dict[str, dict[str, str]]
) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    first = context.new_page()
    sign_in(first, people["invuller"])
    first.goto("/mijn/voorstellen/nieuw?gids=thema-circulair")
    first.get_by_role("button", name="Begin met schrijven").click()
    second, third = context.new_page(), context.new_page()
    for page in (second, third):
        page.goto(first.url)
    for page, text in ((first, "Een."), (second, "Twee."), (third, "Drie.")):
        page.locator("#tekst").fill(text)
        told = "Bewaard om" if page is first else "Niet alles is bewaard"
        expect(page.locator("#bewaarstatus")).to_contain_text(told)
    third.get_by_role("button", name="Bewaar", exact=True).click()
    expect(third.locator(".conflict__title")).to_be_visible()
    expect(third.locator("#tekst")).to_have_value("Drie.")
    expect(second.locator("#tekst")).to_have_value("Twee.")
    second.close()
    third.locator("#tekst-mijn").check()
    third.get_by_role("button", name="Bewaar", exact=True).click()
    expect(third.locator("#tekst")).to_have_value("Twee.")
    expect(third.locator("[data-save-alarm]")).to_contain_text("Niet alles is bewaard", timeout=15_000)
    expect(third.locator(".conflict")).to_contain_text("Drie.")
    context.close()
