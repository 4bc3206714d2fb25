"""Handing in: the checks once more, a fingerprint, and a receipt. A submission never changes afterwards.

Who may, from which state and under what conditions stands in registry/reports/transitions.py.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common import clock, ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.editions.form import Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.approving import agreement_with
from registry.reports.checking import Problem, asked, check
from registry.reports.circumstances import Circumstances, circumstances_of
from registry.reports.content import answers_of, personal_answers, write_content
from registry.reports.drafting import current_answers, name_of, same
from registry.reports.models import AnswerState, Approval, Report, ReportState, Submission
from registry.reports.published import submission_shown
from registry.reports.remarks import newest_submission, unanswered
from registry.reports.transitions import Event, Facts, Guard, GuardFails, may_move, move
from registry.reports.values import BLANK, AnswerInput, AnswerLike

__all__ = ["ChangedSince", "NotReady", "answers_of", "blocking", "declarations", "reason_now", "submit"]

LONGEST_REASON: Final = 1000
"""Characters of a reason that the public reads."""
STAFF: Final = {StaffRole.REVIEWER.value, StaffRole.ADMINISTRATOR.value}
"""Who stands in the place of the coördinator for what came on paper."""
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the ones that look alike, because people read a receipt number out on the telephone."""


class NotReady(Refused):
    """Something stands in the way of submitting; `problems` says what, in the order of the form."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(N_("De rapportage is nog niet klaar om in te dienen."))


class ChangedSince(Conflict):
    """Somebody saved a change after this person looked over the report."""


def blocking(session: Session, report: Report) -> list[Problem]:
    """Return what stands in the way of submitting now."""
    answers = current_answers(session, report)
    problems = check(of_edition(report.edition), answers, circumstances_of(session, report))
    return [problem for problem in problems if problem.blocks]


def declarations(questionnaire: Questionnaire) -> list[str]:
    """Return the keys of what the submitter himself has to declare: asked with the button, and never in a section."""
    return [question.key for question in questionnaire.questions if question.type == "declaration"]


def reason_now(report: Report) -> str:
    """Return why the report is handed in again, as far as it was said before: of a correction, or after a question."""
    kept = report.state in {ReportState.CORRECTING, ReportState.QUESTION_SENT}
    return (report.correction_reason or "") if kept else ""


def submit(
    session: Session, report: Report, *, actor: Actor, seen_version: int | None = None, says_true: bool = False,
    reason: str = "",
) -> Submission:  # fmt: skip
    """Hand the report in and return the submission with its receipt.

    Handing in twice gives the same receipt. `seen_version` is the version that the person looked over: when somebody
    saved a change since, ChangedSince is raised. `says_true`: he ticked the declaration himself. `reason` is public and
    needed after withdrawing; that of a correction was given when it began. Raises NotReady with what is missing, and
    GuardFails with what else stands in the way.
    """
    session.refresh(report, with_for_update=True)
    newest = newest_submission(session, report)
    if not may_move(report.state, Event.SUBMIT):
        if newest is None:
            raise Refused(N_("Deze rapportage kan nu niet worden ingediend."))
        return newest
    if seen_version is not None and seen_version != report.version:
        raise ChangedSince(N_("Er is iets veranderd sinds u de rapportage bekeek."))
    reason = reason.strip() or reason_now(report)
    agreed = agreement_with(session, report)
    state = _next(session, report, _facts(session, report, actor, agreed, says_true=says_true, reason=reason))
    submission = _make(session, report, newest.number + 1 if newest else 1, actor, agreed)
    submission.reason = reason or None
    report.state, report.updated_at = state, submission.submitted_at
    report.correction_reason = reason or None
    session.flush()
    _record(session, report, submission, actor)
    return submission


def _next(session: Session, report: Report, facts: Facts) -> ReportState:
    if len(facts.reason) > LONGEST_REASON:
        raise Refused(N_("Maak de tekst korter: ten hoogste %(number)s tekens."), number=LONGEST_REASON)
    try:
        return move(report.state, Event.SUBMIT, facts)
    except GuardFails as refusal:
        if refusal.guard is Guard.NOTHING_OPEN:
            raise NotReady(blocking(session, report)) from refusal
        raise


def _facts(
    session: Session, report: Report, actor: Actor, agreed: Approval | None, *, says_true: bool, reason: str
) -> Facts:
    form = of_edition(report.edition)
    return Facts(
        person_id=actor.user_id,
        # What came on paper is entered by staff; who decided about it at the authority stands on the paper.
        is_coordinator=actor.role == MemberRole.COORDINATOR.value or (report.on_paper and actor.role in STAFF),
        needs_agreement=form.executive_agrees and not report.on_paper,
        is_agreed=agreed is not None,
        says_true=says_true or not declarations(form),
        open_questions=len(blocking(session, report)),
        unanswered=len(unanswered(session, report)),
        changed=report.state is not ReportState.CORRECTING or has_changed(session, report),
        reason=reason,
    )


def has_changed(session: Session, report: Report) -> bool:
    """Say whether an answer differs from what the public reads now; True where it reads nothing."""
    shown = submission_shown(session, report)
    if shown is None:
        return True
    now, then, form = current_answers(session, report), answers_of(shown), of_edition(report.edition)
    keys = {question.key for question in asked(form, now, circumstances_of(session, report))} | then.keys()
    keys -= set(declarations(form))
    return any(not same(now.get(key, BLANK), then.get(key, BLANK)) for key in keys)


def _record(session: Session, report: Report, submission: Submission, actor: Actor) -> None:
    said: dict[str, Any] = {
        "number": submission.number,
        "receipt": submission.receipt,
        "fingerprint": submission.fingerprint,
        "version": report.version,
    }
    # The reason is free text; it becomes public with the report, and until then only its salted hash is written.
    personal = {"reason": submission.reason} if submission.reason else None
    ledger.record(session, "report.submitted", report.subject, said, actor=actor, personal=personal)


def _make(session: Session, report: Report, number: int, actor: Actor, agreed: Approval | None) -> Submission:
    moment = clock.now()
    receipt = f"{report.edition.year}-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    head: dict[str, Any] = {
        "authority": {"code": report.authority.code, "name": name_of(session, report.authority)},
        "number": number,
        "receipt": receipt,
        "submitted_at": moment.isoformat(timespec="seconds"),
    }
    if agreed and agreed.decided_at:
        head["agreed"] = {"role": MemberRole.EXECUTIVE.value, "at": agreed.decided_at.isoformat(timespec="seconds")}
    form, circumstances = of_edition(report.edition), circumstances_of(session, report)
    answers = _declared(form, current_answers(session, report), circumstances)
    personal = personal_answers(form, answers, circumstances)
    content = write_content(form, report, answers, head, personal, circumstances)
    submission = Submission(
        report=report,
        number=number,
        receipt=receipt,
        submitted_at=moment,
        submitted_by_id=actor.user_id,
        last_edited_by_id=report.last_edited_by_id,
        content=content,
        fingerprint=ledger.sha256(content),
        on_paper=report.on_paper,
        personal=personal,
    )
    session.add(submission)
    return submission


def _declared(
    form: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances
) -> dict[str, AnswerLike]:
    """Return the answers with the declaration true: the submitter ticked it on the page with the button."""
    asked_now = {question.key for question in asked(form, answers, circumstances)}
    said = {key: AnswerInput(AnswerState.GIVEN, True) for key in declarations(form) if key in asked_now}
    return {**answers, **said}
