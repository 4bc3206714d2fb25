"""Links as an author types them: [[name]] becomes a Markdown link, or stays and is said to be unknown.

A name is the address or the title of a guide, an authority or a product group. What is known is handed in: the
register and the knowledge base meet above (website/writing/).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 200
MOST_NAMES = 200
"""In one text; what comes after stays as it was typed."""
# Code comes first, so that what stands in it is passed over; "[[a]](b)" is a link of Markdown whose words are "[a]".
_TYPED = re.compile(
    r"(?P<code>^(?P<fence>```+|~~~+).*?^(?P=fence)|`[^`\n]+`)"
    r"|\[\[(?P<name>[^\[\]\n|#]{1,200})(?:#(?P<anchor>[a-z0-9-]{1,120}))?(?:\|(?P<words>[^\[\]\n]{1,200}))?\]\](?!\()",
    re.S | re.M,
)


@dataclass(frozen=True)
class Reference:
    """Something of this site that a text may link to."""

    kind: str
    """guide, authority or product_group."""
    title: str
    path: str

    @property
    def markdown(self) -> str:
        """What stands in the text."""
        return link(self.title, self.path)


@dataclass(frozen=True)
class Understood:
    """A text with its [[names]] as links, and the names that nothing here has."""

    body: str
    unknown: tuple[str, ...] = ()


def link(words: str, path: str) -> str:
    """Return a Markdown link; signs that would end it are escaped."""
    plain = re.sub(r"([\\\[\]`*_<])", r"\\\1", " ".join(words.split()))
    return f"[{plain}]({path})"


def named_in(body: str) -> list[str]:
    """Return the different names that stand between double brackets, in order, at most MOST_NAMES."""
    names = (match["name"].strip() for match in _TYPED.finditer(body) if match["name"])
    return list(dict.fromkeys(name for name in names if name))[:MOST_NAMES]


def with_links(body: str, known: Mapping[str, Reference]) -> Understood:
    """Put a link for each name that is known; `known` holds them folded (`folded`)."""
    unknown: dict[str, None] = {}

    def replaced(match: re.Match[str]) -> str:
        name = (match["name"] or "").strip()
        if not name:
            return match[0]
        found = known.get(folded(name))
        if found is None:
            unknown[name] = None
            return match[0]
        anchor = f"#{match['anchor']}" if match["anchor"] else ""
        return link((match["words"] or "").strip() or found.title, found.path + anchor)

    return Understood(_TYPED.sub(replaced, body), tuple(unknown))


def folded(name: str) -> str:
    """Return a name as names are compared: lower case, one space between words."""
    return " ".join(name.casefold().split())
