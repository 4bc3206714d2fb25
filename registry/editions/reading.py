"""Finding editions, and the forms that each had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from common.clock import today
from common.versions import AsOf, known_at
from registry.agreements.models import Agreement
from registry.editions.form import Questionnaire
from registry.editions.models import Edition, EditionVersion
from registry.editions.questionnaire import of_edition
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding


def editions_of(session: Session, authority_id: int, year: int | None = None) -> Sequence[Edition]:
    """Return the editions of the agreements that this authority signed and did not leave, newest year first."""
    signed = (
        select(Signature.agreement_id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(SignatureParty.authority_id == authority_id, binding(AsOf(today())))
    )
    query = select(Edition).where(Edition.agreement_id.in_(signed)).options(joinedload(Edition.agreement))
    if year is not None:
        query = query.where(Edition.year == year)
    return session.scalars(query.order_by(Edition.year.desc(), Edition.opens_on.desc(), Edition.id)).all()


def questionnaire_of(session: Session, submission_sha256: str | None, edition: Edition) -> Questionnaire:
    """Return the form with this SHA-256: by the one that a submission names it is shown for ever.

    Of a submission of before there were versions, which names none that is kept, it is the form as it is now.
    """
    if submission_sha256 in {None, edition.sha256}:
        return of_edition(edition)
    query = select(EditionVersion).where(
        EditionVersion.edition_id == edition.id, EditionVersion.sha256 == submission_sha256
    )
    return of_edition(session.scalars(query).first() or edition)


def find_edition(session: Session, agreement: str, year: int) -> Edition | None:
    """Return the edition of an agreement, by its slug, and a year."""
    query = select(Edition).join(Agreement, Agreement.id == Edition.agreement_id)
    query = query.where(Agreement.slug == agreement, Edition.year == year)
    return session.scalars(query.options(joinedload(Edition.agreement))).one_or_none()


def known_editions(session: Session, at: AsOf) -> list[EditionVersion]:
    """Return every edition that was public at that moment, by its form as it was then: newest year first. One query."""
    query = (
        select(EditionVersion)
        .join(Edition, Edition.id == EditionVersion.edition_id)
        .where(known_at(EditionVersion, at.moment))
        .options(joinedload(EditionVersion.edition).joinedload(Edition.agreement))
        .order_by(Edition.year.desc(), Edition.agreement_id)
    )
    return list(session.scalars(query))


def years_asked(agreement: str, moment: datetime | None = None) -> Select[Any]:
    """Return the query for the years (`year`) of which an agreement, by its slug, had a form at `moment`."""
    return (
        select(Edition.year)
        .join(EditionVersion, EditionVersion.edition_id == Edition.id)
        .join(Agreement, Agreement.id == Edition.agreement_id)
        .where(Agreement.slug == agreement, known_at(EditionVersion, moment))
    )


def versions_then(session: Session, agreement: str, year: int, moment: datetime | None = None) -> list[EditionVersion]:
    """Return the forms that an edition had at `moment`, the one that counted then first. Empty where there was none."""
    query = (
        select(EditionVersion)
        .join(Edition, Edition.id == EditionVersion.edition_id)
        .join(Agreement, Agreement.id == Edition.agreement_id)
        .where(Agreement.slug == agreement, Edition.year == year)
        .options(joinedload(EditionVersion.edition).joinedload(Edition.agreement))
        .order_by(EditionVersion.number.desc())
    )
    return [one for one in session.scalars(query) if moment is None or one.recorded_at <= moment]
