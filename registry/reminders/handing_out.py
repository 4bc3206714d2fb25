"""What reminders hold about a person: for the file that he takes with him."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.reminders.models import ReminderRound, ReminderSent, ReminderSkip


def reminded_of(session: Session, user: User) -> dict[str, Any]:
    """Return the reminders that somebody got, and what he as staff left out of a round or added to it."""
    got = select(ReminderSent).where(ReminderSent.user_id == user.id).order_by(ReminderSent.id)
    left_out = select(ReminderSkip).where(ReminderSkip.skipped_by_id == user.id).order_by(ReminderSkip.id)
    wrote = select(ReminderRound).where(ReminderRound.words_by_id == user.id).order_by(ReminderRound.id)
    return {
        "got": [{"round": one.round_id, "at": moment(one.sent_at)} for one in session.scalars(got)],
        "left_out": [{"round": one.round_id, "at": moment(one.skipped_at)} for one in session.scalars(left_out)],
        "wrote": [{"round": one.id, "words": one.words} for one in session.scalars(wrote)],
    }
