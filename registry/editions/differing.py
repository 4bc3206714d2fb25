"""What a form changes in last year's: questions added, dropped, moved, changed, and meaning something else. Pure."""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.editions.question_fields import PART_FIELDS, values_of
from registry.editions.written import Form, Item, by_name, find_question

OF_THE_YEAR: Final = frozenset({"section", "relation", "was", "indicator_version"})
"""What may differ without the question itself being another."""
RELATIONS: Final = ("same", "reworded", "split", "merged", "new")
SAME_MEANING: Final = frozenset({"same", "reworded"})


class Kind(StrEnum):
    """What became of a question."""

    ADDED = "added"
    DROPPED = "dropped"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True)
class Row:
    """One question beside last year's."""

    name: str
    kind: Kind
    old: Item | None
    new: Item | None
    moved: bool = False
    """It stands elsewhere among the questions of both years, also where it changed."""

    @property
    def relation(self) -> str:
        """What staff say that it is to last year's; empty until they said so."""
        return str((self.new or {}).get("relation", ""))


def origin(question: Mapping[str, Any], base: Form) -> Item | None:
    """Return the question of last year that this one comes from; None for a new one, and for several."""
    was = question.get("was", [])
    if len(was) > 1:
        return None
    return None if question.get("relation") == "new" else find_question(base, was[0] if was else question["name"])


def rows(form: Form, base: Form) -> list[Row]:
    """Return every question of both years in the order of the form; what is not asked any more stands last."""
    now, kept = by_name(form), _not_moved(form, base)
    found = [_row(question, base, kept) for question in now.values()]
    used = {one.old["name"] for one in found if one.old} | {
        name for question in now.values() for name in question.get("was", [])
    }
    # A number that now asks something else is one row, of the new question: the old one went with its meaning.
    used |= set(now)
    gone = [Row(name, Kind.DROPPED, old, None) for name, old in by_name(base).items() if name not in used]
    return found + gone


def _row(question: Item, base: Form, kept: set[str]) -> Row:
    old = origin(question, base)
    if old is None:
        return Row(question["name"], Kind.ADDED, None, question)
    elsewhere = question["section"] != old["section"] or question["name"] not in kept
    if is_changed(question, old):
        return Row(question["name"], Kind.CHANGED, old, question, elsewhere)
    return Row(question["name"], Kind.MOVED if elsewhere else Kind.SAME, old, question, elsewhere)


def is_changed(question: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Say whether anything but the place of a question is another."""
    return _said(question) != _said(old)


def _said(question: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in question.items() if name not in OF_THE_YEAR}


def _not_moved(form: Form, base: Form) -> set[str]:
    """Return the names that stand in the same order in both years: as many as can be."""
    places = {name: place for place, name in enumerate(by_name(base))}
    names = [name for name, one in by_name(form).items() if (old := origin(one, base)) and old["name"] in places]
    at = [places[(origin(by_name(form)[name], base) or {})["name"]] for name in names]
    return {names[place] for place in _longest_rising(at)}


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Return the places of a longest run of rising numbers, which need not stand next to each other."""
    ends: list[int] = []
    before: list[int] = []
    last: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        ends[length:], last[length:] = [number], [place]
        before.append(last[length - 1] if length else -1)
    found, place = [], last[-1] if last else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def settle(form: Form, base: Form, name: str) -> Form:
    """Return the form after a question changed: what is no longer as it was has no relation until staff say which."""
    question = dict(by_name(form)[name])
    old = origin(question, base)
    if old is None:
        if not question.get("was"):
            question["relation"] = "new"
    elif not is_changed(question, old) and question["name"] == old["name"]:
        question["relation"] = "same"
        question.pop("was", None)
    elif question.get("relation") == "same":
        question.pop("relation")
    return {**form, "questions": [question if one["name"] == name else one for one in form["questions"]]}


def reads_otherwise(question: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Say whether somebody who answers reads other words: what that does to the meaning only a person can say."""
    return bool(_words(question) != _words(old))


def _words(item: Any) -> Any:
    """Return the question, hint and unit of an item, and those of its parts, rows and options."""
    if not isinstance(item, Mapping):
        return item
    own = [item.get(name) for name in ("label", "hint", "unit")]
    return own + [[_words(one) for one in item.get(name, [])] for name in ("choices", "rows", "parts")]


def means_otherwise(question: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Say whether a figure of this question is another figure than last year's: its type, unit or options changed."""
    return bool(_meaning(question) != _meaning(old))


def _meaning(question: Mapping[str, Any]) -> Any:
    part = question.get("indicator_part")
    measured = next((one for one in question.get("parts", []) if one["name"] == part), question)
    return (
        measured.get("type"),
        measured.get("unit"),
        _names(measured.get("choices", [])),
        _names(question.get("rows", [])),
    )


def _names(options: Sequence[Any]) -> list[str]:
    return sorted(one["name"] if isinstance(one, Mapping) else str(one) for one in options)


def as_texts(question: Mapping[str, Any] | None) -> dict[str, str]:
    """Return every field of a question as a text, so that two years can be compared word by word."""
    if question is None:
        return {}
    return {name: as_text(value) for name, value in values_of(question).items()}


def as_text(value: Any) -> str:
    """Return what a field of the form holds as one text."""
    if isinstance(value, str):
        return value
    return "\n".join(one if isinstance(one, str) else _block(one) for one in value)


def _block(values: Mapping[str, str]) -> str:
    order = [name for name in (*PART_FIELDS, *values) if values.get(name)]
    return " · ".join(values[name].replace("\n", "; ") for name in dict.fromkeys(order))


def other_parts(form: Form, base: Form) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a form says beside its questions, last year's first: titles, introductions, and who agrees."""
    return _around(base), _around(form)


def _around(form: Form) -> dict[str, str]:
    said = {f"{name}_{language}": form.get(name, {}).get(language, "") for name in ("title", "intro") for language in
            ("nl", "en")}  # fmt: skip
    said |= {name: json.dumps(bool(form.get(name))) for name in ("executive_agrees", "second_reviewer")}
    for section in form["sections"]:
        for name in ("title", "intro"):
            said |= {f"{section['key']}.{name}_{code}": text for code, text in section.get(name, {}).items()}
    return said
