"""Handing in: the checks once more, a fingerprint, and a receipt. A submission never changes afterwards."""

import secrets
from typing import Final

from sqlalchemy.orm import Session

from common import clock, ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.editions.questionnaire import of_edition
from registry.reports.checking import Problem, check
from registry.reports.circumstances import circumstances_of
from registry.reports.content import answers_of, personal_answers, write_content
from registry.reports.drafting import OPEN, current_answers, name_of, subject_of
from registry.reports.models import Report, ReportState, Submission
from registry.reports.remarks import newest_submission

__all__ = ["ChangedSince", "NotReady", "answers_of", "blocking", "submit"]

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


def submit(session: Session, report: Report, *, actor: Actor, seen_version: int | None = None) -> Submission:
    """Hand the report in and return the submission with its receipt.

    Handing in twice gives the same receipt. `seen_version` is the version that the person looked over: when somebody
    saved a change since, ChangedSince is raised. Raises NotReady with what is missing.
    """
    session.refresh(report, with_for_update=True)
    newest = newest_submission(session, report)
    if report.state not in OPEN:
        if newest is None:
            raise Refused(N_("Deze rapportage kan nu niet worden ingediend."))
        return newest
    if seen_version is not None and seen_version != report.version:
        raise ChangedSince(N_("Er is iets veranderd sinds u de rapportage bekeek."))
    problems = blocking(session, report)
    if problems:
        raise NotReady(problems)
    submission = _make(session, report, newest.number + 1 if newest else 1, actor)
    report.state = ReportState.ANSWERED if report.state is ReportState.QUESTION_SENT else ReportState.SUBMITTED
    report.updated_at = submission.submitted_at
    session.flush()
    ledger.record(
        session,
        "report.submitted",
        subject_of(report),
        {
            "number": submission.number,
            "receipt": submission.receipt,
            "fingerprint": submission.fingerprint,
            "version": report.version,
        },
        actor=actor,
    )
    return submission


def _make(session: Session, report: Report, number: int, actor: Actor) -> Submission:
    moment = clock.now()
    receipt = f"{report.edition.year}-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    head = {
        "authority": {"code": report.authority.code, "name": name_of(session, report.authority)},
        "number": number,
        "receipt": receipt,
        "submitted_at": moment.isoformat(timespec="seconds"),
    }
    form, answers = of_edition(report.edition), current_answers(session, report)
    circumstances = circumstances_of(session, report)
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
        personal=personal,
    )
    session.add(submission)
    return submission
