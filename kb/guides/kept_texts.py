"""The texts that a person typed at a guide and did not save: each once, with what tells it from the saved text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from common import unsaved
from kb.guides.clashes import own_texts
from kb.guides.forms import LISTS, ORDER, GuideForm, is_same, typed_form
from kb.guides.tabs import page_of

_WORDS = 8
_LONGEST = 80
"""Of the words that differ: enough to know a text by, also where they are one long address."""


@dataclass(frozen=True)
class KeptText:
    """A text that is kept; where two pages kept the same, the newest of them."""

    tab: str
    kept_at: datetime
    field: str
    """The first field of the form that differs from the saved text; "" where none does."""
    words: str
    """What it says from where it differs; "" for a list."""


def others_typed(session: Session, user_id: int, slug: str, saved: GuideForm | None) -> list[KeptText]:
    """Return what this person kept of this guide, newest first; `saved` is the form of the saved text, if any."""
    found: list[tuple[MultiDict[str, str], KeptText]] = []
    for row in unsaved.find_below(session, user_id, page_of(slug)):
        values = _values(row.fields)
        if not any(_say_the_same(values, other) for other, _text in found):
            text = KeptText(row.path.rpartition("=")[2], row.kept_at, *_difference(typed_form(values), saved))
            found.append((values, text))
    return [text for _values, text in found]


def drop_same(session: Session, user_id: int, slug: str, sent: Mapping[str, Any] | MultiDict[str, str]) -> None:
    """Drop what pages of this person kept that says the same as `sent`: it was saved, or he does not want it."""
    values = sent if isinstance(sent, MultiDict) else _values(sent)
    for row in unsaved.find_below(session, user_id, page_of(slug)):
        if _say_the_same(values, _values(row.fields)):
            unsaved.forget(session, user_id, row.path)


def _values(fields: Mapping[str, Any]) -> MultiDict[str, str]:
    return MultiDict((name, value) for name, values in fields.items() for value in values)


def _say_the_same(one: MultiDict[str, str], other: MultiDict[str, str]) -> bool:
    forms = typed_form(one), typed_form(other)
    return forms[0].base == forms[1].base and is_same(*forms) and own_texts(one) == own_texts(other)


def _difference(kept: GuideForm, saved: GuideForm | None) -> tuple[str, str]:
    for name in ORDER:
        if name in LISTS:
            if set(kept.lists[name]) != set(saved.lists[name] if saved else ()):
                return name, ""
            continue
        new, old = kept.texts[name].split(), (saved.texts.get(name, "") if saved else "").split()
        if new != old:
            same = next((at for at, pair in enumerate(zip(new, old, strict=False)) if pair[0] != pair[1]), None)
            at = min(len(new), len(old)) if same is None else same
            return name, " ".join(new[at : at + _WORDS] or new[-_WORDS:])[:_LONGEST]
    return "", ""
