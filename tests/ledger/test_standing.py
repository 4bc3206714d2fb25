"""What the site says is laid beside what its ledger says: taken back, changed past the site, or made up is found."""

import json

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from common.fingerprints import fingerprint
from common.ledger import Actor
from common.ledger_tables import LedgerEntry, LedgerFingerprint
from registry.certificates import keeping
from registry.certificates.models import Certificate
from registry.signatures.changing import change
from tests.ledger.chains import command, raw
from tests.ledger.test_checking import asked, confirmed
from website.standing import compare_with_ledger, standing

STAFF = Actor("beheerder", 6)


def test_what_was_taken_back_does_not_stand_there_any_more(client: FlaskClient, session: Session) -> None:
    signature, version, path = confirmed(session)
    certificate = session.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert certificate is not None
    held = next(one for one in standing(session, f"certificate:{certificate.key}") if one.holds)
    change(session, signature, {"confirmed": False}, reason="Toch niet.", actor=STAFF)
    number = keeping.current_version(session, certificate).number
    keeping.withdraw(session, certificate, number, reason="Fout.", actor=STAFF)
    session.commit()
    marks = str(version.fingerprint), held.fingerprint
    session.rollback()
    assert client.get(path).status_code == 404
    assert [asked(client, mark) for mark in marks] == ["Staat er niet meer"] * 2


def test_a_row_that_was_changed_past_the_site_is_found_by_the_page_and_named_by_verify(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    signature, version, path = confirmed(session)
    mark, subject = str(version.fingerprint), f"signature:{signature.key}"
    assert compare_with_ledger(session).wrong == ()
    session.execute(text("UPDATE signature_version SET name_as_signed = 'VERVALST' WHERE id = :id"), {"id": version.id})
    session.commit()
    false = client.get(path)
    assert "VERVALST" in false.text
    assert asked(client, mark) == "De site en het grootboek zijn het niet eens"
    assert asked(client, fingerprint(json.loads(false.text))) == "Onbekend"
    told = command(app, "verify")
    assert (told.exit_code, f"{subject}, {version.number}" in told.output) == (1, True), told.output


def test_a_fingerprint_that_no_entry_carries_proves_nothing_and_verify_names_it(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    signature = confirmed(session)[0]
    carrying = select(LedgerFingerprint.seq)
    number = session.scalars(select(LedgerEntry.seq).where(LedgerEntry.seq.not_in(carrying))).first()
    missing = session.scalars(select(LedgerFingerprint.seq).order_by(LedgerFingerprint.seq.desc())).first()
    made_up, subject = "ab" * 32, f"signature:{signature.key}"
    session.rollback()
    connection = raw(app)  # without the trigger that refuses this
    connection.execute("INSERT INTO ledger_fingerprint VALUES (?, ?, ?)", (number, made_up, subject))
    assert asked(client, made_up) == "Onbekend"
    assert f"regel {number} " in command(app, "verify").output
    for gone in (number, missing):
        connection.execute("DELETE FROM ledger_fingerprint WHERE seq = ?", (gone,))
    connection.close()
    assert f"regel {missing} " in command(app, "verify").output


def test_every_public_version_with_a_fingerprint_can_be_made_again(session: Session) -> None:
    found = compare_with_ledger(session)
    assert (found.wrong, found.older, found.fitting > 300) == ((), 0, True)
    carried = {one.partition(":")[0] for one in session.scalars(select(LedgerFingerprint.subject))}
    assert carried == {one.subject.partition(":")[0] for one in standing(session)}
    session.rollback()
