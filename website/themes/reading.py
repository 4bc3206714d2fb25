"""Gathers a theme's page: its guides, what the register holds on it, and who does something with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text as SqlText
from sqlalchemy import cast
from sqlalchemy.orm import Session

from common.together import read_together
from common.versions import AsOf
from common.vocabulary import Text, vocabulary
from kb.guides.models import Revision
from kb.guides.reading import GuideCard
from kb.guides.shelf import Cards
from registry.agreements.models import Agreement, AgreementVersion
from registry.agreements.reading import all_agreements, current_version, in_force_among
from registry.insight.themes import (
    ThemeAmbitions,
    ThemeFigures,
    ambitions_from,
    figures_from,
    theme_queries,
)
from registry.signatures.signatories import signatories
from website.themes.practice import NARROW, Example, Group, Practice, practice_from, practice_queries

SHOWN = 6
"""Guides on the page; the rest is a link away."""


@dataclass(frozen=True)
class ListedAgreement:
    """An agreement of which the ambitions and figures can be shown."""

    slug: str
    short_title: Text
    is_example: bool
    first: bool
    """Shown where the address names none."""


@dataclass(frozen=True)
class OfRegister:
    """What the register holds on a theme under one agreement."""

    agreement: ListedAgreement
    asks: Sequence[Text]
    """What the agreement asks of everybody who takes part."""
    names_theme: bool
    ambitions: ThemeAmbitions
    figures: ThemeFigures


@dataclass(frozen=True)
class OfKnowledge:
    """What the knowledge base holds on a theme, and who does something with it; of now only."""

    cards: Sequence[GuideCard]
    """The first six, in the order in which one pages through the theme."""
    guides: int
    """How many guides there are on it."""
    examples: Sequence[Example]
    groups: Sequence[Group]
    """Buyer groups that name a guide on this theme and hardly any other."""


@dataclass(frozen=True)
class ThemePage:
    """One theme, seen whole."""

    code: str
    agreements: Sequence[ListedAgreement]
    register: OfRegister | None
    """None where the register held no agreement yet."""
    knowledge: OfKnowledge | None
    """None on another day than now: the knowledge base is not read by time."""


def on_theme(code: str) -> Any:
    """Return the condition "this revision is on the theme"; the themes are a list in JSON, and a code has no quotes."""
    return cast(Revision.themes, SqlText).like(f'%"{code}"%')


def read_theme(
    session: Session, code: str, agreement: str, at: AsOf, cards: Sequence[GuideCard] | None
) -> ThemePage | None:
    """Return the page of a theme under the agreement of this slug ("": the one in force). At most three queries.

    None where the register has no agreement of that slug. `cards`: the guides on the theme, each once, in the order
    of `Cards.of_theme`; None where the knowledge base is not shown.
    """
    everything = all_agreements(session, at.moment)
    listed = _listed(everything, at)
    chosen = next((one for one in listed if one.slug == agreement or (one.first and not agreement)), None)
    if agreement and chosen is None:
        return None
    its = next((one for one in everything if chosen and one.slug == chosen.slug), None)
    queries = {
        **(theme_queries(its.id, code, at) if its else {}),
        **(_knowledge_queries(at) if cards is not None else {}),
    }
    rows = read_together(session, queries)
    register = None
    if its and chosen:
        ambitions = ambitions_from(rows["aims"], signatories(session, its.id, at), code)
        version = current_version(its, at.moment)
        asks = [one.text for one in sorted(version.obligations, key=lambda one: one.code)]
        register = OfRegister(chosen, asks, code in version.themes, ambitions, figures_from(rows, code))
    return ThemePage(code, listed, register, _knowledge(rows, cards, code, at) if cards is not None else None)


def _listed(agreements: Sequence[Agreement], at: AsOf) -> list[ListedAgreement]:
    first = in_force_among(agreements, at)
    versions: list[tuple[Agreement, AgreementVersion]] = [(one, current_version(one, at.moment)) for one in agreements]
    return [
        ListedAgreement(one.slug, version.short_title, one.is_example, one is first)
        for one, version in versions
        if version.followed or one is first
    ]


def _knowledge_queries(at: AsOf) -> dict[str, Any]:
    practice = practice_queries(at)
    return {f"practice {name}": practice[name] for name in ("examples", "groups", "members")}


def _knowledge(rows: Any, cards: Sequence[GuideCard], code: str, at: AsOf) -> OfKnowledge:
    names = ("examples", "groups", "members")
    practice = practice_from({"aims": [], "actions": [], **{one: rows[f"practice {one}"] for one in names}}, at)
    narrow = {slug for card in cards if len(card.themes) <= NARROW for slug in (card.slug, card.translation) if slug}
    return OfKnowledge(cards[:SHOWN], len(cards), *_doing(practice, code, narrow))


def _doing(practice: Practice, code: str, narrow: set[str]) -> tuple[list[Example], list[Group]]:
    examples = [one for one in practice.examples if code in one.themes]
    examples.sort(key=lambda one: (one.who.is_example, len(one.themes)))
    return examples, [one for one in practice.groups if one.guides & narrow]


@dataclass(frozen=True)
class ThemeDoor:
    """A theme in the list of themes."""

    code: str
    guides: int


def theme_doors(cards: Cards, language: str) -> list[ThemeDoor]:
    """Return every theme with how many guides are on it, as the list of guides on a page in this language counts."""
    return [ThemeDoor(code, len(cards.of_theme(code, language))) for code in vocabulary().themes]
