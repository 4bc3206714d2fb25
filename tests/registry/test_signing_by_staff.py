"""Signatures by staff: entered from paper, confirmed by another, refused, ended and corrected; nothing goes."""

import json
import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from common.ledger import LedgerEntry, canonical_json, sha256
from common.versions import AsOf
from registry.agreements.models import Agreement, AgreementVersion
from registry.obligations.models import DutyVersion
from registry.signatures.models import DatePrecision, Origin, SignatureVersion
from registry.signatures.signatories import signatories
from tests.factories_people import credentials, make_member
from tests.factories_signing import OPEN, agreement_text, new_body, send, upload
from tests.sites import sign_in

DESK = "/redactie/ondertekeningen"
NEW = f"{DESK}/nieuw"
PAGE = "/deelnemers/vbt1"


@dataclass
class Desk:
    """Two beheerders, people of other roles, and two municipalities that signed nothing."""

    app: Flask
    session: Session
    people: dict[str, dict[str, str]]
    text: int

    def browser(self, who: str) -> FlaskClient:
        return sign_in(self.app, self.people[who])

    def enter(self, client: FlaskClient, **more: Any) -> Any:
        fields = {
            "afspraak": str(self.text), "naam_bron": "Gem. Tekenstad", "voor": "Gemeente Tekenstad",
            "precisie": "month", "datum": "11-2024", "naam": "Wil de Wit", "functie": "burgemeester",
            "bron": "Formulier, ontvangen per post", "opmerking": "", "bestand": upload("papier.pdf"),
        }  # fmt: skip
        return send(client, NEW, **{**fields, **more})

    def entered(self) -> str:
        """Let the first beheerder enter the paper; return the path of the signature at the desk."""
        answer = self.enter(self.browser("eerste"))
        assert answer.status_code == 303
        return str(answer.location)

    def public(self) -> str:
        """Enter it and let the second beheerder confirm it; return its path at the desk."""
        path = self.entered()
        assert send(self.browser("tweede"), f"{path}/bevestigen", bewijs="Formulier gezien.").status_code == 303
        return path

    def versions(self, path: str) -> list[SignatureVersion]:
        self.session.rollback()
        number = int(path.rsplit("/", 1)[-1])
        rows = select(SignatureVersion).where(SignatureVersion.signature_id == number)
        found = list(self.session.scalars(rows.order_by(SignatureVersion.number)))
        for one in found:
            self.session.refresh(one)
        self.session.expunge_all()
        self.session.rollback()
        return found

    def last_entry(self, path: str, event: str) -> tuple[dict[str, Any], str]:
        """Return what the ledger says of the newest such event of the signature, and the whole line."""
        found = self.session.scalars(
            select(LedgerEntry).where(LedgerEntry.event == event).order_by(LedgerEntry.seq.desc())
        ).first()
        assert found is not None
        payload = str(found.payload)
        self.session.rollback()
        return json.loads(payload), payload

    def bound(self) -> set[str]:
        self.session.rollback()
        agreement = agreement_text(self.session).agreement_id
        found = {one.name for one in signatories(self.session, agreement, AsOf(today()))}
        self.session.rollback()
        return found


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    new_body(session, "vbt1", "Gemeente Tekenstad")
    new_body(session, "vbt2", "Gemeente Buurdorp")
    roles: dict[str, Any] = {
        "eerste": StaffRole.ADMINISTRATOR,
        "tweede": StaffRole.ADMINISTRATOR,
        "redacteur": StaffRole.EDITOR,
        "bestuurder": ("vbt1", MemberRole.EXECUTIVE),
        "buurman": ("vbt2", MemberRole.EXECUTIVE),
    }
    people = {
        who: credentials(make_member(app, session, f"{who}@mensen.example", role, name=f"Persoon {who}"))
        for who, role in roles.items()
    }
    text = agreement_text(session).id
    session.commit()
    return Desk(app, session, people, text)


def test_paper_is_entered_by_one_beheerder_and_confirmed_by_another(desk: Desk) -> None:
    path = desk.entered()
    version = desk.versions(path)[0]
    assert (version.origin, version.confirmed, version.fingerprint) == (Origin.PAPER, False, None)
    assert (version.signed_on, version.date_precision) == (date(2024, 11, 30), DatePrecision.MONTH)
    assert version.name_as_signed == "Gem. Tekenstad"
    assert "Tekenstad" not in desk.last_entry(path, "signature.entered")[1]
    own = send(desk.browser("eerste"), f"{path}/bevestigen", DESK, bewijs="Ik zag het zelf.")
    assert (own.status_code, "Een andere beheerder moet" in own.text) == (422, True)
    assert "Gemeente Tekenstad" not in desk.bound()
    assert send(desk.browser("tweede"), f"{path}/bevestigen", bewijs="Formulier gezien.").status_code == 303
    assert "Gemeente Tekenstad" in desk.bound()
    page = desk.app.test_client().get(PAGE).text
    for words in ("Gem. Tekenstad", "november\u00a02024", "bevestigd door de organisatie", "Wil de Wit, burgemeester"):
        assert words in page
    assert "papier.pdf" not in page
    late = send(desk.browser("eerste"), f"{path}/bevestigen", DESK, bewijs="Nog eens.")
    assert (late.status_code, "Nog eens." in late.text) == (409, True)


def test_a_confirmed_signature_is_served_as_the_bytes_of_its_fingerprint(desk: Desk) -> None:
    path = desk.public()
    number = path.rsplit("/", 1)[-1]
    file = desk.app.test_client().get(f"{PAGE}/ondertekeningen/{number}.json")
    payload, line = desk.last_entry(path, "signature.confirmed")
    assert sha256(file.text) == payload["fingerprint"] == desk.versions(path)[-1].fingerprint
    assert canonical_json(json.loads(file.text)) == file.text
    assert "Wil de Wit" not in line + file.text
    assert "Formulier gezien." not in line
    assert desk.app.test_client().get(f"/deelnemers/vbt2/ondertekeningen/{number}.json").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"naam_bron": ""}, "Schrijf de naam zoals die onder de handtekening staat"),
        ({"datum": "31-31-2024", "precisie": "day"}, "Schrijf de datum als"),
        ({"datum": "2099", "precisie": "year"}, "ligt in de toekomst"),
        ({"datum": "11-2024", "precisie": "unknown"}, "Laat de datum leeg"),
        ({"voor": "Gemeente Tekenst"}, "Bedoelt u: Gemeente Tekenstad?"),
        ({"voor": "Gemeente Alkmaar"}, "Wij kennen"),
        ({"voor": "Gemeente Lindenveen"}, "tekende deze afspraak al"),
        ({"bestand": (BytesIO(), "")}, "Kies een bestand"),
        ({"afspraak": "0"}, "Kies de afspraak"),
    ],
)
def test_paper_with_something_wrong_is_shown_again_as_typed(desk: Desk, typed: dict[str, Any], words: str) -> None:
    answer = desk.enter(desk.browser("eerste"), opmerking="Dit bleef staan", **typed)
    assert (answer.status_code, words in answer.text, "Dit bleef staan" in answer.text) == (422, True, True)
    count = select(SignatureVersion.id).where(SignatureVersion.origin == Origin.PAPER)
    assert desk.session.scalars(count).all() == []


def test_who_is_no_beheerder_changes_no_signature(desk: Desk) -> None:
    path = desk.entered()
    pages = [NEW, *(f"{path}/{what}" for what in ("bevestigen", "weigeren", "beeindigen", "corrigeren"))]
    for who, refused in (("redacteur", 403), ("bestuurder", 403)):
        client = desk.browser(who)
        assert {client.get(page).status_code for page in pages} == {refused}
    assert {desk.app.test_client().get(page).status_code for page in pages} == {303}
    assert len(desk.versions(path)) == 1


def test_the_paper_is_read_by_the_organisation_and_staff_only(desk: Desk) -> None:
    path = desk.public()
    link = re.findall(r'href="(/bestanden/[^"]+papier.pdf)"', desk.browser("eerste").get(path).text)[0]
    readers = {who: desk.browser(who).get(link).status_code for who in ("eerste", "bestuurder", "buurman")}
    assert readers == {"eerste": 200, "bestuurder": 200, "buurman": 404}
    assert desk.app.test_client().get(link).status_code in {303, 404}


def test_refusing_asks_a_reason_and_keeps_it_from_the_public_for_ever(desk: Desk) -> None:
    path, second = desk.entered(), desk.browser("tweede")
    empty = send(second, f"{path}/weigeren", reden="  ")
    assert (empty.status_code, "Schrijf op waarom u deze ondertekening niet bevestigt" in empty.text) == (422, True)
    assert send(second, f"{path}/weigeren", reden="Het papier is van een ander.").status_code == 303
    assert [one.refused for one in desk.versions(path)] == [False, True]
    assert "Het papier is van een ander." in second.get(path).text
    assert desk.app.test_client().get(PAGE).text.count("Gem. Tekenstad") == 0
    assert "Tekenstad" not in desk.last_entry(path, "signature.refused")[1]
    assert send(second, f"{path}/bevestigen", DESK, bewijs="Toch wel.").status_code == 409
    assert desk.enter(desk.browser("eerste")).status_code == 303  # it may sign anew


def test_ending_takes_a_day_a_reason_and_a_document_and_deletes_nothing(desk: Desk) -> None:
    path, first = desk.public(), desk.browser("eerste")
    form = f"{path}/beeindigen"
    wrong = send(first, form, datum="1-1-2020", reden="Zij stopt.", bestand=upload("besluit.pdf"))
    assert (wrong.status_code, "na de dag van ondertekening" in wrong.text, "Zij stopt." in wrong.text) == (
        422, True, True,
    )  # fmt: skip
    for left_out in ({"reden": " "}, {"bestand": None}, {"datum": "ooit"}):
        fields = {"datum": "1-3-2026", "reden": "Zij stopt.", "bestand": upload("besluit.pdf"), **left_out}
        sent = {name: value for name, value in fields.items() if value is not None}
        assert send(first, form, **sent).status_code == 422
    assert send(first, form, datum="1-3-2026", reden="Zij stopt.", bestand=upload("besluit.pdf")).status_code == 303
    last = desk.versions(path)[-1]
    assert (last.number, last.ended_on, last.ended_reason, last.ended_evidence_id is not None) == (
        3, date(2026, 3, 1), "Zij stopt.", True,
    )  # fmt: skip
    assert "Gemeente Tekenstad" not in desk.bound()
    page = desk.app.test_client().get(PAGE).text
    assert ("Zij stopt." in page, "1\u00a0maart 2026" in page, "besluit.pdf" in page) == (True, True, False)
    assert desk.last_entry(path, "signature.ended")[0]["ended_on"] == "2026-03-01"
    ended = desk.session.scalars(select(DutyVersion.id).where(DutyVersion.ends_on == date(2026, 3, 1))).all()
    desk.session.rollback()
    assert ended
    assert first.get(form).status_code == 303  # ended once
    before = desk.app.test_client().get(f"{PAGE}?geldigOp=2026-02-28").text
    assert ("eindigt op" in before, "bevestigd door de organisatie" in before) == (True, True)


def _correction(client: FlaskClient, path: str, **more: str) -> Any:
    """Send the form of a correction as the browser would: what stands in it, with something else."""
    page = client.get(f"{path}/corrigeren").text
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    number = found.get("versie", "")
    fields = {
        "naam_bron": "Gem. Tekenstad", "voor": "Gemeente Tekenstad", "precisie": "month", "datum": "11-2024",
        "naam": "Wil de Wit", "functie": "burgemeester", "bron": "Formulier, ontvangen per post", "opmerking": "",
        "versie": number, "reden": "",
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


def test_the_list_finds_what_waits_and_what_is_public(desk: Desk) -> None:
    path, client = desk.entered(), desk.browser("redacteur")
    found = client.get(f"{DESK}?herkomst=paper").text
    assert ("Gem. Tekenstad" in found, "nog niet bevestigd" in found, f"{path}/bevestigen" in found) == (
        True, True, False,
    )  # fmt: skip
    assert "Gem. Tekenstad" not in client.get(f"{DESK}?wat=bevestigd&q=tekenstad").text
    assert send(desk.browser("tweede"), f"{path}/bevestigen", bewijs="Gezien.").status_code == 303
    assert "Gem. Tekenstad" in client.get(f"{DESK}?wat=bevestigd&q=tekenstad").text
    assert client.get(f"{DESK}?wat=onzin&pagina=99&q=%00").status_code == 200


def test_an_invented_body_signs_no_real_agreement_on_paper(desk: Desk) -> None:
    assert OPEN == "voorbeeldafspraak"

    query = select(AgreementVersion.id).join(AgreementVersion.agreement).where(Agreement.is_example.is_(False))
    real = desk.session.scalars(query).first()
    desk.session.rollback()
    answer = desk.enter(desk.browser("eerste"), afspraak=str(real))
    assert (answer.status_code, "Wij kennen" in answer.text) == (422, True)


def test_who_invites_for_an_organisation_that_signed_nothing_reads_so(desk: Desk) -> None:
    words, page = "Deze organisatie tekende nog niets", "/redactie/mensen/vbt1"
    assert words in desk.browser("eerste").get(page).text
    desk.public()
    assert words not in desk.browser("eerste").get(page).text
