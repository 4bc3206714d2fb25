"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby

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

Part = tuple[str, str]
"""Kind ("same", "ins" or "del") and text."""


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
