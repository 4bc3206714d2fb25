"""Erasing the contact person of a report: the readable answer goes, the fingerprint and the ledger stay whole."""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Refused
from common.ledger import Actor, LedgerEntry, LedgerSalt
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.content import answers_of
from registry.reports.drafting import subject_of
from registry.reports.models import Answer, AnswerState, Report, Submission
from registry.reports.values import ERASED, is_blank, is_erased

SHORTEST_REASON = 20
"""Characters."""
Concerns = Callable[[Any], bool]
"""Says of an answer that names a person whether it is to go."""


def person_keys(edition: Edition) -> set[str]:
    """Return the questions of this edition that name a person."""
    return {question.key for question in of_edition(edition).questions if question.type == "person"}


def contacts_of(submission: Submission) -> dict[str, dict[str, Any]]:
    """Return the persons that a submission names and that can still be read, by question key."""
    answers = answers_of(submission)
    found = {key: answers[key].value for key in person_keys(submission.report.edition) if key in answers}
    return {key: value for key, value in found.items() if not is_blank(value) and not is_erased(value)}


def reports_naming(session: Session, submission: Submission) -> list[Report]:
    """Return this authority's reports from which the contact person of a submission can be erased, oldest first.

    It is the same person where the address is the same; of who left none, where the name is.
    """
    concerns = _same_person(submission)
    return [report for report in _reports_of(session, submission) if _found(session, report, concerns)]


def reports_keeping(session: Session, submission: Submission) -> list[Report]:
    """Return this authority's reports that name him inside their fingerprint: from these nobody can erase him."""
    concerns = _same_person(submission)
    return [
        report
        for report in _reports_of(session, submission)
        if any(
            concerns(value)
            for one in report.submissions
            for key, value in contacts_of(one).items()
            if key not in one.personal
        )
    ]


def erase_contact(session: Session, submission: Submission, reason: str, *, actor: Actor) -> list[Report]:
    """Erase a submission's contact person from the authority's reports that name him, and nobody else; return these.

    What stands inside a fingerprint stays (`reports_keeping`). Raises Refused without a reason of some length.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            N_("Schrijf in ten minste %(number)s tekens op waarom u deze gegevens verwijdert."), number=SHORTEST_REASON
        )
    concerns, reports = _same_person(submission), reports_naming(session, submission)
    for report in reports:
        _erase(session, report, submissions=report.submissions, concerns=concerns)
        ledger.record(
            session, "account.contact_erased", subject_of(report), actor=actor, personal={"reason": reason.strip()}
        )
    return reports


def reports_with_old_contacts(session: Session, before: datetime) -> list[int]:
    """Return the numbers of the reports that hold contact persons from before a moment; writes nothing."""
    found: set[int] = set()
    editions = select(Report.edition_id).where(Report.created_at < before)
    for edition in session.scalars(select(Edition).where(Edition.id.in_(editions))):
        keys, reports = person_keys(edition), select(Report.id).where(Report.edition_id == edition.id)
        kept = select(Submission.report_id, Submission.personal).where(
            Submission.report_id.in_(reports), Submission.submitted_at < before
        )
        found |= {number for number, personal in session.execute(kept) if keys & (personal or {}).keys()}
        typed = select(Answer.report_id, Answer.value).where(
            Answer.report_id.in_(reports), Answer.key.in_(keys), Answer.value.is_not(None), Answer.changed_at < before
        )
        found |= {number for number, value in session.execute(typed) if not is_erased(value)}
    return sorted(found)


def erase_old_contact(session: Session, report_id: int, before: datetime) -> int:
    """Erase the contact persons of a report that were handed in or typed before a moment; return 1 when any were."""
    report = session.get_one(Report, report_id)
    old = [one for one in report.submissions if one.submitted_at < before]
    return int(_erase(session, report, submissions=old, before=before))


def _erase(
    session: Session,
    report: Report,
    *,
    submissions: Collection[Submission],
    concerns: Concerns = lambda _value: True,
    before: datetime | None = None,
) -> bool:
    keys, named = person_keys(report.edition), False
    for submission in submissions:
        gone = {key for key in keys & submission.personal.keys() if concerns(submission.personal[key]["value"])}
        if gone:
            named = True
            submission.personal = {key: kept for key, kept in submission.personal.items() if key not in gone}
    typed = [one for one in _typed(session, report, before) if concerns(one.value)]
    for answer in typed:
        # A draft asks again; a report that was handed in says that there was something.
        answer.state = AnswerState.BLANK if report.may_change else AnswerState.GIVEN
        answer.value = None if report.may_change else dict(ERASED)
    if typed:
        _forget_salts(session, report, keys, before)
    session.flush()
    return bool(named or typed)


def _typed(session: Session, report: Report, before: datetime | None = None) -> list[Answer]:
    keys = person_keys(report.edition)
    query = select(Answer).where(Answer.report_id == report.id, Answer.key.in_(keys), Answer.value.is_not(None))
    found = session.scalars(query.where(Answer.changed_at < before) if before else query).all()
    return [answer for answer in found if not is_erased(answer.value)]


def _forget_salts(session: Session, report: Report, keys: set[str], before: datetime | None) -> None:
    """Drop the salts of the ledger's hashes of these answers: else a guessed name could be tried against them."""
    query = select(LedgerEntry.seq, LedgerEntry.payload).where(
        LedgerEntry.subject == subject_of(report), LedgerEntry.event == "report.saved"
    )
    if before:
        query = query.where(LedgerEntry.recorded_at < before)
    found = [seq for seq, payload in session.execute(query) if keys & json.loads(payload).get("personal", {}).keys()]
    session.execute(delete(LedgerSalt).where(LedgerSalt.seq.in_(found)))


def _reports_of(session: Session, submission: Submission) -> list[Report]:
    rows = session.scalars(select(Report).where(Report.authority_id == submission.report.authority_id))
    return sorted(rows, key=lambda report: (report.edition.year, report.id))


def _found(session: Session, report: Report, concerns: Concerns) -> bool:
    keys = person_keys(report.edition)
    handed_in = [one.personal[key]["value"] for one in report.submissions for key in keys & one.personal.keys()]
    typed = [one.value for one in _typed(session, report)]
    return any(concerns(value) for value in (*handed_in, *typed))


def _same_person(submission: Submission) -> Concerns:
    asked = {_who(value) for value in contacts_of(submission).values()} - {""}
    return lambda value: _who(value) in asked


def _who(value: Any) -> str:
    """Return by what a person is told from others: his address, or the name of who left none."""
    said = value if isinstance(value, dict) else {}
    return str(said.get("email") or said.get("name") or "").strip().lower()
