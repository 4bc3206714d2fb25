"""Says of a Markdown text whether it can be rendered in the time of one request.

Python-Markdown looks for the end of every opened bracket, tag and emphasis again and again, so that 20 kB of "!["
took half a minute. What that search will cost can be counted in one pass over the text.
"""

import re
from collections import Counter
from collections.abc import Iterator

FARTHEST = 600_000
"""Characters that may be searched, summed over every opening: about a second. A long guide asks a tenth of it."""
MOST = {
    re.compile(r"^ {0,3}#", re.M): ("#", 1500),  # headings, each of which gets an anchor of its own
    re.compile(r"^ {0,3}(?:=+|-+)[ \t]*$", re.M): ("--- ===", 1500),  # underlined headings
    re.compile(r"(?<!\n)\[\^|\[\^[^\]\n]*\](?!:)"): ("[^1]", 300),  # marks of footnotes
    re.compile(r"^[ \t]*\[[^\]\n]*\]:", re.M): ("[ ]:", 1000),  # addresses and footnotes below the text
    re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])\s", re.M): ("- * + 1.", 4000),  # items of lists
    re.compile(r"^[ \t]*>", re.M): (">", 1500),  # quotations
    re.compile(r"^[ \t]*:\s", re.M): (":", 400),  # explanations of a list of words
    re.compile(r"^[ \t]*!!!", re.M): ("!!!", 400),  # boxes
    re.compile(r"<(?=[A-Za-z/!?])"): ("<", 4000),  # tags; "< 12" is none
    re.compile(r"\|"): ("|", 60_000),
    re.compile(r"[*_]{3,}"): ("*** ___", 600),
    re.compile(r"``+"): ("``", 300),
    re.compile(r"`"): ("`", 10_000),
    re.compile(r"[*_]"): ("* _", 20_000),
    re.compile(r"\]\("): ("](", 8000),  # links
    re.compile(r"&"): ("&", 8000),
    re.compile(r"\\"): ("\\", 8000),
    re.compile("[\x02\x03]"): ("\\x02 \\x03", 0),  # Python-Markdown's own marks
}
"""What is counted -> the sign as an author knows it, and how often it may occur. Who writes for readers stays below."""
MOST_CELLS = 150_000
"""Of tables: columns of the heading times rows. An empty cell costs no sign in a row, but time."""
MOST_ABBREVIATIONS = 300
MOST_SHORTENED = 20_000
"""Places at which an abbreviation is explained: a fifth of a second."""
FARTHEST_SHORTENED = 200_000_000
"""Characters of all abbreviations times those of the text; at every word each is compared."""
_PAIRS = {"]": "[", ")": "("}
_DEEP = re.compile(r"^(?:[ \t]*(?:>|(?:[-*+]|\d+[.)])[ \t])){12,}|^(?:\t| {4}){12,}\S", re.M)
"""Twelve levels of quotations and lists within each other."""
_TABLE = re.compile(r"^(?=[^\n]*-)(?=[^\n]*\|)[ \t>|:-]+$", re.M)
"""The line below the heading of a table, perhaps in a quotation."""
_ABBREVIATION = re.compile(r"^[ \t>*+\d.)-]*?\*\[", re.M)
_ABBREVIATION_END = re.compile(r"\] ?:")
_TAG = re.compile(r"<(?=[A-Za-z/!?])|>")
_RUNS = re.compile(r"`+|\*+|_+")


def too_intricate(source: str) -> bool:
    """Say whether rendering this text would take too long."""
    return bool(too_much_of(source))


def too_much_of(source: str) -> str:
    """Return the sign that occurs too often to render this text in time, as an author knows it; "" when none does."""
    for pattern, (sign, most) in MOST.items():
        if sum(1 for _ in pattern.finditer(source)) > most:
            return sign
    if _DEEP.search(source):
        return "> - 1."
    if sum(map(_cells, _blocks(source))) > MOST_CELLS:
        return "|"
    spent: Counter[str] = Counter()
    for sign, length in _searches(source):
        spent[sign] += length
        if spent.total() > FARTHEST:
            return spent.most_common(1)[0][0]
    return "*[ ]:" if _too_many_abbreviations(source) else ""


def _blocks(source: str) -> list[str]:
    return re.split(r"\n[ \t]*\n", source)


def _cells(block: str) -> int:
    """Return how many cells a table in this block has: as many in each row as the line below its heading has."""
    columns = max((line.count("|") + 1 for line in _TABLE.findall(block)), default=0)
    return columns * (block.count("\n") + 1)


def _too_many_abbreviations(source: str) -> bool:
    terms: set[str] = set()
    letters = 0
    for block in _blocks(source):
        end = None
        for begin in _ABBREVIATION.finditer(block):
            if end is None or end.start() < begin.end():
                end = _ABBREVIATION_END.search(block, begin.end())
            if end is None:
                break
            letters += end.start() - begin.end()
            if letters * len(source) > FARTHEST_SHORTENED:
                return True
            terms.add(block[begin.end() : end.start()].strip())
    return len(terms) > MOST_ABBREVIATIONS or sum(source.count(term) for term in terms if term) > MOST_SHORTENED


def _searches(source: str) -> Iterator[tuple[str, int]]:
    """Yield each opening with how far its end is looked for: to where it is, or to the end of its block."""
    yield from _tags(source)
    for block in _blocks(source):
        yield from _brackets(block)
        yield from _marks(block)


def _tags(source: str) -> Iterator[tuple[str, int]]:
    closing = len(source)
    for found in reversed(list(_TAG.finditer(source))):
        if found.group() == ">":
            closing = found.start()
        else:
            yield "<", closing - found.start()


def _brackets(block: str) -> Iterator[tuple[str, int]]:
    opened: dict[str, list[int]] = {"[": [], "(": []}
    for place, letter in enumerate(block):
        if letter in opened:
            opened[letter].append(place)
        elif letter in _PAIRS and opened[_PAIRS[letter]]:
            yield _PAIRS[letter], place - opened[_PAIRS[letter]].pop()
    for letter, places in opened.items():
        yield from ((letter, len(block) - place) for place in places)


def _marks(block: str) -> Iterator[tuple[str, int]]:
    """Runs of backticks, asterisks and underscores: each is looked for to the next run of the same."""
    waiting: dict[str, int] = {}
    for run in _RUNS.finditer(block):
        before = waiting.pop(run.group(), None)
        if before is None:
            waiting[run.group()] = run.start()
        else:
            yield run.group()[:3], run.start() - before
    yield from ((sign[:3], len(block) - place) for sign, place in waiting.items())
