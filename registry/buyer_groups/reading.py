"""Reads buyer groups as of a day and moment: the cards, one group with its members, and the groups of an authority."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from common.together import columns_of, part_of, read_together
from common.versions import AsOf, as_of, known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import best_on, has_ended
from registry.buyer_groups.content import GroupState, state_on
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion


@dataclass(frozen=True)
class GroupCard:
    """A buyer group as it stands in a list."""

    group: BuyerGroup
    version: BuyerGroupVersion
    state: GroupState
    members: int


@dataclass(frozen=True)
class Member:
    """An authority that takes part, under the name that it has on the day that was asked."""

    id: int
    code: str
    slug: str
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    source: str | None
    authority_ended: bool

    @property
    def last_day(self) -> date | None:
        """The last day on which it takes part."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None


@dataclass(frozen=True)
class Membership:
    """A group in which an authority takes part."""

    member: BuyerGroupMember
    group: BuyerGroup
    version: BuyerGroupVersion
    state: GroupState
    over: bool = False
    """Whether it takes part no more on the day that was asked: it left, or the group ended."""


def takes_part(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "took part on that day, as the register said at that moment"."""
    return and_(as_of(BuyerGroupMember, at.day, at.moment), BuyerGroupMember.withdrawn.is_(False))


def all_cards(session: Session, at: AsOf, slugs: Collection[str] | None = None) -> list[GroupCard]:
    """Return the buyer groups, or those with these slugs, the real ones first, then by title. One query."""
    members = (
        select(func.count(distinct(BuyerGroupMember.authority_id)))
        .where(BuyerGroupMember.group_id == BuyerGroup.id, takes_part(at))
        .scalar_subquery()
    )
    query = (
        select(BuyerGroupVersion, members)
        .join(BuyerGroupVersion.group)
        .options(contains_eager(BuyerGroupVersion.group))
        .where(known_at(BuyerGroupVersion, at.moment))
    )
    if slugs is not None:
        query = query.where(BuyerGroup.slug.in_(slugs))
    found = [
        GroupCard(version.group, version, state_on(version.started, version.ends_year, at.day), number)
        for version, number in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.group.is_example, str(one.version.title["nl"]).lower()))


def find_card(session: Session, slug: str, at: AsOf) -> GroupCard | None:
    """Return one buyer group, None where the register did not know it at that moment. One query."""
    return next(iter(all_cards(session, at, [slug])), None)


def members_of(session: Session, group_id: int, at: AsOf) -> list[Member]:
    """Return who takes part in a group, by name, each authority once. One query."""
    return _members(session, and_(BuyerGroupMember.group_id == group_id, takes_part(at)), at)


def former_members(session: Session, group_id: int, at: AsOf) -> list[Member]:
    """Return who took part in a group before that day and does so no more, by name. One query."""
    present = aliased(BuyerGroupMember)
    again = exists().where(
        present.group_id == group_id, present.authority_id == BuyerGroupMember.authority_id,
        as_of(present, at.day, at.moment), present.withdrawn.is_(False),
    )  # fmt: skip
    took_part = (BuyerGroupMember.group_id == group_id, known_at(BuyerGroupMember, at.moment), _not_withdrawn())
    return _members(session, and_(*took_part, BuyerGroupMember.valid_to <= at.day, ~again), at)


def _not_withdrawn() -> ColumnElement[bool]:
    return BuyerGroupMember.withdrawn.is_(False)


def all_members(session: Session, group_id: int, at: AsOf) -> list[Member]:
    """Return for staff who takes part, took part and will, by name; without what was entered by mistake."""
    condition = and_(
        BuyerGroupMember.group_id == group_id, known_at(BuyerGroupMember), BuyerGroupMember.withdrawn.is_(False)
    )
    return _members(session, condition, at)


def _members(session: Session, condition: ColumnElement[bool], at: AsOf) -> list[Member]:
    query = (
        select(
            BuyerGroupMember.id, Authority.code, Authority.slug, AuthorityVersion.name, AuthorityVersion.kind,
            AuthorityVersion.sort_name, AuthorityVersion.valid_from, AuthorityVersion.valid_to,
            BuyerGroupMember.valid_from.label("since"), BuyerGroupMember.valid_to.label("until"),
            BuyerGroupMember.source,
        )
        .join(Authority, Authority.id == BuyerGroupMember.authority_id)
        .join(
            AuthorityVersion,
            and_(AuthorityVersion.authority_id == Authority.id, known_at(AuthorityVersion, at.moment)),
        )
        .where(condition)
        .order_by(BuyerGroupMember.id)
    )  # fmt: skip
    rows = [best_on(list(names), at.day) for _id, names in groupby(session.execute(query), key=lambda row: row.id)]
    return [
        Member(row.id, row.code, row.slug, row.name, row.kind, row.since, row.until, row.source, has_ended(row, at.day))
        for row in sorted(rows, key=lambda row: (row.sort_name, row.name, row.since or date.min))
    ]


def groups_of(session: Session, authority_id: int, at: AsOf) -> list[Membership]:
    """Return the groups in which an authority takes or took part as of that day and moment, by title. One query."""
    return groups_from(read_together(session, {"groups": group_query(authority_id, at)})["groups"], at)


def group_query(authority_id: int, at: AsOf) -> Select[Any]:
    """Return the query of the groups in which an authority takes or took part as of that day and moment."""
    version, since = BuyerGroupVersion, BuyerGroupMember.valid_from
    begun = and_(known_at(BuyerGroupMember, at.moment), or_(since.is_(None), since <= at.day), _not_withdrawn())
    return (
        select(
            *columns_of(BuyerGroupMember, "member"), *columns_of(BuyerGroup, "group"), *columns_of(version, "version")
        )
        .join(BuyerGroupMember.group)
        .join(version, and_(version.group_id == BuyerGroup.id, known_at(version, at.moment)))
        .where(BuyerGroupMember.authority_id == authority_id, begun)
    )


def groups_from(rows: Iterable[Any], at: AsOf) -> list[Membership]:
    """Tell what the rows of `group_query` say, by title. Pure."""
    found = []
    for row in rows:
        member, version = part_of(row, "member"), part_of(row, "version")
        member.last_day = member.valid_to - timedelta(days=1) if member.valid_to else None
        state = state_on(version.started, version.ends_year, at.day)
        over = state is GroupState.ENDED or bool(member.valid_to and member.valid_to <= at.day)
        found.append(Membership(member, part_of(row, "group"), version, state, over))
    now_in = {one.group.id for one in found if not one.over}
    left = [one for one in found if not one.over or one.group.id not in now_in]
    return sorted(left, key=lambda one: (one.over, str(one.version.title["nl"]).lower()))


def own_groups(session: Session, authority_id: int, at: AsOf) -> list[Membership]:
    """Return the groups in which an authority takes part, took part or will, for its own people. One query."""
    known = and_(known_at(BuyerGroupMember, at.moment), BuyerGroupMember.withdrawn.is_(False))
    return _memberships(session, authority_id, known, at)


def _memberships(session: Session, authority_id: int, condition: ColumnElement[bool], at: AsOf) -> list[Membership]:
    query = (
        select(BuyerGroupMember, BuyerGroupVersion)
        .join(BuyerGroupMember.group)
        .join(
            BuyerGroupVersion,
            and_(BuyerGroupVersion.group_id == BuyerGroup.id, known_at(BuyerGroupVersion, at.moment)),
        )
        .options(contains_eager(BuyerGroupMember.group))
        .where(BuyerGroupMember.authority_id == authority_id, condition)
    )
    found = [
        Membership(member, member.group, version, state_on(version.started, version.ends_year, at.day))
        for member, version in session.execute(query)
    ]
    return sorted(found, key=lambda one: str(one.version.title["nl"]).lower())


def find_group(session: Session, slug: str) -> BuyerGroup | None:
    """Return the group at this address, or None."""
    return session.scalar(select(BuyerGroup).where(BuyerGroup.slug == slug))


def current_version(session: Session, group: BuyerGroup, moment: datetime | None = None) -> BuyerGroupVersion | None:
    """Return what the register says of a group now, or said at that moment."""
    return session.scalar(
        select(BuyerGroupVersion).where(BuyerGroupVersion.group_id == group.id, known_at(BuyerGroupVersion, moment))
    )


def versions_of(session: Session, group: BuyerGroup) -> Sequence[BuyerGroupVersion]:
    """Return all that the register ever said of a group, newest first."""
    return session.scalars(
        select(BuyerGroupVersion)
        .where(BuyerGroupVersion.group_id == group.id)
        .order_by(BuyerGroupVersion.number.desc())
    ).all()


def find_member(session: Session, member_id: int) -> BuyerGroupMember | None:
    """Return a membership as it was once written, replaced or not; `standing` says what is left of it."""
    return session.get(BuyerGroupMember, member_id)


def standing(session: Session, member: BuyerGroupMember) -> BuyerGroupMember | None:
    """Return what now stands in the place of a membership; None where it was withdrawn.

    What replaced a version was recorded at the very moment at which that one was superseded (common/versions.py).
    """
    found: BuyerGroupMember | None = member
    while found is not None and found.superseded_at is not None:
        found = session.scalar(
            select(BuyerGroupMember).where(
                BuyerGroupMember.group_id == found.group_id,
                BuyerGroupMember.authority_id == found.authority_id,
                BuyerGroupMember.recorded_at == found.superseded_at,
            )
        )
    return None if found is None or found.withdrawn else found
