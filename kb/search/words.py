"""Words that mean the same, added by staff to those of content/vocabulary.yaml. They work at the next search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.errors import N_
from common.ledger import Actor
from kb.search.analysis import fold
from kb.search.models import SearchSynonym

FEWEST, MOST, LONGEST = 2, 8, 60
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class SynonymRow:
    """Words that mean the same, with who knows when they came."""

    id: int
    words: tuple[str, ...]
    language: str
    added_at: datetime
    added_by_id: int | None


def groups(session: Session) -> list[list[str]]:
    """Return the groups of words that staff added, for `SearchIndex.search(synonyms=...)`. One query."""
    rows = session.scalars(
        select(SearchSynonym.words).where(SearchSynonym.removed_at.is_(None)).order_by(SearchSynonym.id)
    )
    return [[str(word) for word in words] for words in rows]


def all_rows(session: Session) -> list[SynonymRow]:
    """Return what staff added and did not remove, the newest first. One query."""
    kept = SearchSynonym.removed_at.is_(None)
    rows = session.scalars(select(SearchSynonym).where(kept).order_by(SearchSynonym.id.desc()))
    return [SynonymRow(row.id, tuple(map(str, row.words)), row.language, row.added_at, row.added_by_id) for row in rows]


def words_in(typed: str) -> list[str]:
    """Return the words of a field in which they stand between commas or on lines; each once, as it was first typed."""
    found: dict[str, str] = {}
    for part in typed.replace("\x00", " ").replace("\n", ",").replace(";", ",").split(","):
        word = " ".join(part.split())
        found.setdefault(fold(word), word) if word else None
    return list(found.values())


def problem(words: Sequence[str], known: Sequence[Sequence[str]]) -> str:
    """Return what is wrong with words to add, as a message for the translators; "" when nothing is.

    `known` are the groups that there are.
    """
    if len(words) < FEWEST:
        return N_("Geef minstens twee woorden, met een komma ertussen. Bijvoorbeeld: auto, personenwagen.")
    if len(words) > MOST:
        return N_("Geef hooguit acht woorden.")
    if any(len(word) > LONGEST for word in words):
        return N_("Maak elk woord korter dan 60 tekens.")
    if not all(any(letter.isalnum() for letter in word) for word in words):
        return N_("Gebruik letters of cijfers.")
    wanted = {fold(word) for word in words}
    if any(wanted <= {fold(word) for word in group} for group in known):
        return N_("Deze woorden horen al bij elkaar.")
    return ""


def add(session: Session, words: Sequence[str], language: str, *, actor: Actor) -> SearchSynonym:
    """Let words mean the same from the next search on; they passed `problem`."""
    row = SearchSynonym(words=list(words), language=language, added_by_id=actor.user_id)
    session.add(row)
    session.flush()
    _record(session, "synonym.added", row, actor)
    return row


def remove(session: Session, number: int, *, actor: Actor) -> SearchSynonym | None:
    """Let words of a row mean the same no longer; None where there is no such row any more."""
    row = session.get(SearchSynonym, number, with_for_update=True)
    if row is None or row.removed_at is not None:
        return None
    row.removed_at = now()
    _record(session, "synonym.removed", row, actor)
    return row


def _record(session: Session, event: str, row: SearchSynonym, actor: Actor) -> None:
    # A public event, for what a reader finds changes: pages with results that were kept are made anew. The words are
    # free text, so the ledger has their hash and the table has the words.
    said = {"language": row.language, "number": len(row.words)}
    personal = {"words": ", ".join(map(str, row.words))}
    ledger.record(session, event, f"synonym:{row.id}", said, actor=actor, personal=personal)
