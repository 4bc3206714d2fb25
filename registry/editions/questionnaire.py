"""Reads a form from data, and checks every reference in it, so that a wrong form is never opened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from common.vocabulary import vocabulary
from registry.editions.form import Check, Choice, Part, Question, Questionnaire, Section
from registry.editions.formats import modern, schema_of
from registry.editions.models import Edition, EditionVersion
from registry.editions.parsing import Reader

__all__ = ["Check", "Choice", "Part", "Question", "Questionnaire", "Section", "of_edition", "parse", "with_labels"]


def parse(data: Any, file: str = "vragenlijst", *, frozen: bool = False) -> Questionnaire:
    """Read a form of any format and check every reference in it; raise ContentError with the reason where it is wrong.

    `frozen`: it opened once, so it is read as it stands, also where the vocabulary lost a word since.
    """
    if not isinstance(data, Mapping):
        return Reader(file, 1, frozen=frozen).questionnaire(data)
    return Reader(file, schema_of(data), frozen=frozen).questionnaire(modern(data))


def of_edition(edition: Edition | EditionVersion) -> Questionnaire:
    """Return the form of an edition, as it was frozen; read once per process."""
    return _of_snapshot(_Snapshot(edition.sha256, edition.snapshot))


def with_labels(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's data in today's words, with its themes written out: a frozen form needs no other file."""
    themes = vocabulary().themes

    def row(code: Any) -> Any:
        return {"name": code, "label": dict(themes[code].name)} if isinstance(code, str) and code in themes else code

    form = modern(data)
    questions = [
        {**question, "rows": [row(code) for code in question["rows"]]} if question.get("rows") else dict(question)
        for question in form["questions"]
    ]
    return {**form, "questions": questions}


@dataclass(frozen=True)
class _Snapshot:
    """A snapshot that is known by its hash, so that looking it up does not read sixty kilobytes."""

    sha256: str
    content: str = field(compare=False, repr=False)


@lru_cache(maxsize=64)
def _of_snapshot(snapshot: _Snapshot) -> Questionnaire:
    return parse(json.loads(snapshot.content), f"vragenlijst {snapshot.sha256[:8]}", frozen=True)
