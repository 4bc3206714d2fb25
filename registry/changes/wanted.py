"""What a reader of the changes asks for, and what a change is. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from common.vocabulary import Text

Value = None | str | bool | int | float | date | Text | tuple["str | Text", ...]
"""A value as it is shown: a text in two languages, a day, a number, or a list of texts."""


class ChangeKind(enum.StrEnum):
    """The noun that changed; the values are those of the address (`?soort=`)."""

    AUTHORITY = "organisatie"
    MERGER = "herindeling"
    AGREEMENT = "afspraak"
    SIGNATURE = "ondertekening"
    DUTY = "termijn"
    PLAN = "plan"
    REPORT = "rapportage"
    CERTIFICATE = "certificaat"
    BUYER_GROUP = "buyer-group"
    MEMBER = "deelname"


class Happened(enum.StrEnum):
    """What happened to a published fact."""

    CHANGED = "changed"
    NEW = "new"
    """Public for the first time; for many at once from a file, one line for all."""
    GONE = "gone"
    """No longer said, and nothing came in its place."""


@dataclass(frozen=True)
class Wanted:
    """Which changes; what is None or empty filters nothing."""

    kinds: tuple[ChangeKind, ...] = tuple(ChangeKind)
    authority_id: int | None = None
    agreement_id: int | None = None
    subjects: tuple[str, ...] = ()
    """As in the ledger: "signature:<key>", "agreement:<slug>"."""
    begins: datetime | None = None
    until: datetime | None = None
    """The last moment that counts; what came later is not shown."""
    also_new: bool = False
    """Also what became public for the first time."""


@dataclass(frozen=True)
class Key:
    """Which version of which noun, and when it came; `number` is more than 1 for many from one file."""

    kind: ChangeKind
    id: int
    at: datetime
    happened: Happened
    number: int = 1


@dataclass(frozen=True)
class FieldChange:
    """One thing that a version says otherwise than the one before it."""

    label: Text
    before: Value
    after: Value
    hidden: bool = False
    """That it changed is said, what it says is not: a name of a person."""


@dataclass(frozen=True)
class Bound:
    """An authority that a signature binds, from a day until a day (exclusive)."""

    authority_id: int
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Detail:
    """What a change is about, in numbers and codes; names follow in one query for all."""

    subject: str
    role: str
    reason: str | None
    fields: tuple[FieldChange, ...]
    authority_ids: tuple[int, ...] = ()
    agreement_id: int | None = None
    year: int | None = None
    title: str | Text | None = None
    slug: str | None = None
    is_example: bool = False
    number: int | None = None
    """The number of the version, of what has a page for each."""
    bound: tuple[tuple[Bound, ...], tuple[Bound, ...]] | None = None
    """Whom a signature bound and whom it binds, where that changed; names follow."""


@dataclass(frozen=True)
class Named:
    """An authority or agreement by its name and address."""

    slug: str
    name: str | Text
    is_example: bool = False


@dataclass(frozen=True)
class Change:
    """One line of the list of changes; of a load of many there is a number and no detail."""

    key: Key
    detail: Detail | None = None
    authorities: tuple[Named, ...] = ()
    agreement: Named | None = None


def both(dutch: str, english: str) -> Mapping[str, str]:
    """Return a text in the two languages of the site."""
    return {"nl": dutch, "en": english}
