"""Links by which somebody without an account answers questions: making, finding, taking back, and when they end.

Of the secret in a link only the SHA-256 is kept, so whoever reads the database cannot answer. The ledger names a link
by its number: who was asked stands in the row alone (and as a salted hash), and goes when the row goes.
"""

import enum
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.models import User
from accounts.people import is_staff, person_with_address
from common import clock, ledger
from common.errors import N_, Refused
from common.ledger import Actor, sha256
from registry.editions.form import Question, Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.models import Report
from registry.reports.together.models import AnswerLink, LinkAnswer

LONGEST: Final = 30
USUAL: Final = 14
"""Days that a link is valid."""
_NOT_BY_LINK: Final = frozenset({"declaration", "file"})
"""Types that only the authority's own people give: they promise for it, or keep files here."""


class LinkState(enum.StrEnum):
    """Where a link stands."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"
    """He was done, and on all that he answered was decided."""
    CLOSED = "closed"
    """The report was handed in meanwhile."""


@dataclass(frozen=True)
class Wish:
    """Whom to ask for what. `email` is normalised already (`accounts.addresses.normal_address`)."""

    keys: tuple[str, ...]
    name: str
    email: str
    note: str = ""
    days: int = USUAL
    language: str = "nl"


@dataclass(frozen=True)
class Sent:
    """A link with its secret, which is known only now."""

    link: AnswerLink
    token: str


def may_be_sent(question: Question) -> bool:
    """Say whether somebody without an account can answer this question."""
    return not question.prefilled and question.type not in _NOT_BY_LINK


def keys_to_send(form: Questionnaire, key: str) -> tuple[str, ...]:
    """Return the questions that go along when one sends this question or section; none where there are none."""
    section = form.section(key)
    question = form.question(key)
    found = section.questions if section else (question,) if question else ()
    return tuple(one.key for one in found if may_be_sent(one))


def state_of(link: AnswerLink) -> LinkState:
    """Return where the link stands now."""
    accepted = {answer.key for answer in link.answers if answer.accepted}
    all_decided = bool(link.answers) and all(answer.decided_at for answer in link.answers)
    if link.withdrawn_at:
        return LinkState.WITHDRAWN
    if accepted >= set(link.keys) or (link.finished_at and all_decided):
        return LinkState.TAKEN
    if not link.report.may_change:
        return LinkState.CLOSED
    return LinkState.OPEN if clock.now() < link.expires_at else LinkState.EXPIRED


def waiting(link: AnswerLink) -> list[LinkAnswer]:
    """Return what came and waits for a decision; nothing while nobody can decide, for the report was handed in."""
    waits = link.report.may_change and not link.withdrawn_at
    return unread(link) if waits else []


def unread(link: AnswerLink) -> list[LinkAnswer]:
    """Return all answers on which nobody decided, whatever became of link and report."""
    return [answer for answer in link.answers if answer.decided_at is None]


def find(session: Session, token: str) -> AnswerLink | None:
    """Return the link to which this secret belongs, in whatever state.

    The database looks for a hash, and that is compared in constant time: how long it takes tells nothing of a secret.
    """
    wanted = sha256(token)
    link = session.scalars(_whole().where(AnswerLink.token_hash == wanted)).first()
    return link if link and hmac.compare_digest(link.token_hash, wanted) else None


def of_report(session: Session, report: Report) -> Sequence[AnswerLink]:
    """Return all links of a report, newest first."""
    return session.scalars(_whole().where(AnswerLink.report_id == report.id).order_by(AnswerLink.id.desc())).all()


def numbered(session: Session, report: Report, number: int) -> AnswerLink | None:
    """Return one link of this report."""
    return session.scalars(_whole().where(AnswerLink.report_id == report.id, AnswerLink.id == number)).first()


def _whole() -> Select[AnswerLink]:
    return select(AnswerLink).options(selectinload(AnswerLink.answers), joinedload(AnswerLink.report))


def send(session: Session, report: Report, wish: Wish, *, actor: Actor) -> Sent:
    """Make a link for somebody without an account; its secret is for his mail alone.

    Raises Refused for staff: who reviews the report does not answer in it, also not by the hand of another.
    """
    _refuse_staff(session, wish.email)
    token, moment = secrets.token_urlsafe(32), clock.now()
    link = AnswerLink(
        report_id=report.id, token_hash=sha256(token), keys=list(wish.keys), name=wish.name, email=wish.email,
        note=wish.note or None, language=wish.language, sent_by_id=actor.user_id, created_at=moment,
        expires_at=moment + timedelta(days=wish.days),
    )  # fmt: skip
    session.add(link)
    session.flush()
    _note(session, link, "sent", actor, {"name": wish.name, "email": wish.email, "note": wish.note or None}, report)
    return Sent(link, token)


def _refuse_staff(session: Session, address: str) -> None:
    person = person_with_address(session, address)
    if person and person.active and is_staff(person):
        raise Refused(N_("Dit is het adres van iemand van de redactie. Die beoordeelt rapportages en vult ze niet in."))


def send_again(session: Session, link: AnswerLink, *, actor: Actor) -> Sent:
    """Make a new secret, valid as long from now as the first; the old one is dead from this moment.

    What he wrote stays. What was not taken over he may change, and send in once more. Raises Refused as `send` does.
    """
    _refuse_staff(session, link.email)
    token, moment = secrets.token_urlsafe(32), clock.now()
    link.expires_at = moment + valid_for(link)
    link.token_hash, link.created_at, link.finished_at = sha256(token), moment, None
    link.sent_by_id = actor.user_id
    _note(session, link, "sent", actor, {"name": link.name, "email": link.email})
    return Sent(link, token)


def valid_for(link: AnswerLink) -> timedelta:
    """Return how long the link was to be valid when it was sent."""
    return link.expires_at - link.created_at


def withdraw(session: Session, link: AnswerLink, *, actor: Actor) -> None:
    """Take a link back: it works no more, and what came through it is not asked about again."""
    link.withdrawn_at = clock.now()
    _note(session, link, "withdrawn", actor)


def _note(
    session: Session, link: AnswerLink, verb: str, actor: Actor, personal: dict[str, str | None] | None = None,
    report: Report | None = None,
) -> None:  # fmt: skip
    subject = (report or link.report).subject
    payload = {"link": link.id, "keys": link.keys}
    ledger.record(session, f"answer_link.{verb}", subject, payload, actor=actor, personal=personal or {})


def sender_of(session: Session, link: AnswerLink) -> User | None:
    """Return who sent the link, where he still has an account."""
    person = session.get(User, link.sent_by_id) if link.sent_by_id else None
    return person if person and person.active and not person.erased_at else None


def questions_of(link: AnswerLink) -> list[Question]:
    """Return the questions of a link in the order of the form; one that a correction took away is left out."""
    return [question for key, question in of_edition(link.report.edition).by_key.items() if key in set(link.keys)]
