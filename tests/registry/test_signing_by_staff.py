"""Signatures by staff: entered from paper, confirmed by another, refused and ended; nothing goes."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import canonical_json, sha256
from registry.agreements.models import Agreement, AgreementVersion
from registry.obligations.models import DutyVersion
from registry.signatures.models import DatePrecision, Origin, SignatureVersion
from tests.factories_signing import send, upload
from tests.registry.signing_desk import NEW, Desk, make_desk

DESK = "/redactie/ondertekeningen"
PAGE = "/deelnemers/vbt1"


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return make_desk(app, session)


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
    for words in ("Gem. Tekenstad", "november\u00a02024", "Wil de Wit, burgemeester"):
        assert words in page
    assert ("op papier getekend, nagekeken door de redactie" in page, "bevestigd door de organisatie" in page) == (
        True, False,
    )  # fmt: skip
    listed = desk.app.test_client().get("/en/deelnemers.csv?afspraak=voorbeeldafspraak").text
    assert "Gemeente Tekenstad" in listed
    assert ("signed on paper, checked by the editors" in listed, "(invented data)" in listed) == (True, True)
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
        (
            {"voor": "Gemeente Alkmaar\nGemeente Elders\nGemeente Tekenst"},
            "Wij kennen &#34;Gemeente Alkmaar&#34;, &#34;Ge",
        ),
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


def test_what_is_wrong_with_paper_is_told_in_the_order_of_the_form(desk: Desk) -> None:
    wrong = {"naam_bron": "N" * 301, "voor": "", "precisie": "", "bron": "", "bestand": (BytesIO(), "")}
    page = desk.enter(desk.browser("eerste"), afspraak="0", **wrong).text
    links = list(dict.fromkeys(re.findall(r'href="#(\w+)"', page)))
    fields = ["afspraak", "naam_bron", "voor", "precisie", "bron", "bestand"]
    assert [one for one in links if one in fields] == fields


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
    assert ("eindigt op" in before, "nagekeken door de redactie" in before) == (True, True)


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
