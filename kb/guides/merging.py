"""Three-way merge of guides: two people started from one text, and both changed it. Pure.

The text merges by paragraph (the package merge3), lists and tables by line. Where both changed the same paragraph in
another way, both stand: a clash, which a person settles. Nothing that somebody wrote goes without being shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from merge3 import Merge3

from common.joining import MINE, THEIRS
from common.markdown_bounds import too_much_of
from kb.guides.fields import GuideFields, in_order, too_long

BOTH, OWN = "beide", "eigen"
"""Besides MINE and THEIRS: both texts after each other, and a text of one's own."""
BODY = "body"
LISTS = ("themes", "product_groups", "related", "sources")
TEXTS = ("title", "summary")
DATES = ("reviewed_on", "review_due_on")
_BETWEEN = re.compile(r"\n(?:[ \t]*\n)+")
_LINE_OF_LIST = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s|\s*\||\s{2,}\S")


@dataclass(frozen=True)
class Agreed:
    """A piece of the merged text on which nobody disagrees."""

    text: str


@dataclass(frozen=True)
class Clash:
    """A piece that both changed; `base` is what it was, and any of the three may be empty."""

    base: str
    mine: str
    theirs: str


Piece = Agreed | Clash


@dataclass(frozen=True)
class Merged:
    """What came of two texts: the pieces in their order."""

    pieces: tuple[Piece, ...]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The pieces that a person must settle."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Clash))

    @property
    def text(self) -> str | None:
        """The merged text, or None while there is a clash."""
        return None if self.clashes else _joined(piece.text for piece in self.pieces if isinstance(piece, Agreed))


@dataclass(frozen=True)
class FieldClash:
    """A field, or a piece of the text, that both changed in another way."""

    name: str
    """Of the field; of the text `body#1`, `body#2`, in their order."""
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class MergedFields:
    """What came of two versions of a guide."""

    fields: GuideFields | None
    """The merged guide; None while there is a clash."""
    clashes: tuple[FieldClash, ...]
    taken: tuple[str, ...]
    """The names of the fields in which something of theirs came in."""
    body: Merged
    agreed: GuideFields
    """What is agreed; a field that clashes holds mine."""


class Unsettled(ValueError):
    """Somebody has not chosen yet at the clashes with these names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(", ".join(names))


def merge_bodies(base: str, mine: str, theirs: str) -> Merged:
    """Merge two texts that both began as `base`, by paragraph."""
    if mine == theirs or theirs == base:
        return Merged((Agreed(mine),))
    if mine == base:
        return Merged((Agreed(theirs),))
    return Merged(tuple(_together(_merge(_paragraphs(base), _paragraphs(mine), _paragraphs(theirs)))))


def _paragraphs(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text.strip("\n")) if part.strip()]


def _merge(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[Piece]:
    for kind, *rows in Merge3(base, mine, theirs).merge_groups():
        if kind == "conflict":
            yield from _by_paragraph(*rows)
        else:
            yield from (Agreed(part) for part in rows[0])


def _by_paragraph(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Piece]:
    """Look at each paragraph by itself where both sides have as many: neighbours that both touched are no clash."""
    if not len(base) == len(mine) == len(theirs):
        yield Clash(*("\n\n".join(rows) for rows in (base, mine, theirs)))
        return
    for was, one, other in zip(base, mine, theirs, strict=True):
        yield _by_line(was, one, other)


def _by_line(base: str, mine: str, theirs: str) -> Piece:
    """Merge the lines of a list or a table; prose is one piece."""
    if mine == theirs or theirs == base:
        return Agreed(mine)
    if mine == base:
        return Agreed(theirs)
    was, one, other = (text.split("\n") for text in (base, mine, theirs))
    if all(_LINE_OF_LIST.match(line) for line in (*was, *one, *other)):
        groups = list(Merge3(was, one, other).merge_groups())
        if not any(group[0] == "conflict" for group in groups):
            return Agreed("\n".join(line for group in groups for line in group[1]))
    return Clash(base, mine, theirs)


def _together(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join what is agreed on into one piece."""
    agreed: list[str] = []
    for piece in pieces:
        if isinstance(piece, Agreed):
            agreed.append(piece.text)
            continue
        if agreed:
            yield Agreed("\n\n".join(agreed))
        agreed = []
        yield piece
    if agreed:
        yield Agreed("\n\n".join(agreed))


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text.strip("\n") for text in texts if text.strip()) + "\n"


def merge_fields(base: GuideFields, mine: GuideFields, theirs: GuideFields) -> MergedFields:
    """Merge two versions of a guide that both began as `base`. Lists merge as sets and never clash."""
    values: dict[str, Any] = {}
    clashes: list[FieldClash] = []
    taken: list[str] = []
    for name in vars(base):
        was, one, other = (getattr(fields, name) for fields in (base, mine, theirs))
        if name == BODY:
            continue
        if name in LISTS:
            values[name] = _merged_list(was, one, other)
        elif one != was and other not in (was, one):
            clashes.append(FieldClash(name, was, one, other))
            values[name] = one
        else:
            values[name] = one if one != was else other
        if values[name] != one:
            taken.append(name)
    clashes = _with_both_dates(clashes, base, mine, theirs, values)
    values |= {clash.name: clash.mine for clash in clashes}
    body = _merged_body(base.body, mine.body, theirs.body)
    clashes += [
        FieldClash(f"{BODY}#{number}", piece.base, piece.mine, piece.theirs)
        for number, piece in enumerate(body.clashes, 1)
    ]
    if mine.body != theirs.body and theirs.body != base.body:
        taken.append(BODY)
    agreed = replace(mine, **values, body=body.text if body.text is not None else mine.body)
    return MergedFields(None if clashes else agreed, tuple(clashes), tuple(taken), body, agreed)


def _merged_body(base: str, mine: str, theirs: str) -> Merged:
    """Merge the texts; what would be too much for one guide clashes as a whole: each by itself is a guide."""
    merged = merge_bodies(base, mine, theirs)
    text = merged.text
    if text is None or text in (mine, theirs) or not (too_long(text) or too_much_of(text)):
        return merged
    return Merged((Clash(base, mine, theirs),))


def _with_both_dates(
    clashes: list[FieldClash], base: GuideFields, mine: GuideFields, theirs: GuideFields, values: Mapping[str, Any]
) -> list[FieldClash]:
    """Return the clashes with both dates among them where one of mine and one of theirs make no guide together."""
    both = [FieldClash(name, *(getattr(fields, name) for fields in (base, mine, theirs))) for name in DATES]
    open_ones = {clash.name for clash in clashes}
    possible = [(one.mine, one.theirs) if one.name in open_ones else (values[one.name],) for one in both]
    if any(one.mine == one.theirs for one in both) or all(in_order(*days) for days in product(*possible)):
        return clashes
    return [*(clash for clash in clashes if clash.name not in DATES), *both]


def _merged_list(base: tuple[Any, ...], mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep what neither took away, in my order, and what either added."""
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    kept = [value for value in mine if value in theirs or value not in base]
    return tuple(dict.fromkeys([*kept, *(value for value in theirs if value not in base)]))


def settled(merged: MergedFields, choices: Mapping[str, str], own: Mapping[str, str] | None = None) -> GuideFields:
    """Return the guide when every clash is settled: MINE, THEIRS, BOTH (texts only), or OWN with the text in `own`.

    Raises Unsettled with the names of the clashes that are not.
    """
    values: dict[str, Any] = {}
    open_ones = []
    for clash in merged.clashes:
        try:
            values[clash.name] = _chosen(clash, choices.get(clash.name, ""), (own or {}).get(clash.name))
        except KeyError:
            open_ones.append(clash.name)
    if open_ones:
        raise Unsettled(open_ones)
    if wrong_days(merged, choices):
        raise Unsettled(DATES)
    pieces = iter(values.pop(f"{BODY}#{number}") for number in range(1, len(merged.body.clashes) + 1))
    body = _joined(piece.text if isinstance(piece, Agreed) else next(pieces) for piece in merged.body.pieces)
    return replace(merged.agreed, **values, body=body if merged.body.clashes else merged.agreed.body)


def wrong_days(merged: MergedFields, choices: Mapping[str, str]) -> bool:
    """Say whether the one day was chosen of mine and the other of theirs, and they make no guide together."""
    chosen = {choices.get(clash.name): clash for clash in merged.clashes if clash.name in DATES}
    if chosen.keys() != {MINE, THEIRS}:
        return False
    days = {chosen[MINE].name: chosen[MINE].mine, chosen[THEIRS].name: chosen[THEIRS].theirs}
    return not in_order(*(days[name] for name in DATES))


def _chosen(clash: FieldClash, choice: str, own: str | None) -> Any:
    is_text = clash.name.startswith(BODY) or clash.name in TEXTS
    if choice in (MINE, THEIRS):
        return clash.mine if choice == MINE else clash.theirs
    if choice == BOTH and is_text:
        return ("\n\n" if clash.name.startswith(BODY) else " ").join(t for t in (clash.mine, clash.theirs) if t)
    if choice == OWN and is_text and own is not None:
        return own
    raise KeyError(choice)
