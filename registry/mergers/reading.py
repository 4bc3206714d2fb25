"""Reads mergers: the list of staff, and what the public page of an authority says of what became of its promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from common.together import columns_of, part_of
from common.versions import AsOf, known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.merging import current_mergers
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerPart, MergerParty
from registry.authorities.reading import MergedAuthority, MergerStory, best_on
from registry.mergers.estate import count_left
from registry.mergers.models import Inheritance, MergerChoice
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding

PUBLIC_SORTS = ("signature", "plan", "certificate", "buyer_group")
"""Of these the public reads what was chosen. Of reports only drafts can move, and a draft is not public."""


@dataclass(frozen=True)
class MergerRow:
    """A merger in the list of staff."""

    merger: Merger
    ended: tuple[str, ...]
    continued: tuple[str, ...]
    undecided: int
    """How many things wait for a choice."""
    is_example: bool


def list_mergers(session: Session, first: int, number: int) -> tuple[list[MergerRow], int]:
    """Return some of the mergers, newest first, counted from `first`; and how many there are."""
    mergers = current_mergers(session)
    return _rows(session, mergers[first : first + number], mergers), len(mergers)


def with_things_left(session: Session, since: date) -> list[MergerRow]:
    """Return the mergers since that day, and those to come, of which something waits for a choice."""
    mergers = current_mergers(session)
    recent = [one for one in mergers if one.merged_on >= since]
    return [row for row in _rows(session, recent, mergers) if row.undecided]


def _rows(session: Session, chosen: Sequence[Merger], every: Sequence[Merger]) -> list[MergerRow]:
    names = names_of(session, {party.authority_id for one in chosen for party in one.parties})
    left = count_left(session, chosen, every)
    return [_row(one, names, left[one.id]) for one in chosen]


def _row(merger: Merger, names: dict[int, list[AuthorityVersion]], left: int) -> MergerRow:
    ended: list[str] = []
    continued: list[str] = []
    for party in merger.parties:
        name = best_on(names[party.authority_id], merger.merged_on).name
        (ended if party.part is MergerPart.ENDED else continued).append(name)
    example = any(party.authority.is_example for party in merger.parties)
    return MergerRow(merger, tuple(sorted(ended)), tuple(sorted(continued)), left, example)


def names_of(session: Session, ids: set[int]) -> dict[int, list[AuthorityVersion]]:
    """Return what these authorities are called now, in every period. One query."""
    found: dict[int, list[AuthorityVersion]] = {}
    query = select(AuthorityVersion).where(AuthorityVersion.authority_id.in_(ids), known_at(AuthorityVersion))
    for version in session.scalars(query):
        found.setdefault(version.authority_id, []).append(version)
    return found


@dataclass(frozen=True)
class BoundSuccessor:
    """An agreement that binds a successor, and whether it took that over."""

    authority_id: int
    agreement_id: int
    slug: str
    short_title: Text
    taken_over: bool
    from_here: bool
    """Whether it is the signature of the authority whose page is read, and not of another that ended with it."""


@dataclass(frozen=True)
class PublicChoice:
    """What was chosen for one thing: its subject without persons, and who took it over."""

    sort: str
    """One of PUBLIC_SORTS."""
    subject: str
    choice: Inheritance
    reason: str | None
    from_name: str
    from_slug: str
    to_name: str | None
    to_slug: str | None


@dataclass(frozen=True)
class Legacy:
    """What became of what an authority promised, and what it took over itself."""

    bound: tuple[BoundSuccessor, ...]
    """Of the authorities in which it went on."""
    left: tuple[PublicChoice, ...]
    """What was chosen for its own things."""
    taken: tuple[PublicChoice, ...]
    """What it took over from others."""

    def of(self, successor: MergedAuthority) -> list[BoundSuccessor]:
        """Return what binds one successor."""
        return [one for one in self.bound if one.authority_id == successor.id]


def legacy_queries(authority_id: int, at: AsOf) -> dict[str, Select[Any]]:
    """Return the queries that `legacy_from` reads, each under its name."""
    return {
        "bound": _bound_query(authority_id, at),
        "choices": _choice_query(authority_id, at),
        "names": _name_query(authority_id, at),
    }


def legacy_from(
    rows: Mapping[str, Sequence[Any]], authority_id: int, mergers: Sequence[MergerStory], at: AsOf
) -> Legacy | None:
    """Tell what became of its promises, from the rows of `legacy_queries`; None for one that was in no merger. Pure."""
    if not mergers:
        return None
    heirs = {one.id for story in mergers if _ends(authority_id, story) for one in story.continued}
    choices = _choices(rows["choices"], rows["names"], at)
    return Legacy(
        _bound([row for row in rows["bound"] if row.authority_id in heirs]),
        tuple(public for choice, public in choices if choice.from_authority_id == authority_id),
        tuple(public for choice, public in choices if choice.to_authority_id == authority_id),
    )


def _ends(authority_id: int, story: MergerStory) -> bool:
    return any(one.id == authority_id for one in story.ended)


def _bound_query(authority_id: int, at: AsOf) -> Select[*tuple[Any, ...]]:
    """Return the query of what binds whoever was in a merger with it; who took over from it is for `legacy_from`."""
    mergers = select(MergerParty.merger_id).where(MergerParty.authority_id == authority_id)
    ids = select(MergerParty.authority_id).where(
        MergerParty.merger_id.in_(mergers), MergerParty.part != MergerPart.ENDED
    )
    before = aliased(SignatureParty)
    from_here = select(before.id).where(
        before.signature_version_id == SignatureVersion.id, before.authority_id == authority_id
    )
    return (
        select(SignatureParty.authority_id, Signature.agreement_id, SignatureParty.merger_id, Agreement.slug,
               AgreementVersion.short_title, AgreementVersion.period_from, from_here.exists().label("from_here"))
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(
            AgreementVersion,
            and_(AgreementVersion.agreement_id == Agreement.id, known_at(AgreementVersion, at.moment)),
        )
        .where(SignatureParty.authority_id.in_(ids), binding(at))
    )  # fmt: skip


def _bound(rows: Sequence[Any]) -> tuple[BoundSuccessor, ...]:
    found: dict[tuple[int, int], BoundSuccessor] = {}
    for row in sorted(rows, key=lambda row: (-row.period_from.toordinal(), not row.from_here, row.merger_id or 0)):
        one = BoundSuccessor(
            row.authority_id, row.agreement_id, row.slug, row.short_title, row.merger_id is not None, row.from_here
        )
        found.setdefault((row.authority_id, row.agreement_id), one)
    return tuple(found.values())


def _choice_query(authority_id: int, at: AsOf) -> Select[*tuple[Any, ...]]:
    """Return the query of what was chosen about or for an authority, at mergers up to that day.

    Only of what is public itself: who works where, and what was a draft, is nobody's business.
    """
    public = or_(*(MergerChoice.subject.startswith(f"{sort}:") for sort in PUBLIC_SORTS))
    query = (
        select(*columns_of(MergerChoice, "choice"), Merger.merged_on)
        .join(MergerChoice.merger)
        .where(or_(MergerChoice.from_authority_id == authority_id, MergerChoice.to_authority_id == authority_id))
        .where(Merger.merged_on <= at.day, public)
    )
    if at.moment:
        undone_later = or_(MergerChoice.undone_at.is_(None), MergerChoice.undone_at > at.moment)
        return query.where(MergerChoice.decided_at <= at.moment, undone_later)
    return query.where(MergerChoice.undone_at.is_(None))


def _name_query(authority_id: int, at: AsOf) -> Select[*tuple[Any, ...]]:
    """Return the query of what everybody in a choice about it is called."""
    choice = MergerChoice
    about = or_(choice.from_authority_id == authority_id, choice.to_authority_id == authority_id)
    version = AuthorityVersion
    return (
        select(Authority.id, Authority.slug, version.name, version.valid_from, version.valid_to)
        .join(version, version.authority_id == Authority.id)
        .where(known_at(version, at.moment))
        .where(
            or_(
                Authority.id.in_(select(choice.from_authority_id).where(about)),
                Authority.id.in_(select(choice.to_authority_id).where(about)),
            )
        )
    )


def _choices(rows: Sequence[Any], names: Sequence[Any], at: AsOf) -> list[tuple[Any, PublicChoice]]:
    found = []
    for row in sorted(rows, key=lambda row: row.choice__id):
        choice = part_of(row, "choice")
        sort, _colon, rest = choice.subject.partition(":")
        day = max(at.day, row.merged_on)
        gone, heir = (_named(names, one, day) for one in (choice.from_authority_id, choice.to_authority_id))
        public = PublicChoice(
            sort, rest, choice.choice, choice.reason, gone.name if gone else "", gone.slug if gone else "",
            heir.name if heir else None, heir.slug if heir else None,
        )  # fmt: skip
        found.append((choice, public))
    return found


def _named(names: Sequence[Any], authority_id: int | None, day: date) -> Any:
    """Return name and address on that day; None for nobody, or for who was not known at the moment that is read."""
    own = [row for row in names if row.id == authority_id]
    return best_on(own, day) if own else None
