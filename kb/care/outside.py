"""Asks the addresses outside the site to which guides lead whether they still answer: `flask kb check-links`.

Only addresses of the public internet are asked, on every hop of a redirect; each at most once a week, with a timeout.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.ledger import SYSTEM, record
from kb.care.models import LinkCheck
from kb.guides.models import GuideLink, LinkKind, Revision
from kb.guides.reading import is_public

CONNECT, READ = 5.0, 10.0
"""Seconds for each hop."""
HOPS = 5
AT_ONCE = 6
AGAIN_AFTER = timedelta(days=7)
WHO = "Manifestkompas-links/1 (kijkt of een verwijzing nog klopt)"
# These answer people and refuse programs, or only ask to come back later: the page is there.
_THERE_ALL_THE_SAME = {401, 403, 405, 406, 418, 429, 451, 503, 999}


@dataclass(frozen=True)
class Answer:
    """What an address answered: a status, or why nothing came."""

    status: int | None
    trouble: str | None = None
    """timeout, name, certificate, refused, redirects, not_public, address; None where the page is there."""


def addresses_to_check(session: Session, *, everything: bool = False) -> list[str]:
    """Return the addresses of public guides that were not asked for a week, the longest ago first."""
    query = (
        select(GuideLink.target, LinkCheck.checked_at)
        .join(Revision, Revision.id == GuideLink.revision_id)
        .outerjoin(LinkCheck, LinkCheck.url == GuideLink.target)
        .where(is_public(), GuideLink.kind == LinkKind.OUTSIDE)
        .distinct()
    )
    since = now() - AGAIN_AFTER
    rows = [row for row in session.execute(query) if everything or row.checked_at is None or row.checked_at < since]
    return [
        row.target for row in sorted(rows, key=lambda row: (row.checked_at is not None, row.checked_at, row.target))
    ]


def ask_all(addresses: Collection[str], ask: Callable[[str], Answer] | None = None) -> Iterator[tuple[str, Answer]]:
    """Yield each address with its answer, a few at a time. Holds no lock of the database."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from zip(addresses, pool.map(ask or ask_one, addresses), strict=True)


def ask_one(address: str) -> Answer:
    """Ask one address and follow where it leads. Raises nothing."""
    try:
        for _hop in range(HOPS):
            if trouble := _not_public(address):
                return Answer(None, trouble)
            with requests.get(
                address, timeout=(CONNECT, READ), allow_redirects=False, stream=True, headers={"User-Agent": WHO}
            ) as answer:
                if not answer.is_redirect:
                    return _judged(answer.status_code)
                address = urljoin(address, answer.headers["location"])
    except requests.exceptions.SSLError:
        return Answer(None, "certificate")
    except requests.exceptions.Timeout:
        return Answer(None, "timeout")
    except requests.exceptions.ConnectionError:
        return Answer(None, "refused")
    except (requests.exceptions.RequestException, ValueError, UnicodeError):
        return Answer(None, "address")
    return Answer(None, "redirects")


def _judged(status: int) -> Answer:
    fine = status < 400 or status in _THERE_ALL_THE_SAME
    return Answer(status, None if fine else f"status {status}")


def _not_public(address: str) -> str | None:
    """Say why an address may not be asked: a link in a guide must not make the site ask its own neighbours."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "address"
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return "name"
    return None if all(ipaddress.ip_address(one[4][0]).is_global for one in found) else "not_public"


def keep_answer(session: Session, address: str, answer: Answer) -> LinkCheck:
    """Write down what an address answered. A first failure is the day since when it is broken."""
    check = session.scalars(select(LinkCheck).where(LinkCheck.url == address)).one_or_none()
    if check is None:
        check = LinkCheck(url=address)
        session.add(check)
    check.checked_at, check.status, check.trouble = now(), answer.status, answer.trouble
    check.broken_since = (check.broken_since or check.checked_at) if answer.trouble else None
    return check


def forget_unused(session: Session) -> int:
    """Drop what is known of addresses that no public guide names any more; return how many."""
    used = select(GuideLink.target).join(Revision, Revision.id == GuideLink.revision_id)
    used = used.where(is_public(), GuideLink.kind == LinkKind.OUTSIDE)
    gone = session.scalars(select(LinkCheck).where(LinkCheck.url.not_in(used))).all()
    for check in gone:
        session.delete(check)
    return len(gone)


def note_round(session: Session, asked: int, broken: int) -> None:
    """Say in the ledger that the addresses were asked."""
    record(session, "links.checked", "links:outside", {"asked": asked, "broken": broken}, actor=SYSTEM)
