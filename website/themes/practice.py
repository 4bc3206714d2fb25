"""Which authorities apply a guide, from what the register and the knowledge base hold in public, each with its reason.

Four things count, and nothing is guessed: a published practice example that names its authority; a pilot of a buyer
group that names the guide; taking part in such a group; and words in a public action plan that name what the guide is
about. An ambition on the same theme is no practice: it counts on the page of the theme.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from common.together import read_together
from common.versions import AsOf, known_at
from common.vocabulary import Text, product_group_names, vocabulary
from kb.guides.models import Guide, Revision
from kb.guides.reading import GuideCard, is_public
from kb.proposals.models import Proposal, ProposalKind, ProposalState
from registry.agreements.models import Agreement
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.authorities.reading import best_on
from registry.buyer_groups.content import GroupState, state_on
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.buyer_groups.reading import takes_part
from registry.plans.models import Ambition, Plan, PlanAction, PlanVersion
from registry.plans.reading import published_by

Queries = dict[str, Select[*tuple[Any, ...]]]
EXAMPLE: Final = "example"
"""The kind of guide that tells of a practice."""
NARROW: Final = 2
"""A guide on more themes than this is not about each of them."""


@dataclass(frozen=True)
class Who:
    """An authority, under the name that it has today or had last."""

    slug: str
    name: str
    is_example: bool


@dataclass(frozen=True)
class Example:
    """A published practice example of an authority."""

    slug: str
    title: str
    summary: str
    language: str
    themes: frozenset[str]
    product_groups: frozenset[str]
    related: frozenset[str]
    who: Who


@dataclass(frozen=True)
class Group:
    """A buyer group that names guides: who takes part, and who tried something in it."""

    slug: str
    title: Text
    guides: frozenset[str]
    product_group: str | None
    is_example: bool
    over: bool
    members: tuple[Who, ...]
    pilots: tuple[tuple[str, Who], ...]
    """What was tried, and by whom."""


@dataclass(frozen=True)
class PlanText:
    """A sentence of the action plan that holds: an aim, or an action."""

    words: str
    folded: str
    who: Who
    agreement: str


@dataclass(frozen=True)
class Practice:
    """All that is public of what authorities do, to be looked through for each guide."""

    examples: Sequence[Example] = ()
    groups: Sequence[Group] = ()
    plans: Sequence[PlanText] = ()


@dataclass(frozen=True)
class Reason:
    """Why an authority stands at a guide; `kind` says what the words are."""

    kind: str
    """example, pilot, member or plan."""
    words: str = ""
    path: str = ""
    group: Text = field(default_factory=dict)
    language: str = "nl"


@dataclass(frozen=True)
class Applies:
    """An authority that applies a guide, with everything that says so."""

    who: Who
    reasons: tuple[Reason, ...]


def practice_queries(at: AsOf) -> Queries:
    """Return the queries whose rows `practice_from` reads: of now in the knowledge base, of `at` in the register."""
    guide = (
        Guide.slug, Revision.title, Revision.summary, Revision.language, Revision.themes, Revision.product_groups,
        Revision.related,
    )  # fmt: skip
    merged = (Proposal.kind == ProposalKind.EXAMPLE, Proposal.state == ProposalState.MERGED)
    group = BuyerGroup.slug, BuyerGroup.is_example
    said = BuyerGroupVersion
    return {
        "examples": select(*guide, *_WHO)
        .join(Revision.guide)
        .join(Proposal, and_(Proposal.guide_id == Guide.id, *merged))
        .join(Authority, Authority.code == Proposal.authority_code)
        .join(AuthorityVersion, _named(at))
        .where(is_public(), Revision.kind == EXAMPLE),
        "groups": select(*group, said.title, said.guides, said.pilots, said.product_group, said.started, said.ends_year)
        .join(said, said.group_id == BuyerGroup.id)
        .where(known_at(said, at.moment)),
        "members": select(BuyerGroup.slug, *_WHO)
        .join(BuyerGroupMember, BuyerGroupMember.group_id == BuyerGroup.id)
        .join(Authority, Authority.id == BuyerGroupMember.authority_id)
        .join(AuthorityVersion, _named(at))
        .where(takes_part(at)),
        **{name: _plan_query(at, words) for name, words in (("aims", Ambition.aim), ("actions", PlanAction.title))},
    }


_WHO = (
    Authority.id.label("authority_id"), Authority.code, Authority.slug.label("authority_slug"),
    Authority.is_example.label("invented"), AuthorityVersion.name, AuthorityVersion.valid_from,
    AuthorityVersion.valid_to,
)  # fmt: skip


def _named(at: AsOf) -> Any:
    return and_(AuthorityVersion.authority_id == Authority.id, known_at(AuthorityVersion, at.moment))


def _plan_query(at: AsOf, words: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of these sentences in every public version of every plan; `_plan_texts` keeps the newest."""
    table = words.class_
    return (
        select(PlanVersion.number, Agreement.slug.label("agreement"), words.label("words"), *_WHO)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .join(Agreement, Agreement.id == Plan.agreement_id)
        .join(Authority, Authority.id == Plan.authority_id)
        .join(AuthorityVersion, _named(at))
        .join(table, table.plan_version_id == PlanVersion.id)
        .where(published_by(at), words != "")
    )


def read_practice(session: Session, at: AsOf) -> Practice:
    """Return all public practice. One query."""
    return practice_from(read_together(session, practice_queries(at)), at)


def practice_from(rows: Mapping[str, Sequence[SimpleNamespace]], at: AsOf) -> Practice:
    """Tell what the rows of `practice_queries` say, the real authorities before the invented ones. Pure."""
    every = [row for name in ("examples", "members", "aims", "actions") for row in rows[name]]
    people = _who_by_code(every, at.day)
    examples = {
        (row.slug, row.code): Example(
            row.slug, row.title, row.summary, row.language, frozenset(row.themes), frozenset(row.product_groups),
            frozenset(row.related), people[row.code],
        )
        for row in rows["examples"]
    }  # fmt: skip
    members: dict[str, dict[str, Who]] = {}
    for row in rows["members"]:
        members.setdefault(row.slug, {})[row.code] = people[row.code]
    groups = [_group(row, members.get(row.slug, {}), people, at.day) for row in rows["groups"]]
    return Practice(
        sorted(examples.values(), key=lambda one: (one.who.is_example, one.title.casefold())),
        sorted(groups, key=lambda one: (one.is_example, str(one.title.get("nl", "")).casefold())),
        _plan_texts([*rows["aims"], *rows["actions"]], people),
    )


def _who_by_code(rows: Iterable[SimpleNamespace], day: date) -> dict[str, Who]:
    ordered = sorted(rows, key=lambda row: row.authority_id)
    best = (best_on(list(names), day) for _id, names in groupby(ordered, key=lambda row: row.authority_id))
    return {row.code: Who(row.authority_slug, row.name, bool(row.invented)) for row in best}


def _group(row: SimpleNamespace, members: Mapping[str, Who], people: Mapping[str, Who], day: date) -> Group:
    pilots = [(str(pilot["title"]), people.get(str(pilot.get("authority")))) for pilot in row.pilots or ()]
    return Group(
        row.slug, row.title, frozenset(row.guides or ()), row.product_group, bool(row.is_example),
        state_on(row.started, row.ends_year, day) is GroupState.ENDED,
        tuple(sorted(members.values(), key=lambda who: who.name)),
        tuple((title, who) for title, who in pilots if who),
    )  # fmt: skip


def _plan_texts(rows: Iterable[SimpleNamespace], people: Mapping[str, Who]) -> list[PlanText]:
    """Return the sentences of the plans that hold: of each plan the newest version."""
    found = list(rows)
    newest: dict[tuple[str, str], int] = {}
    for row in found:
        newest[row.code, row.agreement] = max(row.number, newest.get((row.code, row.agreement), 0))
    kept = {(row.words, row.code, row.agreement) for row in found if row.number == newest[row.code, row.agreement]}
    texts = [PlanText(words, _plain(words), people[code], agreement) for words, code, agreement in kept]
    return sorted(texts, key=lambda one: (one.who.is_example, one.who.name, one.words))


def who_applies(card: GuideCard, practice: Practice) -> list[Applies]:
    """Return who applies a guide, with every reason: examples and pilots first, real authorities before invented."""
    found: dict[Who, list[Reason]] = {}
    for one in practice.examples:
        if belongs_to(one, card):
            path = f"/kennisbank/{one.slug}" if one.slug != card.slug else ""
            found.setdefault(one.who, []).append(Reason("example", one.title, path, language=one.language))
    named = [group for group in practice.groups if card.slug in group.guides]
    for group in named:
        for title, who in group.pilots:
            found.setdefault(who, []).append(Reason("pilot", title, f"/buyer-groups/{group.slug}", group.title))
    wanted = words_for(card)
    for text in practice.plans:
        if wanted and wanted.search(text.folded):
            path = f"/deelnemers/{text.who.slug}/plannen/{text.agreement}"
            found.setdefault(text.who, []).append(Reason("plan", text.words, path))
    for group in named:
        for who in group.members if not group.over else ():
            found.setdefault(who, []).append(Reason("member", "", f"/buyer-groups/{group.slug}", group.title))
    applies = [Applies(who, tuple(reasons)) for who, reasons in found.items()]
    return sorted(applies, key=lambda one: one.who.is_example)


def belongs_to(example: Example, card: GuideCard) -> bool:
    """Say whether a practice example is about what a guide is about.

    It is that guide; or one names the other; or they share a product group; or both are on one theme or two, and share
    one. A guide on all themes is not about each of them.
    """
    if example.slug == card.slug or example.slug in card.related or card.slug in example.related:
        return True
    if example.product_groups & set(card.product_groups):
        return True
    narrow = len(card.themes) <= NARROW and len(example.themes) <= NARROW
    return card.kind != EXAMPLE and narrow and bool(example.themes & set(card.themes))


def words_for(card: GuideCard) -> re.Pattern[str] | None:
    """Return what in a plan names the guide: its address as words, or one of its product groups; None for nothing.

    Whole words only. A cluster of product groups (GWW) is no product, and the name of a theme is no practice: neither
    counts.
    """
    names = product_group_names()
    products = [group for group in card.product_groups if group in names and group not in vocabulary().clusters]
    phrases = [card.slug.replace("-", " ")] if "-" in card.slug else []
    phrases += [str(names[group]["nl"]) for group in products]
    plain = [_plain(phrase) for phrase in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, plain))})(?!\w)") if plain else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
