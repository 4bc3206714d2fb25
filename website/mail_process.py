"""The process that sends: waits for its turn, sends what is due, and stops at a signal after the mail at hand.

It needs little of the site, so that it starts quickly and takes little memory.
"""

import signal
import threading
from types import FrameType

import click
from sqlalchemy.exc import OperationalError

from common.sender_lock import SenderLock
from common.sending import Sender, Tally
from website.config import Settings
from website.mailing import make_sender, safest

SECONDS_BETWEEN = 5.0


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
