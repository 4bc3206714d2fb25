"""What a reviewer typed: a reason for the whole report, and a remark at any of its questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 2000
"""Characters of one text."""
PREFIX: Final = "opmerking-"


@dataclass(frozen=True)
class Typed:
    """The texts as they were typed, kept when they cannot be used yet."""

    reason: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def too_long(self) -> list[str]:
        """The keys whose text is too long; an empty key is the reason."""
        texts = {"": self.reason, **self.remarks}
        return [key for key, text in texts.items() if len(text) > LONGEST]

    @property
    def anything(self) -> bool:
        """Whether something was typed, so that it would be lost."""
        return bool(self.reason or self.remarks)


def read_typed(form: Mapping[str, str], keys: Iterable[str]) -> Typed:
    """Read the texts for these questions from a form; empty ones are left out."""
    remarks = {key: _clean(form.get(PREFIX + key)) for key in keys}
    return Typed(_clean(form.get("reden")), {key: text for key, text in remarks.items() if text})


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
