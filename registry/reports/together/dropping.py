"""Deleting what guests were asked and answered: when it is too old, or when a guest asks for it."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from common import ledger
from common.ledger import SYSTEM, Actor, LedgerEntry, LedgerSalt
from registry.reports.models import Report, Submission
from registry.reports.together.models import AnswerLink, LinkAnswer


def drop_reported(session: Session, before: datetime) -> int:
    """Delete links of before that moment of reports that were last handed in before it; return how many.

    What was taken over is an answer of the authority, and stays.
    """
    handed_in = select(Submission.report_id).group_by(Submission.report_id)
    handed_in = handed_in.having(func.max(Submission.submitted_at) < before)
    return _drop_all(session, AnswerLink.report_id.in_(handed_in), AnswerLink.created_at < before)


def drop_left(session: Session, before: datetime) -> int:
    """Delete links that were sent before that moment, whatever became of the report; return how many."""
    return _drop_all(session, AnswerLink.created_at < before)


def _drop_all(session: Session, *which: ColumnElement[bool]) -> int:
    found = session.scalars(select(AnswerLink).where(*which)).all()
    for link in found:
        drop(session, link, actor=SYSTEM)
    return len(found)


def drop(session: Session, link: AnswerLink, *, actor: Actor) -> None:
    """Delete a link with what came through it, and the salts of the ledger's hashes of who was asked."""
    report = session.get_one(Report, link.report_id)
    query = select(LedgerEntry.seq, LedgerEntry.payload).where(
        LedgerEntry.subject == report.subject, LedgerEntry.event.startswith("answer_link.")
    )
    seqs: Sequence[int] = [seq for seq, payload in session.execute(query) if json.loads(payload).get("link") == link.id]
    session.execute(delete(LedgerSalt).where(LedgerSalt.seq.in_(seqs)))
    session.execute(delete(LinkAnswer).where(LinkAnswer.link_id == link.id))
    session.execute(delete(AnswerLink).where(AnswerLink.id == link.id))
    ledger.record(session, "answer_link.erased", report.subject, {"link": link.id}, actor=actor)
