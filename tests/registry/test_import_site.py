"""Imports in the site: a file comes in, each row is looked over with the chosen columns, all or nothing is written."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.files.models import Attachment
from common.ledger import LedgerEntry, first_broken
from registry.authorities.changing import current_versions
from registry.authorities.models import Authority
from registry.signatures.models import SignatureVersion
from tests.factories_imports import SOURCE, START, as_csv, as_xlsx, body, register, send
from tests.factories_mergers import letting_go
from tests.factories_participants import words
from tests.html_forms import form_on
from tests.sites import sign_in

HEADER = ["Code", "Hoe zij heet", "Soort", "Bron", "Einddatum"]
GOOD = [["vb7001", "Gemeente Eerste Proef", "gemeente", SOURCE, ""], ["vb7002", "Proefschap", "Waterschap", SOURCE, ""]]
NAMED = {"k0": "code", "k1": "name", "k2": "kind", "k3": "source", "k4": "valid_to", "gekozen": "ja"}
PUBLIC = "voorbeeldafspraak"


@pytest.fixture
def staff(app: Flask, accounts: dict[str, dict[str, str]], session: Session) -> FlaskClient:
    return letting_go(sign_in(app, accounts["beheerder"]), session)


def looked(staff: FlaskClient, kind: str, content: bytes, name: str = "lijst.csv", **columns: str) -> tuple[str, str]:
    """Send a file; return the address and the page of its preview, with the columns chosen."""
    answer = send(staff, kind, content, name)
    assert answer.status_code == 303, words(answer.text)
    path = answer.location
    return path, staff.get(f"{path}?{urlencode(columns)}").text


def finish(staff: FlaskClient, path: str, page: str, reason: str = "Nieuwe lijst.") -> tuple[int, str]:
    """Send the form below the preview; return the status and the words that follow."""
    fields = form_on(page[page.index('id="inlezen"') :], path)
    answer = staff.post(path, data={**fields, "reden": reason}, follow_redirects=True)
    return answer.status_code, words(answer.text)


def added(session: Session) -> dict[str, str]:
    session.expire_all()
    query = select(Authority).where(Authority.code.startswith("vb700"))
    return {one.code: current_versions(session, one.id)[-1].name for one in session.scalars(query)}


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_a_list_comes_in_with_the_columns_that_were_chosen_and_a_second_time_nothing_changes(
    staff: FlaskClient, session: Session, make: object
) -> None:
    content = make(HEADER, *GOOD)  # type: ignore[operator]
    path, guessed = looked(staff, "authorities", content)
    assert "Geen kolom gaat over Naam. Die is nodig." in words(guessed)
    page = staff.get(f"{path}?{urlencode(NAMED)}").text
    assert "2 nieuw · 0 gewijzigd · 0 beëindigd · 0 ongewijzigd · 0 geweigerd" in words(page)
    assert "Gemeente Eerste Proef regel 2 nieuw" in words(page)
    assert added(session) == {}  # looking writes nothing
    assert finish(staff, path, page, reason="")[0] == 422
    status, told = finish(staff, path, page)
    assert (status, "Ingelezen: 2 nieuw." in told) == (200, True)
    assert added(session) == {"vb7001": "Gemeente Eerste Proef", "vb7002": "Proefschap"}
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "authorities.imported")).one()
    assert '"added":2' in entry.payload
    path, page = looked(staff, "authorities", content, **NAMED)
    assert "0 nieuw · 0 gewijzigd · 0 beëindigd · 2 ongewijzigd · 0 geweigerd" in words(page)
    assert "Er verandert niets" in words(page)
    assert 'id="inlezen"' not in page
    assert first_broken(session) is None


def test_one_wrong_row_refuses_the_file_with_line_column_and_reason(staff: FlaskClient, session: Session) -> None:
    wrong = ["vb7003", "<script>alert(1)</script>", "koninkrijk", SOURCE, ""]
    path, page = looked(staff, "authorities", as_csv(HEADER, *GOOD, wrong), **NAMED)
    assert "regel 4, kolom Soort: Dit woord kennen wij hier niet: koninkrijk" in words(page)
    assert "<script>alert" not in page
    assert 'id="inlezen"' not in page  # and the form that is not there is refused too
    token = form_on(page, "/uitloggen")["csrf_token"]
    sent = {**NAMED, "csrf_token": token, "reden": "Toch", "gezien": "x"}
    assert staff.post(path, data=sent).status_code in {409, 422}
    assert added(session) == {}
    only = words(staff.get(f"{path}?{urlencode({**NAMED, 'alleen': 'refused'})}").text)
    assert "Gemeente Eerste Proef regel 2" not in only


def test_a_column_that_is_missing_hides_no_row_and_is_told_in_words(staff: FlaskClient) -> None:
    rows = [["vb7001", "Proef", "koninkrijk"], ["xx", "Proef", "gemeente"], ["vb7002", "Proef", "gemeente"]]
    columns = {"k0": "code", "k1": "name", "k2": "kind", "gekozen": "ja"}
    page = words(looked(staff, "authorities", as_csv(HEADER[:3], *rows), **columns)[1])
    assert "3 fouten in dit bestand" in page
    assert "Geen kolom gaat over Bron. Kies hierboven een kolom, of vul" in page
    assert "source:" not in page
    assert "kolom Soort: Dit woord kennen wij hier niet: koninkrijk" in page
    assert "kolom Code: Dit is geen code van TOOI" in page


def test_a_row_ends_or_renames_and_the_page_shows_what_it_says_now(staff: FlaskClient, session: Session) -> None:
    path, page = looked(staff, "authorities", as_csv(HEADER, *GOOD), **NAMED)
    finish(staff, path, page)
    rows = [["vb7001", "Gemeente Nieuwe Proef", "gemeente", SOURCE, ""], [*GOOD[1][:4], "31-12-2025"]]
    path, page = looked(staff, "authorities", as_csv(HEADER, *rows), **NAMED)
    told = words(page)
    assert "0 nieuw · 1 gewijzigd · 1 beëindigd" in told
    assert "Naam: Gemeente Eerste Proef → Gemeente Nieuwe Proef" in told
    assert "→ 2026-01-01" in told
    assert finish(staff, path, page)[0] == 200
    assert added(session)["vb7001"] == "Gemeente Nieuwe Proef"


def test_what_changed_since_the_preview_is_not_written_over(staff: FlaskClient, session: Session) -> None:
    path, page = looked(staff, "authorities", as_csv(HEADER, *GOOD), **NAMED)
    first = session.scalars(select(Attachment.id).order_by(Attachment.id.desc())).first()
    fields = form_on(page[page.index('id="inlezen"') :], path)
    stale = staff.post(path, data={**fields, "gezien": "0" * 32, "reden": "Mijn reden"})
    assert (stale.status_code, "Mijn reden" in stale.text) == (409, True)
    assert "Het register veranderde nadat u dit bekeek." in words(stale.text)
    looked(staff, "authorities", as_csv(HEADER, *GOOD[:1]), **NAMED)  # a next file takes the place of the one before
    assert staff.get(f"{START}/{first}").status_code == 404
    assert added(session) == {}


def test_signatures_wait_for_a_colleague_after_an_import(staff: FlaskClient, session: Session) -> None:
    rows = [["Gemeente Grasmonde", "2024-03", SOURCE], ["Recreatieschap Rietplassen", "5-6-2024", SOURCE]]
    columns = {"k0": "name_as_signed", "k1": "signed_on", "k2": "source", "afspraak": PUBLIC, "gekozen": "ja"}
    path, page = looked(staff, "signatures", as_csv(["Wie", "Wanneer", "Waar"], *rows), **columns)
    assert "2 nieuw" in words(page)
    assert finish(staff, path, page)[0] == 200
    query = select(SignatureVersion).where(SignatureVersion.source == SOURCE)
    made = {one.name_as_signed: one for one in session.scalars(query)}
    assert {name: one.confirmed for name, one in made.items()} == {row[0]: False for row in rows}
    assert made["Gemeente Grasmonde"].date_precision.value == "month"
    assert "Gemeente Grasmonde" not in staff.get(f"/deelnemers?afspraak={PUBLIC}&q=grasmonde").text
    unknown = as_csv(["Wie", "Wanneer", "Waar"], ["Gemeente Nergenshuizen", "32-1-2024", SOURCE])
    page = looked(staff, "signatures", unknown, **columns)[1]
    assert "regel 2, kolom Wie: Deze organisatie staat niet in het register: Gemeente Nergenshuizen" in words(page)


def test_a_register_of_tooi_comes_in_on_the_site(staff: FlaskClient, session: Session) -> None:
    content = register(body("vb7001", "Eerste Proef", province="pv25"), body("vb7002", "Tweede Proef"))
    path, page = looked(staff, "registers", content, "register.json")
    assert finish(staff, path, page)[0] == 200
    assert added(session) == {"vb7001": "Gemeente Eerste Proef", "vb7002": "Gemeente Tweede Proef"}


def test_a_file_that_is_no_list_is_refused_with_what_was_chosen(staff: FlaskClient, session: Session) -> None:
    for content, reason in [(b"", "leeg"), (b"Naam;naam\nA;b\n", "kolom B: De kolomnaam naam staat er twee keer.")]:
        answer = send(staff, "authorities", content, "lijst.csv")
        assert (answer.status_code, reason in words(answer.text)) == (422, True), words(answer.text)
        assert 'value="authorities" checked' in answer.text
    assert send(staff, "registers", b"[1]", "r.json").status_code == 422
    assert send(staff, "gebeden", as_csv(HEADER, *GOOD), "lijst.csv").status_code == 422
    assert session.scalar(select(func.count(Attachment.id)).where(Attachment.subject.startswith("import:"))) == 0


def test_only_a_beheerder_reads_in(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    assert app.test_client().get(START).status_code in {302, 303}
    for role in ("redacteur", "coordinator"):
        assert sign_in(app, accounts[role]).get(START).status_code == 403


def test_the_commands_are_dry_until_told_and_say_what_each_row_did(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes(as_csv(HEADER, *GOOD))
    asked = ["registry", "import-authorities", str(path), "--map", "Hoe zij heet=name"]
    run = app.test_cli_runner()
    dry = run.invoke(args=asked)
    assert (dry.exit_code, "2 nieuw, 0 gewijzigd" in dry.output, "er is niets geschreven" in dry.output) == (
        0,
        True,
        True,
    )
    assert added(session) == {}
    session.rollback()
    assert "Geschreven." in run.invoke(args=[*asked, "--commit", "--verbose"]).output
    assert len(added(session)) == 2
    session.rollback()
    again = run.invoke(args=[*asked, "--commit"])
    assert "0 nieuw, 0 gewijzigd, 0 beëindigd, 2 ongewijzigd, 0 geweigerd" in again.output
    path.write_bytes(as_csv(HEADER, *GOOD, ["vb7003", "Fout", "gemeente", "geen adres", ""]))
    refused = run.invoke(args=[*asked, "--commit"])
    assert refused.exit_code == 1
    assert "lijst.csv, regel 4, kolom Bron: De bron is geen webadres: geen adres" in refused.output
