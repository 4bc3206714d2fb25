"""Erasing the contact person of a report: the readable answer goes, the fingerprint and the ledger stay whole."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Refused
from common.ledger import Actor, LedgerEntry, LedgerSalt
from registry.editions.questionnaire import of_edition
from registry.reports.content import answers_of
from registry.reports.drafting import subject_of
from registry.reports.models import Answer, AnswerState, Report, Submission
from registry.reports.values import ERASED, is_blank, is_erased

SHORTEST_REASON = 20
"""Characters."""


def person_keys(report: Report) -> set[str]:
    """Return the questions of this report that name a person."""
    return {question.key for question in of_edition(report.edition).questions if question.type == "person"}


def contacts_of(submission: Submission) -> dict[str, dict[str, Any]]:
    """Return the persons that a submission names and that can still be read, by question key."""
    answers = answers_of(submission)
    found = {key: answers[key].value for key in person_keys(submission.report) if key in answers}
    return {key: value for key, value in found.items() if not is_blank(value) and not is_erased(value)}


def reports_naming(session: Session, submission: Submission) -> list[Report]:
    """Return this authority's reports that name the same person, by his address; this report always."""
    addresses = {_address(value) for value in contacts_of(submission).values()} - {""}
    rows = session.scalars(select(Report).where(Report.authority_id == submission.report.authority_id))
    return [
        report
        for report in sorted(rows, key=lambda report: report.edition.year)
        if report.id == submission.report_id or addresses & _addresses(session, report)
    ]


def erase_contact(session: Session, submission: Submission, reason: str, *, actor: Actor) -> list[Report]:
    """Erase a submission's contact person from all of the authority's reports that name him; return these.

    Raises Refused without a reason of some length.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            N_("Schrijf in ten minste %(number)s tekens op waarom u deze gegevens verwijdert."), number=SHORTEST_REASON
        )
    reports = reports_naming(session, submission)
    for report in reports:
        _erase(session, report, submissions=report.submissions)
        ledger.record(
            session, "account.contact_erased", subject_of(report), actor=actor, personal={"reason": reason.strip()}
        )
    return reports


def erase_old_contacts(session: Session, before: datetime) -> int:
    """Erase the contact persons that were handed in or typed before a moment; return in how many reports."""
    cleaned = 0
    for report in session.scalars(select(Report).where(Report.created_at < before)):
        old = [one for one in report.submissions if one.submitted_at < before]
        cleaned += _erase(session, report, submissions=old, before=before)
    return cleaned


def _erase(
    session: Session, report: Report, *, submissions: Collection[Submission], before: datetime | None = None
) -> bool:
    keys = person_keys(report)
    named = [one for one in submissions if keys & one.personal.keys()]
    for submission in named:
        submission.personal = {key: kept for key, kept in submission.personal.items() if key not in keys}
    query = select(Answer).where(Answer.report_id == report.id, Answer.key.in_(keys), Answer.value.is_not(None))
    typed = session.scalars(query.where(Answer.changed_at < before) if before else query).all()
    typed = [answer for answer in typed if not is_erased(answer.value)]
    for answer in typed:
        # A draft asks again; a report that was handed in says that there was something.
        answer.state = AnswerState.BLANK if report.may_change else AnswerState.GIVEN
        answer.value = None if report.may_change else dict(ERASED)
    if typed:
        _forget_salts(session, report, keys, before)
    session.flush()
    return bool(named or typed)


def _forget_salts(session: Session, report: Report, keys: set[str], before: datetime | None) -> None:
    """Drop the salts of the ledger's hashes of these answers: else a guessed name could be tried against them."""
    query = select(LedgerEntry.seq, LedgerEntry.payload).where(
        LedgerEntry.subject == subject_of(report), LedgerEntry.event == "report.saved"
    )
    if before:
        query = query.where(LedgerEntry.recorded_at < before)
    found = [seq for seq, payload in session.execute(query) if keys & json.loads(payload).get("personal", {}).keys()]
    session.execute(delete(LedgerSalt).where(LedgerSalt.seq.in_(found)))


def _addresses(session: Session, report: Report) -> set[str]:
    values: Sequence[Any] = session.scalars(
        select(Answer.value).where(Answer.report_id == report.id, Answer.key.in_(person_keys(report)))
    ).all()
    handed_in = [value for one in report.submissions for value in contacts_of(one).values()]
    return {_address(value) for value in (*values, *handed_in)} - {""}


def _address(value: Any) -> str:
    return str(value.get("email") or "").strip().lower() if isinstance(value, dict) else ""
