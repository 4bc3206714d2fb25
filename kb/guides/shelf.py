"""The cards of all public guides, kept in each process and brought along with the ledger.

Building them costs a second at 10,000 guides, and every published report moves the ledger. So a process reads all cards
once; after that it asks the ledger which guides changed since, and reads only those again.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import LedgerEntry, public_head
from kb.guides.overview import Choice, filtered
from kb.guides.reading import GuideCard, in_reading_order, public_cards, with_translations
from kb.guides.see_also import in_language

MANY = 200
"""So many guides that changed at once are quicker to read by reading all."""
_SUBJECT = "guide:"


T = TypeVar("T")


@dataclass(frozen=True)
class Cards:
    """All public guides in the order of reading, as the ledger stood at `head`."""

    head: int
    all: tuple[GuideCard, ...]
    by_slug: Mapping[str, GuideCard]
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, head: int, cards: Iterable[GuideCard]) -> "Cards":
        """Put cards in their order."""
        placed = in_reading_order(with_translations(list(cards)))
        return cls(head, tuple(placed), {card.slug: card for card in placed})

    def kept(self, key: Hashable, build: Callable[[], T]) -> T:
        """Return what follows from these cards alone, made once: it holds until a guide changes."""
        if key not in self._kept:
            self._kept[key] = build()
        found: T = self._kept[key]
        return found

    def in_language(self, language: str) -> Sequence[GuideCard]:
        """Return each guide once: in this language where there is such a version; the others come last."""
        return self.kept(("language", language), lambda: tuple(in_language(self.all, language)))

    def of_theme(self, theme: str, language: str) -> Sequence[GuideCard]:
        """Return the guides of a theme in the order of the overview."""
        choice = Choice({"thema": (theme,)})

        def found() -> Sequence[GuideCard]:
            return sorted(filtered(self.in_language(language), choice), key=lambda card: card.language != language)

        return self.kept(("theme", theme, language), found)


class Shelf:
    """The cards of one process."""

    def __init__(self) -> None:
        self._cards: Cards | None = None
        self._lock = Lock()

    def cards(self, session: Session, head: int | None = None) -> Cards:
        """Return all cards; `head` is the newest public entry of the ledger, where the caller knows it already.

        No query where nothing changed since, two where a guide did.
        """
        head = public_head(session) if head is None else head
        kept = self._cards
        if kept is None or kept.head != head:
            kept = self._fresh(session, kept, head)
            with self._lock:
                self._cards = kept
        return kept

    def _fresh(self, session: Session, kept: Cards | None, head: int) -> Cards:
        # After a backup was put back the ledger may be shorter than what this process knows.
        if kept is None or kept.head > head:
            return Cards.of(head, public_cards(session))
        changed = _changed(session, kept.head)
        if len(changed) > MANY:
            return Cards.of(head, public_cards(session))
        if not changed:
            return replace(kept, head=head)
        known = {card.id for card in kept.all if card.slug in changed}
        read = public_cards(session, slugs=changed, ids=known)
        gone = {card.id for card in read} | known
        return Cards.of(head, [*(card for card in kept.all if card.id not in gone), *read])


def _changed(session: Session, since: int) -> set[str]:
    """Return the addresses of the guides of which the public ledger tells something after an entry."""
    subjects: Sequence[str] = session.scalars(
        select(LedgerEntry.subject)
        .where(LedgerEntry.is_public, LedgerEntry.seq > since, LedgerEntry.subject.startswith(_SUBJECT))
        .distinct()
        .limit(MANY + 1)
    ).all()
    return {subject.removeprefix(_SUBJECT) for subject in subjects}
