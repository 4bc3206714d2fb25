"""Callouts, footnotes and tables of a text: named, and readable on a phone; and the text as a tree for paper."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from common.html_tree import tree_of, words_of
from common.markdown import plain_text, render_markdown
from common.markdown_finishing import MOST_CELLS

WIDE = "| | Handboek 3 | Handboek 4 |\n|---|--:|---|\n| Stappen | 5 | [3](/x) |\n| Woord | niveau | trede |\n"
GUIDES = sorted((Path(__file__).parents[2] / "content" / "guides").glob("*.md"))


def rendered(source: str, language: str = "nl") -> str:
    return render_markdown(source, language).html


def test_a_wide_table_says_at_each_cell_under_which_heading_it_stands() -> None:
    html = rendered(WIDE)
    assert '<table class="stack" role="table">' in html
    assert '<th scope="row" role="rowheader">Stappen</th>' in html
    assert '<td class="right" role="cell" data-label="Handboek 3">5</td>' in html
    assert html.count("data-label=") == 4


def test_a_table_of_two_columns_stays_a_table_and_a_very_long_one_gets_no_labels() -> None:
    assert 'class="stack"' not in rendered("| a | b |\n|---|---|\n| 1 | 2 |\n")
    rows = "| 1 | 2 | 3 |\n" * (MOST_CELLS // 3 + 1)
    assert "data-label" not in rendered(f"| a | b | c |\n|---|---|---|\n{rows}")


def test_a_heading_of_a_table_cannot_break_out_of_the_label() -> None:
    html = rendered('| a | b" onclick="x <b>c</b> | <img src=x onerror=y> |\n|---|---|---|\n| 1 | 2 | 3 |\n')
    seen: list[str] = []

    class Names(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.extend(name for name, _ in attrs)

    Names().feed(html)
    assert not [name for name in seen if name.startswith("on")]
    table = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    assert "data-label" not in rendered(f"<a href='/x' title='{table}'>k</a>")


@pytest.mark.parametrize(
    ("source", "language", "title"),
    [
        ("!!! let-op\n    tekst", "nl", "Let op"),
        ('!!! let-op "Pas op"\n    tekst', "nl", "Let op: Pas op"),
        ('!!! let-op "Let op de datum"\n    tekst', "nl", "Let op de datum"),
        ('!!! voorbeeld "Utrecht"\n    text', "en", "Example: Utrecht"),
    ],
)
def test_a_callout_says_in_words_what_it_is(source: str, language: str, title: str) -> None:
    assert f'role="note">\n<p class="admonition-title">{title}</p>' in rendered(source, language)


def test_a_tree_has_footnotes_at_their_mark_and_headings_that_skip_no_level() -> None:
    tree = tree_of(
        rendered("#### Diep\n\nTekst[^1] en weer[^1].\n\n## Kop\n\n#### Diep\n\n[^1]: De *noot*.\n\n" + WIDE)
    )
    levels = [node["level"] for node in tree if isinstance(node, dict) and node["t"] == "heading"]
    assert levels == [1, 1, 2]
    text = next(node for node in tree if isinstance(node, dict) and node["t"] == "p")
    assert [one["t"] for one in text["c"] if isinstance(one, dict)] == ["footnote", "sup"]
    table = next(node for node in tree if isinstance(node, dict) and node["t"] == "table")
    assert (table["width"], len(table["rows"])) == (3, 2)
    assert "#" not in "".join(words_of(node) for node in tree)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_tree_keeps_every_word_of_our_own_guides(path: Path) -> None:
    html = rendered(path.read_text().split("\n---\n", 1)[1])
    words = re.findall(r"\w+", plain_text(html))
    kept = re.findall(r"\w+", " ".join(_every_word(node) for node in tree_of(html)))
    assert sorted(set(words)) == sorted(set(kept))


def _every_word(node: object) -> str:
    if isinstance(node, str):
        return node
    assert isinstance(node, dict)
    cells = [cell for row in [node.get("head", []), *node.get("rows", [])] if isinstance(row, list) for cell in row]
    return " ".join(_every_word(one) for one in [*node.get("c", []), *cells] if isinstance(one, str | dict))
