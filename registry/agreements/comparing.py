"""What differs between two versions of an agreement, in words, by language: only what changed. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from html import unescape
from typing import Any, Final

from babel.dates import format_date

from common.vocabulary import Text, vocabulary
from registry.agreements.periods import parts_of, yearly_day

LANGUAGES: Final = ("nl", "en")
LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}
Lines = tuple[str, ...]
Sayer = Callable[[Any, str], Sequence[str]]
"""Says a part of a version in a language, line by line."""

_TAG: Final = re.compile(r'<a class="headerlink".*?</a>|<[^>]+>', re.DOTALL)
_END_OF_LINE: Final = re.compile(r"</(?:p|li|h\d|tr|blockquote|pre)>|<br\s*/?>")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_UNITS: Final = {
    "nl": (("jaar", "jaar"), ("maand", "maanden"), ("dag", "dagen")),
    "en": (("year", "years"), ("month", "months"), ("day", "days")),
}
_SIGNING: Final[Mapping[str, Text]] = {
    "not_yet": {"nl": "nog niet", "en": "not yet"},
    "open": {"nl": "open", "en": "open"},
    "closed": {"nl": "gesloten", "en": "closed"},
}


@dataclass(frozen=True)
class Difference:
    """One part of an agreement that reads otherwise: the lines that went and those that came, by language."""

    label: Text
    before: Mapping[str, Lines]
    after: Mapping[str, Lines]


def differences(before: Any, after: Any) -> list[Difference]:
    """Return what differs between two versions, or rows with the same columns and their obligations."""
    found = [_difference(label, say, before, after) for label, say in _PARTS]
    return [one for one in found if one.before or one.after]


def _difference(label: Text, say: Sayer, before: Any, after: Any) -> Difference:
    gone: dict[str, Lines] = {}
    came: dict[str, Lines] = {}
    for language in LANGUAGES:
        old, new = list(say(before, language)), list(say(after, language))
        steps = [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]
        if steps:
            gone[language] = tuple(line for _kind, start, end, _from, _to in steps for line in old[start:end])
            came[language] = tuple(line for _kind, _start, _end, start, end in steps for line in new[start:end])
    # What changed in the other language only is shown in that one: silence would be untrue.
    for language, other in (("nl", "en"), ("en", "nl")):
        if other in gone and language not in gone:
            gone[language], came[language] = gone[other], came[other]
    return Difference(label, gone, came)


def plain_lines(html: str) -> list[str]:
    """Return the sentences of a text that was rendered, without its markup."""
    text = unescape(_TAG.sub("", _END_OF_LINE.sub("\n", html)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [sentence for line in lines if line for sentence in _SENTENCE.split(line)]


def _text(name: str) -> Sayer:
    return lambda one, language: _SENTENCE.split(said) if (said := (getattr(one, name) or {}).get(language)) else []


def _day(name: str) -> Sayer:
    return lambda one, language: [_written(day, language)] if (day := getattr(one, name)) else []


def _written(day: date, language: str, form: str = "d MMMM y") -> str:
    return str(format_date(day, form, locale=LOCALES[language]))


def _terms(name: str, known: Callable[[], Mapping[str, Any]], plural: bool = False) -> Sayer:
    def say(one: Any, language: str) -> list[str]:
        terms = known()
        return [
            str((terms[code].plural if plural else terms[code].name)[language]) if code in terms else code
            for code in getattr(one, name)
        ]

    return say


def _rows(name: str) -> Sayer:
    """Say rows by their title or text, with the number in front where there is one."""

    def line(row: Any, language: str) -> str:
        said = row.get("title") or row.get("text") or row if isinstance(row, Mapping) else row
        words = str(said.get(language, "")) if isinstance(said, Mapping) else str(said)
        return f"{row['number']}: {words}" if isinstance(row, Mapping) and "number" in row else words

    return lambda one, language: [line(row, language) for row in getattr(one, name) or []]


def _asked(one: Any, language: str) -> list[str]:
    """Say what an agreement asks: each text with its term and the days of grace."""
    rows = sorted(one.obligations, key=lambda row: row.code)
    return [f"{row.text.get(language, '')}{_conditions(row, language)}".strip() for row in rows]


def _conditions(row: Any, language: str) -> str:
    dutch = language == "nl"
    found = []
    if row.within:
        time = period_words(row.within, language)
        found.append(f"binnen {time} na ondertekening" if dutch else f"within {time} of signing")
    if row.yearly_by:
        day = _written(yearly_day(row.yearly_by, 2001), language, "d MMMM")
        found.append(f"elk jaar uiterlijk op {day}" if dutch else f"each year by {day}")
    if row.grace_days:
        days = _amount(row.grace_days, _UNITS[language][2])
        found.append(f"{days} respijt" if dutch else f"{days} of grace")
    return f" ({', '.join(found)})" if found else ""


def period_words(within: str, language: str) -> str:
    """Return a period such as P1Y6M in words: "1 jaar en 6 maanden". Raises ValueError for what is no period."""
    amounts = [_amount(n, words) for n, words in zip(parts_of(within), _UNITS[language], strict=True) if n]
    return (" en " if language == "nl" else " and ").join(amounts)


def _amount(number: int, words: tuple[str, str]) -> str:
    return f"{number} {words[0] if number == 1 else words[1]}"


def _followed(one: Any, language: str) -> list[str]:
    return [("ja" if one.followed else "nee") if language == "nl" else ("yes" if one.followed else "no")]


_PARTS: Final[Sequence[tuple[Text, Sayer]]] = (
    ({"nl": "Titel", "en": "Title"}, _text("title")),
    ({"nl": "Korte titel", "en": "Short title"}, _text("short_title")),
    ({"nl": "Samenvatting", "en": "Summary"}, _text("summary")),
    ({"nl": "Tekst", "en": "Text"}, lambda one, language: plain_lines((one.body_html or {}).get(language, ""))),
    ({"nl": "Begint op", "en": "Begins on"}, _day("period_from")),
    ({"nl": "Eindigt op", "en": "Ends on"}, _day("period_to")),
    ({"nl": "Thema's", "en": "Themes"}, _terms("themes", lambda: vocabulary().themes)),
    ({"nl": "Wat zij vraagt", "en": "What it asks"}, _asked),
    ({"nl": "Voorganger", "en": "Predecessor"},
     lambda one, _language: [one.predecessor_slug] if one.predecessor_slug else []),
    ({"nl": "Dit register volgt haar", "en": "Followed by this register"}, _followed),
    ({"nl": "Over het volgen", "en": "About following"}, _text("followed_note")),
    ({"nl": "Ondertekenen op deze site", "en": "Signing on this site"},
     lambda one, language: [_SIGNING[one.signing.value][language]]),
    ({"nl": "Wie mag ondertekenen", "en": "Who may sign"}, _terms("may_sign", lambda: vocabulary().kinds, plural=True)),
    ({"nl": "Gevraagd van wie ondertekent", "en": "Asked of the signer"}, _text("asked_of_signer")),
    ({"nl": "Bronnen", "en": "Sources"}, _rows("sources")),
    ({"nl": "Documenten", "en": "Documents"}, _rows("documents")),
    ({"nl": "Aantallen volgens bronnen", "en": "Numbers by source"}, _rows("counts")),
    ({"nl": "Wat wij niet weten", "en": "What we do not know"}, _rows("unknowns")),
)  # fmt: skip
