"""What became of the signatures of one authority: which ended, and which changed after they were public."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from common.together import columns_of, part_of
from common.versions import AsOf, known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.signatures.days import begun
from registry.signatures.models import DatePrecision, Origin, Signature, SignatureParty, SignatureVersion


@dataclass(frozen=True)
class Ended:
    """A public signature that ended, or will: it stays in the register with the reason."""

    signature_id: int
    slug: str
    """Of the agreement."""
    short_title: Any
    signed_on: date | None
    precision: DatePrecision
    name_as_signed: str
    origin: Origin
    ended_on: date
    reason: str
    source: str
    fingerprint: str | None
    is_over: bool
    """Whether it binds no more on the day that is read."""


@dataclass(frozen=True)
class Changed:
    """The newest change of a public signature: when the register said so, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Afterwards:
    """What became of the signatures of one authority."""

    ended: tuple[Ended, ...] = ()
    changed: dict[int, Changed] = field(default_factory=dict)
    """By the number of the signature; an end is not among them."""

    @property
    def over(self) -> tuple[Ended, ...]:
        """Those that bind the authority no more."""
        return tuple(one for one in self.ended if one.is_over)


def afterwards_query(authority_id: int, at: AsOf) -> Select[Any]:
    """Return the query of what became of the authority's signatures, as of that day and moment."""
    version, earlier, until = SignatureVersion, aliased(SignatureVersion), SignatureParty.binds_to
    was_public = exists().where(
        earlier.signature_id == version.signature_id, earlier.number < version.number, earlier.confirmed.is_(True)
    )
    return (
        select(*columns_of(version, "one"), Agreement.slug, AgreementVersion.short_title)
        .add_columns(was_public.label("was_public"))
        .join(SignatureParty, SignatureParty.signature_version_id == version.id)
        .join(Signature, Signature.id == version.signature_id)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(AgreementVersion, AgreementVersion.id == Signature.agreement_version_id)
        .where(SignatureParty.authority_id == authority_id, known_at(version, at.moment), version.confirmed.is_(True))
        .where(begun(at.day))
        .where(or_(version.ended_on.is_(None), until.is_(None), until >= version.ended_on))
        .where(or_(version.ended_on.is_not(None), was_public))
    )  # fmt: skip


def afterwards_from(rows: Iterable[Any], at: AsOf) -> Afterwards:
    """Tell what the rows of `afterwards_query` say, the latest end first. Pure."""
    versions = [(part_of(row, "one"), row) for row in rows]
    ended = [_ended(one, row, at.day) for one, row in versions if one.ended_on]
    changed = {
        one.signature_id: Changed(one.recorded_at, one.change_reason)
        for one in (one for one, row in versions if row.was_public)
        if one.change_reason and one.change_reason != one.ended_reason
    }
    return Afterwards(tuple(sorted(ended, key=lambda one: one.ended_on, reverse=True)), changed)


def _ended(one: Any, row: Any, day: date) -> Ended:
    return Ended(
        one.signature_id, row.slug, row.short_title, one.signed_on, one.date_precision, one.name_as_signed, one.origin,
        one.ended_on, one.ended_reason or "", one.source, one.fingerprint, one.ended_on <= day,
    )  # fmt: skip
