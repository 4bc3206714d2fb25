"""A mistake in a public signature: corrected as a version that says so, by two where a reader quotes it."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import known_at
from registry.obligations.models import DutyVersion
from tests.factories_signing import send, upload
from tests.registry.signing_desk import Desk, make_desk

PAGE = "/deelnemers/vbt1"


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return make_desk(app, session)


def _correction(client: FlaskClient, path: str, **more: str) -> Any:
    """Send the form of a correction as the browser would: what stands in it, with something else."""
    page = client.get(f"{path}/corrigeren").text
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    number = found.get("versie", "")
    fields = {
        "naam_bron": "Gem. Tekenstad", "voor": "Gemeente Tekenstad", "precisie": "month", "datum": "11-2024",
        "naam": "Wil de Wit", "functie": "burgemeester", "bron": "Formulier, ontvangen per post", "opmerking": "",
        "versie": number, "reden": "", "einde": found.get("einde", ""),
    }  # fmt: skip
    return send(client, f"{path}/corrigeren", f"{path}/corrigeren", **{**fields, **more})


def test_a_small_mistake_is_corrected_at_once_as_a_version_that_says_so(desk: Desk) -> None:
    path, first = desk.public(), desk.browser("eerste")
    nothing = _correction(first, path, reden="Zomaar.")
    assert (nothing.status_code, "Er is niets gewijzigd" in nothing.text) == (422, True)
    silent = _correction(first, path, functie="wethouder")
    assert (silent.status_code, "De reden is openbaar" in silent.text, "wethouder" in silent.text) == (422, True, True)
    assert _correction(first, path, functie="wethouder", reden="De functie klopte niet.").status_code == 303
    old, new = desk.versions(path)[-2:]
    assert (old.signed_by_function, new.signed_by_function) == ("burgemeester", "wethouder")
    assert (new.change_reason, old.superseded_at is not None) == ("De functie klopte niet.", True)
    assert desk.last_entry(path, "signature.changed")[0]["version"] == new.number
    changes = desk.app.test_client().get("/wijzigingen?organisatie=vbt1").text
    assert "De functie klopte niet." in changes
    assert "De functie klopte niet." in desk.app.test_client().get(PAGE).text
    stale = _correction(first, path, functie="heemraad", versie=str(old.number), reden="Te laat gezien.")
    assert (stale.status_code, "heemraad" in stale.text) == (409, True)


def test_a_day_is_corrected_only_when_a_second_beheerder_agrees(desk: Desk) -> None:
    path, first, second = desk.public(), desk.browser("eerste"), desk.browser("tweede")
    moved = {"datum": "9-12-2024", "precisie": "day", "reden": "Op het papier staat 9 december."}
    assert _correction(first, path, **moved).status_code == 303
    assert "november\u00a02024" in desk.app.test_client().get(PAGE).text
    own = send(first, f"{path}/correctie", path, besluit="overnemen")
    assert own.status_code in {400, 422}
    assert len(desk.versions(path)) == 2
    shown = second.get(path).text
    assert "Op het papier staat 9 december." in shown
    assert send(second, f"{path}/correctie", path, besluit="overnemen").status_code == 303
    last = desk.versions(path)[-1]
    assert (last.number, last.signed_on, last.change_reason) == (3, date(2024, 12, 9), moved["reden"])
    assert "9\u00a0december 2024" in desk.app.test_client().get(PAGE).text
    assert send(second, f"{path}/correctie", path, besluit="laten").status_code in {400, 409}


def test_a_correction_that_is_left_changes_nothing(desk: Desk) -> None:
    path = desk.public()
    moved = {"naam_bron": "Stad Tekenstad", "reden": "Zo staat het er."}
    assert _correction(desk.browser("eerste"), path, **moved).status_code == 303
    second = desk.browser("tweede")
    assert send(second, f"{path}/correctie", path, besluit="laten").status_code == 303
    assert [one.name_as_signed for one in desk.versions(path)] == ["Gem. Tekenstad"] * 2
    assert "Een correctie wacht" not in second.get(path).text


def test_the_day_of_an_end_is_at_most_a_year_ahead_and_is_corrected_by_two(desk: Desk) -> None:
    path, first, second = desk.public(), desk.browser("eerste"), desk.browser("tweede")
    ending = {"reden": "Zij stopt.", "bestand": upload("besluit.pdf")}
    far = send(first, f"{path}/beeindigen", datum="1-1-2090", **ending)
    assert (far.status_code, "meer dan een jaar vooruit" in far.text) == (422, True)
    ending["bestand"] = upload("besluit.pdf")
    assert send(first, f"{path}/beeindigen", datum="1-3-2026", **ending).status_code == 303
    wrong = _correction(first, path, einde="1-1-2090", reden="Een tikfout.")
    assert (wrong.status_code, 'href="#einde"' in wrong.text, "1-1-2090" in wrong.text) == (422, True, True)
    typed = {"einde": "1-4-2026", "reden": "In het besluit staat 1 april."}
    assert _correction(first, path, **typed).status_code == 303
    assert desk.versions(path)[-1].ended_on == date(2026, 3, 1)
    assert send(second, f"{path}/correctie", path, besluit="overnemen").status_code == 303
    last = desk.versions(path)[-1]
    assert (last.ended_on, last.ended_reason) == (date(2026, 4, 1), "Zij stopt.")
    assert "1\u00a0april 2026" in desk.app.test_client().get(PAGE).text
    assert '<span lang="nl">Zij stopt.</span>' in desk.app.test_client().get(f"/en{PAGE}").text
    days = set(
        desk.session.scalars(
            select(DutyVersion.ends_on).where(known_at(DutyVersion), DutyVersion.ends_on > date(2026, 2, 1))
        )
    )
    desk.session.rollback()
    assert (date(2026, 4, 1) in days, date(2026, 3, 1) in days) == (True, False)


def test_a_signature_does_not_end_while_a_correction_waits(desk: Desk) -> None:
    path, first = desk.public(), desk.browser("eerste")
    form = f"{path}/beeindigen"
    ending = {"datum": "1-3-2026", "reden": "Zij stopt."}
    moved = {"naam_bron": "Stad Tekenstad", "reden": "Zo staat het er."}
    assert _correction(desk.browser("tweede"), path, **moved).status_code == 303
    answer = send(first, form, path, **ending, bestand=upload("besluit.pdf"))
    assert (answer.status_code, f'href="{path}#correctie"' in answer.text) == (409, True)
    assert "Zolang een correctie wacht" in answer.text
    assert first.get(form).location == path
    page = first.get(path).text
    assert (f'href="{form}"' in page, 'href="#correctie"' in page) == (False, True)
    assert send(first, f"{path}/correctie", path, besluit="overnemen").status_code == 303
    assert send(first, form, **ending, bestand=upload("besluit.pdf")).status_code == 303
