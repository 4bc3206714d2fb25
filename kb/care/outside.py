"""Asks the addresses outside the site to which guides lead whether they still answer: `flask kb check-links`.

Only addresses of the public internet are asked, on every hop of a redirect; each at most once a week, with a timeout.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urljoin, urlsplit

import certifi
import urllib3
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.database import reading_only
from common.ledger import SYSTEM, record
from kb.care.models import LinkCheck
from kb.guides.models import GuideLink, LinkKind, Revision
from kb.guides.reading import is_public

CONNECT, READ = 5.0, 10.0
"""Seconds for each hop."""
HOPS = 5
AT_ONCE = 6
AGAIN_AFTER = timedelta(days=7)
HEARD_BEFORE = 5
"""Addresses that answered before, by which a server without a connection is told from addresses that are gone."""
NOT_ASKED = "not_asked"
_SILENT = {"name", "refused", "timeout", NOT_ASKED}
_LEADS_ON = {301, 302, 303, 307, 308}
_QUERY = "/%:@!$&'()*+,;=~-._?[]"
WHO = "Manifestkompas-links/1 (kijkt of een verwijzing nog klopt)"
# These answer people and refuse programs, or only ask to come back later: the page is there.
_THERE_ALL_THE_SAME = {401, 403, 405, 406, 418, 429, 451, 503, 999}


@dataclass(frozen=True)
class Answer:
    """What an address answered: a status, or why nothing came."""

    status: int | None
    trouble: str | None = None
    """timeout, name, certificate, refused, redirects, not_public, address; None where the page is there.

    not_asked where the server could not look the name up: that says nothing of the page, and is never kept.
    """


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


def has_no_connection(session: Session, answers: Collection[tuple[str, Answer]]) -> bool:
    """Say whether it is the server that reaches nothing: hardly an answer came, and none from what answered before."""
    silent = sum(answer.trouble in _SILENT for _address, answer in answers)
    if 10 * (len(answers) - silent) >= silent:
        return False
    with reading_only():
        well = select(LinkCheck.url).where(LinkCheck.trouble.is_(None))
        well = well.where(LinkCheck.url.not_in([address for address, _answer in answers]))
        before = session.scalars(well.order_by(LinkCheck.checked_at.desc()).limit(HEARD_BEFORE)).all()
        session.rollback()
    return all(answer.trouble in _SILENT for _address, answer in ask_all(before))


def ask_one(address: str) -> Answer:
    """Ask one address and follow where it leads. Raises nothing."""
    try:
        for _hop in range(HOPS):
            place = _place_of(address)
            if isinstance(place, str):
                return Answer(None, place)
            status, onward = _get(address, place)
            if onward is None or status not in _LEADS_ON:
                return _judged(status)
            address = urljoin(address, onward)
    except urllib3.exceptions.SSLError:
        return Answer(None, "certificate")
    except (urllib3.exceptions.ProtocolError, urllib3.exceptions.NewConnectionError, ConnectionError):
        return Answer(None, "refused")
    except (urllib3.exceptions.TimeoutError, TimeoutError):
        return Answer(None, "timeout")
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        return Answer(None, "address")
    return Answer(None, "redirects")


@dataclass(frozen=True)
class Place:
    """Where an address is asked: the very machine that was found to be on the public internet."""

    ip: str
    host: str
    port: int
    is_secure: bool


def _get(address: str, place: Place) -> tuple[int, str | None]:
    """Ask a place for an address; return the status and where it leads. The body is not read."""
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    pool: urllib3.HTTPConnectionPool
    if place.is_secure:
        pool = urllib3.HTTPSConnectionPool(
            place.ip, place.port, timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED", ca_certs=certifi.where(),
            server_hostname=place.host, assert_hostname=place.host,
        )  # fmt: skip
    else:
        pool = urllib3.HTTPConnectionPool(place.ip, place.port, timeout=timeout, retries=False)
    parts = urlsplit(address)
    path = quote(parts.path or "/", safe=_QUERY) + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else "")
    with pool:
        headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": WHO}
        answer = pool.urlopen("GET", path, headers=headers, redirect=False, preload_content=False)
        answer.close()
        return answer.status, answer.headers.get("Location")


def _judged(status: int) -> Answer:
    fine = status < 400 or status in _THERE_ALL_THE_SAME
    return Answer(status, None if fine else f"status {status}")


def _place_of(address: str) -> Place | str:
    """Return where an address may be asked, or why not: a link must not make the site ask its own neighbours."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "address"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except socket.gaierror as failure:
        return NOT_ASKED if failure.errno == socket.EAI_AGAIN else "name"
    except (OSError, UnicodeError):
        return "name"
    ips = [str(one[4][0]) for one in found]
    if not ips or not all(_is_public(ip) for ip in ips):
        return "not_public"
    return Place(ips[0], parts.hostname, port, parts.scheme == "https")


def _is_public(ip: str) -> bool:
    return ipaddress.ip_address(ip).is_global


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
