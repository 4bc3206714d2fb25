"""What the page of one submission shows, and what stands in the way of a decision."""

import enum
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import today
from common.ledger import Actor
from registry.agreements.reading import current_version
from registry.authorities.reading import version_on
from registry.editions.questionnaire import of_edition
from registry.reports.drafting import name_of
from registry.reports.models import Submission
from registry.reports.remarks import newest_submission
from registry.reports.transitions import SHORTEST_REASON, Event, Guard, GuardFails, failing, find, may_move
from registry.reviews.models import Decision, Verdict
from registry.reviews.sheet import sheet_of
from registry.reviews.standing import current_publication, decision_of, facts, in_force, why_not, why_not_look

BY_STAFF: Final = (
    Event.TAKE, Event.RELEASE, Event.ASK, Event.ACCEPT, Event.REOPEN, Event.PUBLISH, Event.PUBLISH_EMERGENCY,
    Event.UNPUBLISH,
)  # fmt: skip


class Fault(enum.StrEnum):
    """Why a decision was not taken; the page says it in the reader's language."""

    NOTHING_ASKED = "nothing_asked"
    NO_REASON = "no_reason"
    WRONG_TEXT = "wrong_text"
    REMARKS_WOULD_BE_LOST = "remarks_would_be_lost"
    OWN_WORK = "own_work"
    SECOND_PERSON = "second_person"
    NOT_TAKEN = "not_taken"
    """Somebody else took it, or nobody has it."""
    ALREADY_DECIDED = "already_decided"

    @property
    def status(self) -> int:
        """The status code of the page."""
        return 409 if self in {Fault.ALREADY_DECIDED, Fault.NOT_TAKEN} else 422


_FAULTS: Final = {
    Guard.REASON_GIVEN: Fault.NO_REASON,
    Guard.SOMETHING_ASKED: Fault.NOTHING_ASKED,
    Guard.TOOK_IT: Fault.NOT_TAKEN,
    Guard.SECOND_PERSON: Fault.SECOND_PERSON,
}


def fault_of(refusal: Exception) -> Fault:
    """Return what the page says about a refusal of the domain."""
    if isinstance(refusal, GuardFails):
        return _FAULTS.get(refusal.guard, Fault.OWN_WORK)
    # A state that allows no decision means the same: somebody was first.
    return Fault.ALREADY_DECIDED


def possible(session: Session, submission: Submission, actor: Actor) -> frozenset[Event]:
    """Return what this person can do with a submission now, if he asks something and gives his reasons."""
    report, newest = submission.report, newest_submission(session, submission.report)
    if newest is None or newest.id != submission.id:
        shown = current_publication(session, report.id)
        events: tuple[Event, ...] = (Event.UNPUBLISH,) if shown and shown.submission_id == submission.id else ()
    else:
        events = BY_STAFF
    known = facts(session, submission, actor, "x" * SHORTEST_REASON, asked=1)
    ways = [find(report.state, event) for event in events if may_move(report.state, event)]
    return frozenset(way.event for way in ways if failing(way.guards, known) is None)


def review_page(session: Session, submission: Submission, actor: Actor) -> dict[str, Any]:
    """Gather what the page of a submission shows to this member of staff."""
    report = submission.report
    accepted = in_force(session, submission, Verdict.ACCEPTED)
    return {
        "submission": submission,
        "report": report,
        "name": name_of(session, report.authority),
        "agreement": current_version(report.edition.agreement).short_title,
        "sheet": sheet_of(session, submission),
        "submitted_by": person(session, submission.submitted_by_id),
        "obstacle": why_not(session, submission, actor.user_id),
        "possible": possible(session, submission, actor),
        "events": Event,
        "needs_second": of_edition(report.edition).second_reviewer,
        "reviewer": person(session, report.reviewer_id),
        "accepted": accepted,
        "accepted_by": person(session, accepted.decided_by_id) if accepted else "",
        "shown": current_publication(session, report.id),
        "peer_kind": version_on(report.authority, today()).kind,
        "may_look": _may_look(session, submission, actor),
        **outcome(session, submission),
    }


def _may_look(session: Session, submission: Submission, actor: Actor) -> bool:
    """Say whether an emergency publication waits for this person to look at it."""
    made = in_force(session, submission, Verdict.PUBLISHED)
    if made is None or not made.emergency or made.looked_at:
        return False
    return why_not_look(session, submission, made, actor.user_id) is None


def outcome(session: Session, submission: Submission) -> dict[str, Any]:
    """Return what was decided about a submission, by whom, and the version that came after it, where there is one."""
    decision, newest = decision_of(session, submission), newest_submission(session, submission.report)
    return {
        "decision": decision,
        "decided_by": _decider(session, decision),
        "newer": newest if newest and newest.id != submission.id else None,
    }


def _decider(session: Session, decision: Decision | None) -> str:
    return person(session, decision.decided_by_id) if decision else ""


def person(session: Session, user_id: int | None) -> str:
    """Return somebody's name; empty where nobody is known."""
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
