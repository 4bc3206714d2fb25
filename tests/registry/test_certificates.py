"""Certificates of the CO2-Prestatieladder: entered by the authority, public at once, corrected but never deleted."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import frozen_at, now, today
from common.ledger import SYSTEM, LedgerEntry, LedgerFingerprint
from registry.certificates.keeping import add_certificate, withdraw
from registry.certificates.models import CertificateVersion
from tests.factories_certificates import FACTS, authority, certificate_of
from tests.files.factories import post_file
from tests.files.making import pdf
from tests.html_forms import form_on
from tests.sites import sign_in

NEW = "/mijn/certificaten/nieuw?organisatie=vb001"
OWN = "/mijn/certificaten?organisatie=vb001"
PUBLIC = "/deelnemers/gemeente-lindenveen"
TYPED = {
    "handboek": "4.0", "trede": "2", "houder": "Gemeente Lindenveen", "certificeerder": "Proefkeurders",
    "geldig_van": "2-2-2026", "geldig_tot": "01-02-2029", "bron": "",
}  # fmt: skip
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def writer(app: Flask, accounts: Accounts) -> FlaskClient:
    """An invuller of Lindenveen."""
    return sign_in(app, accounts["invuller"])


def send(browser: FlaskClient, path: str, changes: dict[str, str], file: bytes | None = None) -> Any:
    """Fill in the form at an address as a browser without JavaScript does, and send it."""
    form = {**form_on(browser.get(path).text, path.partition("?")[0]), **changes}
    return post_file(browser, path, file, "certificaat.pdf", **form) if file else browser.post(path, data=form)


def first(session: Session) -> str:
    """Return the address at which the first certificate of the demo authority is corrected."""
    number = certificate_of(session).id
    session.commit()
    return f"/mijn/certificaten/{number}"


def newest(session: Session) -> tuple[CertificateVersion, LedgerEntry]:
    session.rollback()
    session.expire_all()
    version = session.scalars(select(CertificateVersion).order_by(CertificateVersion.id.desc())).first()
    entry = session.scalars(
        select(LedgerEntry).where(LedgerEntry.subject.startswith("certificate:")).order_by(LedgerEntry.seq.desc())
    ).first()
    assert version
    assert entry
    session.expunge_all()
    session.rollback()
    return version, entry


def told(entry: LedgerEntry) -> dict[str, Any]:
    return dict(json.loads(entry.payload))


def card(page: str) -> str:
    """Return the part of a public page that tells of certificates."""
    return page.split('id="certificaten"')[1].split("</section>")[0]


def test_a_certificate_is_public_at_once_with_its_document_and_its_place_in_the_ledger(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    assert send(writer, NEW, TYPED, pdf()).status_code == 303
    version, entry = newest(session)
    assert (version.number, version.step, version.level, version.recorded_role) == (1, 2, None, "invuller")
    assert entry.event == "certificate.recorded"
    assert told(entry)["valid_until"] == "2029-02-01"
    assert told(entry)["document_sha256"] == hashlib.sha256(pdf()).hexdigest()
    shown = card(client.get(PUBLIC).text)
    assert "trede 2 (handboek 4.0)" in shown
    assert "geldig tot en met 1\N{NO-BREAK SPACE}februari 2029" in shown
    assert "Proefkeurders" in shown
    assert client.get(f"/bestanden/{version.document_id}/certificaat.pdf").data == pdf()


def test_niveau_and_trede_stand_beside_each_other_and_are_never_one_figure(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    send(writer, NEW, TYPED)
    shown = card(client.get(PUBLIC).text)
    assert "niveau 3 (handboek 3.1)" in shown
    assert "trede 2 (handboek 4.0)" in shown
    assert "niet met elkaar te vergelijken" in shown
    assert card(client.get(f"/en{PUBLIC}").text).count("handbook") >= 2
    for page in ("/", "/deelnemers", "/ambities"):
        assert "handboek" not in client.get(page).text


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"handboek": "2.9"}, "handboek", "Kies volgens welk handboek"),
        ({"trede": ""}, "trede", "Kies de trede"),
        ({"niveau": "3"}, "niveau", "Handboek 4.0 heeft geen niveaus"),
        ({"handboek": "3.1"}, "trede", "Handboek 3 heeft geen treden"),
        ({"trede": "4"}, "trede", "Kies uit de lijst"),
        ({"geldig_tot": "1 feb"}, "geldig_tot", "Schrijf de dag als"),
        ({"geldig_tot": ""}, "geldig_tot", "Vul de laatste dag in"),
        ({"geldig_tot": "1-1-2026"}, "geldig_tot", "De laatste dag ligt vóór de eerste dag"),
        ({"houder": ""}, "houder", "Vul in op wiens naam"),
        ({"certificeerder": "x" * 201}, "certificeerder", "hoogstens 200 tekens"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    writer: FlaskClient, session: Session, wrong: dict[str, str], field: str, sentence: str
) -> None:
    before = session.scalars(select(CertificateVersion.id)).all()
    session.rollback()
    answer = send(writer, NEW, {**TYPED, **wrong})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sentence in answer.text.replace("&#39;", "'")
    assert wrong.get("certificeerder", "Proefkeurders") in answer.text
    assert session.scalars(select(CertificateVersion.id)).all() == before


def test_an_expired_certificate_is_shown_as_expired_and_a_coming_one_not_yet(
    client: FlaskClient, session: Session
) -> None:
    assert "verlopen sinds" in card(client.get("/deelnemers/gemeente-torenhaven").text)
    begins = today() + timedelta(days=20)
    coming = FACTS.__class__("4.0", None, 3, "Wie Later Komt", None, begins, begins + timedelta(days=900), None)
    number = add_certificate(session, authority(session), coming, actor=SYSTEM).id
    session.commit()
    assert "Wie Later Komt" not in client.get(PUBLIC).text
    assert client.get(f"/certificaten/{number}.json").status_code == 404
    assert "Wie Later Komt" in client.get(f"{PUBLIC}?geldigOp={begins}").text
    assert client.get(f"/certificaten/{number}.json?geldigOp={begins}").status_code == 200


def test_a_past_day_shows_what_was_valid_then_and_what_was_said_then(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path, moment = first(session), now()
    assert send(writer, path, {"niveau": "4", "reden": "Het certificaat zegt 4."}).status_code == 303
    then = moment.isoformat().replace("+00:00", "Z")
    assert "niveau 4 (handboek 3.1)" in card(client.get(PUBLIC).text)
    with frozen_at(now() + timedelta(minutes=2)):
        assert "niveau 3 (handboek 3.1)" in card(client.get(f"{PUBLIC}?beschikbaarOp={then}").text)
    version, _entry = newest(session)
    day_after = (version.valid_until or date.max) + timedelta(days=1)
    assert "verlopen sinds" in card(client.get(f"{PUBLIC}?geldigOp={day_after}").text)
    assert 'id="certificaten"' not in client.get(f"{PUBLIC}?geldigOp=2015-01-01").text


def test_a_correction_needs_a_reason_and_is_a_version_that_everybody_can_read(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = first(session)
    answer = send(writer, path, {"houder": "Gemeente Lindenveen, Openbare Werken"})
    assert (answer.status_code, "Schrijf in een zin waarom" in answer.text) == (422, True)
    assert "Openbare Werken" in answer.text
    send(writer, path, {"houder": "Openbare Werken", "reden": "De naam op het papier is anders."})
    version, entry = newest(session)
    assert (version.number, version.change_reason) == (2, "De naam op het papier is anders.")
    assert entry.event == "certificate.changed"
    assert told(entry)["holder"] == "Openbare Werken"
    assert "anders" not in entry.payload, "a reason may name a person: the ledger holds its hash"
    changes = client.get("/wijzigingen?soort=certificaat").text
    assert "De naam op het papier is anders." in changes


def test_two_people_at_one_certificate_both_keep_what_they_typed(
    app: Flask, accounts: Accounts, writer: FlaskClient, session: Session
) -> None:
    path, colleague = first(session), sign_in(app, accounts["coordinator"])
    mine = form_on(writer.get(path).text, path)
    send(colleague, path, {"niveau": "5", "reden": "Nieuw papier."})
    form = {**mine, "certificeerder": "Mijn keurders", "reden": "Andere keurders."}
    answer = post_file(writer, path, pdf(), "certificaat.pdf", **form)
    assert answer.status_code == 409
    assert "Mijn keurders" in answer.text
    assert "niveau 5 (handboek 3.1)" in answer.text
    assert "Kies het bestand opnieuw" in answer.text
    assert writer.post(path, data=form_on(answer.text, path)).status_code == 303
    assert newest(session)[0].number == 3


def test_a_withdrawn_certificate_leaves_the_page_with_its_document_and_can_come_back(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    send(writer, NEW, TYPED, pdf())
    version, _entry = newest(session)
    path = f"/mijn/certificaten/{version.certificate_id}"
    assert send(writer, f"{path}/intrekken", {"reden": ""}).status_code == 422
    assert send(writer, f"{path}/intrekken", {"reden": "Dit was van een ander."}).status_code == 303
    assert newest(session)[1].event == "certificate.withdrawn"
    assert "Proefkeurders" not in client.get(PUBLIC).text
    assert client.get(f"/bestanden/{version.document_id}/certificaat.pdf").status_code == 404
    assert client.get(f"/certificaten/{version.certificate_id}.json").json["withdrawn"] is True  # type: ignore[index]
    own = writer.get(OWN).text
    assert "ingetrokken" in own
    assert "Dit was van een ander." in own
    assert send(writer, path, {"reden": "Toch van ons."}).status_code == 303
    assert "Proefkeurders" in client.get(PUBLIC).text


def test_the_public_file_is_to_the_byte_what_the_ledger_has_the_fingerprint_of(
    client: FlaskClient, session: Session
) -> None:
    certificate = certificate_of(session)
    entry = session.scalars(
        select(LedgerEntry).where(LedgerEntry.subject == f"certificate:{certificate.key}")
    ).one()  # fmt: skip
    body = client.get(f"/certificaten/{certificate.id}.json").data
    found = session.get(LedgerFingerprint, entry.seq)
    assert found
    mark = hashlib.sha256(body).hexdigest()
    assert mark == told(entry)["fingerprint"] == found.fingerprint
    assert "ongewijzigd" in client.get(f"/controleer?vingerafdruk={mark}").text.lower()
    assert client.get(f"/certificaten/{certificate.id}.json?geldigOp=gisteren").status_code == 400
    assert client.get("/certificaten/99999.json").status_code == 404


def test_strangers_and_others_learn_nothing_and_change_nothing(
    app: Flask, client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    foreign = add_certificate(session, authority(session, "vb002"), FACTS, actor=SYSTEM).id
    session.commit()
    assert client.get(OWN).status_code == 303
    for role in ("invuller", "coordinator", "bestuurder", "redacteur", "beoordelaar"):
        browser = sign_in(app, accounts[role])
        assert browser.get("/mijn/certificaten?organisatie=vb002").status_code == 404, role
        assert browser.get(f"/mijn/certificaten/{foreign}").status_code == 404, role
        assert browser.get("/redactie/certificaten").status_code == 403, role
    boss = sign_in(app, accounts["bestuurder"])
    assert "Certificaat toevoegen" not in boss.get(OWN).text
    assert boss.get(NEW).status_code == 403
    administrator = sign_in(app, accounts["beheerder"])
    assert administrator.get("/mijn/certificaten/nieuw?organisatie=vb002").status_code == 403
    path = f"/mijn/certificaten/{foreign}"
    assert send(administrator, path, {"niveau": "2", "reden": "Volgens de certificeerder."}).status_code == 303
    assert newest(session)[0].recorded_role == "beheerder"


def test_a_beheerder_finds_a_certificate_by_the_name_of_the_authority(app: Flask, accounts: Accounts) -> None:
    browser = sign_in(app, accounts["beheerder"])
    page = browser.get("/redactie/certificaten").text
    assert "Gemeente Lindenveen" in page
    assert "Delfland" in page
    found = browser.get("/redactie/certificaten?q=delfland").text
    assert "niveau 3 (handboek 3, versie niet bekend)" in found
    assert "Gemeente Lindenveen" not in found
    assert "Geen certificaten gevonden" in browser.get("/redactie/certificaten?q=xyzzy").text
    assert "Delfland" in browser.get("/redactie/certificaten?pagina=99").text


def test_a_withdrawal_seen_by_two_is_done_once(writer: FlaskClient, session: Session) -> None:
    path = first(session)
    form = form_on(writer.get(f"{path}/intrekken").text, path)
    withdraw(session, certificate_of(session), 1, reason="Eerder.", actor=SYSTEM)
    session.commit()
    answer = writer.post(f"{path}/intrekken", data={**form, "reden": "Ook ik."})
    assert answer.status_code == 409
    assert "Ook ik." in answer.text
    assert "Eerder." in answer.text


def test_what_a_source_tells_is_no_more_than_it_tells(client: FlaskClient) -> None:
    page = card(client.get("/deelnemers/hoogheemraadschap-van-delfland").text)
    assert "niveau 3 (handboek 3, versie niet bekend)" in page
    assert "geldig tot: niet bekend" in page
    assert "co2-prestatieladder.nl" in page


def test_the_same_certificate_is_not_added_twice_and_a_list_in_use_stays_as_it_is(
    writer: FlaskClient, session: Session
) -> None:
    assert send(writer, NEW, TYPED).status_code == 303
    before = newest(session)[0].id
    again = send(writer, NEW, {**TYPED, "houder": "gemeente LINDENVEEN"})
    assert (again.status_code, "Dit certificaat staat al in het register." in again.text) == (422, True)
    assert newest(session)[0].id == before
    assert send(writer, NEW, {**TYPED, "geldig_tot": "1-2-2030"}).status_code == 303, "a renewed one is another"
    part = writer.get(f"{NEW}&handboek=3.1", headers={"HX-Request": "true", "HX-Target": "schaal"}).text
    assert 'id="niveau" name="niveau" hx-preserve="true"' in part.replace("  ", " ")
    late = send(writer, NEW, {**TYPED, "geldig_van": "1-1-0001"})
    assert "Vul een jaar in van 1900 tot en met 2100." in late.text
