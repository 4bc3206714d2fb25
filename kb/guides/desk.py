"""What staff see of the guides: a list that filters and pages, the drafts, and those whose review is due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from common.ledger_tables import LedgerEntry
from kb.guides.models import EndingKind, Guide, GuideEnding, Revision
from kb.guides.renaming import present_addresses
from kb.guides.seconding import ASKED

PAGE = 50
"""Guides on one page of the list."""
OFFERED = 24
"""Guides that the form offers as related; any other is named by its address."""
DRAFT, ASKED_FOR, SCHEDULED = "concept", "collega", "ingepland"
PUBLIC, ENDED, DUE = "gepubliceerd", "ingetrokken", "nakijken"
STATES = (DRAFT, ASKED_FOR, SCHEDULED, PUBLIC, ENDED, DUE)
ORDERS = ("titel", "bewaard", "nakijken")
_Public, _Numbers, _Waiting, _Unseen = (aliased(Revision) for _each in range(4))
_COLUMNS = (
    Guide.slug, Revision.title, Revision.kind, Revision.number, Revision.created_at, Revision.language,
    Revision.review_due_on, _Public.number.label("public_number"), _Public.review_due_on.label("public_due"),
    GuideEnding.kind.label("ending"),
)  # fmt: skip


@dataclass(frozen=True)
class GuideRow:
    """A guide as staff see it: its newest revision, and the number of the one that is public."""

    slug: str
    title: str
    kind: str
    number: int
    public_number: int | None
    saved_at: datetime
    review_due_on: date | None
    language: str = "nl"
    publish_at: datetime | None = None
    """When a text goes out by itself."""
    ending: EndingKind | None = None
    """How the guide ended, where it did."""
    asks_second: bool = False
    """Whether its author asked for the second person of four eyes, who did not come yet."""

    @property
    def is_draft(self) -> bool:
        """Whether the newest text is not public."""
        return self.number != self.public_number


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the list; empty means all."""

    words: str = ""
    state: str = ""
    kind: str = ""
    theme: str = ""
    language: str = ""
    order: str = ""

    def query(self) -> dict[str, Any]:
        """Return what the address says of it."""
        named = {
            "q": self.words, "status": self.state, "soort": self.kind, "thema": self.theme, "taal": self.language,
            "volgorde": self.order,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Found:
    """One page of the list, and how many guides there are in all."""

    rows: Sequence[GuideRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // PAGE))


def find_rows(session: Session, wanted: Wanted, page: int, today: date) -> Found:
    """Return the guides of one page of the list, and the number of all that fit. Two queries, without the texts."""
    fitting = _rows().where(*_conditions(wanted, today))
    total = session.scalar(select(func.count()).select_from(fitting.with_only_columns(Guide.id).subquery())) or 0
    page = min(max(1, page), max(1, -(-total // PAGE)))
    orders: dict[str, tuple[Any, ...]] = {
        "titel": (func.lower(Revision.title),),
        "bewaard": (Revision.created_at.desc(),),
        "nakijken": (func.coalesce(_due(), date.max),),
    }
    drafts_first = (_is_public_newest(), func.lower(Revision.title))
    asked = fitting.order_by(*orders.get(wanted.order, drafts_first), Guide.id)
    return Found(_read(session, asked.limit(PAGE).offset((page - 1) * PAGE)), total, page)


def counts(session: Session, today: date) -> dict[str, int]:
    """Return how many guides there are in each state, and in all (under ""). One query."""
    states = {state: func.count().filter(*_conditions(Wanted(state=state), today)) for state in STATES}
    rows = _rows().with_only_columns(func.count().label("all"), *states.values())
    every, *each = session.execute(rows).one()
    return {"": every, **dict(zip(STATES, each, strict=True))}


def row_of(session: Session, slug: str) -> GuideRow | None:
    """Return one guide as staff see it. One query."""
    return next(iter(_read(session, _rows().where(Guide.slug == slug))), None)


def titles_of(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """Return the newest title of each of these guides, by the address as it was given, in that order. Two queries."""
    present = present_addresses(session, slugs)
    rows = {row.slug: row.title for row in _read(session, _rows().where(Guide.slug.in_(set(present.values()))))}
    return {slug: rows[present[slug]] for slug in slugs if slug in present}


def guides_like(
    session: Session, themes: Sequence[str], without: Collection[str], *, only_public: bool = False
) -> list[tuple[str, str]]:
    """Return address and title of guides on one of these themes, to choose from; the ones made last. One query."""
    on_theme = [cast(Revision.themes, String).contains(f'"{theme}"', autoescape=True) for theme in themes]
    if not on_theme:
        return []
    like = _rows().where(or_(*on_theme), Guide.slug.not_in(without), GuideEnding.id.is_(None))
    if only_public:
        like = like.where(_Public.id.is_not(None))
    rows = _read(session, like.order_by(Guide.id.desc()).limit(OFFERED))
    return sorted(((row.slug, row.title) for row in rows), key=lambda pair: pair[1].casefold())


def drafts(session: Session, most: int | None = None) -> list[GuideRow]:
    """Return the guides whose newest text is not public: those that wait for a colleague, then the last saved first."""
    waiting = _rows().where(~_is_public_newest(), GuideEnding.id.is_(None))
    return _read(session, waiting.order_by(_asks_second().desc(), Revision.created_at.desc()).limit(most))


def review_due(session: Session, by: date, most: int | None = None) -> list[GuideRow]:
    """Return the public guides that must be reviewed by that day, longest due first."""
    due = _rows().where(_Public.review_due_on <= by, GuideEnding.id.is_(None))
    return _read(session, due.order_by(_Public.review_due_on, Guide.slug).limit(most))


def _rows() -> Select[Any]:
    """Return each guide with its newest revision, its public one, and its end."""
    # Asked per guide, from the index alone: one guide of 10,000 costs as much as one of ten.
    newest = select(func.max(_Numbers.number)).where(_Numbers.guide_id == Guide.id).correlate(Guide).scalar_subquery()
    shown = and_(_Public.guide_id == Guide.id, _Public.published_at.is_not(None), _Public.superseded_at.is_(None))
    ended = and_(
        GuideEnding.guide_id == Guide.id, GuideEnding.superseded_at.is_(None), GuideEnding.kind != EndingKind.BACK
    )
    publish_at = select(func.min(_Waiting.publish_at)).where(_Waiting.guide_id == Guide.id).correlate(Guide)
    columns: list[Any] = [
        *_COLUMNS, publish_at.scalar_subquery().label("publish_at"), _asks_second().label("asks_second"),
    ]  # fmt: skip
    return (
        select(*columns)
        .select_from(Guide)
        .join(Revision, and_(Revision.guide_id == Guide.id, Revision.number == newest))
        .outerjoin(_Public, shown)
        .outerjoin(GuideEnding, ended)
    )


def _is_public_newest() -> ColumnElement[bool]:
    return func.coalesce(_Public.number, 0) == Revision.number


def _is_scheduled() -> ColumnElement[bool]:
    waiting = select(_Waiting.id).where(_Waiting.guide_id == Guide.id, _Waiting.publish_at.is_not(None))
    return waiting.correlate(Guide).exists()


def _asks_second() -> ColumnElement[bool]:
    """Return whether somebody asked for a look at the newest text and a part of it still has none."""
    asked = select(LedgerEntry.seq).where(LedgerEntry.subject == "guide:" + Guide.slug, LedgerEntry.event == ASKED)
    asked = asked.where(LedgerEntry.recorded_at >= Revision.created_at).correlate(Guide, Revision)
    unseen = select(_Unseen.id).where(_Unseen.guide_id == Guide.id, _Unseen.seconded_by_id.is_(None))
    unseen = unseen.where(_Unseen.number > func.coalesce(_Public.number, 0)).correlate(Guide, _Public)
    goes_on = and_(~_is_public_newest(), GuideEnding.id.is_(None), ~_is_scheduled())
    return and_(Guide.four_eyes, goes_on, asked.exists(), unseen.exists())


def _due() -> ColumnElement[Any]:
    return func.coalesce(_Public.review_due_on, Revision.review_due_on)


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in wanted.words.split():
        found.append(or_(Revision.title.icontains(word, autoescape=True), Guide.slug.icontains(word, autoescape=True)))
    if wanted.kind:
        found.append(Revision.kind == wanted.kind)
    if wanted.language:
        found.append(Revision.language == wanted.language)
    if wanted.theme:
        found.append(cast(Revision.themes, String).contains(f'"{wanted.theme}"', autoescape=True))
    going_on = GuideEnding.id.is_(None)
    states: dict[str, list[ColumnElement[bool]]] = {
        DRAFT: [~_is_public_newest(), going_on],
        ASKED_FOR: [_asks_second()],
        SCHEDULED: [_is_scheduled()],
        PUBLIC: [_Public.id.is_not(None), going_on],
        ENDED: [GuideEnding.id.is_not(None)],
        DUE: [_Public.review_due_on <= today, going_on],
    }
    return found + states.get(wanted.state, [])


def _read(session: Session, query: Select[Any]) -> list[GuideRow]:
    return [
        GuideRow(
            slug=row.slug,
            title=row.title,
            kind=row.kind,
            number=row.number,
            public_number=row.public_number,
            saved_at=row.created_at,
            review_due_on=row.public_due if row.public_number else row.review_due_on,
            language=row.language,
            publish_at=row.publish_at,
            ending=row.ending,
            asks_second=bool(row.asks_second),
        )
        for row in session.execute(query)
    ]
