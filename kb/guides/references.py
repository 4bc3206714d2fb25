"""Links as an author types them: [[name]] becomes a Markdown link, or stays and is said to be unknown.

A name is the address or the title of a guide, an authority or a product group. What is known is handed in: the
register and the knowledge base meet above (website/writing/).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST_NAME = 200
MOST_NAMES = 200
"""In one text; what comes after stays as it was typed."""
# Code in a line comes first, so that what stands in it is passed over; "[[a]](b)" is a link of Markdown whose words are
# "[a]". No part may look far for its end: these texts are long, and anybody writes them.
_TYPED = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\[\[(?P<name>[^\[\]\n|#]{1,200})(?:#(?P<anchor>[a-z0-9-]{1,120}))?(?:\|(?P<words>[^\[\]\n]{1,200}))?\]\](?!\()"
)
_CODE = re.compile(r"`[^`\n]+`")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


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
    """A text with its [[names]] as links, and what of them became none."""

    body: str
    unknown: tuple[str, ...] = ()
    """Names that nothing here has."""
    unclosed: tuple[str, ...] = ()
    """What follows brackets that nobody closed, as far as its line goes."""


def link(words: str, path: str) -> str:
    """Return a Markdown link; signs that would end it are escaped."""
    plain = re.sub(r"([\\\[\]`*_<])", r"\\\1", " ".join(words.split()))
    return f"[{plain}]({path})"


def named_in(body: str) -> list[str]:
    """Return the different names that stand between double brackets, in order, at most MOST_NAMES."""
    found: dict[str, None] = {}
    for line, is_code in _lines(body):
        for match in () if is_code else _TYPED.finditer(line):
            if name := (match["name"] or "").strip():
                found[name] = None
    return list(found)[:MOST_NAMES]


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

    made = "".join(line if is_code else _TYPED.sub(replaced, line) for line, is_code in _lines(body))
    return Understood(made, tuple(unknown), tuple(dict.fromkeys(_unclosed(body))))


def _unclosed(body: str) -> Iterator[str]:
    """Yield what follows each [[ that has no end on its line; a link of Markdown may begin with a bracket too."""
    for line, is_code in _lines(body):
        before, *after = ("" if is_code else _CODE.sub("", line)).split("[[")
        for rest in after:
            if not (before.endswith("\\") or "]]" in rest or "](" in rest):
                yield rest.strip()
            before = rest


def _lines(body: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is code between fences."""
    fence = ""
    for line in body.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
            yield line, True
        elif found and fence and found[1].startswith(fence) and not line[found.end() :].strip():
            fence = ""
            yield line, True
        else:
            yield line, bool(fence)


def folded(name: str) -> str:
    """Return a name as names are compared: lower case, one space between words."""
    return " ".join(name.casefold().split())
