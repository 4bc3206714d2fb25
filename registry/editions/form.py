"""The parts of a form as frozen data: sections, questions, choices, checks. questionnaire.py reads them.

Shapes of a given value in a draft and in a submission, by type of question:

text, long_text, url, email     text
choice                          the code
choices                         {"chosen": [codes], "other": text where an option asks for it}
integer, money, year            a whole number; decimal: a number; share: a percentage, 0 to 100
date                            "2026-05-31"
period                          {"from": day, "to": day}; as a part it is two parts, "<name>_from" and "<name>_to"
matrix, theme_integers          {row code: code or whole number}
composite, person               {part: value}
rows                            [{part: value}]
file                            {"files": [{"id", "name", "sha256"}]}: attachments of the authority
declaration                     true; it is given with the button "indienen", and no draft has it
What was typed and cannot be read as its type is kept as {"raw": text}, at the place of the value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from common.vocabulary import Text
from registry.editions.expressions import Expression

SIMPLE: Final = frozenset(
    {"text", "long_text", "url", "email", "choice", "date", "integer", "decimal", "money", "share"}
)
PERIOD: Final = "period"
PART_TYPES: Final = SIMPLE | {PERIOD}
TYPES: Final = PART_TYPES | {
    "authority", "year", "person", "choices", "matrix", "theme_integers", "composite", "rows", "file", "declaration"
}  # fmt: skip
WITH_PARTS: Final = frozenset({"person", "composite", "rows"})
"""The types of which the file names the parts."""
COMPOSED: Final = frozenset({"person", "composite", PERIOD})
"""The types whose value is one set of parts."""
NUMBERS: Final = frozenset({"integer", "decimal", "money", "share", "year"})
REQUIRED, ADVISED, OPTIONAL = "required", "advised", "optional"
SAME, REWORDED, SPLIT, MERGED, NEW = "same", "reworded", "split", "merged", "new"
RELATIONS: Final = (SAME, REWORDED, SPLIT, MERGED, NEW)
"""How a question relates to one of last year; what is gone stands in the form's `dropped`."""
COMPARABLE: Final = frozenset({SAME, REWORDED})


@dataclass(frozen=True)
class Choice:
    """One option, or one row of a matrix."""

    code: str
    label: Text
    other_text: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Check:
    """What must hold. Hard: no submitting before it does. Soft: asks for a sentence."""

    expression: Expression
    hard: bool
    message: Text
    values: Mapping[str, Expression]


@dataclass(frozen=True)
class Part:
    """A field inside a composite question; a simple question is seen as a field as well."""

    key: str
    type: str
    label: Text
    level: str = OPTIONAL
    relevant: Expression | None = None
    choices: tuple[Choice, ...] = ()
    unit: Text | None = None
    min: float | None = None
    max: float | None = None
    decimals: int = 0
    min_length: int = 0
    max_length: int = 0
    carry_over: str = "confirm"
    not_before: str = ""
    """The part with the first day of a period, in the part with its last day."""

    @property
    def required(self) -> bool:
        """Whether an answer is asked while it is shown."""
        return self.level == REQUIRED

    @property
    def advised(self) -> bool:
        """Whether an answer is recommended: nothing stops without it, and the form says so."""
        return self.level == ADVISED


@dataclass(frozen=True)
class Question(Part):
    """One question as it is asked in this edition."""

    section: str = ""
    hint: Text = field(default_factory=dict)
    why: Text = field(default_factory=dict)
    may_be_unknown: bool = False
    may_be_not_applicable: bool = False
    publish: str = "yes"
    prefilled: bool = False
    parts: tuple[Part, ...] = ()
    rows: tuple[Choice, ...] = ()
    checks: tuple[Check, ...] = ()
    max_choices: int = 0
    min_rows: int = 0
    max_rows: int = 0
    statement: Text = field(default_factory=dict)
    indicator: str | None = None
    indicator_version: int = 1
    indicator_part: str | None = None
    method_from: str | None = None
    after_editing: bool = False
    summary: bool = False
    filled_from: str | None = None
    drop_rows: Mapping[str, Any] = field(default_factory=dict)
    guide: str | None = None
    kinds: frozenset[str] = frozenset()
    """The kinds of authority that are asked; empty: all."""
    relation: str = SAME
    was: tuple[str, ...] = ()
    """The keys of last year, where they were others."""

    @property
    def before(self) -> tuple[str, ...]:
        """The keys under which last year asked it: none for a new question."""
        return () if self.relation == NEW else self.was or (self.key,)

    @property
    def takes_answer(self) -> bool:
        """Whether a person answers it on its page: what is known already and the declaration are not."""
        return not self.prefilled and self.type != "declaration"

    def part(self, key: str) -> Part | None:
        """Return the part with this key."""
        return next((part for part in self.parts if part.key == key), None)


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    key: str
    title: Text
    intro: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Dropped:
    """A question of last year that is not asked any more, and why."""

    key: str
    reason: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Questionnaire:
    """The form of one agreement and year."""

    agreement: str
    year: int
    version: int
    """The format of its file: 1 before the words of XLSForm, 2 since."""
    title: Text
    intro: Text
    sections: tuple[Section, ...]
    executive_agrees: bool = False
    """Whether a bestuurder must agree before the report can be handed in."""
    second_reviewer: bool = False
    """Whether a second staff member publishes what the first accepted."""
    dropped: tuple[Dropped, ...] = ()
    revision: int = 0
    """How often its texts were corrected after it opened."""

    @property
    def name(self) -> str:
        """What this edition is called: "2025", and after a correction of its texts "2025.1"."""
        return f"{self.year}.{self.revision}" if self.revision else str(self.year)

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """All questions by key, in the order of the form."""
        return {question.key: question for section in self.sections for question in section.questions}

    @property
    def questions(self) -> Iterable[Question]:
        """All questions in the order of the form."""
        return self.by_key.values()

    def question(self, key: str) -> Question | None:
        """Return the question with this key."""
        return self.by_key.get(key)

    def section(self, key: str) -> Section | None:
        """Return the section with this key, whatever its case."""
        return next((section for section in self.sections if section.key == key.upper()), None)
