"""What changed between two texts, word by word."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from common.comparing import compare, has_changes, shortened


def sides(parts: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the old and the new text that the parts tell of."""
    old = "".join(text for kind, text in parts if kind != "ins")
    return old, "".join(text for kind, text in parts if kind != "del")


def test_a_changed_word_is_all_that_is_marked() -> None:
    parts = compare("De gemeente koopt groen in.\nTweede regel.\n", "De gemeente koopt duurzaam in.\nTweede regel.\n")
    assert ("del", "groen") in parts
    assert ("ins", "duurzaam") in parts
    assert len(parts) == 4


def test_equal_texts_have_no_changes() -> None:
    assert not has_changes(compare("zelfde\n", "zelfde\n"))
    assert not has_changes(compare("", ""))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_is_lost_whatever_the_texts(old: str, new: str) -> None:
    assert sides(compare(old, new)) == (old, new)


def test_two_large_texts_are_compared_within_seconds() -> None:
    old, new = ("woord " * 33_000, "ander " * 33_000)
    started = time.monotonic()
    assert has_changes(compare(old, new))
    assert time.monotonic() - started < 10


def test_many_equal_lines_are_compared_within_seconds() -> None:
    old, new = "a\n" * 60_000 + "oud\n", "nieuw\n" + "a\n" * 60_000
    started = time.monotonic()
    assert sides(compare(old, new)) == (old, new)
    assert time.monotonic() - started < 5


def test_long_passages_that_did_not_change_are_shortened() -> None:
    same = "Een regel die gelijk blijft.\n" * 200
    short = shortened(compare(same + "oud\n" + same, same + "nieuw\n" + same))
    assert sum(len(text) for _, text in short) < 1200
    assert ("del", "oud") in short
