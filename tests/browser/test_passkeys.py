"""Passkeys in a real Chromium with its virtual authenticator, on a site with a name: WebAuthn refuses a bare number."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import ROOT, free_port, sign_in, wait_until_it_answers
from tests.sites import read_accounts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("passkeys") / "data"
    shutil.copytree(prepared, copied)
    return copied


@pytest.fixture(scope="module")
def named_site(folder: Path) -> Iterator[str]:
    """The address of a site that calls itself localhost."""
    port = free_port()
    address = f"http://localhost:{port}"
    environment = {
        **os.environ, "MANIFESTKOMPAS_DATA": str(folder), "PORT": str(port), "SITE_URL": address, "RATE_LIMITS": "off",
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    with (folder / "gunicorn.log").open("w") as log:
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    wait_until_it_answers(address, process, folder / "gunicorn.log")
    yield address
    process.terminate()
    process.wait(20)


class Device:
    """A browser window with an authenticator of its own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.context = browser.new_context(base_url=address)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.line: CDPSession = self.context.new_cdp_session(self.page)
        self.line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.number: str = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        found = self.line.send("WebAuthn.getCredentials", {"authenticatorId": self.number})
        return list(found["credentials"])

    def verifies(self, person: bool) -> None:
        self.line.send("WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": person})

    def arrives_at(self, path: str) -> None:
        """Wait for this page itself: a pattern would also fit `/inloggen?next=` of it, where nothing happened yet."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)

    def sign_out(self) -> None:
        self.context.clear_cookies()


@pytest.fixture
def device(browser: Browser, named_site: str) -> Iterator[Device]:
    made = Device(browser, named_site)
    yield made
    made.context.close()


@pytest.fixture
def people(folder: Path) -> dict[str, dict[str, str]]:
    return read_accounts(folder)


def make_passkey(device: Device, account: dict[str, str], name: str) -> None:
    sign_in(device.page, account)
    device.page.goto("/mijn/instellingen/passkeys")
    device.page.get_by_label("Naam van de passkey").fill(name)
    device.page.get_by_role("button", name="Passkey maken").click()
    device.arrives_at("/mijn/instellingen/herstelcodes")  # the first factor comes with recovery codes


def come_in(page: Page) -> None:
    page.goto("/inloggen?next=/mijn/instellingen")
    page.get_by_role("button", name="Inloggen met een passkey").click()


def test_a_passkey_is_made_and_is_the_way_in_by_itself(device: Device, people: dict[str, dict[str, str]]) -> None:
    make_passkey(device, people["coordinator"], "Telefoon")
    expect(device.page.locator(".recovery-codes code")).to_have_count(10)
    assert [one["isResidentCredential"] for one in device.credentials()] == [True]
    device.sign_out()
    come_in(device.page)
    device.arrives_at("/mijn/instellingen")
    expect(device.page.get_by_text("Er is ingelogd met een passkey.").first).to_be_visible()
    device.page.goto("/mijn/instellingen/passkeys")
    expect(device.page.get_by_text("Laatst gebruikt op")).to_be_visible()


def test_a_passkey_that_does_not_verify_the_person_is_no_way_in(
    device: Device, people: dict[str, dict[str, str]]
) -> None:
    make_passkey(device, people["invuller"], "Sleutel")
    device.sign_out()
    device.verifies(False)
    come_in(device.page)
    expect(device.page.locator("[data-passkey-status]")).to_contain_text("Er is geen passkey gebruikt")
    assert device.page.url.endswith("/inloggen?next=/mijn/instellingen")


def test_a_passkey_is_the_second_step_after_the_password(device: Device, people: dict[str, dict[str, str]]) -> None:
    account = people["bestuurder"]
    make_passkey(device, account, "Laptop")
    device.sign_out()
    page = device.page
    page.goto("/inloggen?next=/mijn/instellingen/sessies")
    page.get_by_label("E-mailadres").fill(account["email"])
    page.get_by_label("Wachtwoord").fill(account["password"])
    page.get_by_role("button", name="Inloggen", exact=True).click()
    device.arrives_at("/inloggen/code")
    page.goto("/mijn")
    assert "/inloggen" in page.url, "the password alone let in"
    page.goto("/inloggen/code")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    device.arrives_at("/mijn/instellingen/sessies")


def test_a_passkey_is_removed_and_then_opens_nothing(device: Device, people: dict[str, dict[str, str]]) -> None:
    page = device.page
    make_passkey(device, people["redacteur"], "Oude telefoon")
    page.goto("/mijn/instellingen/passkeys")
    page.get_by_role("link", name="Weghalen").click()
    page.get_by_role("button", name="Passkey weghalen").click()
    expect(page.get_by_text("U hebt nog geen passkeys.")).to_be_visible()
    device.sign_out()
    come_in(page)
    expect(page.get_by_role("alert").filter(has_text="hoort niet bij een account")).to_be_visible()


def test_a_copied_passkey_is_refused_when_its_count_falls_behind(
    device: Device, people: dict[str, dict[str, str]]
) -> None:
    make_passkey(device, people["beoordelaar"], "Sleutel")
    (copied,) = device.credentials()
    device.sign_out()
    come_in(device.page)
    device.arrives_at("/mijn/instellingen")
    device.sign_out()
    which = {"authenticatorId": device.number, "credentialId": copied["credentialId"]}
    device.line.send("WebAuthn.removeCredential", which)
    device.line.send("WebAuthn.addCredential", {"authenticatorId": device.number, "credential": copied})
    come_in(device.page)
    expect(device.page.get_by_role("alert").filter(has_text="de controle lukte niet")).to_be_visible()


def test_a_cancelled_ceremony_says_so_and_can_be_tried_again(device: Device, people: dict[str, dict[str, str]]) -> None:
    page = device.page
    sign_in(page, people["beheerder"])
    page.goto("/mijn/instellingen/passkeys")
    device.verifies(False)
    page.get_by_label("Naam van de passkey").fill("Niet gelukt")
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.locator("[data-passkey-status]")).to_contain_text("Er is geen passkey gemaakt")
    device.verifies(True)
    page.get_by_role("button", name="Passkey maken").click()
    device.arrives_at("/mijn/instellingen/herstelcodes")


def test_without_javascript_the_page_says_so_and_shows_the_other_ways(browser: Browser, named_site: str) -> None:
    page = browser.new_context(base_url=named_site, java_script_enabled=False).new_page()
    come_in(page)
    expect(page.get_by_text("Een passkey werkt alleen met JavaScript in uw browser.").first).to_be_visible()
    expect(page.get_by_role("link", name="Andere manieren om in te loggen")).to_be_visible()
    page.context.close()
