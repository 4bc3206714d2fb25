"""Reads the values above a guide in a file, and says what is wrong with them."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from common.errors import ContentError
from common.typed import CONTROL, even_lines
from kb.guides.fields import LONGEST_REASON, WEB_ADDRESS, Source, in_order, is_address

ENDINGS = ("withdrawn", "unpublished")
_NO_TEXT = re.compile(f"{CONTROL.pattern}|[\\ud800-\\udfff]")
"""YAML can spell them: control characters, and halves of a character, which no database holds."""
_REQUIRED = {"title", "summary", "kind", "level"}
_KNOWN = _REQUIRED | {
    "reviewed", "review_due", "reviewed_by", "themes", "product_groups", "owner", "related", "sources", "language",
    "translation_of", "four_eyes", "former_addresses", "ended", "state", "basis",
}  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """That a guide was withdrawn or unpublished, as a file says it."""

    kind: str
    reason: str
    instead: str | None = None


def split(name: str, text: str) -> tuple[Mapping[str, Any], str, int]:
    """Return front matter, body, and the line on which the body starts."""
    text = even_lines(text)
    if found := CONTROL.search(text):
        at = text.count("\n", 0, found.start()) + 1
        raise ContentError(name, at, f"er staat een teken dat geen tekst is: {found[0]!r}")
    parts = text.split("\n---\n", 1)
    if not text.startswith("---\n") or len(parts) < 2:
        raise ContentError(name, 1, "de kop tussen twee regels met --- ontbreekt")
    try:
        front = yaml.safe_load(parts[0][4:])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise ContentError(name, line, f"de kop is niet te lezen: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day that there is not; thousands of brackets
        raise ContentError(name, 2, "de kop is niet te lezen") from error
    if not isinstance(front, dict):
        raise ContentError(name, 2, "de kop heeft geen velden")
    if any(_NO_TEXT.search(value) for value in _texts(front)):
        raise ContentError(name, None, "in de kop staat een teken dat geen tekst is")
    return front, parts[1], parts[0].count("\n") + 3


def _texts(value: Any, deep: int = 4) -> Iterator[str]:
    """Yield every text in what YAML gave, as deep as a guide has any: YAML can hold a list within itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict) and deep:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, deep - 1)


def _choices(known: Collection[str]) -> str:
    return f"kies uit: {', '.join(known)}"


@dataclass(frozen=True)
class FrontMatter:
    """The fields above a guide, and what may be wrong with them."""

    file: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        missing = sorted(_REQUIRED - self.values.keys())
        unknown = sorted(str(key) for key in self.values.keys() - _KNOWN)
        if missing or unknown:
            asked = f"onbekend veld: {', '.join(unknown)} ({_choices(sorted(_KNOWN))})"
            raise self.wrong(f"ontbreekt: {', '.join(missing)}" if missing else asked)

    def wrong(self, reason: str) -> ContentError:
        """Return the error that says what is wrong with this file."""
        return ContentError(self.file, None, reason)

    def text(self, name: str, longest: int) -> str:
        """Return a text that may not be empty."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise self.wrong(f"{name} moet een tekst zijn van hoogstens {longest} tekens")
        return " ".join(value.split())

    def one_of(self, name: str, known: Collection[str], otherwise: str = "") -> str:
        """Return a code of a list."""
        value = str(self.values.get(name) or otherwise)
        if value not in known:
            raise self.wrong(f"{name} is onbekend: {value!r} ({_choices(known)})")
        return value

    def some_of(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Return codes of a list, each once."""
        values = self.values.get(name) or []
        if not isinstance(values, list):
            raise self.wrong(f"{name} moet een lijst zijn")
        for value in values:
            if str(value) not in known:
                raise self.wrong(f"{name} is onbekend: {value!r} ({_choices(known)})")
        return tuple(dict.fromkeys(str(value) for value in values))

    def day(self, name: str, after: str = "") -> date | None:
        """Return a date if there is one, which must lie after another when that is asked."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"{name} is geen datum: {value!r}")
        if after and not in_order(self.day(after), value):
            raise self.wrong(f"{name} moet na {after} liggen")
        return value

    def yes(self, name: str) -> bool:
        """Return true or false; false when it is left out."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} moet true of false zijn")
        return value

    def slug(self, name: str) -> str | None:
        """Return the address of a guide, if there is one."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not is_address(value):
            raise self.wrong(f"{name} is geen adres van een gids: {value!r}")
        return value

    def slugs(self, name: str) -> tuple[str, ...]:
        """Return addresses of guides, each once."""
        values = self.values.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) and is_address(value) for value in values):
            raise self.wrong(f"{name} moet een lijst van adressen van gidsen zijn")
        return tuple(dict.fromkeys(values))

    def related(self, own: str, known: Collection[str] | None) -> tuple[str, ...]:
        """Return the guides to read next, which must be others that are known."""
        found = self.slugs("related")
        for value in found:
            if value == own or (known is not None and value not in known):
                raise self.wrong(f"related is onbekend: {value!r}")
        return found

    def ended(self) -> Ended | None:
        """Return how the guide ended, if it did."""
        value = self.values.get("ended")
        if value is None:
            return None
        if (
            not isinstance(value, dict)
            or value.get("kind") not in ENDINGS
            or not str(value.get("reason") or "").strip()
        ):
            raise self.wrong("ended moet kind (withdrawn of unpublished) en reason hebben")
        instead = value.get("instead")
        if instead is not None and not (isinstance(instead, str) and is_address(instead)):
            raise self.wrong(f"ended.instead is geen adres van een gids: {instead!r}")
        reason = str(value["reason"]).strip()
        if len(reason) > LONGEST_REASON:
            raise self.wrong(f"ended.reason mag hoogstens {LONGEST_REASON} tekens hebben")
        return Ended(str(value["kind"]), reason, instead)

    def sources(self) -> tuple[Source, ...]:
        """Return the sources, each with a title and a web address."""
        values = self.values.get("sources") or []
        if not isinstance(values, list):
            raise self.wrong("sources moet een lijst zijn")
        for value in values:
            if not isinstance(value, dict) or not str(value.get("title") or "").strip():
                raise self.wrong(f"een bron heeft geen titel: {value!r}")
            if not WEB_ADDRESS.fullmatch(str(value.get("url") or "")):
                raise self.wrong(f"een bron heeft geen webadres: {value!r}")
        return tuple(Source(str(value["title"]).strip(), str(value["url"])) for value in values)
