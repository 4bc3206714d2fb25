"""Reads a form from data, and checks every reference in it: questionnaire.py is the way in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from common.errors import ContentError
from common.vocabulary import Text, vocabulary
from registry.editions import expressions
from registry.editions.expressions import Expression
from registry.editions.form import (
    ADVISED,
    NEW,
    OPTIONAL,
    PART_TYPES,
    PERIOD,
    RELATIONS,
    REQUIRED,
    SAME,
    TYPES,
    WITH_PARTS,
    Check,
    Choice,
    Dropped,
    Part,
    Question,
    Questionnaire,
    Section,
)

_PUBLISH: Final = {"yes", "no", "totals"}
_CARRY_OVER: Final = {"keep", "confirm", "empty"}
_FILLED_FROM: Final = {"plan_actions"}
_LONGEST_KEY: Final = 16
_PERIOD_ENDS: Final[Mapping[str, Text]] = {
    "from": {"nl": "Vanaf", "en": "From"},
    "to": {"nl": "Tot en met", "en": "Up to and including"},
}
_PERCENT: Final[Text] = {"nl": "%", "en": "%"}


class Reader:
    """Reads one form; knows which question it is at, so that an error can say so."""

    def __init__(self, file: str, schema: int, *, frozen: bool) -> None:
        self.file, self.schema, self.frozen = file, schema, frozen
        self.at = ""
        self.known: set[str] = set()
        self.everything: set[str] = set()

    def wrong(self, reason: str) -> ContentError:
        return ContentError(self.file, None, f"{self.at}: {reason}" if self.at else reason)

    def questionnaire(self, data: Any) -> Questionnaire:
        if not isinstance(data, Mapping) or not {"agreement", "year", "title", "sections", "questions"} <= data.keys():
            raise self.wrong("agreement, year, title, sections en questions zijn nodig")
        questions = [self.question(item) for item in data["questions"]]
        self.unique(question.key for question in questions)
        self.everything = {name for question in questions for name in _names(question)}
        questions = [
            self.references(question, item) for question, item in zip(questions, data["questions"], strict=True)
        ]
        self.at = ""
        sections = tuple(self.section(item, questions) for item in data["sections"])
        self.unique(section.key for section in sections)
        stray = {question.section for question in questions} - {section.key for section in sections}
        if stray:
            raise self.wrong(f"onbekende secties: {', '.join(sorted(stray))}")
        return Questionnaire(
            agreement=str(data["agreement"]),
            year=int(data["year"]),
            version=self.schema,
            title=self.text(data, "title"),
            intro=self.text(data, "intro", needed=False),
            sections=sections,
            executive_agrees=bool(data.get("executive_agrees")),
            second_reviewer=bool(data.get("second_reviewer")),
            dropped=tuple(self.dropped(item) for item in data.get("dropped") or ()),
            revision=self.count(data, "revision"),
        )

    def dropped(self, data: Any) -> Dropped:
        if not isinstance(data, Mapping) or not data.get("name"):
            raise self.wrong("een vervallen vraag heeft een name nodig")
        return Dropped(str(data["name"]), self.text(data, "reason", needed=False))

    def section(self, data: Mapping[str, Any], questions: list[Question]) -> Section:
        own = tuple(question for question in questions if question.section == data["key"])
        return Section(str(data["key"]), self.text(data, "title"), self.text(data, "intro", needed=False), own)

    def question(self, data: Any) -> Question:
        """Read a question without its expressions: those may name any question of the form."""
        if not isinstance(data, Mapping):
            raise self.wrong("een vraag is een rij velden")
        self.at = str(data.get("name", "?"))
        if len(self.at) > _LONGEST_KEY:
            raise self.wrong(f"een vraag heeft een name van hooguit {_LONGEST_KEY} tekens")
        self.question_words(data)
        kind = data["type"]
        rest: dict[str, Any] = {
            name: bool(data.get(name))
            for name in ("may_be_unknown", "may_be_not_applicable", "prefilled", "after_editing", "summary")
        }
        rest |= {name: self.count(data, name) for name in ("max_choices", "min_rows", "max_rows")}
        return Question(
            **self.field(data),
            section=str(data.get("section")),
            hint=self.text(data, "hint", needed=False),
            why=self.text(data, "why", needed=False),
            statement=self.text(data, "statement", needed=kind == "declaration"),
            publish=data.get("publish", "yes"),
            parts=_days("", {}, REQUIRED) if kind == PERIOD else self.parts(data),
            rows=tuple(self.row(item) for item in data.get("rows") or ()),
            indicator=data.get("indicator"),
            indicator_part=data.get("indicator_part"),
            method_from=data.get("method_from"),
            guide=data.get("guide"),
            filled_from=data.get("filled_from"),
            drop_rows=data.get("drop_rows") or {},
            indicator_version=self.count(data, "indicator_version") or 1,
            kinds=frozenset(str(code) for code in data.get("kinds") or ()),
            relation=str(data.get("relation") or SAME),
            was=tuple(str(key) for key in data.get("was") or ()),
            **rest,
        )

    def question_words(self, data: Mapping[str, Any]) -> None:
        """Refuse a word that is not one of the words of its field."""
        if data.get("type") not in TYPES:
            raise self.wrong(f"onbekend type {data.get('type')!r}")
        if data.get("publish", "yes") not in _PUBLISH or (data.get("carry_over") or "empty") not in _CARRY_OVER:
            raise self.wrong("publish of carry_over heeft een onbekende waarde")
        if (data.get("filled_from") or "plan_actions") not in _FILLED_FROM:
            raise self.wrong("filled_from heeft een onbekende waarde")
        if bool(data.get("parts")) != (data["type"] in WITH_PARTS):
            raise self.wrong("een samengestelde vraag heeft parts nodig, en een andere vraag heeft die niet")
        if (data.get("relation") or SAME) not in RELATIONS or (data.get("relation") == NEW and data.get("was")):
            raise self.wrong("relation heeft een onbekende waarde, of een nieuwe vraag heeft een was")
        strange = [] if self.frozen else [code for code in data.get("kinds") or () if code not in vocabulary().kinds]
        if strange:
            raise self.wrong(f"onbekende soorten organisaties: {', '.join(map(str, strange))}")

    def field(self, data: Mapping[str, Any]) -> dict[str, Any]:
        kind = str(data["type"])
        if not data.get("name"):
            raise self.wrong("een vraag, deel of antwoord heeft een name nodig")
        choices = tuple(self.choice(item) for item in data.get("choices") or ())
        self.unique(choice.code for choice in choices)
        if kind in {"choice", "choices", "matrix"} and not choices:
            raise self.wrong("een keuzevraag heeft choices nodig")
        return {
            "key": str(data["name"]),
            "type": kind,
            "label": self.text(data, "label"),
            "level": self.level(data),
            "choices": choices,
            "unit": self.text(data, "unit", needed=False) or (_PERCENT if kind == "share" else None),
            "min": self.bound(data, "min", 0 if kind == "share" else None),
            "max": self.bound(data, "max", 100 if kind == "share" else None),
            **{name: self.count(data, name) for name in ("decimals", "min_length", "max_length")},
            "carry_over": str(data.get("carry_over") or "confirm"),
        }

    def parts(self, data: Mapping[str, Any]) -> tuple[Part, ...]:
        found = tuple(part for item in data.get("parts") or () for part in self.part(item))
        self.unique(part.key for part in found)
        return found

    def part(self, data: Mapping[str, Any]) -> Iterator[Part]:
        """Yield the field that a part is; a period is two: its first and its last day."""
        if data.get("type") not in PART_TYPES:
            raise self.wrong(f"deel {data.get('name')}: onbekend type {data.get('type')!r}")
        part = Part(**self.field(data))
        if part.type == PERIOD:
            yield from _days(f"{part.key}_", part.label, part.level, part.carry_over)
        else:
            yield part

    def choice(self, data: Any) -> Choice:
        if not isinstance(data, Mapping) or not data.get("name"):
            raise self.wrong("een vraag, deel of antwoord heeft een name nodig")
        return Choice(
            code=str(data["name"]),
            label=self.text(data, "label"),
            other_text=bool(data.get("other_text")),
            exclusive=bool(data.get("exclusive")),
        )

    def row(self, data: Any) -> Choice:
        if isinstance(data, Mapping):
            return self.choice(data)
        if data not in vocabulary().themes:
            raise self.wrong(f"onbekend thema {data!r}")
        return Choice(data, vocabulary().themes[data].name)

    def references(self, question: Question, data: Mapping[str, Any]) -> Question:
        """Read the expressions. A condition may look back only: so it can be decided in the order of the form."""
        self.at = question.key
        earlier = set(self.known)
        self.known |= _names(question)
        own = {name for name in self.known if name.startswith(f"{question.key}.")}
        conditions = {
            key: item.get("relevant")
            for item in data.get("parts") or ()
            for key in (item["name"], *(f"{item['name']}_{end}" for end in _PERIOD_ENDS))
        }
        return replace(
            question,
            relevant=self.expression(data.get("relevant"), earlier),
            parts=tuple(
                replace(part, relevant=self.expression(conditions.get(part.key), earlier | own))
                for part in question.parts
            ),
            checks=tuple(self.check(item) for item in data.get("constraint") or ()),
        )

    def check(self, data: Mapping[str, Any]) -> Check:
        expression = self.expression(data.get("check"), self.known)
        if expression is None:
            raise self.wrong("een controle zonder check")
        values = {name: self.expression(text, self.known) for name, text in (data.get("values") or {}).items()}
        message = self.text(data, "message")
        found = {name: value for name, value in values.items() if value}
        try:
            for words in message.values():
                words.format(**dict.fromkeys(found, ""))
        except (KeyError, IndexError, ValueError) as error:
            raise self.wrong(f"de melding noemt een waarde die er niet is: {error}") from error
        return Check(expression, bool(data.get("hard")), message, found)

    def expression(self, text: Any, known: set[str]) -> Expression | None:
        if text is None:
            return None
        try:
            expression = expressions.parse(text)
        except ValueError as error:
            raise self.wrong(f"{text!r}: {error}") from error
        strange = {name for name in expression.names if name not in known}
        strange |= expression.last_names - self.everything
        if strange:
            raise self.wrong(f"{text!r} noemt wat er niet of pas later is: {', '.join(sorted(strange))}")
        return expression

    def level(self, data: Mapping[str, Any]) -> str:
        said = data.get("required")
        if said is None or isinstance(said, bool):
            return REQUIRED if said else OPTIONAL
        if said != ADVISED:
            raise self.wrong("required is true, advised of false")
        return ADVISED

    def count(self, data: Mapping[str, Any], name: str) -> int:
        said = data.get(name) or 0
        if isinstance(said, bool) or not isinstance(said, int) or said < 0:
            raise self.wrong(f"{name} hoort een heel getal te zijn")
        return said

    def bound(self, data: Mapping[str, Any], name: str, usual: float | None) -> float | None:
        said = data.get(name)
        if said is not None and (isinstance(said, bool) or not isinstance(said, int | float)):
            raise self.wrong(f"{name} hoort een getal te zijn")
        return usual if said is None else said

    def text(self, data: Mapping[str, Any], name: str, *, needed: bool = True) -> Text:
        value = data.get(name)
        if value is None and not needed:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(value.get(code), str) for code in ("nl", "en")):
            raise self.wrong(f"{name} hoort een tekst in nl en en te zijn")
        return value

    def unique(self, codes: Iterable[str]) -> None:
        seen: set[str] = set()
        for code in codes:
            if code in seen:
                raise self.wrong(f"{code!r} komt dubbel voor")
            seen.add(code)


def _days(before: str, label: Text, level: str, carry_over: str = "confirm") -> tuple[Part, ...]:
    """Return the fields of a period: its first and its last day."""

    def words(end: Text) -> Text:
        return {code: f"{label[code]}: {text[:1].lower()}{text[1:]}" if label else text for code, text in end.items()}

    first, last = (
        Part(f"{before}{key}", "date", words(end), level, carry_over=carry_over) for key, end in _PERIOD_ENDS.items()
    )
    return first, replace(last, not_before=first.key)


def _names(question: Question) -> set[str]:
    """Return the names of a question, its parts and its rows, as an expression writes them."""
    cells = (*(part.key for part in question.parts), *(row.code for row in question.rows))
    return {question.key, *(expressions.name_of(question.key, cell) for cell in cells)}
