"""What changed between two texts, word by word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

# A figure is one word, with its points and commas: of 63,21 and 63,6 not only "21" changed.
_TOKENS = re.compile(r"\d+(?:[.,]\d+)+|\w+|\s+|[^\w\s]")
MOST_WORK = 4_000_000
"""Pairs of words that are compared at most; above that a passage counts as replaced whole.

Of more lines than that, those that stand there very often are no longer matched: else many equal lines take minutes.
"""
CONTEXT = 240
"""Characters of unchanged text kept on either side of a change."""
ALIKE = 0.6
"""From this share of equal words on, two texts count as one that was worded anew."""

KIN = 0.4
"""From this share of equal words on, two lines stand beside each other as one line that changed."""
MOST_PAIRS = 10_000
"""Pairs of lines of one changed passage that are tried; above that they are paired in their order."""
NEAR = 2
"""Lines of unchanged text kept on either side of a change, where two texts stand beside each other."""

Part = tuple[str, str]
"""Kind ("same", "ins" or "del") and text."""


@dataclass(frozen=True)
class Row:
    """A line of two texts beside each other; where one has no such line, its side is empty."""

    kind: str
    """same, changed, gone (only in the old text), come (only in the new) or skipped."""
    old: tuple[Part, ...] = ()
    new: tuple[Part, ...] = ()
    skipped: int = 0
    """How many unchanged lines are left out here."""


def compare(old: str, new: str) -> list[Part]:
    """Return the new text with what went and what came: first by line, then by word inside changed lines."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[Part] = []
    many = len(before) * len(after) > MOST_WORK
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=many).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(before[start:end])))
        else:
            parts += _by_word("".join(before[start:end]), "".join(after[new_start:new_end]))
    return _joined(parts)


def words_changed(old: str, new: str) -> tuple[Part, ...]:
    """Return what went and came, word by word; a text that is mostly another one went and came as a whole."""
    if SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio() < ALIKE:
        return tuple((kind, text) for kind, text in (("del", old), ("ins", new)) if text)
    return tuple(compare(old, new))


def _by_word(old: str, new: str) -> Iterator[Part]:
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if not before or not after or len(before) * len(after) > MOST_WORK:
        yield from (("del", old), ("ins", new))
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(before[start:end])
        else:
            yield "del", "".join(before[start:end])
            yield "ins", "".join(after[new_start:new_end])


def _joined(parts: Sequence[Part]) -> list[Part]:
    filled = [part for part in parts if part[1]]
    return [(kind, "".join(text for _, text in group)) for kind, group in groupby(filled, key=lambda part: part[0])]


def shortened(parts: Sequence[Part]) -> list[Part]:
    """Leave out the middle of long passages that did not change."""
    last = len(parts) - 1
    return [
        (kind, _short(text, first=place == 0, last=place == last) if kind == "same" else text)
        for place, (kind, text) in enumerate(parts)
    ]


def _short(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 3 * CONTEXT:
        return text
    head = "" if first else _whole_lines(text[:CONTEXT], from_end=True)
    tail = "" if last else _whole_lines(text[-CONTEXT:], from_end=False)
    return f"{head}\n\n[…]\n\n{tail}".strip("\n") + ("\n" if text.endswith("\n") and tail else "")


def _whole_lines(text: str, *, from_end: bool) -> str:
    """Leave out the half line, or the half word, at which a passage was cut."""
    mark = "\n" if "\n" in text.strip("\n") else " "
    return text.rsplit(mark, 1)[0] if from_end else text.split(mark, 1)[-1]


def has_changes(parts: Sequence[Part]) -> bool:
    """Say whether anything went or came."""
    return any(kind != "same" for kind, _ in parts)


def changed_fields(
    old: Mapping[str, str], new: Mapping[str, str], labels: Mapping[str, str]
) -> list[tuple[str, list[Part]]]:
    """Return each field that differs, by its label and in the order of `labels`, with what went and what came in it."""
    compared = [(label, compare(old.get(name, ""), new.get(name, ""))) for name, label in labels.items()]
    return [(label, shortened(parts)) for label, parts in compared if has_changes(parts)]


def side_by_side(old: str, new: str, *, whole: bool = False) -> list[Row]:
    """Return two texts line beside line, word by word inside a line that changed; none where they are equal.

    Empty lines are left out, and so are long passages that did not change, unless `whole` asks for those.
    """
    before, after = old.splitlines(), new.splitlines()
    rows: list[Row] = []
    many = len(before) * len(after) > MOST_WORK
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=many).get_opcodes():
        if kind == "equal":
            rows += [Row("same", (("same", line),), (("same", line),)) for line in before[start:end] if line.strip()]
        else:
            rows += [_row(one, other) for one, other in _paired(before[start:end], after[new_start:new_end])]
    if all(row.kind == "same" for row in rows):
        return []
    # Where nothing but empty lines came or went, they are all that there is to show.
    rows = [row for row in rows if any(text.strip() for _, text in row.old + row.new)] or rows
    return rows if whole else list(_near_changes(rows))


def _row(old: str | None, new: str | None) -> Row:
    if old is None:
        return Row("come", (), (("ins", new or ""),))
    if new is None:
        return Row("gone", (("del", old),), ())
    alike = _alike(Counter(old.split()), Counter(new.split())) >= KIN
    parts = compare(old, new) if alike else [("del", old), ("ins", new)]
    one, other = (tuple(part for part in parts if part[0] != left_out) for left_out in ("ins", "del"))
    return Row("changed", one, other)


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Pair the lines of a passage that changed: those that have the most words in common, in their order."""
    if len(before) == len(after) == 1 or len(before) * len(after) > MOST_PAIRS:
        yield from zip_longest(before, after)
        return
    best = _likeness(before, after)
    one = other = 0
    while one < len(before) or other < len(after):
        if other == len(after) or (one < len(before) and best[one][other] == best[one + 1][other]):
            yield before[one], None
            one += 1
        elif one == len(before) or best[one][other] == best[one][other + 1]:
            yield None, after[other]
            other += 1
        else:
            yield before[one], after[other]
            one, other = one + 1, other + 1


def _likeness(before: Sequence[str], after: Sequence[str]) -> list[list[float]]:
    """Return, from each pair of lines on, how much the best pairing of the rest has in common."""
    words = [[Counter(line.split()) for line in lines] for lines in (before, after)]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for one in reversed(range(len(before))):
        for other in reversed(range(len(after))):
            alike = _alike(words[0][one], words[1][other])
            pair = best[one + 1][other + 1] + alike if alike >= KIN else 0.0
            best[one][other] = max(best[one + 1][other], best[one][other + 1], pair)
    return best


def _alike(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _near_changes(rows: Sequence[Row]) -> Iterator[Row]:
    """Leave out what is further than `NEAR` lines from a change."""
    changed = [place for place, row in enumerate(rows) if row.kind != "same"]
    kept = {near for place in changed for near in range(place - NEAR, place + NEAR + 1)}
    for is_kept, group in groupby(range(len(rows)), key=lambda place: place in kept):
        places = list(group)
        if is_kept or len(places) == 1:
            yield from (rows[place] for place in places)
        else:
            yield Row("skipped", skipped=len(places))


def fields_side_by_side(
    old: Mapping[str, str], new: Mapping[str, str], labels: Mapping[str, str]
) -> list[tuple[str, list[Row]]]:
    """Return each field that differs, by its label and in the order of `labels`, line beside line."""
    compared = [(label, side_by_side(old.get(name, ""), new.get(name, ""))) for name, label in labels.items()]
    return [(label, rows) for label, rows in compared if rows]
