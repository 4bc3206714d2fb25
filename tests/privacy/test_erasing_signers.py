"""The name of who signed can be taken away, also from what the site said before."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from common import clock
from common.ledger import Actor, first_broken
from registry.signatures.changing import change
from tests.factories_changes import signatures


def test_the_name_of_a_signer_that_was_erased_stands_on_no_page_of_any_moment(app: Flask, session: Session) -> None:
    chosen = session.scalars(signatures(confirmed=True)).unique().all()[2]
    path = f"/deelnemers/{chosen.versions[-1].parties[0].authority.slug}"
    start = clock.now() + timedelta(hours=1)
    with clock.frozen_at(start):
        named = change(session, chosen, {"signed_by": "Jan Klaassen"}, reason="Naam.", actor=Actor("beheerder"))
        key, mark = chosen.key, named.fingerprint
        session.commit()
    past = f"{path}?beschikbaarOp={(start + timedelta(hours=1)).isoformat().replace('+00:00', 'Z')}"
    with clock.frozen_at(start + timedelta(days=1)):
        client = app.test_client()
        assert ["Jan Klaassen" in client.get(one).text for one in (path, past)] == [True, True]
        arguments = ["privacy", "erase-signer", key, "--reason", "Zijn verzoek."]
        assert "De naam is weg uit" in app.test_cli_runner().invoke(args=arguments).output
        assert ["Jan Klaassen" in client.get(one).text for one in (path, past)] == [False, False]
        assert "Ongewijzigd" in client.get(f"/controleer?vingerafdruk={mark}").text
    assert first_broken(session) is None
