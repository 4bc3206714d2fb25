"""An agreement with a plan within a year and a report each year, and somebody who signed it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.obligations.models import Duty, DutyVersion
from registry.signatures.models import Signature
from tests.factories_review import make_authority, make_edition, sign


@dataclass
class Signed:
    """An authority that signed on 1 February 2024, when the form over 2025 was open."""

    session: Session
    authority: Authority
    agreement: Agreement
    version: AgreementVersion
    signature: Signature
    edition: Edition

    def now(self) -> dict[tuple[str, int], DutyVersion]:
        """Return what the register says now of each of its obligations, by code and year."""
        query = (
            select(DutyVersion)
            .join(DutyVersion.duty)
            .where(Duty.authority_id == self.authority.id, DutyVersion.superseded_at.is_(None))
        )
        return {(one.duty.code, one.duty.year): one for one in self.session.scalars(query)}

    def plan(self) -> DutyVersion:
        """Return what is said now of the plan."""
        return self.now()["action_plan", 0]


PLAN_DUE = date(2025, 2, 1)


def make_signed(session: Session, code: str = "gm9301", *, year: int = 2025) -> Signed:
    """Make the authority, the agreement, its edition and the signature; what is asked starts by itself."""
    authority = make_authority(session, code, f"Gemeente {code}")
    edition = make_edition(session, year, f"plicht-{code}")
    agreement = edition.agreement
    signature = sign(session, authority, agreement)
    return Signed(session, authority, agreement, agreement.versions[0], signature, edition)
