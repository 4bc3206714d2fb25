"""Waits that grow after failed tries to sign in, counted before the password or code is looked at.

A try is counted per account (the address typed, whether it has an account or not) and per network. A browser that
signed in to the account before is counted apart (accounts/known_browsers.py), so that a stranger who fails on purpose
cannot make its owner wait; a mail to recover the password and a passkey are never made to wait here.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Reserved:
    """The outcome of counting a try: refused until a moment, or let through (and perhaps the last before a wait)."""

    refused_until: datetime | None = None
    begins_wait: bool = False


def counted(secret: str, kind: str, what: str) -> Counted:
    """Return what to count by: an HMAC of `what` with the site's secret."""
    return Counted(kind, hmac.new(secret.encode(), f"{kind}:{what}".encode(), hashlib.sha256).hexdigest())


def network_of(address: str | None) -> str:
    """Return the network of an address: IPv6 by its /64, which one household or office has whole; IPv4 as it is."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)).network_address)
    return str(found)


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
    rows = {one.key: _row(session, one.key) for one in what}
    waits = [row.wait_until for row in rows.values() if row.wait_until and row.wait_until > moment]
    if waits:
        return Reserved(refused_until=max(waits))
    begins = False
    for one in what:
        row = rows[one.key]
        row.failures += 1
        row.changed_at = moment
        wait = wait_after(row.failures, one.free)
        row.wait_until = moment + wait if wait else None
        begins = begins or bool(wait)
        session.add(row)
    session.flush()
    return Reserved(begins_wait=begins)


def _row(session: Session, key: str) -> SignInWait:
    found = session.get(SignInWait, key, populate_existing=True)
    return found or SignInWait(key=key, failures=0, wait_until=None)


def clear(session: Session, *what: Counted) -> None:
    """Forget the failures of these keys: the try was a right one."""
    session.execute(delete(SignInWait).where(SignInWait.key.in_([one.key for one in what])))


def give_back(session: Session, one: Counted) -> None:
    """Take back one counted try: it was a right one. Earlier failures stay, or a right try would wash them away."""
    row = session.get(SignInWait, one.key, populate_existing=True)
    if row:
        row.failures = max(0, row.failures - 1)
        row.wait_until = row.wait_until if wait_after(row.failures, one.free) else None
