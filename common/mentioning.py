"""Who is named with an @ in a text, among the people whom its writer may know. Pure."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """Somebody with an account."""

    @property
    def id(self) -> int:
        """The number of the account."""

    @property
    def name(self) -> str:
        """The whole name."""


P = TypeVar("P", bound=Named)


def mentioned(text: str, people: Sequence[P]) -> tuple[list[P], list[str]]:
    """Return who is named with an @ in a text, and the names that nobody or more than one person has.

    One writes the whole name, or the first name where only one of these people has it; capitals make no difference.
    """
    found: dict[int, P] = {}
    unknown: list[str] = []
    for start in re.finditer(r"(?<![\w@.])@(?=\w)", text):
        after = text[start.end() :]
        who = [one for one in people if _begins(after, one.name)]
        who = [one for one in who if len(one.name) == max(len(other.name) for other in who)]
        who = who or [one for one in people if _begins(after, one.name.split(" ")[0])]
        if len(who) == 1:
            found[who[0].id] = who[0]
        else:
            unknown.append(re.split(r"[^\w'-]", after, maxsplit=1)[0][:40])
    return list(found.values()), list(dict.fromkeys(unknown))


def _begins(text: str, name: str) -> bool:
    return text.lower().startswith(name.lower()) and not re.match(r"\w", text[len(name) :])
