"""The things that an authority leaves at its merger, what may be chosen for each, and what is usual."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from common.vocabulary import Text
from registry.authorities.models import Authority
from registry.mergers.models import Inheritance

ALL = "all"
LATER = "later"


class Sort(enum.StrEnum):
    """What sort of thing it is; the template has the words."""

    SIGNATURE = "signature"
    GROUP = "group"
    PLAN = "plan"
    PLAN_DRAFT = "plan_draft"
    REPORT = "report"
    CERTIFICATE = "certificate"
    DOCUMENTS = "documents"
    MEMBERSHIP = "membership"
    INVITATION = "invitation"
    SIGNING = "signing"


DATED = {Sort.SIGNATURE, Sort.GROUP}
"""These can be settled before the day of the merger: they carry the day themselves."""
FOR_ONE = {Sort.PLAN_DRAFT, Sort.REPORT}
"""These go on with one successor only: two cannot write in one draft."""
PERSONAL = {Sort.MEMBERSHIP, Sort.INVITATION}
"""Who works where is nobody's business: the public log does not hear of it."""
_MAY_END = {Sort.SIGNATURE, Sort.GROUP, Sort.CERTIFICATE, Sort.MEMBERSHIP, Sort.INVITATION, Sort.SIGNING}
_MAY_NOT_STAY = {Sort.SIGNATURE, Sort.GROUP, Sort.INVITATION, Sort.SIGNING}
_STAYS_WHEN_DIVIDED = {Sort.PLAN, *FOR_ONE}
_STAYS = {Sort.CERTIFICATE}


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
    number: int = 0
    """How many there are, of what is settled together."""
    sent_back: bool = False
    """Whether it is a report that staff sent back."""
    slot: int | None = None
    """Number of the agreement, edition or group of which each successor can have one."""
    left_already: bool = False
    """Whether it went on the day of the merger; a successor that was named later may still get it."""
    takers: tuple[Authority, ...] = ()
    """The successors that may take it over."""
    has_already: tuple[Authority, ...] = ()
    """The successors that have one themselves."""
    usual: str = ""
    via: Mapping[int, int] = field(default_factory=dict)
    """By successor: the number of the merger by which it is one."""

    @property
    def key(self) -> str:
        """The name of its field in a form."""
        return f"{self.sort.value}-{self.id}-{self.heir_of.id}"

    @property
    def without_heir(self) -> Inheritance:
        """What becomes of it when nobody takes it over."""
        return Inheritance.ENDS if self.sort in _MAY_END else Inheritance.STAYS

    @property
    def options(self) -> list[str]:
        """What may be chosen: "moves:<id of the successor>", "moves:all", "ends", "stays"."""
        found = [f"moves:{one.id}" for one in self.takers]
        found += [f"moves:{ALL}"] if len(self.takers) > 1 and self.sort not in FOR_ONE else []
        return found + ["ends"] * (self.sort in _MAY_END) + ["stays"] * (self.sort not in _MAY_NOT_STAY)


def with_usual(things: Iterable[Thing], heirs: Mapping[int, Sequence[Authority]]) -> list[Thing]:
    """Return the things with what is usual: each goes to who can take it over, and only the first of its kind does.

    `heirs` are those of each ended authority. Two that go together leave two plans, and their successor has one.
    """
    given: set[tuple[Sort, int, int]] = set()
    found = []
    for thing in things:
        slot = thing.slot
        free = [one for one in thing.takers if slot is None or (thing.sort, slot, one.id) not in given]
        divided = len(heirs[thing.heir_of.id]) > 1
        if not free or thing.sort in _STAYS or (divided and thing.sort in _STAYS_WHEN_DIVIDED):
            usual = "stays" if thing.sort in _STAYS else thing.without_heir.value
        else:
            usual = f"moves:{free[0].id}" if len(thing.takers) == 1 else f"moves:{ALL}"
            given |= {(thing.sort, slot, one.id) for one in free} if slot is not None else set()
        found.append(replace(thing, usual=usual))
    return found


Outcome = tuple[Inheritance, tuple[Authority, ...]]
"""What becomes of a thing, and to whom it goes."""


def planned(things: Iterable[Thing], chosen: Mapping[str, str]) -> dict[str, Outcome]:
    """Return by key what becomes of each thing that was chosen about: shown first, and then carried out. Pure.

    A successor gets one of each kind: of several that were to go to it, the first goes.
    """
    given: set[tuple[Sort, int, int]] = set()
    found: dict[str, Outcome] = {}
    for thing in things:
        option = chosen.get(thing.key, LATER)
        if option == LATER:
            continue
        choice, slot = inheritance_of(option), thing.slot
        heirs = tuple(one for one in _heirs(thing, option) if slot is None or (thing.sort, slot, one.id) not in given)
        given |= {(thing.sort, slot, one.id) for one in heirs} if slot is not None else set()
        found[thing.key] = (choice if heirs or choice is not Inheritance.MOVES else thing.without_heir), heirs
    return found


def _heirs(thing: Thing, option: str) -> tuple[Authority, ...]:
    to = option.partition(":")[2]
    return thing.takers if to == ALL else tuple(one for one in thing.takers if str(one.id) == to)


def inheritance_of(option: str) -> Inheritance:
    """Return the choice that an option stands for."""
    return Inheritance(option.partition(":")[0])
