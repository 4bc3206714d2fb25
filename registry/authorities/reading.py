"""Reads authorities: by address or code, what they are called on a day, and what they continue or became."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from common.versions import AsOf, known_at, was_known
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerPart, MergerParty
from registry.authorities.naming import sort_name


class Dated(Protocol):
    """Anything that holds during a period; `valid_to` is the first day it no longer did."""

    @property
    def valid_from(self) -> date | None:
        """First day."""

    @property
    def valid_to(self) -> date | None:
        """First day after."""


D = TypeVar("D", bound=Dated)


def find_authority(session: Session, slug: str, moment: datetime | None = None) -> Authority | None:
    """Return the authority at this address with all its names, or None where the register knows, or knew, none.

    One query.
    """
    return _one(session, Authority.slug == slug, moment)


def by_code(session: Session, code: str, moment: datetime | None = None) -> Authority | None:
    """Return the authority with this TOOI code with all its names, or None as `find_authority` does. One query."""
    return _one(session, Authority.code == code, moment)


def code_named(session: Session, name: str, kind: str) -> str:
    """Return the code of an authority with this name, also one of this kind without the kind in its name, or ""."""
    alike = and_(AuthorityVersion.sort_name == sort_name(name), AuthorityVersion.kind == kind)
    query = select(Authority.code).join(Authority.versions).where(known_at(AuthorityVersion))
    return session.scalars(query.where(or_(AuthorityVersion.name == name, alike)).limit(1)).first() or ""


def _one(session: Session, condition: ColumnElement[bool], moment: datetime | None = None) -> Authority | None:
    versions = Authority.versions.and_(known_at(AuthorityVersion, moment))
    query = select(Authority).where(condition).options(joinedload(versions))
    found = session.scalars(query, execution_options={"populate_existing": moment is not None}).unique().one_or_none()
    # At a moment of the past the register may not have known it yet: then it is not there.
    return found if found and any(was_known(version, moment) for version in found.versions) else None


def version_on(authority: Authority, day: date, moment: datetime | None = None) -> AuthorityVersion:
    """Return what the authority was on this day; of one that had ended, what it last was."""
    return best_on([version for version in authority.versions if was_known(version, moment)], day)


def best_on(versions: Iterable[D], day: date) -> D:
    """Choose the version that holds on `day`, else the last one before it, else the first one after it."""
    ordered = sorted(versions, key=lambda version: version.valid_from or date.min)
    begun = [version for version in ordered if (version.valid_from or date.min) <= day]
    return begun[-1] if begun else ordered[0]


def has_ended(version: Dated, day: date) -> bool:
    """Say whether a version, the one that `best_on` chose, had ended on this day."""
    return version.valid_to is not None and version.valid_to <= day


@dataclass(frozen=True)
class MergedAuthority:
    """An authority in a merger, under the name that it had on the day itself."""

    id: int
    slug: str
    name: str
    part: MergerPart


@dataclass(frozen=True)
class MergerStory:
    """One merger as a reader needs it: which authorities ended, and in which they went on."""

    merged_on: date
    kind: str
    source: str
    ended: tuple[MergedAuthority, ...]
    continued: tuple[MergedAuthority, ...]


def mergers_of(session: Session, authority_id: int, at: AsOf) -> list[MergerStory]:
    """Return the mergers up to that day in which this authority had a part, newest first. One query."""
    return merger_stories(session.execute(merger_query([authority_id], at)).all())


def heirs_in(stories: Iterable[MergerStory]) -> dict[int, list[MergedAuthority]]:
    """Return in which authorities each went on that ended in these mergers, by its number. Pure."""
    found: dict[int, list[MergedAuthority]] = {}
    for story in stories:
        for one in story.ended:
            found.setdefault(one.id, []).extend(story.continued)
    return found


def merger_query(authority_ids: Collection[int], at: AsOf) -> Select[*tuple[Any, ...]]:
    """Return the query that `merger_stories` makes stories of: those in which any of these had a part."""
    its = select(MergerParty.merger_id).where(MergerParty.authority_id.in_(authority_ids))
    return (
        select(
            Merger.id, Merger.merged_on, Merger.kind, Merger.source, MergerParty.part, Authority.id.label("party_id"),
            Authority.slug, AuthorityVersion.name, AuthorityVersion.sort_name, AuthorityVersion.valid_from,
            AuthorityVersion.valid_to,
        )
        .join(MergerParty, MergerParty.merger_id == Merger.id)
        .join(Authority, Authority.id == MergerParty.authority_id)
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(
            Merger.id.in_(its), Merger.merged_on <= at.day,
            known_at(Merger, at.moment), known_at(AuthorityVersion, at.moment),
        )
    )  # fmt: skip


def merger_stories(rows: Sequence[Any]) -> list[MergerStory]:
    """Tell what the rows of `merger_query` say, newest merger first. Pure."""
    rows = sorted(rows, key=lambda row: (-row.merged_on.toordinal(), row.id, row.sort_name))
    stories = []
    for number in dict.fromkeys(row.id for row in rows):
        its_rows = [row for row in rows if row.id == number]
        parties = [
            best_on([row for row in its_rows if row.party_id == party], its_rows[0].merged_on)
            for party in dict.fromkeys(row.party_id for row in its_rows)
        ]
        merged = [MergedAuthority(row.party_id, row.slug, row.name, row.part) for row in parties]
        stories.append(
            MergerStory(
                its_rows[0].merged_on, its_rows[0].kind, its_rows[0].source,
                ended=tuple(one for one in merged if one.part is MergerPart.ENDED),
                continued=tuple(one for one in merged if one.part is not MergerPart.ENDED),
            )
        )  # fmt: skip
    return stories


def search(session: Session, wanted: str, day: date) -> list[tuple[Authority, AuthorityVersion]]:
    """Return the authorities of which any name, abbreviation or code holds `wanted` (folded), as they are on `day`.

    By name; those that ended stand last. One query.
    """
    query = select(Authority, AuthorityVersion).join(Authority.versions).where(known_at(AuthorityVersion))
    rows: dict[int, tuple[Authority, list[AuthorityVersion]]] = {}
    for authority, version in session.execute(query):
        rows.setdefault(authority.id, (authority, []))[1].append(version)
    found = [
        (authority, best_on(versions, day))
        for authority, versions in rows.values()
        if any(wanted in version.search_text for version in versions)
    ]
    return sorted(found, key=lambda one: (has_ended(one[1], day), one[1].sort_name, one[0].id))
