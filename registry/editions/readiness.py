"""What a draft still lacks before it may be opened: a relation, a reason, a version of an indicator. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.editions.differing import RELATIONS, SAME_MEANING, Kind, Row, means_otherwise, reads_otherwise, rows
from registry.editions.question_fields import TYPED
from registry.editions.written import NEW_INDICATORS, Form, Item, by_name

Known = Mapping[str, int]
"""The newest version of each indicator, by code."""
SEVERAL: Final = frozenset({"split", "merged"})


class Lack(StrEnum):
    """What stands in the way."""

    RELATION = "relation"
    """Nobody said what a changed question is to last year's."""
    ORIGIN = "origin"
    """Which question of last year it comes from is not said, or was never asked."""
    REASON = "reason"
    """A question is not asked any more, and nobody said why."""
    INDICATOR = "indicator"
    """It asks a version of an indicator that is not there."""
    VERSION = "version"
    """It means something else than last year, so its indicator needs a new version."""
    TYPED = "typed"
    """A line of an option could not be read whole."""


@dataclass(frozen=True)
class Missing:
    """One question, and what it lacks."""

    name: str
    what: Lack
    code: str = ""
    """Of the indicator."""


def missing(form: Form, base: Form, known: Known) -> list[Missing]:
    """Return every question that lacks something, in the order of the form."""
    found = [one for row in rows(form, base) for one in _of_row(row, form, base, known)]
    return list(dict.fromkeys(found))


def _of_row(row: Row, form: Form, base: Form, known: Known) -> list[Missing]:
    if row.new is None:
        told = any(one["name"] == row.name and one.get("reason") for one in form.get("dropped", []))
        return [] if told else [Missing(row.name, Lack.REASON)]
    found = []
    if row.relation not in RELATIONS or says_same_of_other_words(row):
        found.append(Missing(row.name, Lack.RELATION))
    elif _wrong_origin(row, base):
        found.append(Missing(row.name, Lack.ORIGIN))
    if any(TYPED in one for one in _options(row.new)):
        found.append(Missing(row.name, Lack.TYPED))
    if lack := lacks_version(row, form, base, known):
        found.append(Missing(row.name, lack, str(row.new.get("indicator"))))
    return found


def says_same_of_other_words(row: Row) -> bool:
    """Say whether a question is called the same while its words changed."""
    return row.relation == "same" and row.old is not None and reads_otherwise(row.new or {}, row.old)


def _options(question: Item) -> list[Mapping[str, Any]]:
    lists = [question.get("choices", []), question.get("rows", [])]
    lists += [part.get("choices", []) for part in question.get("parts", [])]
    return [one for options in lists for one in options if isinstance(one, Mapping)]


def _wrong_origin(row: Row, base: Form) -> bool:
    was = (row.new or {}).get("was", [])
    if set(was) - set(by_name(base)):
        return True
    if row.relation in SEVERAL:
        return len(was) < (2 if row.relation == "merged" else 1)
    if row.relation == "new":
        return bool(was)
    return row.kind is Kind.ADDED


def lacks_version(row: Row, form: Form, base: Form, known: Known) -> Lack | None:
    """Say whether a question needs a version of its indicator that is not written yet."""
    question = row.new or {}
    code = question.get("indicator")
    if not code:
        return None
    number, there = asked_version(question), known.get(code, 0)
    new = form.get(NEW_INDICATORS, {}).get(code)
    if needs_new_version(row, base) and number <= newest_before(row, base):
        return Lack.VERSION
    if number <= there:
        return None
    return None if new and number == there + 1 else Lack.INDICATOR


def asked_version(question: Mapping[str, Any]) -> int:
    """Return which version of its indicator a question asks; of old forms the first."""
    return int(question.get("indicator_version") or 1)


def needs_new_version(row: Row, base: Form) -> bool:
    """Say whether a question asks the same indicator as last year, and means something else by it."""
    before = [old for old in origins(row, base) if old.get("indicator") == (row.new or {}).get("indicator")]
    if not before or not (row.new or {}).get("indicator"):
        return False
    if row.relation and row.relation not in SAME_MEANING:
        return True
    return any(means_otherwise(row.new or {}, old) for old in before)


def newest_before(row: Row, base: Form) -> int:
    """Return the newest version of its indicator that last year's form asked."""
    code = (row.new or {}).get("indicator")
    asked = [asked_version(old) for old in origins(row, base) if old.get("indicator") == code]
    return max(asked, default=0)


def origins(row: Row, base: Form) -> list[Item]:
    """Return the questions of last year from which this one comes, or that asked the same by the same name."""
    there = by_name(base)
    was = (row.new or {}).get("was", [])
    found = [there[name] for name in was if name in there]
    if row.old and row.old not in found:
        found.append(row.old)
    code = (row.new or {}).get("indicator")
    if not found and row.relation == "new":
        # A "new" question on an indicator that last year's form asked too is another way to ask it.
        found = [one for one in there.values() if code and one.get("indicator") == code]
    return found
