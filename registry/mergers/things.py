"""The things that an authority leaves at its merger, what may be chosen for each, and what is usual."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from common.vocabulary import Text
from registry.authorities.models import Authority
from registry.mergers.models import Inheritance
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding

ALL = "all"


class Sort(enum.StrEnum):
    """What sort of thing it is; the template has the words."""

    SIGNATURE = "signature"
    GROUP = "group"
    PLAN = "plan"
    PLAN_DRAFT = "plan_draft"
    REPORT = "report"
    CERTIFICATE = "certificate"
    MEMBERSHIP = "membership"


DATED = {Sort.SIGNATURE, Sort.GROUP}
"""These can be settled before the day of the merger: they carry the day themselves."""


@dataclass(frozen=True)
class Thing:
    """One thing that an authority leaves."""

    sort: Sort
    id: int
    subject: str
    """As in the ledger."""
    heir_of: Authority
    name: str | Text
    """Of the agreement, group, plan or person, as the register has it."""
    year: int | None = None
    day: date | None = None
    """When it was signed, or until when it is valid."""
    role: str = ""
    takers: tuple[Authority, ...] = ()
    """The successors that may take it over."""
    has_already: tuple[Authority, ...] = ()
    """The successors that have one themselves."""
    may_end: bool = True
    may_stay: bool = True
    usual: str = ""

    @property
    def key(self) -> str:
        """The name of its field in a form."""
        return f"{self.sort.value}-{self.id}-{self.heir_of.id}"

    @property
    def options(self) -> list[str]:
        """What may be chosen: "moves:<id of the successor>", "moves:all", "ends", "stays"."""
        found = [f"moves:{one.id}" for one in self.takers]
        found += [f"moves:{ALL}"] if len(self.takers) > 1 else []
        return found + ["ends"] * self.may_end + ["stays"] * self.may_stay


def bound_by(session: Session, agreement_id: int, authority_ids: Collection[int], day: date) -> set[int]:
    """Return which of these authorities the agreement binds on a day."""
    query = (
        select(SignatureParty.authority_id)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .where(Signature.agreement_id == agreement_id, SignatureParty.authority_id.in_(authority_ids))
        .where(binding(AsOf(day)))
    )
    return set(session.scalars(query))


def inheritance_of(option: str) -> Inheritance:
    """Return the choice that an option stands for."""
    return Inheritance(option.partition(":")[0])


Heirs = Sequence[Authority]


def usual(takers: Heirs, otherwise: str) -> str:
    """Return the usual choice: it goes to who can take it over."""
    if not takers:
        return otherwise
    return f"moves:{takers[0].id}" if len(takers) == 1 else f"moves:{ALL}"
