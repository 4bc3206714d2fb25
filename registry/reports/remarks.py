"""What staff ask about a report, and what the authority replies: the form shows both at the questions."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock, ledger
from common.ledger import Actor
from registry.editions.questionnaire import of_edition
from registry.reports.checking import asked
from registry.reports.circumstances import circumstances_of
from registry.reports.content import answers_of
from registry.reports.drafting import current_answers, same
from registry.reports.models import Remark, Report, ReportState, Submission
from registry.reports.published import submission_shown
from registry.reports.values import BLANK, AnswerLike

WHOLE_REPORT: Final = ""
"""The key of the remark that is about the report as a whole: the reason why it was sent back."""
LONGEST_REPLY: Final = 2000
"""Characters of one reply."""


def newest_submission(session: Session, report: Report) -> Submission | None:
    """Return the report as it was last handed in, or None when it never was."""
    return session.scalars(
        select(Submission).where(Submission.report_id == report.id).order_by(Submission.number.desc()).limit(1)
    ).first()


def open_remarks(session: Session, report: Report) -> dict[str, list[Remark]]:
    """Return what staff asked that lies with the authority now, by question; nothing while it cannot answer.

    The reason for sending it stands under the key WHOLE_REPORT.
    """
    submission = questioned(session, report)
    return remarks_of(session, submission) if submission else {}


def questioned(session: Session, report: Report) -> Submission | None:
    """Return the submission of which the questions lie with the authority now, None where none do.

    They stay when it takes the report back after it answered: it may change its answers again. What was published
    since, in an emergency, is closed.
    """
    if report.state is ReportState.QUESTION_SENT:
        return newest_submission(session, report)
    if not report.may_change:
        return None
    asked_last = select(Submission).join(Remark, Remark.submission_id == Submission.id)
    asked_last = asked_last.where(Submission.report_id == report.id, Remark.settled_at.is_(None))
    found = session.scalars(asked_last.order_by(Submission.number.desc()).limit(1)).first()
    shown = submission_shown(session, report) if found else None
    return None if found is None or (shown and shown.number >= found.number) else found


def remarks_of(session: Session, submission: Submission) -> dict[str, list[Remark]]:
    """Return all that staff asked about one submission, by question, oldest first."""
    found: dict[str, list[Remark]] = {}
    for remark in session.scalars(select(Remark).where(Remark.submission_id == submission.id).order_by(Remark.id)):
        found.setdefault(remark.key, []).append(remark)
    return found


def unanswered(session: Session, report: Report) -> list[Remark]:
    """Return the questions of staff that wait for the authority, in the order in which they were asked.

    A question is answered by a reply, by another answer than the one it is about, or when it is not asked any more.
    The reason for the whole report asks no reply.
    """
    remarks = open_remarks(session, report)
    waiting = [one for key, found in remarks.items() if key != WHOLE_REPORT for one in found if not _replied(one)]
    if not waiting:
        return []
    then, now = answers_of(waiting[0].submission), current_answers(session, report)
    questions = asked(of_edition(report.edition), now, circumstances_of(session, report))
    still = {question.key for question in questions}
    return [one for one in waiting if one.key in still and not _changed(one.key, then, now)]


def _replied(remark: Remark) -> bool:
    return remark.settled_at is not None or bool((remark.reply or "").strip())


def _changed(key: str, then: Mapping[str, AnswerLike], now: Mapping[str, AnswerLike]) -> bool:
    return not same(then.get(key, BLANK), now.get(key, BLANK))


def save_replies(
    session: Session,
    report: Report,
    replies: Mapping[str, str],
    *,
    actor: Actor,
    seen: Mapping[str, str] | None = None,
) -> list[str]:
    """Write down what the authority replies to the questions of staff, and return the keys that were left alone.

    A reply counts for all questions at that answer. `seen` is, by key, the mark of the reply that stood on the screen
    (`reply_mark`): what a colleague wrote meanwhile is neither written over nor emptied. Nor is a reply taken
    that is too long.
    """
    remarks = open_remarks(session, report)
    changed, left = [], []
    for key, text in replies.items():
        found, reply = remarks.get(key, []), _clean(text)
        now = _reply_at(found)
        if not found or reply == now:
            continue
        theirs = bool(now) and found[-1].replied_by_id != actor.user_id and (seen or {}).get(key) != reply_mark(found)
        if theirs or len(reply) > LONGEST_REPLY:
            left.append(key)
            continue
        _write(found, reply, actor)
        changed.append(key)
    if changed:
        # A reply is free text and may name a person, so that only its salted hash enters the ledger.
        said = {key: _reply_at(remarks[key]) for key in changed}
        ledger.record(session, "reply.saved", report.subject, {"keys": sorted(changed)}, actor=actor, personal=said)
    return left


def reply_mark(remarks: Sequence[Remark]) -> str:
    """Return what tells a reply from another one: its moment, as the form sends it along; empty without one."""
    last = next((one for one in reversed(remarks) if one.reply and one.replied_at), None)
    return last.replied_at.isoformat() if last and last.replied_at else ""


def _reply_at(remarks: Sequence[Remark]) -> str:
    return next((one.reply for one in reversed(remarks) if one.reply), "") or ""


def _write(remarks: Sequence[Remark], reply: str, actor: Actor) -> None:
    for remark in remarks:
        remark.reply = reply or None
        remark.replied_by_id = actor.user_id if reply else None
        remark.replied_at = clock.now() if reply else None


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
