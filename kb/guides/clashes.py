"""What two people both changed in a guide, as the page of the form shows it, and what was chosen there.

A choice counts only for the two texts that stood on the screen: each carries a mark of them. A text that somebody
wrote there himself stays, whatever becomes of those two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from common.comparing import Part, compare, shortened
from common.joining import digest
from common.markdown_bounds import too_much_of
from common.typed import clean_text
from common.vocabulary import vocabulary
from common.web.languages import format_day, text_in_language
from kb.guides.fields import LONGEST_SUMMARY, LONGEST_TITLE, GuideFields, too_long
from kb.guides.forms import FIELDS, labels
from kb.guides.merging import BODY, DATES, OWN, FieldClash, MergedFields, Unsettled, settled, wrong_days
from kb.guides.merging import TEXTS as SHORT_TEXTS

_SUFFIX = "__eigen"
_OWN_NAME = re.compile(rf"(title|summary|body-\d{{1,5}}|over-\d{{1,5}}){_SUFFIX}")


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
    problem: str = ""
    """What is wrong with the choice: there is none, or it does not go with another."""

    @property
    def parts(self) -> list[Part]:
        """What only the saved text has, and what only mine."""
        return shortened(compare(self.theirs, self.mine))


@dataclass(frozen=True)
class OwnText:
    """What somebody wrote at two texts that are not on the page; it goes along as it was sent."""

    name: str
    text: str
    choice: str = ""
    seen: str = ""


def shown_clashes(merged: MergedFields, typed: Mapping[str, str]) -> tuple[list[ShownClash], list[OwnText]]:
    """Return what must be chosen, with what was chosen and written so far; and what was written anywhere else."""
    own, left = _placed(merged, typed)
    shown = [_shown(clash, typed, own, _problem(merged, clash, typed)) for clash in merged.clashes]
    return shown, [OwnText(f"over-{number}", one.text) for number, one in enumerate(left, 1)]


def own_texts(typed: Mapping[str, str]) -> list[OwnText]:
    """Return what was written at two texts and stands in no field of the form, in the order of its sending."""
    fields = [_paragraphs(typed.get(FIELDS[name], "")) for name in (*SHORT_TEXTS, BODY)]
    texts = [one for one in _typed_own(typed) if one.text.strip()]
    # What nobody touched holds what he typed in the field itself.
    return [one for one in texts if not any(_paragraphs(one.text) in field for field in fields)]


def _typed_own(typed: Mapping[str, str]) -> list[OwnText]:
    names = [name.removesuffix(_SUFFIX) for name in typed if _OWN_NAME.fullmatch(name)]
    found = []
    for name in names:
        text = clean_text(typed[name + _SUFFIX])
        found.append(OwnText(name, text, typed.get(f"{name}__keuze", ""), typed.get(f"{name}__gezien", "")))
    return found


def _paragraphs(text: str) -> str:
    """Return a text so that a piece of it is found in it by whole paragraphs only."""
    return "".join(f"\n\n{part.strip()}\n\n" for part in re.split(r"\n\s*\n", clean_text(text).strip()))


def _placed(merged: MergedFields, typed: Mapping[str, str]) -> tuple[dict[str, str], list[OwnText]]:
    """Return the own text of each clash, by its two texts or else by its name; and what is left."""
    marks = {_name(clash): mark_of(clash) for clash in merged.clashes}
    at_marks = [one for one in _typed_own(typed) if one.seen in marks.values()]
    found = {one.name: one.text for one in at_marks if marks.get(one.name) == one.seen}
    for one in at_marks:
        moved = (name for name, mark in marks.items() if mark == one.seen and name not in found)
        if marks.get(one.name) != one.seen and (name := next(moved, "")):
            found[name] = one.text
    left = []
    for one in own_texts(typed):
        if one.text not in found.values():
            if one.name in marks and one.name not in found:
                found[one.name] = one.text
            else:
                left.append(one)
    return found, left


def unplaced(merged: MergedFields, typed: Mapping[str, str]) -> bool:
    """Say whether somebody chose a text of his own at two texts of which nothing must be chosen any more."""
    return any(one.choice == OWN for one in _placed(merged, typed)[1])


def _problem(merged: MergedFields, clash: FieldClash, typed: Mapping[str, str]) -> str:
    """Return what is wrong with what was chosen of these two texts; "" while nobody had the chance to choose."""
    if typed.get(f"{_name(clash)}__gezien") == mark_of(clash) and not _choice(clash, typed):
        return str(_("Kies welke tekst blijft."))
    if clash.name == DATES[-1] and wrong_days(merged, {one.name: _choice(one, typed) for one in merged.clashes}):
        return str(_("Kies een dag na de dag waarop de gids is nagekeken."))
    return ""


def _shown(clash: FieldClash, typed: Mapping[str, str], own: Mapping[str, str], problem: str) -> ShownClash:
    name, field = _name(clash), clash.name.partition("#")[0]
    label, many = labels()[FIELDS[field]], clash.name.partition("#")[2]
    return ShownClash(
        name=name,
        label=f"{label} ({many})" if many else label,
        base=_words(field, clash.base),
        mine=_words(field, clash.mine),
        theirs=_words(field, clash.theirs),
        seen=mark_of(clash),
        is_text=field == BODY or field in SHORT_TEXTS,
        choice=_choice(clash, typed),
        own=own.get(name, _words(field, clash.mine)),
        problem=problem,
    )


def settle(merged: MergedFields, typed: Mapping[str, str]) -> GuideFields | None:
    """Return the guide as it was chosen; None while something is not, was chosen of other texts, or makes no guide."""
    if unplaced(merged, typed):
        return None
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
    """Return what was chosen of these two texts; who chose nothing and wrote a text of his own chose that."""
    name = _name(clash)
    if typed.get(f"{name}__gezien") != mark_of(clash):
        return ""
    wrote = f"{name}{_SUFFIX}" in typed and _own(clash, typed).strip() not in {"", str(clash.mine or "").strip()}
    return typed.get(f"{name}__keuze", "") or (OWN if wrote else "")


def _own(clash: FieldClash, typed: Mapping[str, str]) -> str:
    text = clean_text(typed.get(f"{_name(clash)}__eigen", ""))
    return text.strip("\n") if clash.name.startswith(BODY) else " ".join(text.split())


def _name(clash: FieldClash) -> str:
    return clash.name.replace("#", "-")


def mark_of(clash: FieldClash) -> str:
    """Return what tells these two texts from any other two."""
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
