"""Reads mergers: the list of staff, and what the public page of an authority says of what became of its promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from common.versions import AsOf, known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.merging import current_mergers
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerPart
from registry.authorities.reading import MergedAuthority, MergerStory, best_on
from registry.mergers.estate import read_estate
from registry.mergers.models import Inheritance, MergerChoice
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding


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
    chosen = mergers[first : first + number]
    names = names_of(session, {party.authority_id for one in chosen for party in one.parties})
    return [_row(session, one, names) for one in chosen], len(mergers)


def with_things_left(session: Session, since: date) -> list[MergerRow]:
    """Return the mergers since that day, and those to come, of which something waits for a choice."""
    recent = [one for one in current_mergers(session) if one.merged_on >= since]
    names = names_of(session, {party.authority_id for one in recent for party in one.parties})
    rows = [_row(session, one, names) for one in recent]
    return [row for row in rows if row.undecided]


def _row(session: Session, merger: Merger, names: dict[int, list[AuthorityVersion]]) -> MergerRow:
    ended: list[str] = []
    continued: list[str] = []
    for party in merger.parties:
        name = best_on(names[party.authority_id], merger.merged_on).name
        (ended if party.part is MergerPart.ENDED else continued).append(name)
    left = len(read_estate(session, merger).open)
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


@dataclass(frozen=True)
class PublicChoice:
    """What was chosen for one thing: its subject without persons, and who took it over."""

    sort: str
    """signature, plan, report, certificate or buyer_group."""
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


def read_legacy(
    session: Session, authority_id: int, became: Sequence[MergerStory], continues: Sequence[MergerStory], at: AsOf
) -> Legacy | None:
    """Return what became of its promises; None for an authority that was in no merger, without a query."""
    if not became and not continues:
        return None
    heirs = {one.id for story in became for one in story.continued}
    choices = _choices(session, authority_id, at)
    return Legacy(
        _bound(session, heirs, at) if heirs else (),
        tuple(public for choice, public in choices if choice.from_authority_id == authority_id),
        tuple(public for choice, public in choices if choice.to_authority_id == authority_id),
    )


def _bound(session: Session, ids: set[int], at: AsOf) -> tuple[BoundSuccessor, ...]:
    query = (
        select(SignatureParty.authority_id, Signature.agreement_id, SignatureParty.merger_id, Agreement.slug,
               AgreementVersion.short_title)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(
            AgreementVersion,
            and_(AgreementVersion.agreement_id == Agreement.id, known_at(AgreementVersion, at.moment)),
        )
        .where(SignatureParty.authority_id.in_(ids), binding(at))
        .order_by(AgreementVersion.period_from.desc(), SignatureParty.merger_id.is_(None).desc())
    )  # fmt: skip
    found: dict[tuple[int, int], BoundSuccessor] = {}
    for authority_id, agreement_id, merger_id, slug, title in session.execute(query):
        one = BoundSuccessor(authority_id, agreement_id, slug, title, merger_id is not None)
        found.setdefault((authority_id, agreement_id), one)
    return tuple(found.values())


def _choices(session: Session, authority_id: int, at: AsOf) -> list[tuple[MergerChoice, PublicChoice]]:
    """Return what was chosen about or for an authority, but for its people: who works where is not public."""
    query = (
        select(MergerChoice)
        .join(MergerChoice.merger)
        .where(or_(MergerChoice.from_authority_id == authority_id, MergerChoice.to_authority_id == authority_id))
        .where(~MergerChoice.subject.startswith("membership:"), ~MergerChoice.subject.startswith("plan_draft:"))
        .options(
            joinedload(MergerChoice.from_authority).selectinload(Authority.versions),
            joinedload(MergerChoice.to_authority).selectinload(Authority.versions),
            joinedload(MergerChoice.merger),
        )
        .order_by(MergerChoice.id)
    )
    if at.moment:
        undone_later = or_(MergerChoice.undone_at.is_(None), MergerChoice.undone_at > at.moment)
        query = query.where(MergerChoice.decided_at <= at.moment, undone_later)
    else:
        query = query.where(MergerChoice.undone_at.is_(None))
    found = []
    for choice in session.scalars(query):
        sort, _colon, rest = choice.subject.partition(":")
        gone, heir = choice.from_authority, choice.to_authority
        public = PublicChoice(
            sort, rest, choice.choice, choice.reason, _name(gone, choice.merger, at), gone.slug,
            _name(heir, choice.merger, at) if heir else None, heir.slug if heir else None,
        )  # fmt: skip
        if sort != "report":  # of reports only drafts can move, and a draft is not public
            found.append((choice, public))
    return found


def _name(authority: Authority, merger: Merger, at: AsOf) -> str:
    known = [one for one in authority.versions if one.superseded_at is None] or authority.versions
    return best_on(known, max(at.day, merger.merged_on)).name
