"""Says of a Markdown text whether it can be rendered in the time of one request.

Python-Markdown looks for the end of every opened bracket, tag and emphasis again and again, so that 20 kB of "!["
took half a minute. What that search will cost can be counted in one pass over the text.
"""

import re
from collections.abc import Iterable, Iterator

FARTHEST = 600_000
"""Characters that may be searched, summed over every opening: about a second. A long guide asks a tenth of it."""
MOST = {
    re.compile(r"^ {0,3}#", re.M): 1500,  # headings, each of which gets an anchor of its own
    re.compile(r"^ {0,3}(?:=+|-+)[ \t]*$", re.M): 1500,  # underlined headings
    re.compile(r"^[ \t]*\*\[", re.M): 60,  # abbreviations, each looked for in the whole text
    re.compile(r"\[\^"): 1000,  # footnotes
    re.compile(r"^[ \t]*\[[^\]\n]*\]:", re.M): 1000,  # addresses below the text
    re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])\s", re.M): 4000,  # items of lists
    re.compile(r"^[ \t]*>", re.M): 1500,  # quotations
    re.compile(r"^[ \t]*:\s", re.M): 400,  # explanations of a list of words
    re.compile(r"^[ \t]*!!!", re.M): 400,  # boxes
    re.compile(r"<"): 4000,
    re.compile(r"\|"): 12_000,
    re.compile(r"[*_]{3,}"): 600,
    re.compile(r"``+"): 300,
    re.compile(r"`"): 10_000,
    re.compile(r"[*_]"): 20_000,
    re.compile(r"\]\("): 8000,  # links
    re.compile(r"&"): 8000,
    re.compile(r"\\"): 8000,
    re.compile("[\x02\x03]"): 0,  # Python-Markdown's own marks
}
"""How often each may occur. Whoever writes for readers stays far below it."""
_PAIRS = {"]": "[", ")": "("}
_DEEP = re.compile(r"^(?:[ \t]*(?:>|(?:[-*+]|\d+[.)])[ \t])){12,}|^(?:\t| {4}){12,}\S", re.M)
"""Twelve levels of quotations and lists within each other."""
_RUNS = re.compile(r"`+|\*+|_+")


def too_intricate(source: str) -> bool:
    """Say whether rendering this text would take too long."""
    if any(sum(1 for _ in pattern.finditer(source)) > most for pattern, most in MOST.items()) or _DEEP.search(source):
        return True
    total = 0
    for length in _searches(source):
        total += length
        if total > FARTHEST:
            return True
    return False


def _searches(source: str) -> Iterator[int]:
    """Yield how far the end of each opening is looked for: to where it is, or to the end of its block."""
    yield from _tags(source)
    for block in re.split(r"\n[ \t]*\n", source):
        yield from _brackets(block)
        yield from _marks(block)


def _tags(source: str) -> Iterable[int]:
    closing = len(source)
    for place in range(len(source) - 1, -1, -1):
        if source[place] == ">":
            closing = place
        elif source[place] == "<":
            yield closing - place


def _brackets(block: str) -> Iterator[int]:
    opened: dict[str, list[int]] = {"[": [], "(": []}
    for place, letter in enumerate(block):
        if letter in opened:
            opened[letter].append(place)
        elif letter in _PAIRS and opened[_PAIRS[letter]]:
            yield place - opened[_PAIRS[letter]].pop()
    for places in opened.values():
        yield from (len(block) - place for place in places)


def _marks(block: str) -> Iterator[int]:
    """Runs of backticks, asterisks and underscores: each is looked for to the next run of the same."""
    waiting: dict[str, int] = {}
    for run in _RUNS.finditer(block):
        before = waiting.pop(run.group(), None)
        if before is None:
            waiting[run.group()] = run.start()
        else:
            yield run.start() - before
    yield from (len(block) - place for place in waiting.values())
