"""What an import would do, row by row, and what is wrong with it: made first, written only when nothing is wrong."""

import enum
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor


class Deed(enum.StrEnum):
    """What an import does with one row."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    PROPOSED = "proposed"
    """It changes when a second person agrees."""
    UNCHANGED = "unchanged"
    REFUSED = "refused"


WORDS = {
    Deed.ADDED: N_("nieuw"),
    Deed.CHANGED: N_("gewijzigd"),
    Deed.ENDED: N_("beëindigd"),
    Deed.PROPOSED: N_("voorgesteld"),
    Deed.UNCHANGED: N_("ongewijzigd"),
    Deed.REFUSED: N_("geweigerd"),
}


@dataclass(frozen=True)
class Problem:
    """Why a row cannot come in: the file, the line or @id, the column, and a sentence with its values."""

    file: str
    place: str
    column: str
    sentence: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it in Dutch, as a command prints it."""
        reason = self.sentence % self.values if self.values else self.sentence
        where = ", ".join(part for part in (self.file, self.place, self.column) if part)
        return f"{where}: {reason}"


class Wrong(Exception):
    """One value is wrong; caught by who knows the line."""

    def __init__(self, column: str, sentence: str, **values: object) -> None:
        self.column, self.sentence, self.values = column, sentence, values
        super().__init__(sentence % values if values else sentence)


@dataclass(frozen=True)
class Change:
    """One field of a row that differs: what the register says now, and what it would say."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """What happens to one row."""

    place: str
    name: str
    deed: Deed
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    content: str = ""
    """All that the row will say, for the mark of the preview."""


Step = Callable[[Session, str, Actor], object]
"""Writes one row, with the public reason and who did it."""


@dataclass
class Preview:
    """What a whole import would do. `steps` are carried out in their order, and only when nothing is refused."""

    kind: str
    sha256: str
    outcomes: list[Outcome] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    skipped: list[tuple[str, int]] = field(default_factory=list)
    """What the file holds and the register does not: the sort of thing, and how many."""

    def will(self, outcome: Outcome, step: Step | None = None) -> None:
        """Add a row, with what writes it."""
        self.outcomes.append(outcome)
        if step is not None:
            self.steps.append(step)

    def refuse(self, name: str, problem: Problem) -> None:
        """Add a row that cannot come in."""
        self.outcomes.append(Outcome(problem.place, name, Deed.REFUSED, problems=(problem,)))

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the rows."""
        return [problem for outcome in self.outcomes for problem in outcome.problems]

    @property
    def counts(self) -> dict[Deed, int]:
        """How many rows of each deed, also those of which there are none; what is proposed only where there is any."""
        found = Counter(outcome.deed for outcome in self.outcomes)
        return {deed: found[deed] for deed in Deed if found[deed] or deed is not Deed.PROPOSED}

    @property
    def digest(self) -> str:
        """A mark of exactly this preview: another register, file, source or choice of columns gives another."""
        told = "\n".join(repr((one.place, one.name, one.deed, one.changes, one.content)) for one in self.outcomes)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def carry_out(session: Session, preview: Preview, *, reason: str, actor: Actor) -> None:
    """Write what the preview says, all of it or nothing: the caller commits, or rolls back on an error.

    Raises Refused when a row is wrong, Conflict when the register changed since the preview was made.
    """
    if preview.problems:
        raise Refused(N_("Er staan fouten in dit bestand. Er is niets ingelezen."))
    if not preview.steps:
        return
    for step in preview.steps:
        step(session, reason, actor)
    payload = {
        "sha256": preview.sha256,
        **{deed.value: number for deed, number in preview.counts.items() if deed is not Deed.REFUSED},
    }
    event, subject = f"{preview.kind}.imported", f"import:{preview.kind}"
    ledger.record(session, event, subject, payload, actor=actor, personal={"reason": reason})


def same_as(preview: Preview, digest: str) -> None:
    """Raise Conflict unless this is the preview that was looked over."""
    if preview.digest != digest:
        raise Conflict(N_("Het register veranderde nadat u dit bekeek. Kijk nog eens wat er nu gebeurt."))


def written(values: Sequence[object]) -> str:
    """Return values as a person reads them, without the empty ones."""
    return ", ".join(str(value) for value in values if value not in (None, ""))
