"""What two people both changed in a guide, as the page of the form shows it, and what was chosen there.

A choice counts only for the two texts that stood on the screen: each carries a mark of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.comparing import Part, compare, shortened
from common.joining import digest
from common.markdown_bounds import too_much_of
from common.vocabulary import vocabulary
from common.web.languages import format_day, text_in_language
from kb.guides.fields import LONGEST_SUMMARY, LONGEST_TITLE, GuideFields, too_long
from kb.guides.forms import FIELDS, labels
from kb.guides.merging import BODY, OWN, FieldClash, MergedFields, Unsettled, settled
from kb.guides.merging import TEXTS as SHORT_TEXTS


@dataclass(frozen=True)
class ShownClash:
    """Two texts of which one must be chosen, or made into one."""

    name: str
    """As the form sends it: <name>__keuze, <name>__eigen, <name>__gezien."""
    label: str
    base: str
    mine: str
    theirs: str
    seen: str
    """Marks which two texts were shown."""
    is_text: bool
    """Whether both may stay, and a text of one's own may be written."""
    choice: str = ""
    own: str = ""

    @property
    def parts(self) -> list[Part]:
        """What only the saved text has, and what only mine."""
        return shortened(compare(self.theirs, self.mine))


def shown_clashes(merged: MergedFields, typed: Mapping[str, str]) -> list[ShownClash]:
    """Return what must be chosen, with what was chosen so far."""
    return [_shown(clash, typed, number) for number, clash in enumerate(merged.clashes, 1)]


def _shown(clash: FieldClash, typed: Mapping[str, str], number: int) -> ShownClash:
    name, field = _name(clash), clash.name.partition("#")[0]
    label, many = labels()[FIELDS[field]], clash.name.partition("#")[2]
    choice = _choice(clash, typed)
    return ShownClash(
        name=name,
        label=f"{label} ({many})" if many else label,
        base=_words(field, clash.base),
        mine=_words(field, clash.mine),
        theirs=_words(field, clash.theirs),
        seen=_mark(clash),
        is_text=field == BODY or field in SHORT_TEXTS,
        choice=choice,
        own=typed.get(f"{name}__eigen", "") if choice else _words(field, clash.mine),
    )


def settle(merged: MergedFields, typed: Mapping[str, str]) -> GuideFields | None:
    """Return the guide as it was chosen; None while something is not, was chosen of other texts, or makes no guide."""
    choices = {clash.name: _choice(clash, typed) for clash in merged.clashes}
    own = {clash.name: _own(clash, typed) for clash in merged.clashes if choices[clash.name] == OWN}
    try:
        chosen = settled(merged, choices, own)
    except Unsettled:
        return None
    empty = not (chosen.title.strip() and chosen.summary.strip() and chosen.body.strip())
    long = len(chosen.title) > LONGEST_TITLE or len(chosen.summary) > LONGEST_SUMMARY or too_long(chosen.body)
    return None if empty or long or too_much_of(chosen.body) else chosen


def taken_words(names: tuple[str, ...]) -> list[str]:
    """Return what the fields are called in which something of somebody else came in, each once."""
    return list(dict.fromkeys(labels()[FIELDS[name]] for name in names))


def _choice(clash: FieldClash, typed: Mapping[str, str]) -> str:
    name = _name(clash)
    return typed.get(f"{name}__keuze", "") if typed.get(f"{name}__gezien") == _mark(clash) else ""


def _own(clash: FieldClash, typed: Mapping[str, str]) -> str:
    text = typed.get(f"{_name(clash)}__eigen", "").replace("\r\n", "\n").replace("\x00", "")
    return text.strip("\n") if clash.name.startswith(BODY) else " ".join(text.split())


def _name(clash: FieldClash) -> str:
    return clash.name.replace("#", "-")


def _mark(clash: FieldClash) -> str:
    return digest([_plain(clash.mine), _plain(clash.theirs)])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _words(field: str, value: Any) -> str:
    """Return a value as the form says it."""
    if isinstance(value, date):
        return format_day(value)
    lists = {"kind": vocabulary().guide_kinds, "level": vocabulary().guide_levels, "owner": vocabulary().roles}
    term = lists.get(field, {}).get(str(value))
    return text_in_language(term.name) if term else str(value or "")
