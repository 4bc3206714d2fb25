"""What an import may not do: pass by a second person, move what went over, or leave periods that cannot be."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from common.ledger import LedgerEntry, first_broken
from registry.authorities.changing import current_versions
from registry.authorities.models import Authority, AuthorityVersion
from registry.imports.bodies import check_periods
from registry.imports.columns import day_after, read_day
from registry.imports.outcome import Wrong
from registry.signatures.correcting import open_correction
from registry.signatures.loading import signature_key
from registry.signatures.models import Signature, SignatureVersion
from tests.factories_imports import SOURCE, add_municipality, as_csv, body, earlier, merged, register
from tests.factories_mergers import PAST, Estate, letting_go, make_estate, newest_merger, record, settle
from tests.factories_participants import words
from tests.files.factories import storage_of
from tests.html_forms import form_on
from tests.registry.test_import_site import finish, looked
from tests.sites import sign_in

AUTHORITIES = ["code", "naam", "soort", "bron"]
SIGNATURES = ["afspraak", "naam", "organisaties", "datum", "bron"]


@pytest.fixture(autouse=True)
def second_of_march(prepared: Path) -> Iterator[None]:
    with frozen_at(datetime(2026, 3, 2, 9, tzinfo=AMSTERDAM)):
        yield


@pytest.fixture
def staff(app: Flask, accounts: dict[str, dict[str, str]], session: Session) -> FlaskClient:
    return letting_go(sign_in(app, accounts["beheerder"]), session)


@pytest.fixture
def estate(session: Session) -> Estate:
    return make_estate(session)


def signed(session: Session, estate: Estate) -> SignatureVersion:
    session.expire_all()
    query = select(SignatureVersion).join(SignatureVersion.signature)
    query = query.where(Signature.agreement_id == estate.agreement.id, SignatureVersion.superseded_at.is_(None))
    return session.scalars(query).one()


def periods(session: Session, code: str) -> list[tuple[str, date | None, date | None]]:
    session.expire_all()
    authority = session.scalars(select(Authority).where(Authority.code == code)).one()
    return [(one.name, one.valid_from, one.valid_to) for one in current_versions(session, authority.id)]


def test_what_a_reader_quotes_of_a_public_signature_waits_for_a_second_beheerder(
    staff: FlaskClient, session: Session, estate: Estate
) -> None:
    old = signed(session, estate)
    old.signature.key = signature_key(estate.agreement.slug, old.name_as_signed)
    name, number, day, slug = old.name_as_signed, old.number, old.signed_on, estate.agreement.slug
    session.commit()
    row = [slug, name, "gm9401;gm9402", "2020-05-05", SOURCE]
    path, page = looked(staff, "signatures", as_csv(SIGNATURES, row))
    assert "1 voorgesteld" in words(page)
    assert finish(staff, path, page)[0] == 200
    now = signed(session, estate)
    assert (now.number, now.signed_on, set(estate.parties())) == (number, day, {"gm9401"})
    waiting = open_correction(session, now.signature)
    assert waiting is not None
    assert (waiting.facts["signed_on"], len(waiting.facts["bound"])) == ("2020-05-05", 2)
    shown = words(staff.get(f"/redactie/ondertekeningen/{now.signature_id}").text)
    assert "5 mei 2020" in shown
    assert "Er wacht al een correctie" in words(looked(staff, "signatures", as_csv(SIGNATURES, row))[1])


def test_an_empty_cell_leaves_the_day_and_what_nobody_quotes_is_put_right_at_once(
    staff: FlaskClient, session: Session, estate: Estate
) -> None:
    old = signed(session, estate)
    old.signature.key = signature_key(estate.agreement.slug, old.name_as_signed)
    name, number, said, slug = (
        old.name_as_signed,
        old.number,
        (old.signed_on, old.date_precision),
        estate.agreement.slug,
    )
    session.commit()
    path, page = looked(staff, "signatures", as_csv(SIGNATURES, [slug, name, "gm9401", "", SOURCE]))
    assert "1 gewijzigd" in words(page)
    assert finish(staff, path, page)[0] == 200
    now = signed(session, estate)
    assert (now.number, now.source, (now.signed_on, now.date_precision)) == (number + 1, SOURCE, said)


def test_an_import_does_not_move_the_day_of_a_merger_that_was_settled(
    staff: FlaskClient, session: Session, estate: Estate
) -> None:
    settle(staff, record(staff, PAST, "gm9401", nieuw="gm9403").location)
    merger, bound = newest_merger(session).id, estate.parties()
    ended, new = body("gm9401", "Een", end="2026-01-31"), body("gm9403", "Drie", begin="2026-02-01")
    event = merged("e1", "Samenvoeging", "2026-02-01", invalidated=["gm9401"], generated=["gm9403"])
    for nodes in ([ended, new, event], [ended], [new]):
        _path, page = looked(staff, "registers", register(*nodes), "r.json")
        assert ("Die dag staat vast" in words(page), 'id="inlezen"' in page) == (True, False)
    told = words(looked(staff, "registers", register(ended, new, event), "r.json")[1])
    assert "e1, tijdstipWijziging: Er is bij deze herindeling al iets overgegaan." in told
    row = ["gm9401", "Gemeente gm9401", "gemeente", SOURCE, "2026-01-31"]
    assert "Die dag staat vast" in words(looked(staff, "authorities", as_csv([*AUTHORITIES, "einddatum"], row))[1])
    assert (newest_merger(session).id, estate.parties()) == (merger, bound)


def test_no_end_is_read_and_a_year_that_cannot_be_is_refused(staff: FlaskClient, session: Session) -> None:
    path, page = looked(staff, "registers", register(body("vb7001", "Een", end="9999-12-31")), "r.json")
    assert finish(staff, path, page)[0] == 200
    row = ["vb7002", "Gemeente Twee", "gemeente", SOURCE, "31-12-9999"]
    path, page = looked(staff, "authorities", as_csv([*AUTHORITIES, "einddatum"], row))
    assert finish(staff, path, page)[0] == 200
    assert [periods(session, code)[0][2] for code in ("vb7001", "vb7002")] == [None, None]
    row = ["vb7003", "Gemeente Drie", "gemeente", SOURCE, "9998-12-31"]
    told = words(looked(staff, "authorities", as_csv([*AUTHORITIES, "einddatum"], row))[1])
    assert "regel 2, kolom einddatum: Dit jaar kan niet: 9998-12-31" in told
    nodes = [body("vb7004", "Vier", begin="0001-01-01"), body("vb7005", "Vijf")]
    assert "vb7004, begindatum: Dit jaar kan niet" in words(looked(staff, "registers", register(*nodes), "r.json")[1])


def test_a_history_that_cannot_be_is_refused_by_its_id_before_anything_is_written(
    staff: FlaskClient, session: Session
) -> None:
    add_municipality(session, "vb7010", "Gemeente Oud", valid_from=date(1900, 1, 1), valid_to=date(2001, 1, 1))
    session.commit()
    cases = {
        "hv_1, einddatumHV": [
            body("vb7001", "Een", begin="2020-01-01"),
            earlier("hv_1", "vb7001", "Oud", "2010-01-01"),
        ],
        "hv_2, einddatumHV": [body("vb7001", "Een", end="2009-01-01"), earlier("hv_2", "vb7001", "Oud", "2010-01-01")],
        "vb7010, einddatum": [body("vb7010", "Oud", begin="2005-01-01")],
    }
    for place, nodes in cases.items():
        page = looked(staff, "registers", register(*nodes), "r.json")[1]
        assert (f"{place}: D" in words(page), 'id="inlezen"' in page) == (True, False), words(page)


def test_since_when_it_exists_is_told_of_its_first_name(staff: FlaskClient, session: Session) -> None:
    facts = {"valid_from": date(1900, 1, 1), "valid_to": date(2019, 1, 1)}
    authority = add_municipality(session, "vb7010", "Gemeente Oudnaam", **facts)
    named = {"kind": "gemeente", "sort_name": "nieuwnaam", "search_text": "nieuwnaam", "source": SOURCE}
    new = AuthorityVersion(name="Gemeente Nieuwnaam", valid_from=date(2019, 1, 1), **named)
    authority.versions.append(new)
    session.commit()
    header = [*AUTHORITIES, "bestaat sinds"]
    row = ["vb7010", "Gemeente Nieuwnaam", "gemeente", SOURCE, "1899-05-01"]
    path, page = looked(staff, "authorities", as_csv(header, row))
    assert finish(staff, path, page)[0] == 200
    first, second = periods(session, "vb7010")
    assert first == ("Gemeente Oudnaam", date(1899, 5, 1), date(2019, 1, 1))
    assert second == ("Gemeente Nieuwnaam", date(2019, 1, 1), None)
    late = as_csv(header, [*row[:4], "2020-01-01"])
    assert "regel 2, kolom valid_to: De laatste dag ligt voor de eerste." in words(
        looked(staff, "authorities", late)[1]
    )


def test_periods_follow_one_another() -> None:
    one, two = date(2001, 1, 1), date(2002, 1, 1)
    check_periods([{"valid_from": None, "valid_to": one}, {"valid_from": two, "valid_to": None}])
    for second in ((one, None), (None, None), (two, one)):
        with pytest.raises(Wrong):
            check_periods([{"valid_from": None, "valid_to": two}, {"valid_from": second[0], "valid_to": second[1]}])
    assert (day_after(date(9999, 12, 31), ""), read_day("1-2-2020")) == (None, date(2020, 2, 1))


def test_other_columns_or_another_source_than_was_looked_over_is_not_written(
    staff: FlaskClient, session: Session
) -> None:
    path, page = looked(staff, "authorities", as_csv([*AUTHORITIES[:3], "extra"], ["vb7001", "Een", "gemeente", "E"]),
                        gekozen="ja", k0="code", k1="name", k2="kind", bron=SOURCE)  # fmt: skip
    fields = {**form_on(page[page.index('id="inlezen"') :], path), "reden": "Zo."}
    for other in ({"bron": f"{SOURCE}/anders"}, {"k3": "abbreviation"}):
        assert staff.post(path, data={**fields, **other}).status_code == 409
    assert staff.post(path, data=fields).status_code == 303
    assert periods(session, "vb7001") == [("Een", None, None)]


def test_a_file_that_is_gone_asks_for_it_again(app: Flask, staff: FlaskClient, session: Session) -> None:
    path, page = looked(staff, "authorities", as_csv(AUTHORITIES, ["vb7001", "Een", "gemeente", SOURCE]))
    storage = storage_of(app)
    for kept in list(storage.contents()):
        storage.remove(kept.sha256)
    fields = {**form_on(page[page.index('id="inlezen"') :], path), "reden": "Zo."}
    for answer in (staff.get(path), staff.post(path, data=fields)):
        assert (answer.status_code, "Dit bestand is er niet meer." in words(answer.text)) == (404, True)


def test_many_rows_come_in_together_each_with_its_address_and_its_place_in_the_chain(
    staff: FlaskClient, session: Session
) -> None:
    rows = [[f"vb7{number:03}", f"Gemeente Zelfde {number % 2}", "gemeente", SOURCE, "ZKP"] for number in range(40)]
    path, page = looked(staff, "authorities", as_csv([*AUTHORITIES, "afkorting"], *rows))
    assert finish(staff, path, page)[0] == 200
    slugs = set(session.scalars(select(Authority.slug).where(Authority.code.startswith("vb7"))))
    assert (len(slugs), "gemeente-zelfde-0" in slugs) == (40, True)
    entries = session.scalars(select(LedgerEntry.payload).where(LedgerEntry.event == "authority.added")).all()
    assert (sum("Gemeente Zelfde" in one for one in entries), first_broken(session)) == (40, None)
    assert not any("Nieuwe lijst." in one for one in entries)
    found = words(staff.get("/zoeken?q=zkp&soort=overheden").text)
    assert "Gemeente Zelfde 1" in found
