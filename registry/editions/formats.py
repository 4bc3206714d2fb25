"""The formats that a form had: 1 before the words of XLSForm, 2 since. Every one is read for ever. Pure."""

from collections.abc import Mapping
from typing import Any, Final

SCHEMA: Final = 2
"""The format in which forms are written and frozen now."""
_NEW_WORDS: Final = {"key": "name", "code": "name", "constraints": "constraint"}
_INSIDE: Final = ("choices", "rows", "parts")


def schema_of(data: Mapping[str, Any]) -> int:
    """Return the format of a form; one that does not say it is of before there was a second."""
    return int(data.get("schema_version") or data.get("version") or 1)


def modern(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form in today's words, whatever its format. What is no form stays as it is, to be refused in words."""
    form = {name: value for name, value in data.items() if name != "version"}
    if isinstance(form.get("questions"), list):
        form["questions"] = [_item(question) for question in form["questions"]]
    return {**form, "schema_version": SCHEMA}


def _item(item: Any) -> Any:
    """Return a question, part, row or option in today's words."""
    if not isinstance(item, Mapping):
        return item
    said = {_NEW_WORDS.get(name, name): value for name, value in item.items()}
    for inside in _INSIDE:
        if isinstance(said.get(inside), list):
            said[inside] = [_item(row) for row in said[inside]]
    return said
