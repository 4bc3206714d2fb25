"""`flask mail send` hands the outbox to the mail server, once or on and on; `flask mail digest` writes weekly mail."""

from collections.abc import Sequence
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from accounts.models import User
from common.database import reading_only
from common.sender_lock import SenderLock
from common.web.database import db
from website import digests
from website.config import Settings
from website.mail_process import run_sender
from website.mailing import mail_folder, mail_settings, show_as_files

mail = AppGroup("mail", help="Send the mail in the outbox, and write the weekly mail.")


@mail.command("send")
@click.option("--watch", is_flag=True, help="Stay, and send what comes; stop with SIGTERM or Ctrl+C.")
def send_command(watch: bool) -> None:
    """Send every mail that is due to the server of MAIL_URL; without one, write them to files."""
    settings = cast(Settings, current_app.extensions["settings"])
    if mail_settings(settings)[0] is None:
        written = show_as_files(db(), settings)
        click.echo(f"Er is geen MAIL_URL: berichten staan als bestand in {mail_folder(settings)} ({written} nieuw).")
        return
    run_sender(settings, watch=watch)


@mail.command("digest")
def digest_command() -> None:
    """Write this week's digests to who wants them. Run it each day: it does its work once a week."""
    settings = cast(Settings, current_app.extensions["settings"])
    lock = SenderLock(db().get_bind().engine, settings.data, "mail-digest")
    if not lock.take():
        click.echo("Een ander proces maakt de weekberichten al.")
        return
    try:
        _digests(settings, db())
    finally:
        lock.release()


def _digests(settings: Settings, session: Session) -> None:
    with reading_only():
        done = digests.done_this_week(session)
        work = digests.staff_work(session)
        example = not settings.mail_url
        staff = [] if done else digests.readers(session, "digest_staff", with_example=example)
        others = [] if done else digests.readers(session, "digest_authority", with_example=example)
        session.rollback()
    if done:
        click.echo("De weekberichten van deze week zijn al gemaakt.")
        return
    written = sum(_digest(session, number, work) for number in staff) + sum(_digest(session, one) for one in others)
    digests.record_done(session, written)
    session.commit()
    if not settings.mail_url:
        show_as_files(session, settings)
    click.echo(f"{written} weekberichten gemaakt.")


def _digest(session: Session, user_id: int, work: digests.StaffWork | None = None) -> bool:
    """Write one person's digest in a transaction of its own, so that the site never waits for the whole round."""
    open_work: Sequence[digests.AuthorityWork] = ()
    if work is None:
        with reading_only():
            session.rollback()
            open_work = digests.authority_work(session, session.get_one(User, user_id))
            session.rollback()
    written = False
    if digests.still_due(session, user_id, "digest_staff" if work else "digest_authority"):
        user = session.get_one(User, user_id)
        if work:
            written = digests.write_to_staff(session, user, work)
        else:
            written = digests.write_to_authority(session, user, open_work)
    session.commit()
    return written


def init_mail_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(mail)
