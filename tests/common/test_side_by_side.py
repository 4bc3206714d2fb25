"""Two texts beside each other, line by line."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from common.comparing import Row, fields_side_by_side, side_by_side

LINES = st.lists(st.sampled_from(["", "a b c", "a b d", "x y", "- een", "- twee"]), max_size=12).map("\n".join)


def said(rows: list[Row], side: str) -> list[str]:
    """Return the lines of one side, without the empty ones."""
    lines = ["".join(text for _, text in getattr(row, side)) for row in rows]
    return [line for line in lines if line.strip()]


def test_a_changed_line_stands_beside_what_it_was_and_marks_the_word() -> None:
    rows = side_by_side("Kop\n\nDe gemeente koopt groen in.\n", "Kop\n\nDe gemeente koopt duurzaam in.\n")
    assert [row.kind for row in rows] == ["same", "changed"]
    assert ("del", "groen") in rows[1].old
    assert ("ins", "duurzaam") in rows[1].new


def test_a_line_that_was_written_anew_stands_beside_the_old_one_whole() -> None:
    (row,) = side_by_side("Thema klimaat", "Minder uitstoot")
    assert (row.kind, row.old, row.new) == ("changed", (("del", "Thema klimaat"),), (("ins", "Minder uitstoot"),))


def test_a_line_that_came_in_moves_no_other() -> None:
    rows = side_by_side("een twee drie\nvier vijf zes\n", "een twee DRIE\nheel wat anders\nvier vijf ZES\n")
    assert [row.kind for row in rows] == ["changed", "come", "changed"]
    assert rows[1].old == ()


def test_what_is_far_from_a_change_is_counted_and_left_out() -> None:
    old = "\n\n".join(f"alinea {number}" for number in range(20))
    rows = side_by_side(old, old.replace("alinea 10", "paragraaf tien"))
    assert [row.skipped for row in rows if row.kind == "skipped"] == [8, 7]
    assert not [row for row in side_by_side(old, old + "\nslot", whole=True) if row.kind == "skipped"]


def test_equal_fields_are_left_out() -> None:
    changed = fields_side_by_side({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, {"a": "Titel", "b": "Tekst"})
    assert [label for label, _rows in changed] == ["Tekst"]
    assert side_by_side("zelfde", "zelfde") == []


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_both_texts_stand_there_whole(old: str, new: str) -> None:
    rows = side_by_side(old, new, whole=True)
    if rows:
        assert said(rows, "old") == [line for line in old.splitlines() if line.strip()]
        assert said(rows, "new") == [line for line in new.splitlines() if line.strip()]


def test_two_large_texts_stand_beside_each_other_within_seconds() -> None:
    old, new = ("\n".join(f"{word} {number}" for number in range(15_000)) for word in ("oud", "nieuw"))
    started = time.monotonic()
    assert side_by_side(old, new)
    assert time.monotonic() - started < 10
