"""Without a mail server each mail is a file, for whoever runs the site and for nobody else."""

import os
import stat
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.outbox import MailState, OutboxMail
from common.web.access import public
from common.web.database import db, start_writing, writes_on_get
from tests.mail.factories import put_mail
from tests.sites import make_site


@pytest.fixture
def site(app: Flask) -> Flask:
    """The site with another sender, and with a GET that writes mail, as coming back from a provider is."""
    made = make_site(app.extensions["settings"].data, settings={"mail_from": "Kompas <post@kompas.example>"})

    @made.get("/proef")
    @public
    @writes_on_get("for this test")
    def queues() -> str:
        start_writing()
        put_mail(db(), MailState.WAITING, hours=0)
        db().commit()
        return "gedaan"

    return made


def files(site: Flask) -> list[Path]:
    """The files of mail."""
    return sorted((site.extensions["settings"].data / "mail").glob("*report_published.eml"))


def test_a_get_that_writes_mail_shows_it_at_once_from_the_sender_of_the_settings(site: Flask) -> None:
    assert site.test_client().get("/proef").status_code == 200
    (file,) = files(site)
    assert message_from_bytes(file.read_bytes())["From"] == "Kompas <post@kompas.example>"


def test_a_file_of_mail_is_for_its_owner_only(site: Flask) -> None:
    before = os.umask(0)
    try:
        site.test_client().get("/proef")
    finally:
        os.umask(before)
    (file,) = files(site)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_mail_that_cannot_be_made_spoils_no_request_and_no_other_mail(site: Flask, session: Session) -> None:
    number = put_mail(session, MailState.WAITING).id
    session.execute(update(OutboxMail).where(OutboxMail.id == number).values(subject="a\nBcc: b@c.nl"))
    session.commit()
    assert site.test_client().get("/proef").status_code == 200
    assert len(files(site)) == 1
    kept = session.execute(select(OutboxMail.state, OutboxMail.last_error).where(OutboxMail.id == number)).one()
    session.rollback()
    assert kept == (MailState.GIVEN_UP, "unwritable: ValueError")


def test_a_folder_that_cannot_be_written_to_spoils_no_request(site: Flask, session: Session) -> None:
    (site.extensions["settings"].data / "mail").touch()
    assert site.test_client().get("/proef").status_code == 200
    assert session.scalars(select(OutboxMail.state)).all() == [MailState.WAITING]
    session.rollback()
