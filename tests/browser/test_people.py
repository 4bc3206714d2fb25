"""Joining and leaving in a real browser: an invitation from the form to the first page, and back out again."""

import email
import re
import sqlite3
from email import policy
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage, sign_in

pytestmark = pytest.mark.browser

PASSWORD = "vier grijze vogels zwemmen"


def link_for(site_data: Path, address: str) -> str:
    """Return the path of the link in the newest mail to an address."""
    with sqlite3.connect(site_data / "manifestkompas.sqlite") as database:
        query = "SELECT id, kind FROM outbox_mail WHERE to_address = ? ORDER BY id DESC LIMIT 1"
        number, kind = database.execute(query, (address,)).fetchone()
    written = email.message_from_bytes(
        (site_data / "mail" / f"{number:06d}-{kind}.eml").read_bytes(), policy=policy.default
    )
    part = written.get_body(("plain",))
    assert part
    found = re.search(r"(/uitnodiging/[\w-]+)", part.get_content())
    assert found
    return found.group(1)


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_a_coordinator_invites_a_colleague_who_joins_and_is_let_go(
    open_page: OpenPage, site_data: Path, people: dict[str, dict[str, str]], width: int, javascript: bool
) -> None:
    address = f"collega{width}@lindenveen.voorbeeld.example"
    page = open_page("/", width=width, java_script_enabled=javascript)
    sign_in(page, people["coordinator"])
    page.goto("/mijn")
    page.get_by_role("link", name="Nodig uit en wijzig rollen").click()
    page.get_by_label("Naam").fill(f"Voorbeeld Collega {width}")
    page.get_by_label("E-mailadres van het werk").fill(address)
    page.locator("label[for=rol]").click()  # the whole row is the label
    page.get_by_role("button", name="Uitnodiging sturen").click()
    page.get_by_text("is onderweg").wait_for()

    joining = open_page(link_for(site_data, address), width=width, java_script_enabled=javascript)
    joining.get_by_label("Nieuw wachtwoord", exact=True).fill(PASSWORD)
    joining.get_by_label("Nieuw wachtwoord nog eens").fill(PASSWORD)
    joining.get_by_role("button", name="Account maken en beginnen").click()
    joining.get_by_text("U werkt nu voor Gemeente Lindenveen").wait_for()

    page.reload()
    page.get_by_role("link", name=f"Wijzigen Voorbeeld Collega {width}, Invuller").click()
    page.get_by_role("button", name="Stoppen").click()
    page.get_by_text("werkt hier niet meer").wait_for()
    joining.goto("/mijn")
    joining.get_by_text("U hoort nog bij geen organisatie").wait_for()


def test_a_beheerder_searches_as_he_types(open_page: OpenPage, people: dict[str, dict[str, str]]) -> None:
    page = open_page("/")
    sign_in(page, people["beheerder"])
    page.goto("/redactie/mensen")
    page.get_by_label("Zoek op naam, e-mailadres of organisatie").type("lindenveen", delay=30)
    page.get_by_role("link", name="Gemeente Lindenveen").first.wait_for()
    page.wait_for_url("**/redactie/mensen?q=lindenveen")
    assert page.get_by_role("searchbox").input_value() == "lindenveen"
