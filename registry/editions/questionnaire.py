"""Reads a form from data, and checks every reference in it, so that a wrong form is never opened."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from common.errors import ContentError
from common.vocabulary import Text, vocabulary
from registry.editions import expressions
from registry.editions.expressions import Expression
from registry.editions.form import (
    PART_TYPES,
    TYPES,
    WITH_PARTS,
    Check,
    Choice,
    Part,
    Question,
    Questionnaire,
    Section,
)
from registry.editions.models import Edition, EditionVersion

__all__ = ["Check", "Choice", "Part", "Question", "Questionnaire", "Section", "of_edition", "parse", "with_labels"]

_PUBLISH: Final = {"yes", "no", "totals"}
_CARRY_OVER: Final = {"keep", "confirm", "empty"}
_FILLED_FROM: Final = {"plan_actions"}


def parse(data: Any, file: str = "vragenlijst") -> Questionnaire:
    """Read a form and check every reference in it; raise ContentError with the reason where it is wrong."""
    return _Reader(file).questionnaire(data)


def of_edition(edition: Edition | EditionVersion) -> Questionnaire:
    """Return the form of an edition, as it was frozen; read once per process."""
    return _of_snapshot(_Snapshot(edition.sha256, edition.snapshot))


def with_labels(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's data with the names of its themes written out, so that a frozen form needs no other file."""
    themes = vocabulary().themes

    def row(code: Any) -> Any:
        return {"code": code, "label": dict(themes[code].name)} if isinstance(code, str) and code in themes else code

    questions = [
        {**question, "rows": [row(code) for code in question["rows"]]} if question.get("rows") else dict(question)
        for question in data["questions"]
    ]
    return {**data, "questions": questions}


@dataclass(frozen=True)
class _Snapshot:
    """A snapshot that is known by its hash, so that looking it up does not read sixty kilobytes."""

    sha256: str
    content: str = field(compare=False, repr=False)


@lru_cache(maxsize=64)
def _of_snapshot(snapshot: _Snapshot) -> Questionnaire:
    return parse(json.loads(snapshot.content), f"vragenlijst {snapshot.sha256[:8]}")


class _Reader:
    """Reads one form; knows which question it is at, so that an error can say so."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.at = ""
        self.known: set[str] = set()

    def wrong(self, reason: str) -> ContentError:
        return ContentError(self.file, None, f"{self.at}: {reason}" if self.at else reason)

    def questionnaire(self, data: Any) -> Questionnaire:
        if not isinstance(data, Mapping) or not {"agreement", "year", "title", "sections", "questions"} <= data.keys():
            raise self.wrong("agreement, year, title, sections en questions zijn nodig")
        questions = [self.question(item) for item in data["questions"]]
        self.unique(question.key for question in questions)
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
            version=int(data.get("version", 1)),
            title=self.text(data, "title"),
            intro=self.text(data, "intro", needed=False),
            sections=sections,
            executive_agrees=bool(data.get("executive_agrees")),
            second_reviewer=bool(data.get("second_reviewer")),
        )

    def section(self, data: Mapping[str, Any], questions: list[Question]) -> Section:
        own = tuple(question for question in questions if question.section == data["key"])
        return Section(str(data["key"]), self.text(data, "title"), self.text(data, "intro", needed=False), own)

    def question(self, data: Mapping[str, Any]) -> Question:
        """Read a question without its expressions: those may name any question of the form."""
        self.at = str(data.get("key", "?"))
        kind = data.get("type")
        if kind not in TYPES:
            raise self.wrong(f"onbekend type {kind!r}")
        if data.get("publish", "yes") not in _PUBLISH or data.get("carry_over", "empty") not in _CARRY_OVER:
            raise self.wrong("publish of carry_over heeft een onbekende waarde")
        if (data.get("filled_from") or "plan_actions") not in _FILLED_FROM:
            raise self.wrong("filled_from heeft een onbekende waarde")
        if bool(data.get("parts")) != (kind in WITH_PARTS):
            raise self.wrong("een samengestelde vraag heeft parts nodig, en een andere vraag heeft die niet")
        rest: dict[str, Any] = {
            name: bool(data.get(name))
            for name in ("may_be_unknown", "may_be_not_applicable", "prefilled", "after_editing", "summary")
        }
        rest |= {name: int(data.get(name) or 0) for name in ("max_choices", "min_rows", "max_rows")}
        return Question(
            **self.field(data),
            section=str(data.get("section")),
            hint=self.text(data, "hint", needed=False),
            why=self.text(data, "why", needed=False),
            statement=self.text(data, "statement", needed=kind == "declaration"),
            publish=data.get("publish", "yes"),
            parts=tuple(self.part(item) for item in data.get("parts") or ()),
            rows=tuple(self.row(item) for item in data.get("rows") or ()),
            indicator=data.get("indicator"),
            indicator_part=data.get("indicator_part"),
            method_from=data.get("method_from"),
            guide=data.get("guide"),
            filled_from=data.get("filled_from"),
            drop_rows=data.get("drop_rows") or {},
            **rest,
        )

    def field(self, data: Mapping[str, Any]) -> dict[str, Any]:
        kind = str(data["type"])
        choices = tuple(self.choice(item) for item in data.get("choices") or ())
        self.unique(choice.code for choice in choices)
        if kind in {"choice", "choices", "matrix"} and not choices:
            raise self.wrong("een keuzevraag heeft choices nodig")
        return {
            "key": str(data["key"]),
            "type": kind,
            "label": self.text(data, "label"),
            "required": bool(data.get("required")),
            "choices": choices,
            "unit": self.text(data, "unit", needed=False) or None,
            "min": data.get("min"),
            "decimals": int(data.get("decimals") or 0),
            "min_length": int(data.get("min_length") or 0),
            "max_length": int(data.get("max_length") or 0),
            "carry_over": str(data.get("carry_over") or "confirm"),
        }

    def part(self, data: Mapping[str, Any]) -> Part:
        if data.get("type") not in PART_TYPES:
            raise self.wrong(f"deel {data.get('key')}: onbekend type {data.get('type')!r}")
        return Part(**self.field(data))

    def choice(self, data: Mapping[str, Any]) -> Choice:
        return Choice(
            code=str(data["code"]),
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
        self.known |= {question.key} | {f"{question.key}.{code}" for code in _cells(question)}
        own = {name for name in self.known if name.startswith(f"{question.key}.")}
        parts = {item["key"]: item for item in data.get("parts") or ()}
        return replace(
            question,
            relevant=self.expression(data.get("relevant"), earlier),
            parts=tuple(
                replace(part, relevant=self.expression(parts[part.key].get("relevant"), earlier | own))
                for part in question.parts
            ),
            checks=tuple(self.check(item) for item in data.get("constraints") or ()),
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
        if strange:
            raise self.wrong(f"{text!r} noemt wat er niet of pas later is: {', '.join(sorted(strange))}")
        return expression

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


def _cells(question: Question) -> list[str]:
    """Return the names of a question's parts and rows, as an expression writes them."""
    return [item.replace("-", "_") for item in (*(p.key for p in question.parts), *(r.code for r in question.rows))]
