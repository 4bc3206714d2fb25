"""What staff cannot do with signatures: bind one body twice, end before signing, and days of long ago; and its pace."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from common.database import Database
from registry.authorities.models import Authority
from registry.signatures.models import (
    Certainty,
    DatePrecision,
    Origin,
    Signature,
    SignatureParty,
    SignatureVersion,
)
from tests.factories_signing import agreement_text, new_body, send, upload
from tests.registry.signing_desk import Desk, make_desk


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return make_desk(app, session)


def add(desk: Desk, bodies: list[int], key: str, *, confirmed: bool = False) -> str:
    """Write a signature that a source tells; return its path at the desk."""
    text = agreement_text(desk.session)
    version = SignatureVersion(
        number=1, name_as_signed="Uit een bron", signed_on=date(2025, 1, 20), date_precision=DatePrecision.DAY,
        certainty=Certainty.UNCERTAIN, origin=Origin.SOURCE, confirmed=confirmed, source="https://bron.example",
        parties=[SignatureParty(authority_id=one) for one in bodies],
    )  # fmt: skip
    made = Signature(key=key, agreement_id=text.agreement_id, agreement_version_id=text.id, versions=[version])
    desk.session.add(made)
    desk.session.flush()
    number = made.id
    desk.session.commit()
    return f"/redactie/ondertekeningen/{number}"


def body(desk: Desk, code: str) -> int:
    found = desk.session.scalars(select(Authority.id).where(Authority.code == code)).one()
    desk.session.rollback()
    return found


def test_one_body_is_not_bound_twice_by_one_agreement(desk: Desk) -> None:
    source = add(desk, [body(desk, "vbt1")], "bron/een")
    search = desk.browser("buurman")
    begun = send(search, "/mijn/ondertekenen/voorbeeldafspraak?organisatie=vbt2").location
    assert "Een bron noemt deze organisatie al" in search.get(f"{begun}&q=tekenstad").text
    paper = desk.entered()
    staff = desk.browser("tweede")
    assert "een ondertekening wacht op de redactie" in staff.get(f"{source}/bevestigen").text
    assert "een bron noemt deze organisatie al" in staff.get(f"{paper}/bevestigen").text
    assert send(staff, f"{source}/bevestigen", bewijs="Bericht gezien.").status_code == 303
    second = send(staff, f"{paper}/bevestigen", bewijs="Formulier gezien.")
    assert (second.status_code, "al gebonden door een andere ondertekening" in second.text) == (422, True)
    assert len(desk.versions(paper)) == 1


def test_a_paper_of_a_day_on_which_another_signature_still_held_is_refused(desk: Desk) -> None:
    path, staff = desk.public(), desk.browser("eerste")
    ended = send(staff, f"{path}/beeindigen", datum="1-3-2026", reden="Opgezegd.", bestand=upload("brief.pdf"))
    assert ended.status_code == 303
    within = desk.enter(staff, precisie="day", datum="1-2-2026")
    assert (within.status_code, "was na die dag nog gebonden" in within.text) == (422, True)
    assert 'value="Wil de Wit"' in within.text
    after = desk.enter(staff, precisie="day", datum="1-3-2026")
    assert after.status_code == 303
    assert send(desk.browser("tweede"), f"{after.location}/bevestigen", bewijs="Formulier gezien.").status_code == 303


def corrected(path: str, desk: Desk, **more: str) -> dict[str, str]:
    number = str(desk.versions(path)[-1].number)
    desk.session.rollback()
    return {
        "naam_bron": "Gem. Tekenstad", "voor": "Gemeente Tekenstad", "precisie": "month", "datum": "11-2024",
        "naam": "Wil de Wit", "functie": "burgemeester", "bron": "Formulier, ontvangen per post", "opmerking": "",
        "reden": "Typefout", "versie": number, **more,
    }  # fmt: skip


def test_a_correction_keeps_the_end_after_the_signing_and_whoever_proposed_it_takes_it_back(desk: Desk) -> None:
    path, first, second = desk.public(), desk.browser("eerste"), desk.browser("tweede")
    page = f"{path}/corrigeren"
    long_ago = send(first, page, **corrected(path, desk, precisie="day", datum="1-1-1066"))
    assert (long_ago.status_code, "voor het begin van de afspraak" in long_ago.text) == (422, True)
    assert desk.enter(first, precisie="day", datum="1-1-1066", voor="Gemeente Buurdorp").status_code == 422
    assert send(first, page, **corrected(path, desk, datum="12-2025")).status_code == 303
    own = first.get(path).text
    assert ("Trek uw correctie in" in own, "Neem de correctie over" in own) == (True, False)
    assert send(first, f"{path}/correctie", path, besluit="overnemen").status_code == 422
    assert send(second, f"{path}/correctie", path, besluit="laten").status_code == 303
    assert send(first, page, **corrected(path, desk, datum="12-2025")).status_code == 303
    assert send(first, f"{path}/correctie", path, besluit="laten").status_code == 303
    assert "Trek uw correctie in" not in first.get(path).text


@pytest.mark.parametrize("page", ["", "/bevestigen", "/corrigeren", "/beeindigen"])
def test_a_signature_for_many_takes_no_more_queries_than_for_two(desk: Desk, page: str) -> None:
    counted = []
    confirmed = page != "/bevestigen"
    for number in (2, 40):
        bodies = [new_body(desk.session, f"vbq{number}x{one}", f"Gemeente {number}x{one}").id for one in range(number)]
        path = add(desk, bodies, f"veel/{number}", confirmed=confirmed)
        staff = desk.browser("tweede")
        staff.get(path)
        queries: list[str] = []
        database: Database = desk.app.extensions["database"]
        listen = database.engine, "before_cursor_execute", lambda *args: queries.append(args[2])  # noqa: B023
        event.listen(*listen)
        assert staff.get(f"{path}{page}").status_code == 200
        event.remove(*listen)
        counted.append(len(queries))
    assert counted[0] == counted[1]
