"""The agreement of the bestuurder with a report, as it stood when he read it.

It is about one version of the report: any answer that changes makes it lapse (`lapse_agreement`). Handing in changes
no answer, so a report that comes back with a question is still agreed with as long as nobody changed it.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from accounts.models import MemberRole
from common import clock, ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.reports.models import Approval, ApprovalState, Report, ReportState
from registry.reports.transitions import Event, Facts, Guard, GuardFails, find, may_move, move

STANDING: Final = (ApprovalState.ASKED, ApprovalState.AGREED)
"""What an answer that changes makes lapse."""
LONGEST_REMARK: Final = 2000
"""Characters of what the bestuurder writes when he returns a report."""
TWICE: Final = timedelta(minutes=1)
"""Within this time the same question is a second click, and no new mail."""


class NotAsked(Conflict):
    """The bestuurder was asked about another version of the report, or the question was taken back."""


def lapse_agreement(session: Session, report: Report, *, actor: Actor) -> None:
    """Let the question to the bestuurder, or his agreement, lapse: the report is no longer what he read."""
    query = select(Approval).where(Approval.report_id == report.id, Approval.state.in_(STANDING))
    standing = session.scalars(query).all()
    for approval in standing:
        approval.state = ApprovalState.LAPSED
    if report.state is ReportState.AGREED:
        report.state = ReportState.DRAFT
    if standing:
        ledger.record(session, "report.agreement_lapsed", report.subject, {"version": report.version}, actor=actor)


def newest_approval(session: Session, report: Report) -> Approval | None:
    """Return the last question to the bestuurder, whatever became of it."""
    query = select(Approval).where(Approval.report_id == report.id).order_by(Approval.id.desc()).limit(1)
    return session.scalars(query).first()


def waiting_for_executive(session: Session, authority_id: int) -> list[Report]:
    """Return the reports of an authority that its bestuurder was asked to agree with and did not decide on."""
    asked = and_(
        Approval.report_id == Report.id, Approval.state == ApprovalState.ASKED, Approval.version == Report.version
    )
    query = select(Report).join(Approval, asked).where(Report.authority_id == authority_id)
    found = session.scalars(query.options(selectinload(Report.edition)).order_by(Report.due_on))
    return [report for report in found if may_move(report.state, Event.AGREE)]


def agreement_with(session: Session, report: Report) -> Approval | None:
    """Return the agreement with the report as it stands now, or None where there is none."""
    newest = newest_approval(session, report)
    holds = newest is not None and newest.state is ApprovalState.AGREED and newest.version == report.version
    return newest if holds else None


def ask_agreement(session: Session, report: Report, *, actor: Actor, seen_version: int) -> tuple[Approval, bool]:
    """Ask the bestuurder to agree with the report as it stands; return the question and whether it is a new one.

    The caller says first that nothing blocks. A second click asks nothing new. Raises Conflict when somebody saved a
    change since `seen_version`, Refused where the actor is no coördinator or the report lies with staff.
    """
    session.refresh(report, with_for_update=True)
    find(report.state, Event.AGREE)
    if actor.role != MemberRole.COORDINATOR.value:
        raise GuardFails(Guard.IS_COORDINATOR)
    _refuse_changed(report, seen_version)
    newest = newest_approval(session, report)
    if newest and newest.state in STANDING and newest.version == report.version:
        if newest.state is ApprovalState.AGREED or clock.now() - newest.asked_at < TWICE:
            return newest, False
        newest.state = ApprovalState.LAPSED
    approval = Approval(
        report_id=report.id, version=report.version, state=ApprovalState.ASKED, asked_by_id=actor.user_id,
        asked_at=clock.now(),
    )  # fmt: skip
    session.add(approval)
    session.flush()
    ledger.record(session, "report.agreement_asked", report.subject, {"version": report.version}, actor=actor)
    return approval, True


def agree(session: Session, report: Report, *, actor: Actor, seen_version: int) -> Approval:
    """Let the bestuurder agree with the report as he read it. A second click gives the same agreement.

    Raises NotAsked or Conflict where it is not what he was asked about any more, Refused where he is no bestuurder.
    """
    approval = _question(session, report, seen_version)
    if approval.state is ApprovalState.AGREED:
        return approval
    executive = actor.role == MemberRole.EXECUTIVE.value
    report.state = move(report.state, Event.AGREE, Facts(person_id=actor.user_id, is_executive=executive))
    _decide(approval, ApprovalState.AGREED, actor)
    ledger.record(session, "report.agreed", report.subject, {"version": report.version}, actor=actor)
    return approval


def send_back(session: Session, report: Report, remark: str, *, actor: Actor, seen_version: int) -> Approval:
    """Let the bestuurder return the report with a remark for the coördinator.

    Raises NotAsked or Conflict as `agree` does, Refused without a remark or where he agreed already.
    """
    approval, remark = _question(session, report, seen_version), remark.strip()
    if actor.role != MemberRole.EXECUTIVE.value:
        raise GuardFails(Guard.IS_EXECUTIVE)
    if approval.state is ApprovalState.AGREED:
        raise Refused(N_("U ging al akkoord. Vraag de coördinator om een antwoord te veranderen: dan vervalt dat."))
    if not remark:
        raise Refused(N_("Schrijf op wat er anders moet."))
    if len(remark) > LONGEST_REMARK:
        raise Refused(N_("Maak de tekst korter: ten hoogste %(number)s tekens."), number=LONGEST_REMARK)
    _decide(approval, ApprovalState.RETURNED, actor)
    approval.remark = remark
    # A remark is free text and may name a person, so that only its salted hash enters the ledger.
    ledger.record(
        session, "report.agreement_returned", report.subject, {"version": report.version}, actor=actor,
        personal={"remark": remark},
    )  # fmt: skip
    return approval


def _question(session: Session, report: Report, seen_version: int) -> Approval:
    session.refresh(report, with_for_update=True)
    _refuse_changed(report, seen_version)
    approval = newest_approval(session, report)
    if approval is None or approval.state not in STANDING or approval.version != report.version:
        raise NotAsked(N_("Deze vraag staat niet meer open. De coördinator kan u opnieuw vragen."))
    return approval


def _decide(approval: Approval, state: ApprovalState, actor: Actor) -> None:
    approval.state, approval.decided_by_id, approval.decided_at = state, actor.user_id, clock.now()


def _refuse_changed(report: Report, seen_version: int) -> None:
    if seen_version != report.version:
        raise Conflict(N_("Er is iets veranderd sinds u de rapportage bekeek."))
