"""What somebody typed of a plan: one text for each field, by the name that the field has on the form. Pure.

A field is `titel`, `ambitie__klimaat__doel` or `actie__3__wat`; an action is a row with a name of its own, so that two
people can each add one. Nothing is read or judged here (see checking.py), so that nothing typed is lost.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from common.vocabulary import vocabulary

HEAD: Final = (
    "titel", "periode_van", "periode_tot", "document", "link", "budget", "fte", "vastgesteld_door", "vastgesteld_op",
    "reden",
)  # fmt: skip
OF_AMBITION: Final = ("niveau", "doel", "indicator", "eenheid", "nu", "nu_jaar", "straks", "straks_jaar")
OF_ACTION: Final = ("wat", "thema", "wie", "van", "klaar")
MOST_ROWS: Final = 100
LONGEST: Final = 10_000
"""Characters of one field that a draft keeps; what may be published is shorter."""
_ROW: Final = re.compile(r"[0-9a-z]{1,12}")


def ambition_field(theme: str, part: str) -> str:
    """Return the name of a field of an ambition."""
    return f"ambitie__{theme}__{part}"


def action_field(row: str, part: str) -> str:
    """Return the name of a field of an action."""
    return f"actie__{row}__{part}"


@dataclass(frozen=True)
class Typed:
    """The fields of a draft that hold something, and its actions in their order."""

    fields: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return what stands in a field; empty where nothing does."""
        return self.fields.get(name, "")

    def ambition(self, theme: str) -> dict[str, str]:
        """Return the fields of one theme by their part."""
        return {part: self.get(ambition_field(theme, part)) for part in OF_AMBITION}

    def action(self, row: str) -> dict[str, str]:
        """Return the fields of one action by their part."""
        return {part: self.get(action_field(row, part)) for part in OF_ACTION}

    def over(self, other: "Typed") -> "Typed":
        """Return these fields laid over those of another."""
        return tidy({**other.fields, **self.fields}, (*other.rows, *self.rows))

    def as_content(self) -> dict[str, Any]:
        """Return it as the draft stores it."""
        return {"fields": dict(self.fields), "rows": list(self.rows)}


def of_content(content: Mapping[str, Any]) -> Typed:
    """Return what a draft stored."""
    return Typed(dict(content.get("fields", {})), tuple(content.get("rows", ())))


def names(rows: Iterable[str]) -> list[str]:
    """Return the names of all fields, in the order of the form."""
    ambitions = [ambition_field(theme, part) for theme in vocabulary().themes for part in OF_AMBITION]
    return [*HEAD, *ambitions, *(action_field(row, part) for row in rows for part in OF_ACTION)]


def tidy(fields: Mapping[str, str], rows: Iterable[str]) -> Typed:
    """Return these fields without the empty ones, and without the actions of which nothing is left."""
    filled = {name: text for name, text in fields.items() if text}
    kept = [row for row in dict.fromkeys(rows) if any(action_field(row, part) in filled for part in OF_ACTION)]
    known = set(names(kept))
    return Typed({name: text for name, text in filled.items() if name in known}, tuple(kept))


def of_form(sent: Mapping[str, str], rows: Iterable[str]) -> Typed:
    """Return what a form sent, empty fields included; a field that was not on the form is not in it."""
    shown = [row for row in dict.fromkeys(rows) if _ROW.fullmatch(row)][:MOST_ROWS]
    return Typed({name: _plain(sent[name]) for name in names(shown) if name in sent}, tuple(shown))


def without_row(typed: Typed, row: str) -> Typed:
    """Return the same form with one action emptied, which takes it away."""
    return Typed({**typed.fields, **{action_field(row, part): "" for part in OF_ACTION}}, typed.rows)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()[:LONGEST]


def mark(text: str) -> str:
    """Return a short mark by which a text is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


Basis = Mapping[str, str]
"""By field: the mark of what stood in it when the form was shown. An empty field is not in it."""


def basis_of(typed: Typed) -> dict[str, str]:
    """Return the basis of a form that shows these fields."""
    return {name: mark(text) for name, text in typed.fields.items() if text}


def write_basis(basis: Basis) -> str:
    """Write a basis for the hidden field of the form ("titel=1a2b3c4d,...")."""
    return ",".join(f"{name}={seen}" for name, seen in sorted(basis.items()))


def read_basis(written: str) -> dict[str, str]:
    """Read it back; what is no basis counts as an empty field."""
    return dict(pair.split("=", 1) for pair in written.split(",") if "=" in pair)


@dataclass(frozen=True)
class Merged:
    """What two people's work comes to."""

    result: Typed
    changed: tuple[str, ...]
    disputed: tuple[str, ...]
    """Fields that both changed, each to something else: those keep what was saved."""


def merge(saved: Typed, mine: Typed, basis: Basis) -> Merged:
    """Lay what somebody changed since `basis` over what is saved now, and leave alone what he did not touch."""
    changed, disputed = {}, []
    for name, text in mine.fields.items():
        now, seen = saved.get(name), basis.get(name, mark(""))
        if text == now or mark(text) == seen:
            continue
        if mark(now) == seen:
            changed[name] = text
        else:
            disputed.append(name)
    result = tidy({**saved.fields, **changed}, (*saved.rows, *mine.rows))
    return Merged(result, tuple(changed), tuple(disputed))


def next_basis(mine: Typed, basis: Basis, disputed: Iterable[str]) -> dict[str, str]:
    """Return the basis for the form as it stands on the screen after saving.

    The screen still shows what this person has, also where a colleague changed it meanwhile: that counts as seen as it
    is shown. A disputed field keeps its old basis, until somebody chooses.
    """
    shown = {**basis, **{name: mark(text) for name, text in mine.fields.items()}}
    for name in disputed:
        shown[name] = basis.get(name, mark(""))
    return {name: seen for name, seen in shown.items() if seen != mark("")}
