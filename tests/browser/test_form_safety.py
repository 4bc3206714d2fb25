"""Nothing that somebody types in the form is lost: no line, no session, no server, no browser, two windows."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import ROOT, free_port, sign_in, wait_until_it_answers
from tests.sites import read_accounts

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of what these tests see, for who wants to look."""


@dataclass
class OwnSite:
    """A site of these tests alone, for it is stopped and started."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(self.data), "PORT": str(self.port)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
        with (self.data / "gunicorn.log").open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
        wait_until_it_answers(self.address, self.process, self.data / "gunicorn.log")

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def read(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.data / "manifestkompas.sqlite") as database:
            return database.execute(query).fetchall()

    def saved(self, key: str) -> list[object]:
        """Return what was saved for this question, in the order in which it came."""
        wanted = f"SELECT value FROM answer WHERE key = '{key}' AND value IS NOT NULL ORDER BY id"  # noqa: S608
        return [row[0] for row in self.read(wanted)]

    def end_sessions(self) -> None:
        with sqlite3.connect(self.data / "manifestkompas.sqlite") as database:
            database.execute("DELETE FROM browser_session")


@pytest.fixture(scope="module")
def own_site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    folder = tmp_path_factory.mktemp("safety") / "data"
    shutil.copytree(prepared, folder)
    site = OwnSite(folder, free_port())
    site.start()
    yield site
    site.stop()


def signed_in(browser: Browser, own_site: OwnSite, who: str) -> BrowserContext:
    context = browser.new_context(base_url=own_site.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, read_accounts(own_site.data)[who])
    page.close()
    return context


@pytest.fixture
def window(browser: Browser, own_site: OwnSite) -> Iterator[BrowserContext]:
    """A browser in which the invuller of the example is signed in."""
    context = signed_in(browser, own_site, "invuller")
    yield context
    context.close()


@pytest.fixture
def colleague(browser: Browser, own_site: OwnSite) -> Iterator[BrowserContext]:
    """The browser of somebody else of the same organisation."""
    context = signed_in(browser, own_site, "coordinator")
    yield context
    context.close()


def form(window: BrowserContext, own_site: OwnSite, section: str = "c") -> Page:
    year = own_site.read("SELECT max(year) FROM edition")[0][0]
    page = window.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"/mijn/rapportages/{year}/{section}".rstrip("/"))
    return page


def bar(page: Page) -> Locator:
    return page.locator("[data-save-alarm]")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def saves(page: Page) -> None:
    expect(page.locator("#bewaarstatus")).to_contain_text(re.compile(r"Bewaard om \d\d:\d\d"), timeout=30_000)
    expect(bar(page)).to_be_empty()


def test_a_line_that_drops_is_said_where_nobody_can_miss_it_and_mended_by_itself(
    window: BrowserContext, own_site: OwnSite
) -> None:
    page = form(window, own_site)
    window.set_offline(True)
    page.locator("#c3").fill("31")
    expect(bar(page)).to_contain_text("Niet bewaard: er is geen verbinding.", timeout=15_000)
    assert bar(page).get_attribute("role") == "alert"
    expect(bar(page)).to_be_in_viewport()
    picture(page, "offline")
    window.set_offline(False)
    saves(page)
    assert own_site.saved("C3")[-1] == 31


def test_a_session_that_ended_is_told_and_the_page_saves_once_somebody_signed_in_elsewhere(
    window: BrowserContext, own_site: OwnSite
) -> None:
    page = form(window, own_site)
    own_site.end_sessions()
    page.locator("#c3").fill("32")
    expect(bar(page)).to_contain_text("Niet bewaard: u bent uitgelogd.")
    expect(page.locator("#c3")).to_have_value("32")
    picture(page, "session")
    with window.expect_page() as opened:
        bar(page).get_by_role("link").click()
    other = opened.value
    expect(other.locator("main")).to_contain_text("Wat u typte, is bewaard.")
    sign_in(other, read_accounts(own_site.data)["invuller"])
    saves(page)
    assert own_site.saved("C3")[-1] == 32


def test_a_server_that_restarts_loses_nothing(window: BrowserContext, own_site: OwnSite) -> None:
    page = form(window, own_site)
    own_site.stop()
    page.locator("#c3").fill("33")
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaren lukt niet")
    own_site.start()
    saves(page)
    assert own_site.saved("C3")[-1] == 33


def test_a_failure_of_the_site_is_said_at_once(window: BrowserContext, own_site: OwnSite) -> None:
    page = form(window, own_site)
    page.route("**/concept*", lambda route: route.fulfill(status=503, body="<h1>druk</h1>"))
    page.locator("#c3").fill("34")
    expect(bar(page)).to_contain_text("Niet bewaard: de site heeft een storing.", timeout=5_000)
    expect(page.locator("#bewaarstatus")).to_contain_text("Bewaren lukt niet")
    page.unroute("**/concept*")
    bar(page).get_by_role("button").click()
    saves(page)
    assert own_site.saved("C3")[-1] == 34


def test_a_closed_browser_gives_the_text_back_beside_what_a_colleague_saved_meanwhile(
    window: BrowserContext, colleague: BrowserContext, own_site: OwnSite
) -> None:
    page = form(window, own_site)
    window.set_offline(True)
    page.locator("#c3").fill("35")
    page.close(run_before_unload=False)
    window.set_offline(False)
    other = form(colleague, own_site)
    other.locator("#c2").fill("61")
    saves(other)
    overview = form(window, own_site, "")
    expect(overview.locator("main")).to_contain_text("Op dit apparaat staat nog tekst die niet is bewaard")
    picture(overview, "kept")
    overview.locator("[data-kept-for] a").click()
    expect(overview.locator("#c3")).to_have_value("35")
    expect(overview.locator("#c2")).to_have_value("61")
    saves(overview)
    assert (own_site.saved("C3")[-1], own_site.saved("C2")[-1]) == (35, 61)


def test_two_windows_of_one_person_never_overwrite_each_other(window: BrowserContext, own_site: OwnSite) -> None:
    one, two = form(window, own_site), form(window, own_site, "alles")
    one.locator("#c3").fill("36")
    saves(one)
    two.locator("#c3").fill("37")
    box = two.locator("#botsing-c3")
    expect(box).to_contain_text("U veranderde dit antwoord zelf, in een ander venster.")
    expect(bar(two)).to_contain_text("Niet alles is bewaard")
    assert own_site.saved("C3")[-1] == 36
    bar(two).get_by_role("link").click()
    expect(two.locator("#conflict-c3")).to_be_in_viewport()
    picture(two, "two")
    box.get_by_role("button", name="Houd mijn antwoord").click()
    two.wait_for_url(re.compile("#vraag-c3"))
    expect(two.locator("#c3")).to_have_value("37")
    assert own_site.saved("C3")[-1] == 37
    expect(bar(two)).to_be_empty()


def test_enter_saves_and_stays_and_ctrl_enter_goes_to_the_next_question(
    window: BrowserContext, own_site: OwnSite
) -> None:
    page = form(window, own_site)
    address = page.url
    page.locator("#c3").fill("38")
    page.keyboard.press("Enter")
    saves(page)
    assert page.url == address
    page.keyboard.press("Control+Enter")
    expect(page.locator("#c4")).to_be_focused()
