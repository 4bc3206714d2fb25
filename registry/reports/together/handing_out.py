"""What is held about a person in working together on reports: his own tasks, links and messages, and links to him."""

from typing import Any

from sqlalchemy import CompoundSelect, or_, select, union
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.reports.models import Report
from registry.reports.together.models import AnswerLink, Assignment, Comment, LinkAnswer, Presence


def held_about(session: Session, user: User) -> dict[str, Any]:
    """Return the tasks, links, messages and traces of a person; of colleagues and guests nothing."""
    tasks = session.scalars(
        select(Assignment)
        .where(or_(Assignment.user_id == user.id, Assignment.assigned_by_id == user.id))
        .order_by(Assignment.id)
    ).all()
    sent = session.scalars(select(AnswerLink).where(AnswerLink.sent_by_id == user.id).order_by(AnswerLink.id)).all()
    got = session.scalars(select(AnswerLink).where(AnswerLink.email == user.email).order_by(AnswerLink.id)).all()
    said = session.scalars(select(Comment).where(Comment.author_id == user.id).order_by(Comment.id)).all()
    closed = session.scalars(select(Comment).where(Comment.resolved_by_id == user.id).order_by(Comment.id)).all()
    decided = select(LinkAnswer).where(LinkAnswer.decided_by_id == user.id).order_by(LinkAnswer.id)
    seen = session.scalars(select(Presence).where(Presence.user_id == user.id).order_by(Presence.id)).all()
    name = {one.id: one.subject for one in session.scalars(select(Report).where(Report.id.in_(_reports(user))))}
    return {
        "tasks": [{**_task(one, user), "report": name[one.report_id]} for one in tasks],
        "links_sent": [
            {"report": name[one.report_id], "questions": one.keys, "at": moment(one.created_at), "note": one.note}
            for one in sent
        ],
        "links_received": [{**_received(one), "report": name[one.report_id]} for one in got],
        "messages": [
            {"report": name[one.report_id], "question": one.key, "text": one.text, "at": moment(one.created_at)}
            for one in said
        ],
        "threads_closed": [
            {"report": name[one.report_id], "question": one.key, "at": moment(one.resolved_at)} for one in closed
        ],
        "answers_decided": [
            {"question": one.key, "taken_over": one.accepted, "at": moment(one.decided_at)}
            for one in session.scalars(decided)
        ],
        "seen_in": [{"report": name[one.report_id], "section": one.section, "at": moment(one.seen_at)} for one in seen],
    }


def _reports(user: User) -> CompoundSelect[int]:
    return union(
        select(Assignment.report_id).where(or_(Assignment.user_id == user.id, Assignment.assigned_by_id == user.id)),
        select(AnswerLink.report_id).where(or_(AnswerLink.sent_by_id == user.id, AnswerLink.email == user.email)),
        select(Comment.report_id).where(or_(Comment.author_id == user.id, Comment.resolved_by_id == user.id)),
        select(Presence.report_id).where(Presence.user_id == user.id),
    )


def _task(one: Assignment, user: User) -> dict[str, Any]:
    own = one.assigned_by_id == user.id
    return {
        "part": "gave it" if own else "got it",
        "question": one.key,
        "note": one.note,
        "at": moment(one.assigned_at),
        "ended_at": moment(one.ended_at),
    }


def _received(one: AnswerLink) -> dict[str, Any]:
    return {
        "name": one.name,
        "email": one.email,
        "questions": one.keys,
        "sent_at": moment(one.created_at),
        "until": moment(one.expires_at),
        "answers": [
            {"question": answer.key, "state": answer.state.value, "value": answer.value, "reason": answer.reason}
            for answer in one.answers
        ],
    }
