"""What a reviewer typed: a reason for the whole report, and questions at any of its answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.reports.models import RemarkKind
from registry.reviews.asking import Asked

LONGEST: Final = 2000
"""Characters of one text."""
MOST: Final = 5
"""Questions at one answer."""


def text_name(key: str, number: int) -> str:
    """Return the name of the field with the text of the first, second, ... question at an answer."""
    return f"opmerking-{key}" if number == 1 else f"opmerking-{key}-{number}"


def kind_name(key: str, number: int) -> str:
    """Return the name of the field with its kind."""
    return f"soort-{key}" if number == 1 else f"soort-{key}-{number}"


@dataclass(frozen=True)
class TypedQuestion:
    """One question as it was typed: ready to be sent, or with what is wrong."""

    key: str
    number: int
    kind: RemarkKind | None
    text: str

    @property
    def is_long(self) -> bool:
        """Whether the text is too long."""
        return len(self.text) > LONGEST

    @property
    def lacks_kind(self) -> bool:
        """Whether it does not say what is the matter."""
        return bool(self.text) and self.kind is None

    @property
    def lacks_text(self) -> bool:
        """Whether it says what is the matter and asks nothing."""
        return self.kind is not None and not self.text


@dataclass(frozen=True)
class Typed:
    """The texts as they were typed, kept when they cannot be used yet."""

    reason: str = ""
    questions: tuple[TypedQuestion, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something must be put right before it can be sent."""
        return len(self.reason) > LONGEST or any(
            one.is_long or one.lacks_kind or one.lacks_text for one in self.questions
        )

    @property
    def anything(self) -> bool:
        """Whether something was typed, so that it would be lost."""
        return bool(self.reason or any(one.text for one in self.questions))

    @property
    def asked(self) -> list[Asked]:
        """The questions, for sending them."""
        return [Asked(one.key, one.kind, one.text) for one in self.questions if one.text]

    def at(self, key: str) -> list[TypedQuestion]:
        """Return what was typed at one answer."""
        return [one for one in self.questions if one.key == key]

    def fields(self, key: str, *, more: bool = False) -> list[TypedQuestion]:
        """Return the questions whose fields stand at an answer: what was typed, or an empty one; `more` adds one."""
        typed = self.at(key)
        free = [number for number in range(1, MOST + 1) if number not in {one.number for one in typed}]
        empty = free[: (not typed) + more]
        return [*typed, *(TypedQuestion(key, number, None, "") for number in empty)]


def read_typed(form: Mapping[str, str], keys: Iterable[str]) -> Typed:
    """Read the texts for these questions from a form; empty ones are left out."""
    return Typed(_clean(form.get("reden")), tuple(_questions(form, keys)))


def _questions(form: Mapping[str, str], keys: Iterable[str]) -> Iterator[TypedQuestion]:
    for key in keys:
        for number in range(1, MOST + 1):
            kind, text = form.get(kind_name(key, number), ""), _clean(form.get(text_name(key, number)))
            if text or kind in set(RemarkKind):
                yield TypedQuestion(key, number, RemarkKind(kind) if kind in set(RemarkKind) else None, text)


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()
