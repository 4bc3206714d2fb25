"""Waits that grow after failed tries to sign in, counted before the password or code is looked at.

A try is counted per account (the address typed, whether it has an account or not) and per network. A browser that
signed in to the account before is counted apart (accounts/known_browsers.py), so that a stranger who fails on purpose
cannot make its owner wait. Mails to recover a password are counted here too: after the first five there is one at
least every quarter of an hour (LONGEST_WAIT), whoever asks. A passkey never waits.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.sign_in_models import SignInWait
from common import ledger
from common.clock import now

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Without a new try for so long, the count begins again."""
HALVED_EVERY = timedelta(hours=1)
FADES = {"network", "recovery"}
"""What is halved every hour, also while tries go on: behind one address many people make a mistake now and then. The
count of an account does not fade, for it is cleared by its owner; so a guesser gets a hundred tries a day, no more."""
FREE = {"network": 30}
"""Tries before the first wait, by what is counted; an office shares one network address."""
FREE_OF_ONE = 5


@dataclass(frozen=True)
class Counted:
    """What a try is counted by; `key` tells nobody which account or address it is."""

    kind: str
    key: str

    @property
    def free(self) -> int:
        """Return how many tries come before the first wait."""
        return FREE.get(self.kind, FREE_OF_ONE)

    @property
    def fades(self) -> bool:
        """Say whether the count is halved every hour."""
        return self.kind in FADES


@dataclass(frozen=True)
class Reserved:
    """The outcome of counting a try: refused until a moment, or let through (and perhaps the last before a wait)."""

    refused_until: datetime | None = None
    begins_wait: bool = False
    waits: Mapping[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    """By key until when was to be waited before the try, and since."""


def counted(secret: str, kind: str, what: str) -> Counted:
    """Return what to count by: an HMAC of `what` with the site's secret."""
    return Counted(kind, hmac.new(secret.encode(), f"{kind}:{what}".encode(), hashlib.sha256).hexdigest())


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many failures: 30 seconds after the free ones, doubling to 15 minutes."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failures - free, 10)), LONGEST_WAIT)


def reserve(session: Session, *what: Counted) -> Reserved:
    """Count a try before it is made, as if it had failed; refuse it while one of the keys waits.

    Commit before the try is made: then tries at the same moment see each other, and a few of hundreds get through.
    A refused try is not counted, so that the wait does not grow by those who knock while it lasts.
    """
    ledger.lock(session)  # one at a time, also where writers do not queue by themselves (PostgreSQL)
    moment = now()
    session.execute(delete(SignInWait).where(SignInWait.changed_at < moment - FORGOTTEN_AFTER))
    rows = {one.key: _row(session, one, moment) for one in what}
    waits = [row.wait_until for row in rows.values() if row.wait_until and row.wait_until > moment]
    if waits:
        return Reserved(refused_until=max(waits))
    set_now = {}
    for one in what:
        row = rows[one.key]
        row.failures += 1
        row.changed_at = row.changed_at if one.fades else moment
        wait, before = wait_after(row.failures, one.free), row.wait_until
        row.wait_until = moment + wait if wait else None
        set_now[one.key] = (before, row.wait_until)
        session.add(row)
    session.flush()
    return Reserved(begins_wait=any(after for _before, after in set_now.values()), waits=set_now)


def _row(session: Session, one: Counted, moment: datetime) -> SignInWait:
    """Return the count as it is at this moment. What fades keeps when it was last halved in place of the last try."""
    found = session.get(SignInWait, one.key, populate_existing=True)
    if found is None:
        return SignInWait(key=one.key, failures=0, wait_until=None, changed_at=moment)
    if one.fades:
        halvings = max(0, (moment - found.changed_at) // HALVED_EVERY)
        found.failures >>= halvings
        found.changed_at += halvings * HALVED_EVERY
    return found


def clear(session: Session, *what: Counted) -> None:
    """Forget the failures of these keys: the try was a right one."""
    session.execute(delete(SignInWait).where(SignInWait.key.in_([one.key for one in what])))


def give_back(session: Session, one: Counted, reserved: Reserved) -> None:
    """Take back one counted try of what fades: it was a right one, and leaves count and wait as if it had not been.

    Earlier failures stay, or a right try would wash them away; so does a wait that somebody else's failure began.
    """
    row = session.get(SignInWait, one.key, populate_existing=True)
    if row is None:
        return
    row.failures = max(0, row.failures - 1)
    before, set_by_it = reserved.waits[one.key]
    if row.wait_until == set_by_it:
        row.wait_until = before
    if not wait_after(row.failures, one.free):
        row.wait_until = None
