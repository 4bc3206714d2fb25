"""What an employee must know of his own organisation: what is asked, by when, how far it is, and who does what."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts.models import MemberRole, Membership, User
from common.versions import AsOf, known_at
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.obligations.rule import DueState, Standing
from registry.participants.agreement_pages import signed_texts
from registry.participants.participants import ObligationStanding, obligations_of
from registry.plans.models import Plan, PlanVersion
from registry.plans.reading import DraftStep, PlanProgress, draft_of
from registry.reports.checking import check
from registry.reports.circumstances import circumstances_for, circumstances_of
from registry.reports.drafting import current_answers
from registry.reports.how_far import Progress, progress_of
from registry.reports.models import PUBLIC, WITH_STAFF, Report, ReportState, Submission
from registry.reports.remarks import WHOLE_REPORT, newest_submission, open_remarks, unanswered
from registry.reports.standing import Standing as ReportStanding
from registry.reports.standing import standing_of

OPEN = (DueState.LATE, DueState.DUE_SOON, DueState.NOT_YET_DUE)
"""What somebody has yet to do."""


class Step(enum.StrEnum):
    """What is to be done about a report now."""

    ANSWER = "answer"
    START = "start"
    CONTINUE = "continue"
    AGREE = "agree"
    """All is answered, and it waits for the bestuurder, or he has to be asked."""
    RETURNED = "returned"
    """The bestuurder returned it, and nothing changed since."""
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    """The questions of staff are answered: hand it in again."""
    CORRECT = "correct"
    """What is public is being corrected."""
    AGAIN = "again"
    """It was withdrawn, and may be handed in again."""
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True)
class YearReport:
    """One year's report as the employee finds it."""

    agreement: Agreement
    year: int
    standing: Standing
    step: Step
    progress: Progress = field(default_factory=Progress)
    submission: Submission | None = None
    reason: str = ""
    """Why staff, or the bestuurder, sent it back."""
    remarks: int = 0
    """At how many questions staff ask something."""
    replied: int = 0
    """How many of those are answered."""
    asked_executive: bool = False
    """Whether the bestuurder was asked to agree, and did not decide yet."""
    needs_agreement: bool = False
    """Whether handing in has to wait until a bestuurder agreed."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who works for the same organisation here."""

    name: str
    roles: tuple[MemberRole, ...]


@dataclass(frozen=True)
class Mine:
    """All that the page shows."""

    obligations: Sequence[ObligationStanding]
    main: YearReport | None
    plans: Mapping[int, PlanVersion]
    """The newest published plan, by the number of the agreement."""
    colleagues: Sequence[Colleague]
    last_published: int | None
    signed_texts: Mapping[int, int]
    """The number of the version that the organisation signed, by the number of the agreement."""
    plan_progress: Mapping[int, PlanProgress]
    """How far the plan is, by the number of the agreement; one that was never begun is not in it."""
    states: Mapping[int, ReportState]
    """Where each report stands, by the number of the edition; one that was never begun is not in it."""

    @property
    def plan_step(self) -> ObligationStanding | None:
        """The plan that is to be made, or to be made public where that is all it takes; None where nothing is."""
        plans = [one for one in self.obligations if not one.edition]
        waiting = [one for one in plans if self.waits_to_be_public(one.agreement.id) or one.standing.state in OPEN]
        return min(
            waiting,
            key=lambda one: (not self.waits_to_be_public(one.agreement.id), one.standing.due_on or date.max),
            default=None,
        )

    def waits_to_be_public(self, agreement_id: int) -> bool:
        """Say whether the plan was adopted and is not public yet."""
        progress = self.plan_progress.get(agreement_id)
        return progress is not None and progress.step is DraftStep.ADOPTED


def my_page(session: Session, authority: Authority, today: date) -> Mine:
    """Gather what the page of an organisation shows to its own people."""
    obligations = obligations_of(session, authority, AsOf(today))
    years = [found for found in obligations if found.edition]
    reports = _reports(session, authority)
    published = [found.edition.year for found in years if found.edition and found.edition.published]
    return Mine(
        obligations=obligations,
        main=_main(session, authority, years, reports, today),
        plans=_plans(session, authority),
        colleagues=colleagues(session, authority.code),
        last_published=max(published, default=None),
        signed_texts=signed_texts(session, authority.id, AsOf(today)),
        plan_progress=draft_of(session, authority.id),
        states={number: report.state for number, report in reports.items()},
    )


def colleagues(session: Session, code: str) -> list[Colleague]:
    """Return who works for an organisation now, by name, with all roles of each."""
    query = (
        select(User.id, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_code == code, Membership.ended_at.is_(None), User.active)
        .order_by(User.name, User.id, Membership.role)
    )
    found: dict[int, Colleague] = {}
    for user_id, name, role in session.execute(query):
        before = found[user_id].roles if user_id in found else ()
        found[user_id] = Colleague(name, (*before, role))
    return list(found.values())


def _reports(session: Session, authority: Authority) -> dict[int, Report]:
    query = select(Report).where(Report.authority_id == authority.id).options(selectinload(Report.edition))
    return {report.edition_id: report for report in session.scalars(query)}


def _main(
    session: Session,
    authority: Authority,
    years: Sequence[ObligationStanding],
    reports: Mapping[int, Report],
    today: date,
) -> YearReport | None:
    """Choose the report that the person should do something about: sent back first, then the soonest deadline."""
    open_years = [found for found in years if _state(found, reports) not in PUBLIC]
    if not open_years:
        return None
    chosen = min(open_years, key=lambda found: (_urgency(_state(found, reports)), found.standing.due_on or date.max))
    return _year_report(session, authority, chosen, reports, today)


def _urgency(state: ReportState | None) -> int:
    if state is ReportState.QUESTION_SENT:
        return 0
    return 2 if state in WITH_STAFF else 1


def _state(found: ObligationStanding, reports: Mapping[int, Report]) -> ReportState | None:
    report = reports.get(found.edition.edition_id) if found.edition else None
    return report.state if report else None


def _year_report(
    session: Session, authority: Authority, found: ObligationStanding, reports: Mapping[int, Report], today: date
) -> YearReport:
    assert found.edition is not None
    year = found.edition.year
    report = reports.get(found.edition.edition_id)
    if report is None:
        edition = session.get_one(Edition, found.edition.edition_id)
        circumstances = circumstances_for(session, authority, edition, day=today)
        progress = progress_of(of_edition(edition), {}, check(of_edition(edition), {}, circumstances), circumstances)
        return YearReport(found.agreement, year, found.standing, Step.START, progress)
    remarks = open_remarks(session, report)
    answers, circumstances = current_answers(session, report), circumstances_of(session, report, day=today)
    problems = check(of_edition(report.edition), answers, circumstances)
    progress = progress_of(of_edition(report.edition), answers, problems, circumstances)
    staff_ask = set(remarks) - {WHOLE_REPORT}
    waiting = {remark.key for remark in unanswered(session, report)} if staff_ask else set()
    where = standing_of(session, report)
    step = _step(where, progress, bool(waiting) or not staff_ask)
    said = " ".join(remark.text for remark in remarks.get(WHOLE_REPORT, []))
    return YearReport(
        found.agreement,
        year,
        found.standing,
        step,
        progress,
        newest_submission(session, report),
        where.approval.remark or "" if step is Step.RETURNED and where.approval else said,
        len(staff_ask),
        len(staff_ask - waiting),
        where.waits,
        where.needs_agreement,
    )


_STEPS: Final = {
    ReportState.CORRECTING: Step.CORRECT,
    ReportState.WITHDRAWN: Step.AGAIN,
    ReportState.AGREED: Step.SUBMIT,
}


def _step(where: ReportStanding, progress: Progress, staff_wait: bool) -> Step:
    state = where.report.state
    asked_staff = state is ReportState.QUESTION_SENT
    if not progress.left and not (asked_staff and staff_wait) and (where.sent_back or where.waits):
        return Step.RETURNED if where.sent_back else Step.AGREE
    if asked_staff:
        return Step.ANSWER if staff_wait or progress.left else Step.RESUBMIT
    if state in _STEPS:
        return _STEPS[state]
    if state is ReportState.DRAFT:
        if progress.left:
            return Step.CONTINUE
        return Step.AGREE if where.needs_agreement and not where.agreed else Step.SUBMIT
    return Step.WAIT if state in WITH_STAFF else Step.NOTHING


def _plans(session: Session, authority: Authority) -> dict[int, PlanVersion]:
    query = (
        select(Plan.agreement_id, PlanVersion)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(Plan.authority_id == authority.id, known_at(PlanVersion), PlanVersion.published_at.is_not(None))
        .order_by(PlanVersion.number)
    )
    return dict(session.execute(query).all())
