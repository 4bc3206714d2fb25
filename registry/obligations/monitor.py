"""Looks whether the site itself works, keeps what it saw, and moves the deadlines of a day on which it did not."""

import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time, timedelta
from http.client import HTTPException, HTTPResponse
from time import monotonic

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import AMSTERDAM, local, now, today
from common.ledger import SYSTEM
from common.versions import known_at
from registry.agreements.models import AgreementVersion
from registry.obligations.models import DeadlineCause, Duty, DutyVersion, SiteCheck
from registry.obligations.outages import SWITCHED_OFF, Look, Outage, outage_on, working_day_after
from registry.obligations.writing import next_version, note

LOOKED_BACK = timedelta(days=30)
"""Deadlines of longer ago stay where they are."""
KEPT = timedelta(days=90)
"""How long looks are kept."""
TIMEOUT = 10.0
"""Seconds that the site may take to begin to answer, and as many to end."""
ENOUGH = 100
"""Bytes that are read of an answer."""


def look_at(url: str, timeout: float = TIMEOUT) -> str | None:
    """Ask the site whether it is well; return what is wrong, in words, or None when it says "ok".

    A page of a proxy that says so in other words is no answer, and neither is one that comes too slowly.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:  # the address is a setting of the operator
            said = _read(answer, monotonic() + timeout)
    except urllib.error.HTTPError as error:
        return f"antwoord {error.code}"
    except (OSError, ValueError, HTTPException) as error:
        late = isinstance(getattr(error, "reason", error), TimeoutError)
        return f"geen antwoord binnen {timeout:g} seconden" if late else "geen verbinding"
    return None if said.strip() == b"ok" else "een ander antwoord dan van deze site"


def _read(answer: HTTPResponse, until: float) -> bytes:
    """Read the beginning of an answer. Raises TimeoutError where it goes on after that moment of the clock."""
    said = b""
    while len(said) < ENOUGH and (more := answer.read1(ENOUGH)):
        said += more
        if monotonic() > until:
            raise TimeoutError
    return said


def keep_look(session: Session, wrong: str | None) -> SiteCheck:
    """Write down one look, and forget those of long ago."""
    session.execute(delete(SiteCheck).where(SiteCheck.checked_at < now() - KEPT))
    check = SiteCheck(checked_at=now(), works=wrong is None, told=wrong)
    session.add(check)
    session.flush()
    return check


def move_after_outages(
    session: Session, met_in_time: Callable[[Session], Collection[int]] = lambda _session: ()
) -> list[DutyVersion]:
    """Move the deadlines of past days on which the site was out of order; return what moved.

    `met_in_time` returns the numbers of obligations that were met in time, which no outage hindered: they stay.
    Idempotent: a deadline that moved is not of that day any more. Two processes at once wait for one another at the
    ledger. Only agreements that this register follows: nobody hands in here what others ask.
    """
    ledger.lock(session)
    first = today() - LOOKED_BACK
    followed = select(AgreementVersion.agreement_id).where(
        known_at(AgreementVersion), AgreementVersion.followed.is_(True)
    )
    query = (
        select(DutyVersion)
        .join(DutyVersion.duty)
        .where(known_at(DutyVersion), DutyVersion.due_on >= first, DutyVersion.due_on < today())
        .where(Duty.agreement_id.in_(followed))
        .order_by(Duty.agreement_id, DutyVersion.due_on, Duty.id)
    )
    due = [one for one in session.scalars(query) if one.ends_on is None or (one.due_on and one.ends_on > one.due_on)]
    if not due:
        return []
    looks = _looks(session, first)
    outages = {day: outage_on(day, looks) for day in {one.due_on for one in due if one.due_on}}
    hindered = [one for one in due if one.due_on and outages[one.due_on]]
    met = met_in_time(session) if hindered else ()
    groups: dict[tuple[int, date], list[DutyVersion]] = {}
    for one in hindered:
        if one.due_on and one.duty_id not in met:
            groups.setdefault((one.duty.agreement_id, one.due_on), []).append(one)
    moved: list[DutyVersion] = []
    for (_agreement, day), versions in groups.items():
        outage = outages[day]
        assert outage is not None
        moved += _move(session, versions, day, outage)
    return moved


def _move(session: Session, versions: Sequence[DutyVersion], day: date, outage: Outage) -> list[DutyVersion]:
    minutes = round(outage.lasted.total_seconds() / 60)
    reason = (
        f"Deze site werkte op {day.day}-{day.month}-{day.year} zelf {minutes} minuten niet, of zij kon dat niet zien. "
        "Daarom is de termijn verschoven naar de eerste werkdag na het herstel."
    )
    until = working_day_after(max(local(outage.recovered_at).date(), day))
    moved = [
        next_version(session, one, SYSTEM, reason, cause=DeadlineCause.OUTAGE, due_on=until) for one in versions
    ]  # fmt: skip
    note(session, "duty.moved", versions[0].duty.agreement, moved, SYSTEM, reason)
    return moved


def _looks(session: Session, first: date) -> list[Look]:
    since = datetime.combine(first, time(), AMSTERDAM) - SWITCHED_OFF
    query = select(SiteCheck.checked_at, SiteCheck.works).where(SiteCheck.checked_at >= since)
    return [Look(*row) for row in session.execute(query.order_by(SiteCheck.checked_at, SiteCheck.id))]
