"""A small form with every type of question that the form of 2025 has none of, and answers as bare values."""

from typing import Any

from registry.editions.form import Questionnaire
from registry.editions.questionnaire import parse
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput


def text(words: str) -> dict[str, str]:
    """Return a text that is the same in both languages but for one mark."""
    return {"nl": words, "en": f"{words} (en)"}


def question(name: str, type: str, **fields: Any) -> dict[str, Any]:
    """Return a question of a form file."""
    return {"name": name, "section": "A", "type": type, "label": text(f"Vraag {name}"), **fields}


def form(*questions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a form file with these questions."""
    return {
        "agreement": "proef", "year": 2025, "schema_version": 2, "title": text("Proef"),
        "sections": [{"key": "A", "title": text("Deel A")}], "questions": list(questions), **fields,
    }  # fmt: skip


def read(*questions: dict[str, Any], **fields: Any) -> Questionnaire:
    """Return a form of these questions."""
    return parse(form(*questions, **fields))


def given(value: object, remark: str | None = None) -> AnswerInput:
    """Return an answer."""
    return AnswerInput(AnswerState.GIVEN, value, remark=remark)


def file(number: int = 1) -> dict[str, Any]:
    """Return the value of a question with one file."""
    return {"files": [{"id": number, "name": "bewijs.pdf", "sha256": "a" * 64}]}


PARTS = [
    {"name": "when", "type": "period", "label": text("Looptijd"), "required": True},
    {"name": "share", "type": "share", "label": text("Deel"), "decimals": 1},
]
SMALL = form(
    question("A1", "share", unit=text("%"), decimals=1, required=True),
    question("A2", "period", required="advised"),
    question("A3", "file", may_be_not_applicable=True),
    question("A4", "rows", parts=PARTS, max_rows=5),
    question("A5", "composite", parts=PARTS, relevant="A1 > 10"),
    question("A6", "integer", kinds=["provincie"], required=True),
    question("A7", "declaration", required=True, statement=text("Alles klopt."), publish="no"),
)
