"""The weekly mails: what waits on the desk of staff, and what is open for an organisation. Gathered, then written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for, wanted
from accounts.models import User
from accounts.people import authority_codes
from common import ledger, undelivered
from common.clock import AMSTERDAM, today
from common.ledger import LedgerEntry
from common.outbox import OutboxMail
from common.web.mails import site_link
from kb.discussion.threads import open_everywhere
from kb.proposals.queue import number_waiting
from registry.agreements.models import ObligationKind
from registry.authorities.reading import by_code, version_on
from registry.obligations.rule import DueState
from registry.participants.mine import Mine, Step, YearReport, my_page
from registry.participants.participants import ObligationStanding
from registry.reviews.queue import waiting
from registry.signatures.confirming import unconfirmed
from website.desk import number_of_guides_to_do

DONE = "mail.digested"
PRESSING = {DueState.DUE_SOON, DueState.LATE}


@dataclass(frozen=True)
class StaffWork:
    """How much waits on the desk of staff."""

    reports: int
    oldest_days: int
    drafts: int
    reviews: int
    signatures: int
    undelivered: int
    proposals: int = 0
    comments: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is a reason to write."""
        return any(
            (self.reports, self.drafts, self.reviews, self.signatures, self.undelivered, self.proposals, self.comments)
        )


@dataclass(frozen=True)
class AuthorityWork:
    """What is open for one organisation."""

    name: str
    code: str
    report: YearReport | None
    plans: Sequence[ObligationStanding]


def staff_work(session: Session) -> StaffWork:
    """Count what waits on the desk."""
    reports, (drafts, reviews) = waiting(session), number_of_guides_to_do(session, today())
    return StaffWork(
        reports=len(reports),
        oldest_days=max((row.days for row in reports), default=0),
        drafts=drafts,
        reviews=reviews,
        signatures=len(unconfirmed(session)),
        undelivered=undelivered.count(session),
        proposals=number_waiting(session),
        comments=open_everywhere(session),
    )


def authority_work(session: Session, user: User) -> list[AuthorityWork]:
    """Return the person's organisations for which something is open, each with what.

    A report counts when it was sent back, when it is ready to hand in, or when its term ends within sixty days or has
    ended; a plan in the last case. Who has months of time gets no mail about it.
    """
    found = []
    for code in authority_codes(user):
        authority = by_code(session, code)
        if authority is None:
            continue
        page = my_page(session, authority, today())
        work = AuthorityWork(version_on(authority, today()).name, code, _report(page), _plans(page))
        if work.report or work.plans:
            found.append(work)
    return found


def _report(page: Mine) -> YearReport | None:
    main = page.main
    if main is None or main.step in {Step.WAIT, Step.NOTHING}:
        return None
    return main if main.step in {Step.ANSWER, Step.SUBMIT} or main.standing.state in PRESSING else None


def _plans(page: Mine) -> list[ObligationStanding]:
    kinds = ObligationKind.ACTION_PLAN
    return [one for one in page.obligations if one.kind is kinds and one.standing.state in PRESSING]


def monday() -> datetime:
    """Return the moment at which the present week began in the Netherlands."""
    day = today() - timedelta(days=today().weekday())
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def done_this_week(session: Session) -> bool:
    """Say whether the digests of this week were all written."""
    query = select(LedgerEntry.seq).where(LedgerEntry.event == DONE, LedgerEntry.recorded_at >= monday()).limit(1)
    return session.scalar(query) is not None


def readers(session: Session, kind: str, *, with_example: bool) -> list[int]:
    """Return the numbers of the people who want this digest and did not get one this week.

    People of the example world have no real address: they are left out where mail really goes.
    """
    got = set(session.scalars(_had(kind)))
    people: Sequence[User] = session.scalars(select(User).where(User.active).order_by(User.id)).unique().all()
    people = [person for person in people if person.id not in got and (with_example or not person.is_example)]
    return [person.id for person in people if wanted(session, person, kind)]


def _had(kind: str) -> Select[int | None]:
    return select(OutboxMail.to_user_id).where(OutboxMail.kind == kind, OutboxMail.created_at >= monday())


def still_due(session: Session, user_id: int, kind: str) -> bool:
    """Say whether a person did not get this digest this week; until the commit nobody else can write it.

    What `readers` said may be old by the time it is this person's turn: another run may have been there.
    """
    ledger.lock(session)
    return session.scalar(_had(kind).where(OutboxMail.to_user_id == user_id).limit(1)) is None


def write_to_staff(session: Session, user: User, work: StaffWork) -> bool:
    """Put a staff member's digest in the outbox; False where there is nothing to say."""
    if not work.anything:
        return False
    link = site_link("/redactie", user.language)
    return queue_for(session, user, "digest_staff", work=work, link=link) is not None


def write_to_authority(session: Session, user: User, works: Sequence[AuthorityWork]) -> bool:
    """Put the digest of somebody who works for organisations in the outbox; False where there is nothing to say."""
    if not works:
        return False
    links = {work.code: site_link(f"/mijn?organisatie={work.code}", user.language) for work in works}
    return queue_for(session, user, "digest_authority", works=works, links=links) is not None


def record_done(session: Session, written: int) -> None:
    """Say in the ledger, once, that this week's digests were written, so that a second run does nothing."""
    ledger.lock(session)
    if done_this_week(session):
        return
    week = "{}-W{:02}".format(*today().isocalendar()[:2])
    ledger.record(session, DONE, "mail:digest", {"week": week, "mails": written}, actor=ledger.SYSTEM)
