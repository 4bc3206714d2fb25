"""Reminders that staff send by hand to the authorities that they chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from common.clock import now
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.editions.models import Edition
from registry.reminders.editing import clean_words
from registry.reminders.models import ReminderKind
from registry.reminders.planning import History, Item, RoundKey, items_of
from registry.reminders.rule import Planned
from registry.reminders.sending import TOO_SOON, last_reminded, remind_by_hand, round_of
from registry.reports.expected import Part, expected

MOST: Final = 500
"""Authorities in one go: more than there are municipalities, and few enough for one transaction."""


class TooSoon(Refused):
    """Somebody among them was reminded less than three days ago, and staff did not say that they mean it."""


class SentMeanwhile(Conflict):
    """Somebody among them was reminded since the page was made: by a colleague, or by the same form sent twice."""


@dataclass(frozen=True)
class Choice:
    """Whom staff chose, what each would get, and who had a reminder shortly before."""

    edition: Edition
    items: Sequence[Item]
    recent: Mapping[int, datetime]
    """The people who were reminded in the last three days, with the moment."""
    seen: str
    """What tells whether somebody was reminded since: the form sends it along."""

    @property
    def people(self) -> int:
        """How many people get a mail."""
        return len({member.user_id for item in self.items for member in item.people})


def codes_of(session: Session, edition: Edition, part: Part, day: date) -> list[str]:
    """Return the authorities of a whole list."""
    return [one.who.code for one in part.of(expected(session, edition, day), day)][:MOST]


def choose(session: Session, edition: Edition, codes: Collection[str], day: date) -> Choice:
    """Return what these authorities would get; one whose report is in, or that staff enter from paper, is left out."""
    wanted = set(list(codes)[:MOST])
    waiting = [one for one in expected(session, edition, day) if one.who.code in wanted and not one.is_in]
    planned = Planned(ReminderKind.EXTRA, day)
    items = items_of(session, edition.id, [(planned, one) for one in waiting], History())
    told = last_reminded(session, {member.user_id for item in items for member in item.people})
    recent = {user_id: moment for user_id, moment in told.items() if moment > now() - TOO_SOON}
    seen = max(told.values()).isoformat() if told else ""
    return Choice(edition, items, recent, seen)


def send(
    session: Session, choice: Choice, words: str, *, seen: str, confirmed: bool, actor: Actor
) -> tuple[RoundKey, int]:
    """Send the reminders; return the round and how many mails were written.

    `confirmed`: staff know that some were reminded shortly before. Raises TooSoon, SentMeanwhile, or Refused where the
    words are too long or nobody can be reached. Read the choice in the transaction that sends.
    """
    words = clean_words(words)
    if seen != choice.seen:
        raise SentMeanwhile(N_("Intussen is er al een herinnering verstuurd. Kijk hieronder wie bericht kreeg."))
    if choice.recent and not confirmed:
        raise TooSoon(N_("Vink aan dat u ook stuurt aan wie net een herinnering kreeg."))
    if not choice.people:
        raise Refused(N_("Niemand van deze organisaties heeft een account."))
    key = choice.items[0].key
    written = remind_by_hand(
        session, [replace(item, words=words) for item in choice.items], key.planned_on, actor=actor
    )
    row = round_of(session, key)
    row.words, row.words_by_id = words or row.words, actor.user_id if words else row.words_by_id
    return key, written
