"""Sanitised HTML (common/markdown.py) as a plain tree of lists and dictionaries, for what prints it: typst, say.

A node is a text, or a dictionary with `t` (what it is) and `c` (its nodes). Only what the renderer lets through is
known; of anything else the words stay.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

Node = str | dict[str, Any]

_KNOWN = {
    "a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img", "ins", "li",
    "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_EMPTY = {"br", "hr", "img"}
_HEADINGS = {"h2": 1, "h3": 2, "h4": 3}
BLOCKS = {"blockquote", "callout", "dd", "dl", "dt", "heading", "hr", "li", "ol", "p", "pre", "table", "ul"}
_KEPT = {"href", "src", "alt", "id", "class", "start"}
DEEPEST = 40
"""Levels; what nests deeper is read as if it stood at this level."""

DEEPEST_MADE = 16
"""Levels of the tree, with each note at its mark; what stands deeper is made plain words. Typst prints no deeper."""
_COSTS = {"ul": 0.5, "ol": 0.5, "dl": 0.5, "li": 0.5, "dt": 0.5, "dd": 0.5, "td": 2.0}
"""Levels that a node counts for, where that is not one: a list with its items is one, a table asks more of typst."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: dict[str, Any] = {"t": "root", "c": []}
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            return
        node = {"t": tag, "c": [], **{name: value or "" for name, value in attrs if name in _KEPT}}
        self._open[-1]["c"].append(node)
        if tag not in _EMPTY and len(self._open) < DEEPEST:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place]["t"] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1]["c"].append(data)


def tree_of(html: str) -> list[Node]:
    """Return the nodes of a text; headings without their permalink, footnotes at the place of their mark."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    notes = dict(_footnotes(builder.root))
    return _Tidied(notes).nodes(builder.root["c"])


def _footnotes(node: dict[str, Any]) -> Iterator[tuple[str, list[Node]]]:
    for child in node["c"]:
        if isinstance(child, dict):
            if child["t"] == "li" and child.get("id", "").startswith("fn:"):
                yield child["id"], child["c"]
            else:
                yield from _footnotes(child)


class _Tidied:
    """Rewrites the nodes: what only a browser needs goes, headings skip no level, rows of a table are equally long."""

    def __init__(self, notes: dict[str, list[Node]]) -> None:
        self._notes = notes
        self._level = 0
        self._depth = 0.0

    def nodes(self, found: list[Node], kind: str = "") -> list[Node]:
        """Return what is in a node of this kind."""
        if self._depth >= DEEPEST_MADE:
            return [re.sub(r"\s+", " ", "".join(map(words_of, found)))]
        cost = _COSTS.get(kind, 1.0)
        self._depth += cost
        made = [one for node in found for one in self._node(node)]
        self._depth -= cost
        if any(not isinstance(one, str) and one["t"] in BLOCKS for one in made):
            return [one for one in made if not isinstance(one, str) or one.strip()]  # white space between blocks
        return made

    def _node(self, node: Node) -> list[Node]:
        if isinstance(node, str):
            return [re.sub(r"\s+", " ", node)] if node else []
        kind = node["t"]
        if kind in _HEADINGS:
            return self._heading(node)
        if kind == "a":
            return self._link(node)
        if kind == "table":
            return self._table(node)
        if kind == "div":
            return self._box(node)
        if kind in {"pre", "code"}:
            return [{"t": kind, "c": [words_of(node)]}]
        if kind == "sup" and node.get("id", "").startswith("fnref"):
            return self.nodes(node["c"])
        return [{**node, "c": self.nodes(node["c"], kind)}]

    def _heading(self, node: dict[str, Any]) -> list[Node]:
        inner = self.nodes(node["c"])
        if not any(words_of(one).strip() for one in inner):
            return inner
        # PDF/UA asks that no level is skipped on the way down, and that each says something.
        self._level = min(_HEADINGS[node["t"]], self._level + 1)
        return [{"t": "heading", "level": self._level, "c": inner}]

    def _link(self, node: dict[str, Any]) -> list[Node]:
        kind = node.get("class", "")
        if kind in {"headerlink", "footnote-backref"}:
            return []
        if kind == "footnote-ref":
            # The first mark carries the note; a later one only says its number.
            note = self._notes.pop(node.get("href", "").lstrip("#"), None)
            if note is None:
                return [{"t": "sup", "c": self.nodes(node["c"])}]
            return [{"t": "footnote", "c": self.nodes(note)}]
        inner = self.nodes(node["c"])
        address = node.get("href", "")
        return [{"t": "link", "href": address, "c": inner}] if address and words_of(node).strip() else inner

    def _box(self, node: dict[str, Any]) -> list[Node]:
        classes = node.get("class", "").split()
        if "footnote" in classes:
            return []  # each stands at its mark
        inner = self.nodes(node["c"])
        if "admonition" in classes:
            kind = next((name for name in classes if name != "admonition"), "tip")
            return [{"t": "callout", "kind": kind, "c": inner}]
        return inner

    def _table(self, node: dict[str, Any]) -> list[Node]:
        rows = [
            [{"head": cell["t"] == "th", "right": "right" in cell.get("class", ""), "c": self.nodes(cell["c"], "td")}
             for cell in row["c"] if isinstance(cell, dict) and cell["t"] in {"td", "th"}]
            for row in _rows(node)
        ]  # fmt: skip
        rows = [row for row in rows if row]
        if not rows:
            return []
        width = max(len(row) for row in rows)
        empty: dict[str, Any] = {"head": False, "right": False, "c": []}
        even = [[*row, *(empty for _ in range(width - len(row)))] for row in rows]
        return [{"t": "table", "width": width, "head": even[0], "rows": even[1:], "c": []}]


def _rows(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in node["c"]:
        if isinstance(child, dict):
            if child["t"] == "tr":
                yield child
            elif child["t"] != "table":
                yield from _rows(child)


def words_of(node: Node) -> str:
    """Return the words of a node as they stand, without a mark of what they are."""
    return node if isinstance(node, str) else "".join(words_of(child) for child in node["c"])
