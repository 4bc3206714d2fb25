"""`flask mail send` hands the outbox to the mail server, once or on and on; `flask mail digest` writes weekly mail."""

import signal
import threading
from types import FrameType
from typing import cast

import click
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from accounts.models import User
from common.database import reading_only
from common.sender_lock import SenderLock
from common.sending import Sender, Tally
from common.web.database import db
from website import digests
from website.config import Settings
from website.mailing import mail_folder, mail_settings, make_sender, safest, show_as_files

SECONDS_BETWEEN = 5.0

mail = click.Group("mail", help="Send the mail in the outbox.")


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
    settings, session = cast(Settings, current_app.extensions["settings"]), db()
    with reading_only():
        done = digests.done_this_week(session)
        work = digests.staff_work(session)
        staff = [] if done else digests.readers(session, "digest_staff")
        others = [] if done else digests.readers(session, "digest_authority")
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
    user = session.get_one(User, user_id)
    if work:
        written = digests.write_to_staff(session, user, work)
    else:
        with reading_only():
            session.rollback()
            open_work = digests.authority_work(session, user)
            session.rollback()
        written = digests.write_to_authority(session, user, open_work)
    session.commit()
    return written


def run_sender(settings: Settings, *, watch: bool) -> None:
    """Send what is due, and with `watch` go on until a signal; one process at a time."""
    engine = safest(settings.database_url)
    lock, stop = SenderLock(engine, settings.data), _stop_on_signal()
    try:
        if not _wait_for(lock, stop, watch):
            return
        sender = make_sender(settings, engine)
        if watch:
            click.echo("Berichten gaan naar de mailserver, tot dit proces stopt.")
            _watch(sender, lock, stop)
        else:
            _once(sender, stop)
    finally:
        lock.release()
        engine.dispose()


def _stop_on_signal() -> threading.Event:
    """Return what is set by SIGTERM or SIGINT: the mail at hand is finished, and no other begun."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    return stop


def _wait_for(lock: SenderLock, stop: threading.Event, watch: bool) -> bool:
    """Take the lock; a second process that stays waits for it, one that sends once ends."""
    if lock.take():
        return True
    click.echo("Een ander proces verstuurt de berichten al." + (" Dit proces wacht tot dat stopt." if watch else ""))
    while watch and not stop.wait(SECONDS_BETWEEN):
        if lock.take():
            return True
    return False


def _once(sender: Sender, stop: threading.Event) -> None:
    tally = Tally(in_doubt=sender.recover())
    done = sender.send_due(stop.is_set)
    done.in_doubt += tally.in_doubt
    click.echo(in_words(done))
    if done.trouble:
        raise click.ClickException(f"De mailserver neemt niets aan: {done.trouble}")


def _watch(sender: Sender, lock: SenderLock, stop: threading.Event) -> None:
    recovered = False
    while not stop.is_set():
        if not lock.is_held():
            raise click.ClickException("De verbinding met de database viel weg. Start dit proces opnieuw.")
        try:
            if not recovered:
                _say(Tally(in_doubt=sender.recover()))
                recovered = True
            _say(sender.send_due(stop.is_set))
        except OperationalError as error:
            # Another process kept the database for too long. What then stood on the brink is in doubt.
            click.echo(f"De database is nu niet te gebruiken ({type(error.orig).__name__}).", err=True)
            recovered = False
        stop.wait(SECONDS_BETWEEN)


def _say(tally: Tally) -> None:
    if tally != Tally():
        click.echo(in_words(tally))


def in_words(tally: Tally) -> str:
    """Say what was done, in one line without names."""
    line = f"{tally.sent} verstuurd, {tally.later} later opnieuw, {tally.given_up} opgegeven, {tally.in_doubt} onzeker"
    return f"{line}. De mailserver neemt niets aan: {tally.trouble}" if tally.trouble else line


def init_mail_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(mail)
