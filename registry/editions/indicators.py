"""Indicators: what is measured, in versions that stay for ever, and where a series of figures breaks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from common.fingerprints import fingerprint
from common.ledger import Actor, record
from common.versions import AsOf, known_at
from registry.editions import expressions
from registry.editions.expressions import Expression
from registry.editions.models import Comparable, Edition, EditionVersion, Indicator, IndicatorVersion
from registry.editions.questionnaire import of_edition

OLDER = "x"
"""The only name in a formula: the figure by the definition before."""


@dataclass(frozen=True)
class Asked:
    """A question in an edition that asks an indicator."""

    agreement: str
    """Its slug."""
    is_example: bool
    year: int
    key: str
    label: Mapping[str, str]
    version: int


def all_indicators(session: Session, moment: datetime | None = None) -> list[tuple[Indicator, IndicatorVersion]]:
    """Return each indicator with its newest version, as known at `moment`, by code. Two queries."""
    query = select(Indicator).options(selectinload(Indicator.versions)).order_by(Indicator.code)
    found = [(one, known_versions(one, moment)) for one in session.scalars(query)]
    return [(one, versions[-1]) for one, versions in found if versions]


def find_indicator(session: Session, code: str) -> Indicator | None:
    """Return an indicator with its versions."""
    query = select(Indicator).where(Indicator.code == code).options(selectinload(Indicator.versions))
    return session.scalars(query).one_or_none()


def known_versions(indicator: Indicator, moment: datetime | None = None) -> list[IndicatorVersion]:
    """Return the versions that were there at `moment`, oldest first; None means now."""
    return [one for one in indicator.versions if moment is None or one.recorded_at <= moment]


def newest_versions(session: Session) -> dict[str, IndicatorVersion]:
    """Return the newest version of each indicator, by code."""
    return {indicator.code: version for indicator, version in all_indicators(session)}


def series_breaks(session: Session, code: str) -> frozenset[int]:
    """Return the numbers of the versions at which a series of figures stops and begins anew."""
    query = select(IndicatorVersion.number).join(Indicator).where(Indicator.code == code)
    return frozenset(session.scalars(query.where(IndicatorVersion.comparable == Comparable.NO)))


def breaks_of(session: Session, codes: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return the same for several indicators at once, in one query."""
    wanted = list(codes)
    query = select(Indicator.code, IndicatorVersion.number).join(IndicatorVersion).where(Indicator.code.in_(wanted))
    found: dict[str, set[int]] = {code: set() for code in wanted}
    for code, number in session.execute(query.where(IndicatorVersion.comparable == Comparable.NO)):
        found[code].add(number)
    return {code: frozenset(numbers) for code, numbers in found.items()}


def is_broken(breaks: frozenset[int], older: int, newer: int) -> bool:
    """Say whether figures by two versions of an indicator must not be laid side by side."""
    low, high = sorted((older, newer))
    return any(low < number <= high for number in breaks)


def converted(value: Decimal | float, version: IndicatorVersion) -> Decimal | None:
    """Return a figure by the definition before `version` as a figure by `version`.

    As it is where the two are comparable, by the formula where there is one, None at a break, for a first
    version, and where the formula has no outcome (a division by nothing).
    """
    older = Decimal(str(value))
    if version.comparable is Comparable.YES:
        return older
    if version.comparable is not Comparable.FORMULA or version.formula is None:
        return None
    outcome = read_formula(version.formula).evaluate({OLDER: older})
    return outcome if isinstance(outcome, Decimal) else None


def read_formula(text: str) -> Expression:
    """Read a formula over `x`; raise ValueError with the reason for anything else."""
    expression = expressions.parse(text)
    if expression.names - {OLDER}:
        raise ValueError(f"een formule kent alleen {OLDER}")
    if OLDER not in expression.names:
        raise ValueError(f"in een formule hoort {OLDER} te staan")
    if not isinstance(expression.evaluate({OLDER: Decimal(1)}), Decimal):
        raise ValueError("een formule hoort een getal te geven")
    return expression


def asked_in(session: Session, code: str, at: AsOf) -> list[Asked]:
    """Return the questions that asked an indicator in the editions of that day, newest year first. One query."""
    query = (
        select(EditionVersion)
        .join(Edition, Edition.id == EditionVersion.edition_id)
        .where(known_at(EditionVersion, at.moment), Edition.opens_on <= at.day)
        .options(joinedload(EditionVersion.edition).joinedload(Edition.agreement))
        .order_by(Edition.year.desc(), Edition.agreement_id)
    )
    return [
        Asked(
            one.edition.agreement.slug, one.edition.agreement.is_example, one.edition.year, question.key,
            question.label, question.indicator_version,
        )
        for one in session.scalars(query)
        for question in of_edition(one).questions
        if question.indicator == code
    ]  # fmt: skip


def content_of(version: IndicatorVersion) -> dict[str, Any]:
    """Return what a version says, as its fingerprint is made of it."""
    return {
        "code": version.indicator.code,
        "version": version.number,
        "name": dict(version.name),
        "definition": dict(version.definition),
        "unit": dict(version.unit) if version.unit else None,
        "allowed": version.allowed,
        "theme": version.theme,
        "comparable": version.comparable.value if version.comparable else None,
        "formula": version.formula,
        "note": dict(version.note) if version.note else None,
    }


def add_version(session: Session, code: str, said: Mapping[str, Any], *, actor: Actor) -> IndicatorVersion:
    """Write a version of an indicator, which begins with it where there is none of this code.

    `said` holds the columns of IndicatorVersion, `number` among them: the next one, or any for the very first.
    """
    indicator = session.scalars(select(Indicator).where(Indicator.code == code)).one_or_none()
    if indicator is None:
        indicator = Indicator(code=code)
        session.add(indicator)
    version = IndicatorVersion(indicator=indicator, recorded_role=actor.role, **said)
    session.add(version)
    session.flush()
    payload = {"number": version.number, "fingerprint": fingerprint(content_of(version))}
    record(session, "indicator.published", f"indicator:{code}", payload, actor=actor)
    return version
