"""Two people change one guide: what can be joined is joined, what cannot stands on both sides, and nothing is lost."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.joining import MINE, THEIRS
from kb.guides.fields import GuideFields, Source
from kb.guides.merging import BOTH, OWN, Clash, Merged, Unsettled, merge_bodies, merge_fields, settled

BASE = "## Kop\n\nEen zwaluw.\n\nTwee zwaluwen.\n\n- een\n- twee\n- drie\n\nEind.\n"
GUIDE = GuideFields(
    title="Gids", summary="Kort.", kind="guide", themes=("klimaat", "keten"), product_groups=(), level="starter",
    owner="redacteur", reviewed_on=date(2026, 1, 1), review_due_on=None, related=("a", "b"), sources=(), body=BASE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (("Een", "Elke"), ("Eind", "Slot"), BASE.replace("Een", "Elke").replace("Eind", "Slot")),
        (("Een z", "Elke z"), ("Twee z", "Drie z"), "Elke zwaluw.\n\nDrie zwaluwen."),
        (("- een", "- eerst"), ("- drie", "- derde"), "- eerst\n- twee\n- derde"),
        (("Eind.", "Eind.\n\nNieuw."), ("Een zwaluw.", "Een zwaluw.\n\nTussen."), "Een zwaluw.\n\nTussen.\n\nTwee"),
        (("Twee zwaluwen.\n\n", ""), ("Eind", "Slot"), "Een zwaluw.\n\n- een"),
        (("Een", "Elke"), ("Een", "Elke"), "Elke zwaluw."),
    ],
    ids=["far apart", "neighbours", "lines of a list", "added on both sides", "taken away", "the same change"],
)  # fmt: skip
def test_what_does_not_touch_is_joined(mine: tuple[str, str], theirs: tuple[str, str], expected: str) -> None:
    merged = merge_bodies(BASE, BASE.replace(*mine), BASE.replace(*theirs))
    assert merged.text is not None
    assert expected in merged.text


def test_one_paragraph_changed_by_both_stands_on_both_sides() -> None:
    merged = merge_bodies(BASE, BASE.replace("Een", "Elke"), BASE.replace("Een zwaluw", "Een spreeuw"))
    assert merged.text is None
    assert merged.clashes == (Clash("Een zwaluw.", "Elke zwaluw.", "Een spreeuw."),)


def test_what_one_took_away_and_the_other_changed_is_a_clash() -> None:
    merged = merge_bodies(BASE, BASE.replace("Twee zwaluwen.\n\n", ""), BASE.replace("Twee", "Tien"))
    assert [(clash.mine, clash.theirs) for clash in merged.clashes] == [("", "Tien zwaluwen.")]


def test_fields_merge_by_themselves_and_lists_as_sets() -> None:
    mine = replace(GUIDE, title="Mijn gids", themes=("keten",), related=("a", "b", "c"))
    theirs = replace(GUIDE, summary="Korter.", themes=("klimaat", "keten", "milieu"), related=("b",))
    merged = merge_fields(GUIDE, mine, theirs)
    assert merged.fields == replace(
        GUIDE, title="Mijn gids", summary="Korter.", themes=("keten", "milieu"), related=("b", "c")
    )
    assert merged.taken == ("summary", "themes", "related")


def test_every_clash_is_settled_by_somebody() -> None:
    mine = replace(GUIDE, title="Mijn", body=BASE.replace("Een", "Elke"), level="gevorderd")
    theirs = replace(GUIDE, title="Hun", body=BASE.replace("Een", "Geen").replace("Eind", "Slot"))
    merged = merge_fields(GUIDE, mine, theirs)
    assert merged.fields is None
    assert [clash.name for clash in merged.clashes] == ["title", "body#1"]
    with pytest.raises(Unsettled) as refused:
        settled(merged, {"title": "anders", "body#1": OWN})
    assert refused.value.names == ("title", "body#1")
    both = settled(merged, {"title": THEIRS, "body#1": BOTH})
    assert both.title == "Hun"
    assert "Elke zwaluw.\n\nGeen zwaluw.\n\nTwee" in both.body
    assert both.body.endswith("Slot.\n")
    assert both.level == "gevorderd"
    assert settled(merged, {"title": MINE, "body#1": OWN}, {"body#1": "Zelf."}).body.startswith("## Kop\n\nZelf.\n\nTw")


def test_two_days_that_make_no_guide_together_clash_and_go_together() -> None:
    first, mine = replace(GUIDE, review_due_on=None), replace(GUIDE, reviewed_on=date(2026, 11, 1))
    theirs = replace(GUIDE, review_due_on=date(2026, 6, 1))
    merged = merge_fields(first, mine, theirs)
    assert [clash.name for clash in merged.clashes] == ["reviewed_on", "review_due_on"]
    assert settled(merged, {"reviewed_on": MINE, "review_due_on": MINE}) == mine
    assert settled(merged, {"reviewed_on": THEIRS, "review_due_on": THEIRS}) == theirs
    with pytest.raises(Unsettled):
        settled(merged, {"reviewed_on": MINE, "review_due_on": THEIRS})
    assert merge_fields(first, mine, replace(theirs, review_due_on=date(2027, 6, 1))).clashes == ()
    both = replace(mine, review_due_on=date(2027, 11, 1))
    assert merge_fields(theirs, both, replace(theirs, title="Hun")).clashes == ()  # one side alone changed both
    other = merge_fields(first, mine, replace(theirs, reviewed_on=date(2026, 3, 1)))
    assert [clash.name for clash in other.clashes] == ["reviewed_on", "review_due_on"]


def test_two_texts_that_are_too_long_together_are_not_joined() -> None:
    mine, theirs = BASE.replace("Een", "a" * 120_000), BASE.replace("Eind", "b" * 120_000)
    merged = merge_fields(GUIDE, replace(GUIDE, body=mine), replace(GUIDE, body=theirs))
    assert [(clash.mine, clash.theirs) for clash in merged.clashes] == [(mine, theirs)]
    assert settled(merged, {"body#1": THEIRS}).body == theirs


PARAGRAPH = (
    st.text("abc \n-|#", min_size=1, max_size=12).map(lambda text: re.sub(r"\n\s*\n", "\n", text.strip())).filter(bool)
)
TEXT = st.lists(PARAGRAPH, max_size=7).map(lambda parts: "\n\n".join(parts) + "\n")


def edited(draw: st.DrawFn, base: str) -> str:
    """Return the text with some paragraphs changed, taken away, added or moved."""
    parts = base.strip("\n").split("\n\n")
    for _number in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(parts)))
        act = draw(st.sampled_from(["add", "change", "take", "move"]))
        new = draw(PARAGRAPH)
        if act == "add" or at == len(parts):
            parts.insert(at, new)
        elif act == "change":
            parts[at] = new
        elif act == "take":
            del parts[at]
        else:
            parts.insert(0, parts.pop(at))
    return "\n\n".join(parts) + "\n"


def lines_of(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


def everything(merged: Merged) -> set[str]:
    """Return every line that a reader of the merged text, or of the page with both texts, sees."""
    seen: set[str] = set()
    for piece in merged.pieces:
        for text in (piece.mine, piece.theirs) if isinstance(piece, Clash) else (piece.text,):
            seen |= lines_of(text)
    return seen


@settings(max_examples=300, deadline=None)
@given(st.data(), TEXT)
def test_no_line_that_somebody_wrote_is_lost(data: st.DataObject, base: str) -> None:
    draw = data.draw
    mine, theirs = edited(draw, base), edited(draw, base)  # type: ignore[arg-type]
    seen = everything(merge_bodies(base, mine, theirs))
    assert lines_of(mine) - lines_of(base) <= seen
    assert lines_of(theirs) - lines_of(base) <= seen
    # What both kept is kept; of a line that stood there twice, each may have taken away another.
    once = {line for line in lines_of(base) if [part.strip() for part in base.splitlines()].count(line) == 1}
    assert once & lines_of(mine) & lines_of(theirs) <= seen


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT)
def test_a_side_that_changed_nothing_gives_way(base: str, other: str) -> None:
    assert merge_bodies(base, base, other).text == other
    assert merge_bodies(base, other, base).text == other
    assert merge_bodies(base, other, other).text == other


def test_sources_of_both_sides_stay() -> None:
    one, two = Source("Een", "https://een.example"), Source("Twee", "https://twee.example")
    merged = merge_fields(GUIDE, replace(GUIDE, sources=(one,)), replace(GUIDE, sources=(two,)))
    assert merged.fields is not None
    assert merged.fields.sources == (one, two)
