"""[[names]] in a text: which become a link, which stay as they were typed."""

from kb.guides.references import LONGEST_NAME, MOST_NAMES, Reference, link, named_in, with_links

KNOWN = {
    "inkoop": Reference("guide", "Beginnen met inkoop", "/kennisbank/inkoop"),
    "gemeente lindenveen": Reference("authority", "Gemeente Lindenveen", "/deelnemers/gemeente-lindenveen"),
}


def test_a_name_becomes_a_link_with_its_title_its_heading_or_the_words_that_were_given() -> None:
    text = "Zie [[inkoop]], [[ Gemeente  LINDENVEEN ]], [[inkoop#geld]] en [[inkoop|dit stuk]]."
    assert with_links(text, KNOWN).body == (
        "Zie [Beginnen met inkoop](/kennisbank/inkoop), [Gemeente Lindenveen](/deelnemers/gemeente-lindenveen),"
        " [Beginnen met inkoop](/kennisbank/inkoop#geld) en [dit stuk](/kennisbank/inkoop)."
    )


def test_what_nothing_has_stays_and_is_said_once() -> None:
    found = with_links("[[bestaat niet]] en [[bestaat niet]]", KNOWN)
    assert found.body == "[[bestaat niet]] en [[bestaat niet]]"
    assert found.unknown == ("bestaat niet",)


def test_code_links_of_markdown_and_halves_are_left_alone() -> None:
    for text in (
        "`[[inkoop]]`", "```\n[[inkoop]]\n```", "~~~\n[[inkoop]]\n~~~", "[[inkoop]](/elders)", "[[inkoop", "inkoop]]",
        "[[]]", "[[ ]]", "[[in\nkoop]]", f"[[{'x' * (LONGEST_NAME + 1)}]]",
    ):  # fmt: skip
        assert with_links(text, KNOWN).body == text


def test_brackets_without_an_end_on_their_line_are_told_and_those_of_code_and_markdown_are_not() -> None:
    typed = "Zie [[inkoop en [[inkoop]]\n[[in\nkoop]] en [[[plan]"
    assert with_links(typed, KNOWN).unclosed == ("inkoop en", "in", "[plan]")
    for text in ("`[[inkoop`", "```\n[[inkoop\n```", "[[1] bron](https://vng.nl)", r"\[[inkoop", "inkoop]]", "[[ ]]"):
        assert with_links(text, KNOWN).unclosed == ()
    assert len(with_links("[[" * 90_000, KNOWN).unclosed) == 1


def test_a_title_cannot_break_out_of_its_link() -> None:
    evil = Reference("guide", "a](https://elders.example) [`b`] <i>", "/kennisbank/a")
    assert evil.markdown == r"[a\](https://elders.example) \[\`b\`\] \<i>](/kennisbank/a)"
    assert link("a\nb", "/c") == "[a b](/c)"


def test_a_text_of_only_brackets_is_read_in_time_and_only_so_many_names_are_asked() -> None:
    many = " ".join(f"[[naam {number}]]" for number in range(MOST_NAMES + 50))
    assert len(named_in(many)) == MOST_NAMES
    assert named_in("[[" * 90_000) == []
    assert named_in("`" * 90_000 + "[[inkoop]]") in (["inkoop"], [])
