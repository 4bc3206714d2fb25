"""The process that hands the outbox to a mail server: loses no mail, and sends none twice.

A server takes a mail on when it has read the last dot. So the sender says everything up to that dot, writes in the
database that this mail stands on the brink, says the dot, and writes what the server answered. After a crash a mail
that waits was surely not taken on, and goes again; one on the brink is in doubt, and only a person sends it again.
No transaction is open while the network is waited for.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Update, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, selectinload

from common import ledger
from common.clock import now
from common.database import reading_only
from common.outbox import MailState, OutboxAttachment, OutboxMail, Trouble, as_message, texts_to_keep
from common.smtp_address import ascii_address, without_addresses
from common.smtp_server import Conversation, Lost, MailRefused, MailServer, NoServer

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
MOST_TRIES = 20
"""With waits of 1, 2, 4 ... 128 minutes and then 4 hours, the last try is two days after the first."""
_LOCKED_TRIES = 4


def wait_after(attempts: int) -> timedelta:
    """Return how long a mail waits after so many tries that failed."""
    return min(FIRST_WAIT * (1 << (min(attempts, 20) - 1)), LONGEST_WAIT)


@dataclass
class Tally:
    """What one round of sending did, in numbers of mails."""

    sent: int = 0
    later: int = 0
    given_up: int = 0
    in_doubt: int = 0
    trouble: str = ""
    """Why no server could be spoken to."""


@dataclass(frozen=True)
class _Letter:
    """A mail as it was read from the outbox, free of any transaction."""

    id: int
    kind: str
    attempts: int
    address: str
    recipient: str
    message: bytes
    texts: dict[str, str]
    """What is kept of its texts when it went."""


class Sender:
    """Sends what is due. One at a time: the caller holds the lock of common/sender_lock.py."""

    def __init__(self, engine: Engine, server: MailServer, sender: tuple[str, str], our_name: str) -> None:
        """`sender` is the name and address of the From line; `our_name` is how we greet the server."""
        self._engine, self._server, self._sender, self._our_name = engine, server, sender, our_name
        self._line: Conversation | None = None

    def recover(self) -> int:
        """Call what a sender left on the brink when it died in doubt; return how many."""
        statement = update(OutboxMail).where(OutboxMail.state == MailState.ON_THE_BRINK)
        return self._write(statement.values(state=MailState.IN_DOUBT, last_error=Trouble.DIED.value))

    def send_due(self, stopping: Callable[[], bool] = lambda: False) -> Tally:
        """Send every mail whose time has come, until there is none or `stopping()` says so."""
        tally = Tally()
        try:
            while not stopping() and (mail := self._next()):
                self._handle(mail, tally)
        except NoServer as error:
            tally.trouble = without_addresses(str(error), "")
            self._put_all_off(tally)
        finally:
            if self._line:
                self._line.close()
                self._line = None
        return tally

    def _next(self) -> OutboxMail | None:
        due = (OutboxMail.state == MailState.WAITING, OutboxMail.next_try_at <= now())
        query = select(OutboxMail).where(*due).order_by(OutboxMail.next_try_at, OutboxMail.id).limit(1)
        query = query.options(selectinload(OutboxMail.attachments))
        with reading_only(), Session(self._engine, expire_on_commit=False) as session:
            return session.scalar(query)

    def _handle(self, mail: OutboxMail, tally: Tally) -> None:
        try:
            recipient = ascii_address(mail.to_address)
            message = as_message(mail, self._sender, mail.attachments)
        except Exception as error:  # whatever is wrong with one mail may not hold up the others
            self._give_up(mail, f"{Trouble.UNWRITABLE}: {type(error).__name__}", tally)
            return
        letter = _Letter(mail.id, mail.kind, mail.attempts, mail.to_address, recipient, message, texts_to_keep(mail))
        try:
            line = self._offer(letter)
        except MailRefused as refusal:
            self._refused(letter, refusal, tally)
        except Lost as loss:
            self._hang_up()
            self._later(letter, str(loss), tally)
        else:
            self._finish(letter, line, tally)

    def _offer(self, letter: _Letter) -> Conversation:
        """Say all but the dot. A server may close a line that carried mail before: then once over a new one."""
        used = self._line is not None and self._line.is_open
        try:
            return self._offer_once(letter)
        except (Lost, MailRefused) as error:
            if not used or (isinstance(error, MailRefused) and error.code != 421):
                raise
            self._hang_up()
            return self._offer_once(letter)

    def _offer_once(self, letter: _Letter) -> Conversation:
        if self._line is None or not self._line.is_open:
            self._line = Conversation(self._server, self._our_name)
        self._line.offer(self._sender[1], letter.recipient, letter.message)
        return self._line

    def _finish(self, letter: _Letter, line: Conversation, tally: Tally) -> None:
        try:
            moved = self._move(letter, MailState.WAITING, state=MailState.ON_THE_BRINK, attempts=letter.attempts + 1)
        except BaseException:
            self._hang_up()  # without the dot: the server throws it away
            raise
        if not moved:  # somebody stopped or erased it meanwhile
            self._hang_up()
            return
        try:
            line.finish()
        except MailRefused as refusal:
            self._refused(letter, refusal, tally)
        except Lost as loss:
            self._hang_up()
            reason = f"{Trouble.LOST_AT_THE_END}: {loss}"
            self._brink(letter, state=MailState.IN_DOUBT, last_error=without_addresses(reason, letter.address))
            tally.in_doubt += 1
        else:
            self._sent(letter)
            tally.sent += 1

    def _sent(self, letter: _Letter) -> None:
        def write(session: Session) -> int:
            # One that was erased while it stood on the brink stays empty.
            _count(session, _open(letter.id).where(OutboxMail.to_address != "").values(**letter.texts))
            session.execute(delete(OutboxAttachment).where(OutboxAttachment.mail_id == letter.id))
            return _count(session, _open(letter.id).values(state=MailState.SENT, sent_at=now(), last_error=None))

        self._surely(write)

    def _refused(self, letter: _Letter, refusal: MailRefused, tally: Tally) -> None:
        if refusal.is_final:
            self._give_up(letter, str(refusal), tally)
        else:
            self._later(letter, str(refusal), tally)

    def _later(self, letter: _Letter, reason: str, tally: Tally) -> None:
        attempts = letter.attempts + 1
        if attempts >= MOST_TRIES:
            self._give_up(letter, reason, tally)
            return
        self._write(_open(letter.id).values(**_waiting(attempts), last_error=without_addresses(reason, letter.address)))
        tally.later += 1

    def _give_up(self, mail: "_Letter | OutboxMail", reason: str, tally: Tally) -> None:
        address = mail.address if isinstance(mail, _Letter) else mail.to_address
        values = {"attempts": mail.attempts + 1, "last_error": without_addresses(reason, address)}

        def give_up(session: Session) -> int:
            if not _count(session, _open(mail.id).values(state=MailState.GIVEN_UP, **values)):
                return 0
            what = {"kind": mail.kind, "attempts": mail.attempts + 1}
            ledger.record(session, "mail.given-up", f"mail:{mail.id}", what, actor=ledger.SYSTEM)
            return 1

        tally.given_up += self._surely(give_up)

    def _put_all_off(self, tally: Tally) -> None:
        """No server: every mail that is due waits its own turn, and those that waited long enough are given up."""
        due = (OutboxMail.state == MailState.WAITING, OutboxMail.next_try_at <= now())
        with reading_only(), Session(self._engine, expire_on_commit=False) as session:
            mails = session.scalars(select(OutboxMail).where(*due)).all()
        for mail in (one for one in mails if one.attempts + 1 >= MOST_TRIES):
            self._give_up(mail, tally.trouble, tally)
        waits = {one.attempts for one in mails if one.attempts + 1 < MOST_TRIES}
        for attempts in sorted(waits):
            same = update(OutboxMail).where(*due, OutboxMail.attempts == attempts)
            tally.later += self._write(same.values(**_waiting(attempts + 1), last_error=tally.trouble))

    def _hang_up(self) -> None:
        if self._line:
            self._line.drop()
            self._line = None

    def _move(self, letter: _Letter, before: MailState, **values: Any) -> bool:
        return bool(self._write(_open(letter.id).where(OutboxMail.state == before).values(**values)))

    def _brink(self, letter: _Letter, **values: Any) -> None:
        """Write what became of a mail on the brink; it must not be lost because another process is writing."""
        self._surely(lambda session: _count(session, _open(letter.id).values(**values)))

    def _write(self, statement: Update) -> int:
        with Session(self._engine) as session, session.begin():
            return _count(session, statement)

    def _surely(self, change: Callable[[Session], int]) -> int:
        """Make a change in one transaction; try again while the database is locked."""
        for left in reversed(range(_LOCKED_TRIES)):
            try:
                with Session(self._engine) as session, session.begin():
                    return change(session)
            except OperationalError:
                if not left:
                    raise
                log.warning("the database is locked; trying again")
                time.sleep(1)
        return 0


def _open(mail_id: int) -> Update:
    """An update of a mail that is in the sender's hands; one that was stopped or erased meanwhile is no error."""
    ours = OutboxMail.state.in_((MailState.WAITING, MailState.ON_THE_BRINK))
    return update(OutboxMail).where(OutboxMail.id == mail_id, ours)


def _waiting(attempts: int) -> dict[str, Any]:
    return {"state": MailState.WAITING, "attempts": attempts, "next_try_at": now() + wait_after(attempts)}


def _count(session: Session, statement: Update) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))
