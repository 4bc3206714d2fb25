"""What staff may do with a round before it goes: add a word, leave an authority out, and put it back."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reminders.models import ReminderKind, ReminderRound, ReminderSkip
from registry.reminders.planning import RoundKey
from registry.reminders.sending import round_of

LONGEST_WORDS: Final = 1000
"""Characters that staff may add to a reminder."""


class WordsChanged(Conflict):
    """A colleague changed the words since the form was made; `theirs` is what stands there now."""

    def __init__(self, theirs: str) -> None:
        self.theirs = theirs
        super().__init__(N_("Een collega veranderde deze tekst intussen."))


def clean_words(text: str) -> str:
    """Return what staff typed as it will stand in the mail: plain text. Raises Refused where it is too long."""
    words = text.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_WORDS:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST_WORDS)
    return words


def add_words(session: Session, key: RoundKey, text: str, *, seen: str, actor: Actor) -> None:
    """Give a round these words; empty takes them away. `seen`: the words that stood on the form.

    Raises WordsChanged where a colleague wrote something else meanwhile, Refused where it is too long.
    """
    ledger.lock(session)
    words, row = clean_words(text), round_of(session, key)
    now = row.words or ""
    if words == now:
        return
    if now != seen.replace("\r\n", "\n"):
        raise WordsChanged(now)
    row.words, row.words_by_id = words or None, actor.user_id if words else None
    _record(session, "mail.worded", row, {"empty": not words}, actor, {"words": words})


def leave_out(session: Session, key: RoundKey, authority: Authority, *, actor: Actor) -> bool:
    """Send this authority nothing in this round; False where that was so already."""
    ledger.lock(session)
    row = round_of(session, key)
    if _skip(session, row, authority):
        return False
    session.add(ReminderSkip(round_id=row.id, authority_id=authority.id, skipped_by_id=actor.user_id))
    _record(session, "mail.skipped", row, {"authority": authority.code}, actor)
    return True


def put_back(session: Session, key: RoundKey, authority: Authority, *, actor: Actor) -> bool:
    """Let this authority get the round after all; False where it would already."""
    ledger.lock(session)
    row = round_of(session, key)
    skip = _skip(session, row, authority)
    if skip is None:
        return False
    session.delete(skip)
    _record(session, "mail.unskipped", row, {"authority": authority.code}, actor)
    return True


def _skip(session: Session, row: ReminderRound, authority: Authority) -> ReminderSkip | None:
    return session.scalars(select(ReminderSkip).filter_by(round_id=row.id, authority_id=authority.id)).first()


def _record(
    session: Session, event: str, row: ReminderRound, facts: dict[str, object], actor: Actor,
    personal: dict[str, str] | None = None,
) -> None:  # fmt: skip
    edition = session.get_one(Edition, row.edition_id)
    about = {"kind": row.kind.value, "planned_on": row.planned_on.isoformat(), "year": edition.year}
    ledger.record(session, event, "mail:reminder", {**about, **facts}, actor=actor, personal=personal or {})


def key_of(edition_id: int, kind: str, day: str) -> RoundKey | None:
    """Return the round that an address names, or None where no round can be called so."""
    try:
        return RoundKey(edition_id, ReminderKind(kind), date.fromisoformat(day))
    except ValueError:
        return None
