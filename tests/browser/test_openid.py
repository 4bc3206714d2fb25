"""Signing in by the provider in Chromium: out by the button, through the provider's own pages, and back."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, free_port, wait_until_it_answers
from tests.browser.test_accessibility import TAGS
from tests.oidc.conftest import entry, run_provider
from tests.sites import read_accounts

pytestmark = pytest.mark.browser


@pytest.fixture
def running(data_folder: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a site, run as `make run` runs it, with a provider that answers and one that does not."""
    port, there, nowhere = free_port(), free_port(), free_port()
    address = f"http://localhost:{port}"
    provider = run_provider(there, f"{address}/inloggen/via/stad/terug")
    second = {**entry(f"http://127.0.0.1:{nowhere}", "dorp"), "label": "het dorp"}
    settings = json.dumps([entry(f"http://127.0.0.1:{there}"), second])
    environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(data_folder), "PORT": str(port), "OIDC_PROVIDERS": settings}
    log = tmp_path / "gunicorn.log"
    with log.open("w") as errors:
        site = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env={name: value for name, value in environment.items() if name != "DATABASE_URL"},
            stderr=errors,
        )
    try:
        wait_until_it_answers(address, site, log)
        yield address
    finally:
        for process in (site, provider):
            process.terminate()
            process.wait(20)


def sign_in_there(page: Page, person: str, button: str = "Inloggen met de proefstad") -> None:
    page.goto("/inloggen")
    page.get_by_role("button", name=button).click()
    page.get_by_placeholder("Enter any login").fill(person)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def findings(page: Page, name: str) -> list[str]:
    """Return what axe finds on the page, and whether it is wider than the window; keep a picture where one is asked."""
    if folder := os.environ.get("OIDC_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
    found = [one["id"] for one in Axe().run(page, options={"runOnly": TAGS}).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth") > page.evaluate("window.innerWidth")
    return [f"{name}: {one}" for one in [*found, *(["too wide"] if wide else [])]]


@pytest.mark.parametrize("script", [True, False])
def test_the_button_leads_to_the_provider_and_back_signed_in(
    running: str, browser: Browser, data_folder: Path, script: bool
) -> None:
    context = browser.new_context(base_url=running, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    # The provider's own pages ask for a font elsewhere; only ours must be without fault.
    page.on("console", lambda one: complaints.append(one.text) if running in str(one.location) else None)
    sign_in_there(page, f"one {read_accounts(data_folder)['coordinator']['email']}")
    page.wait_for_url(re.compile("/mijn$"))
    page.goto("/mijn/instellingen")
    expect(page.get_by_role("heading", name="Inloggen via uw organisatie")).to_be_visible()
    page.get_by_role("button", name="Ontkoppelen").click()
    expect(page.get_by_text("De koppeling is weg")).to_be_visible()
    context.close()
    assert complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_signing_in_elsewhere(running: str, browser: Browser, width: int) -> None:
    context = browser.new_context(base_url=running, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto("/inloggen")
    found = findings(page, "inloggen")
    page.get_by_role("button", name="Inloggen met het dorp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen bij het dorp werkt nu niet")
    found += findings(page, "start-onbereikbaar")
    sign_in_there(page, "two niemand@elders.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("U hebt nog geen account")
    for why in ("afgebroken", "verlopen", "geweigerd", "verkeerd-antwoord", "onbereikbaar", "geen-account",
                "niet-bevestigd", "iemand-anders"):  # fmt: skip
        page.goto(f"/inloggen/via/stad/niet-gelukt?reden={why}&code=server_error")
        found += findings(page, why)
    assert found == []
    context.close()
