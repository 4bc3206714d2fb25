"""No text, however it is made, keeps the site busy for long; and what people write is never taken for such a text."""

import re
import time
from pathlib import Path

import pytest

from common import markdown
from common.markdown import LARGEST, render_markdown
from common.markdown_bounds import too_intricate, too_much_of
from tests.kb.test_hostile_markdown import assert_harmless

ROOT = Path(__file__).resolve().parent.parent.parent
COSTLY = [
    "![", "[", "[^1]", "[a](", "![a](", "[a][", "](", "*", "**a ", "_", "a*b_", "`", "``a`", "<", "<a ", "<!--",
    "<div>", "> ", ">\n", "1. ", "1. a\n", "- a\n", "# a\n", "a\n=\n", "*[a]: b\n", "[1]: a\n", "[^1] [^1]: a\n\n",
    "a\n: b\n", "!!! tip\n    a\n", "|-|\n", "| ", "\n", "\t", "&#1", "\\", "[]()", "\x02klzzwxh:1\x03", "<p>\n",
    "|-|\n> ---\n", "< 1 ", "|a|b|\n|-|-|\n|a|b|\n", "(< 12 fte)\n\n",
]  # fmt: skip
SECONDS = 4.0
"""Twice what it takes on a machine that does nothing else."""


@pytest.mark.parametrize("piece", COSTLY)
def test_the_largest_text_of_one_piece_is_rendered_in_seconds(piece: str) -> None:
    source = (piece * LARGEST)[:LARGEST]
    began = time.process_time()
    html = render_markdown(source).html
    assert time.process_time() - began < SECONDS
    assert_harmless(html)


def test_the_time_grows_with_the_text_and_not_with_its_square() -> None:
    def taken(pieces: int) -> float:
        began = time.process_time()
        render_markdown("![" * pieces)
        return time.process_time() - began

    assert taken(100_000) < 20 * max(taken(10_000), 0.05)


def test_without_the_bound_a_short_text_would_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "too_intricate", lambda _source: False)
    began = time.process_time()
    render_markdown("![" * 3000)
    assert time.process_time() - began > 1


def test_what_is_too_intricate_is_shown_as_it_was_typed() -> None:
    rendered = render_markdown("Eerst <b>dit</b>.\n\n" + "[" * 20_000)
    assert rendered.html.startswith("<p>Eerst &lt;b&gt;dit&lt;/b&gt;.</p>\n<p>[[[[")
    assert rendered.headings == ()


def test_every_text_of_this_site_and_a_long_one_with_many_links_is_rendered_as_markdown() -> None:
    texts = [path.read_text() for path in (ROOT / "content").rglob("*.md")]
    many = "## Kop\n\n" + "woord [link](https://voorbeeld.example/een/pad) *nadruk* `code`\n\n" * 2000
    table = "| a | b |\n| --- | --- |\n" + "| [x](/y) | **2** |\n" * 1500
    assert [text[:60] for text in (*texts, many, table) if too_intricate(text)] == []


PLAIN = "Een gewone alinea met woorden over inkopen bij kleine overheden. " * 4 + "\n\n"
HEAD = "| a | b | c | d | e | f | g |\n|---|---|---|---|---|---|---|\n"
HONEST = {
    "smaller than": "## Kop\n\n" + "".join(f"{PLAIN}Bij minder dan (< {n} fte).\n\n" for n in range(600)),
    "long table": HEAD + "| rij 1 | 1 | 2 | 3 | 4 | 5 | 6 |\n" * 5000,
    "footnotes": "".join(f"Zin[^{n}].\n\n" for n in range(290)) + "".join(f"[^{n}]: bron\n" for n in range(290)),
    "abbreviations": "".join(f"*[MVI{n}]: inkopen\n" for n in range(150)) + "\nMVI7\n\n" + PLAIN * 400,
}
# What multiplies: each sign is within its bound, and the work is not.
COSTLY_TOGETHER = {
    "empty cells": ("|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|\n" * 5000, "|"),
    "empty cells in a quotation": ("> " + "|a" * 300 + "|\n> " + "|-" * 300 + "|\n" + "> |\n" * 1400, "|"),
    "abbreviations": ("".join(f"*[A{n}]: x\n" for n in range(60)) + "\n" + "A1 A2 A3 " * 20_000, "*[ ]:"),
    "abbreviations in a quotation": ("".join(f"> *[A{n}]: x\n" for n in range(1400)) + "\n" + "A1 " * 9000, "*[ ]:"),
    "a long abbreviation": ("*[" + "a " * 30_000 + "b]: x\n\n" + "a " * 60_000, "*[ ]:"),
    "marks of one footnote": ("[^1] " * 900 + "\n\n[^1]: x", "[^1]"),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_long_text_by_somebody_who_writes_for_readers_is_rendered(name: str) -> None:
    began = time.process_time()
    assert re.search(r"<(h2|table|sup|abbr)", render_markdown(HONEST[name]).html)
    assert time.process_time() - began < SECONDS
    assert too_much_of(HONEST[name]) == ""


@pytest.mark.parametrize("name", COSTLY_TOGETHER)
def test_what_costs_much_together_is_named_by_its_sign(name: str) -> None:
    source, sign = COSTLY_TOGETHER[name]
    assert too_much_of(source) == sign
