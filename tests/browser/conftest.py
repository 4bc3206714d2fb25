"""A real server and a real browser. Without Chromium these tests are skipped, loudly; in CI that is an error."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.sites import read_accounts

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site_data(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the running site."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(prepared, folder)
    return folder


@pytest.fixture(scope="session")
def site(site_data: Path) -> Iterator[str]:
    """The address of a site that runs as `make run` runs it."""
    port = free_port()
    environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(site_data), "PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    with (site_data / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env=environment,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    wait_until_it_answers(address, process, site_data / "gunicorn.log")
    yield address
    process.terminate()
    process.wait(40)  # gunicorn itself lets its workers finish for 20 seconds


def wait_until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address + "/healthz", timeout=2)  # noqa: S310  # our own address
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM:
        message = "no chromium on this machine: the browser journeys were NOT run (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


# A refused form (4xx), a line that a test cut, and a request that a newer one replaced are no faults of a page.
EXPECTED = ("status of 4", "ERR_INTERNET_DISCONNECTED", "htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")

OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open a page in a fresh window; a console error or an error in a script fails the test at its end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str = "/", *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(known in text for known in EXPECTED)] == []


@pytest.fixture(scope="session")
def people(site_data: Path) -> dict[str, dict[str, str]]:
    """The example accounts of the running site."""
    return read_accounts(site_data)


@pytest.fixture(scope="session")
def year(site_data: Path) -> int:
    """The reporting year of the open form of the example agreement."""
    with sqlite3.connect(site_data / "manifestkompas.sqlite") as database:
        return int(database.execute("SELECT max(year) FROM edition").fetchone()[0])


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/inloggen")
    page.get_by_label("E-mailadres").fill(account["email"])
    page.get_by_label("Wachtwoord").fill(account["password"])
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "/inloggen" not in url)
