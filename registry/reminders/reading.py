"""Reads rounds for their page: what the edition is called, who had a round, and what staff added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.versions import known_at
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.models import Edition
from registry.reminders.models import ReminderRound, ReminderSent
from registry.reminders.planning import RoundKey


@dataclass(frozen=True)
class EditionTitle:
    """What a round is about."""

    year: int
    agreement: Mapping[str, str]
    """The short title."""


def edition_titles(session: Session, edition_ids: Collection[int]) -> dict[int, EditionTitle]:
    """Return what these editions are called, by id. One query."""
    query = (
        select(Edition.id, Edition.year, AgreementVersion.short_title)
        .join(AgreementVersion, AgreementVersion.agreement_id == Edition.agreement_id)
        .where(Edition.id.in_(edition_ids), known_at(AgreementVersion))
    )
    return {row.id: EditionTitle(row.year, row.short_title) for row in session.execute(query)}


@dataclass(frozen=True)
class Receiver:
    """Somebody who had a round, for one authority."""

    authority: str
    code: str
    person: str
    sent_at: datetime


def receivers_of(session: Session, key: RoundKey) -> list[Receiver]:
    """Return who had a round, by authority and person. Two queries."""
    row = _row(session, key)
    if row is None:
        return []
    query = (
        select(Authority, User.name, ReminderSent.sent_at)
        .join(ReminderSent, ReminderSent.authority_id == Authority.id)
        .join(User, User.id == ReminderSent.user_id)
        .where(ReminderSent.round_id == row.id)
    )
    found = session.execute(query).all()
    names = _names(session, {one.Authority.id for one in found})
    rows = [Receiver(names[one.Authority.id], one.Authority.code, one.name, one.sent_at) for one in found]
    return sorted(rows, key=lambda one: (one.authority, one.person))


def _names(session: Session, authority_ids: Collection[int]) -> dict[int, str]:
    query = (
        select(AuthorityVersion.authority_id, AuthorityVersion.name)
        .where(AuthorityVersion.authority_id.in_(authority_ids), known_at(AuthorityVersion))
        .order_by(AuthorityVersion.valid_from.nulls_first(), AuthorityVersion.id)
    )
    return dict(session.execute(query).all())


def words_of(session: Session, key: RoundKey) -> str:
    """Return what staff added to a round; empty where nobody did."""
    row = _row(session, key)
    return (row.words or "") if row else ""


def _row(session: Session, key: RoundKey) -> ReminderRound | None:
    return session.scalars(
        select(ReminderRound).filter_by(edition_id=key.edition_id, kind=key.kind, planned_on=key.planned_on)
    ).first()
