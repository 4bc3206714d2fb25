"""Everything that the register publicly says of one authority under its agreements: four queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from common.versions import AsOf, known_at, was_known
from registry.agreements.models import Agreement, AgreementVersion
from registry.agreements.reading import all_agreements, current_version, in_force_among
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import MergedAuthority, MergerStory, best_on, has_ended, version_on
from registry.obligations.reading import AskedDuty
from registry.obligations.rule import Met, Standing
from registry.participants.around import Around
from registry.participants.published_figures import Piece, YearShare, in_pieces, shares_with_criteria
from registry.participants.records import published_by_authority
from registry.participants.standings import (
    Circumstances,
    EditionRecord,
    ParticipantStatus,
    ReportStanding,
    overall,
    plan_standing,
    report_standings,
)
from registry.plans.models import Plan, PlanVersion
from registry.plans.reading import begins_on, first_delivered, published_by
from registry.signatures.models import Certainty, DatePrecision, Origin, Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding, bound_before


@dataclass(frozen=True)
class SignedBy:
    """One act of signing that binds the authority, as the source tells it."""

    agreement_id: int
    authority_id: int
    signed_on: date | None
    precision: DatePrecision
    name_as_signed: str
    signed_by: str | None
    signed_by_function: str | None
    certainty: Certainty
    source: str
    date_source: str | None
    note: str | None
    bound: int
    """How many authorities this one signature binds."""
    signature_id: int
    origin: Origin
    fingerprint: str | None
    """Of the public version; None for what was recorded before fingerprints were kept."""
    text_number: int
    """The version of the agreement that was signed."""
    taken_over_on: date | None
    """The day of the merger by which it took this over; None where it signed itself."""
    ended_on: date | None
    """The first day on which it binds no more, whether that day has come or not."""
    represented_by: str | None
    represented_by_slug: str | None

    def binds(self, authority_id: int, agreement_id: int) -> bool:
        """Say whether it is of this authority, under this agreement."""
        return self.authority_id == authority_id and self.agreement_id == agreement_id

    def is_over(self, day: date) -> bool:
        """Say whether it ended by that day."""
        return self.ended_on is not None and self.ended_on <= day


@dataclass(frozen=True)
class UnderAgreement:
    """What the authority signed, planned and reported under one agreement."""

    agreement: Agreement
    version: AgreementVersion
    signature: SignedBy
    plan: PlanVersion | None
    plan_standing: Standing
    earlier_plans: tuple[PlanVersion, ...]
    reports: tuple[ReportStanding, ...]
    """Newest year first."""
    status: ParticipantStatus
    shares: tuple[YearShare, ...]

    @property
    def share_pieces(self) -> list[Piece]:
        """The shares, cut where they were measured otherwise."""
        return in_pieces(self.shares)


@dataclass(frozen=True)
class SignedByPredecessor:
    """An agreement that bound an authority which went on in this one."""

    agreement: Agreement
    version: AgreementVersion
    authority: MergedAuthority
    signature: SignedBy


@dataclass(frozen=True)
class Profile:
    """What the page of one authority shows."""

    authority: Authority
    version: AuthorityVersion
    begins_on: date | None
    """The day on which it came to be, where that lies after the day that is read; it did not exist yet."""
    ended_on: date | None
    earlier_names: tuple[AuthorityVersion, ...]
    became: tuple[MergerStory, ...]
    continues: tuple[MergerStory, ...]
    under: tuple[UnderAgreement, ...]
    """Newest agreement first."""
    over: tuple[UnderAgreement, ...]
    """The same of agreements that bind it no more, because its signature ended: what came of them stays."""
    by_predecessors: tuple[SignedByPredecessor, ...]
    in_force: Agreement | None
    """The real agreement that an authority could still join."""


def read_profile(session: Session, authority: Authority, around: Around, at: AsOf) -> Profile | None:
    """Return what the register publicly says of the authority as of that day and moment; None where it said nothing.

    Of one that did not exist yet on that day: what it will be called, and from which it comes.
    """
    if not any(was_known(one, at.moment) for one in authority.versions):
        return None
    version = version_on(authority, at.day, at.moment)
    ended_on = version.valid_to if has_ended(version, at.day) else None
    begins_on = version.valid_from if version.valid_from and version.valid_from > at.day else None
    mergers = [one for one in around.mergers if one.merged_on <= (begins_on or at.day)]
    became = tuple(one for one in mergers if authority.id in {party.id for party in one.ended})
    continues = tuple(one for one in mergers if one not in became)
    before = {party.id: party for one in continues for party in one.ended}
    agreements = all_agreements(session, at.moment)
    held = {party.id: _last_day(one.merged_on, at.day) for one in continues for party in one.ended}
    held[authority.id] = _last_day(ended_on, at.day)
    signed = _signatures(session, authority.id, held, at)
    plans = _plans(session, authority.id, at)
    editions, published = published_by_authority(session, authority.id, at)
    shares = shares_with_criteria(session, published)
    signed_itself = [
        _under(agreement, one, plans, editions, around.duties, (shares, at, ended_on))
        for agreement in agreements
        for one in _first([one for one in signed if one.binds(authority.id, agreement.id)], held[authority.id])
    ]
    return Profile(
        authority, version, begins_on, ended_on, _earlier_names(authority, version, at), became, continues,
        under=tuple(one for one in signed_itself if not one.signature.is_over(held[authority.id])),
        over=tuple(one for one in signed_itself if one.signature.is_over(held[authority.id])),
        by_predecessors=_by_predecessors(agreements, before, signed, at),
        in_force=in_force_among([one for one in agreements if not one.is_example], at),
    )  # fmt: skip


def _last_day(ended_on: date | None, day: date) -> date:
    """Return the day on which its signatures are read: of one that ended by then, the last of its existence."""
    return min(day, ended_on - timedelta(days=1)) if ended_on else day


def _by_predecessors(
    agreements: Sequence[Agreement], before: Mapping[int, MergedAuthority], signed: Sequence[SignedBy], at: AsOf
) -> tuple[SignedByPredecessor, ...]:
    by_id = {agreement.id: agreement for agreement in agreements}
    return tuple(
        SignedByPredecessor(agreement, current_version(agreement, at.moment), before[one.authority_id], one)
        for one in signed
        if one.authority_id in before and (agreement := by_id.get(one.agreement_id))
    )


def _first(signatures: Sequence[SignedBy], day: date) -> Sequence[SignedBy]:
    """Return the one to show: what still binds before what ended, its own before what it took over, the earliest."""
    return sorted(
        signatures, key=lambda one: (one.is_over(day), one.taken_over_on is not None, one.signed_on or date.max)
    )[:1]


def _under(
    agreement: Agreement,
    signature: SignedBy,
    plans: Sequence[PlanVersion],
    editions: Sequence[EditionRecord],
    asked: Sequence[AskedDuty],
    more: tuple[dict[int, list[YearShare]], AsOf, date | None],
) -> UnderAgreement:
    shares, at, ended_on = more
    version = current_version(agreement, at.moment)
    own = sorted((one for one in plans if one.plan.agreement_id == agreement.id), key=lambda one: one.number)
    first = first_delivered(own)
    met = Met(begins_on(first) or at.day, first.number) if first else None
    gone_on = ended_on or (signature.ended_on if signature.is_over(at.day) else None)
    circumstances = Circumstances(at.day, at.known_to, version.followed, gone_on)
    its_duties = [one for one in asked if one.agreement_id == agreement.id]
    plan = plan_standing(its_duties, met, circumstances)
    its_editions = [one for one in editions if one.agreement_id == agreement.id]
    reports = report_standings(its_duties, its_editions, circumstances)
    return UnderAgreement(
        agreement, version, signature, own[-1] if own else None, plan, tuple(own[:-1]), tuple(reversed(reports)),
        overall([plan, *(one.standing for one in reports)], circumstances), tuple(shares.get(agreement.id, ())),
    )  # fmt: skip


def _earlier_names(authority: Authority, shown: AuthorityVersion, at: AsOf) -> tuple[AuthorityVersion, ...]:
    known = [one for one in authority.versions if was_known(one, at.moment)]
    earlier = [one for one in known if one.name != shown.name and one.valid_to and one.valid_to <= at.day]
    return tuple(sorted(earlier, key=lambda one: one.valid_to or date.max, reverse=True))


def _signatures(session: Session, authority_id: int, days: Mapping[int, date], at: AsOf) -> list[SignedBy]:
    """Return what binds each of these authorities on its own day, and what bound the one itself before. One query."""
    ended = and_(SignatureParty.authority_id == authority_id, bound_before(AsOf(days[authority_id], at.moment)))
    others, signed_text = aliased(SignatureParty), aliased(AgreementVersion)
    with_it = others.signature_version_id == SignatureVersion.id, others.merger_id.is_(None)
    bound = select(func.count(others.id)).where(*with_it).scalar_subquery()
    query = (
        select(
            Signature.agreement_id, SignatureParty.authority_id, SignatureVersion.signed_on,
            SignatureVersion.date_precision, SignatureVersion.name_as_signed, SignatureVersion.signed_by,
            SignatureVersion.signed_by_function, SignatureVersion.certainty, SignatureVersion.source,
            SignatureVersion.date_source, SignatureVersion.note, bound.label("bound"), Signature.id,
            SignatureVersion.origin, SignatureVersion.fingerprint, signed_text.number,
            case((SignatureParty.merger_id.is_not(None), SignatureParty.binds_from)),
            SignatureVersion.ended_on,
            Authority.id.label("representative_id"), Authority.slug, AuthorityVersion.name,
            AuthorityVersion.valid_from, AuthorityVersion.valid_to,
        )
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .join(signed_text, signed_text.id == Signature.agreement_version_id)
        .outerjoin(Authority, Authority.id == SignatureVersion.represented_by_id)
        .outerjoin(
            AuthorityVersion,
            (AuthorityVersion.authority_id == Authority.id) & known_at(AuthorityVersion, at.moment),
        )
        .where(or_(*(_binds(number, AsOf(day, at.moment)) for number, day in days.items()), ended))
    )  # fmt: skip
    rows = session.execute(query).all()
    found = []
    for key in dict.fromkeys((row.id, row.authority_id) for row in rows):
        row = best_on([row for row in rows if (row.id, row.authority_id) == key], at.day)
        elsewhere = row.representative_id is not None and row.representative_id != row.authority_id
        facts: list[Any] = [*row[:18], row.name if elsewhere else None, row.slug if elsewhere else None]
        found.append(SignedBy(*facts))
    return found


def _binds(authority_id: int, at: AsOf) -> ColumnElement[bool]:
    return and_(SignatureParty.authority_id == authority_id, binding(at))


def _plans(session: Session, authority_id: int, at: AsOf) -> Sequence[PlanVersion]:
    query = (
        select(PlanVersion)
        .join(PlanVersion.plan)
        .where(Plan.authority_id == authority_id, published_by(at))
        .options(joinedload(PlanVersion.plan), joinedload(PlanVersion.ambitions), joinedload(PlanVersion.actions))
    )
    return session.scalars(query).unique().all()
