"""No text, however it is made, keeps the site busy for long; and what people write is never taken for such a text."""

import time
from pathlib import Path

import pytest

from common import markdown
from common.markdown import LARGEST, render_markdown
from common.markdown_bounds import too_intricate
from tests.kb.test_hostile_markdown import assert_harmless

ROOT = Path(__file__).resolve().parent.parent.parent
COSTLY = [
    "![", "[", "[^1]", "[a](", "![a](", "[a][", "](", "*", "**a ", "_", "a*b_", "`", "``a`", "<", "<a ", "<!--",
    "<div>", "> ", ">\n", "1. ", "1. a\n", "- a\n", "# a\n", "a\n=\n", "*[a]: b\n", "[1]: a\n", "[^1] [^1]: a\n\n",
    "a\n: b\n", "!!! tip\n    a\n", "|-|\n", "| ", "\n", "\t", "&#1", "\\", "[]()", "\x02klzzwxh:1\x03", "<p>\n",
    "|-|\n> ---\n",
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
