"""Which pages of the index a change touches: the ledger names a subject, and other pages may speak of it too."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.search.documents import Document
from registry.agreements.models import Agreement
from website.buyer_groups.search_documents import buyer_groups
from website.search_documents import agreements, all_addresses, authorities, codes_signed_by, guides
from website.search_register import ambitions, pilots, questions

BY_DAY = ("authority", "agreement", "buyer_group", "plan", "edition")
"""Nouns of which a page may read otherwise on another day, without any change of the ledger."""


@dataclass(frozen=True)
class Changes:
    """The keys of what changed, by noun, and whether it is another day."""

    keys: dict[str, set[str]] = field(default_factory=dict)
    new_day: bool = False

    @classmethod
    def of(cls, subjects: Iterable[str], *, new_day: bool) -> "Changes":
        """Take subjects of the ledger apart: "guide:actieplan" is the guide "actieplan"."""
        keys: dict[str, set[str]] = {}
        for subject in subjects:
            noun, _, key = subject.partition(":")
            keys.setdefault(noun, set()).add(key)
        return cls(keys, new_day)

    def named(self, noun: str) -> set[str]:
        """Return the keys of this noun that changed."""
        return self.keys.get(noun, set())


def changed_pages(session: Session, changes: Changes) -> tuple[set[str], Iterator[Document]]:
    """Return the subjects of which all goes out of the index ("plan:*": every one of them), and what comes in."""
    slugs = all_addresses(session, changes.named("guide")) if changes.named("guide") else set()
    removed = {f"guide:{slug}" for slug in slugs}
    added = [guides(session, slugs)] if slugs else []
    if changes.new_day:
        return removed | {f"{noun}:*" for noun in BY_DAY}, chain(*added, of_the_day(session))
    codes = changes.named("authority") | codes_signed_by(session, changes.named("signature"))
    if codes:
        removed |= {f"authority:{code}" for code in codes}
        added.append(authorities(session, codes))
    return _of_the_register(session, changes, codes, removed, added)


def of_the_day(session: Session) -> Iterator[Document]:
    """Yield every page of the register."""
    for read in (authorities, agreements, buyer_groups, pilots, ambitions, questions):
        yield from read(session)


def _of_the_register(
    session: Session, changes: Changes, codes: set[str], removed: set[str], added: list[Iterator[Document]]
) -> tuple[set[str], Iterator[Document]]:
    named, groups = changes.named("agreement"), changes.named("buyer_group")
    if named:
        removed |= {f"agreement:{slug}" for slug in named}
        added.append(agreements(session, named))
    if groups:
        removed |= {f"buyer_group:{slug}" for slug in groups}
        added += [buyer_groups(session, groups), pilots(session, groups)]
    every = session.scalars(select(Agreement.slug)).all() if codes else []
    plans = changes.named("plan") | {f"{code}/{slug}" for code in codes for slug in every}
    if plans or named:
        removed |= {f"plan:{plan}" for plan in plans} | {f"plan:*/{slug}" for slug in named}
        added.append(ambitions(session, plans | {f"*/{slug}" for slug in named}))
    forms = {key.partition("/")[0] for key in changes.named("edition")} | named
    if forms:
        removed |= {f"edition:{slug}" for slug in forms}
        added.append(questions(session, forms))
    return removed, chain(*added)
