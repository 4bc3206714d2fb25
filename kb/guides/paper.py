"""A guide on paper: a PDF of the same text as the page."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from common.html_tree import Node, tree_of
from common.typesetting import TypesettingError, pdf
from kb.guides.models import Revision

SOURCE: Final = Path(__file__).parents[2] / "templates" / "kb" / "guides" / "guide.typ"
MOST_PICTURES: Final = 500_000
"""Bytes of pictures in one PDF, which travel to typst as numbers; of what is more the description is printed."""
FORMATS: Final = {".png": "png", ".jpg": "jpg", ".webp": "webp"}

Picture = Callable[[str], bytes | None]
"""Gives the content of the picture at an address of this site, where everybody may see it."""


def as_pdf(
    revision: Revision, address: str, facts: list[tuple[str, str]], words: Mapping[str, str], picture: Picture
) -> bytes:
    """Return a version as PDF (PDF/UA-1 and PDF/A-2a); raise TypesettingError where typst makes none.

    `address` is where the page is; links within the site start there. `words` are those of the frame, in the language
    of the text. The same version gives the same bytes.
    """
    purse = _Purse(picture)
    data: dict[str, Any] = {
        "short": revision.title,
        "summary": revision.summary,
        "facts": [list(row) for row in facts],
        "body": _finished(tree_of(revision.html), address, purse),
        "sources": [{"title": source["title"], "url": source["url"]} for source in revision.sources],
        "address": address,
        "words": dict(words),
    }
    try:
        return _printed(revision, data)
    except TypesettingError:
        if not purse.spent:
            raise
    # A picture that typst cannot read is not worth the whole document: its description is printed.
    data["body"] = _finished(tree_of(revision.html), address, _Purse(lambda _address: None))
    return _printed(revision, data)


def _printed(revision: Revision, data: Mapping[str, Any]) -> bytes:
    return pdf(_source(), data, title=revision.title, language=revision.language, moment=revision.published_at)


class _Purse:
    """Gives pictures until what one PDF may hold is spent."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._left = MOST_PICTURES

    def bytes_of(self, address: str) -> bytes | None:
        """Return a picture, or None where it cannot be printed."""
        content = self._picture(address) if self._left > 0 else None
        if content is None or len(content) > self._left:
            return None
        self._left -= len(content)
        return content

    @property
    def spent(self) -> bool:
        """Whether any picture was given."""
        return self._left < MOST_PICTURES


def _finished(nodes: list[Node], address: str, purse: _Purse) -> list[Node]:
    """Make links whole, and put the pictures in."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            made.append(node)
            continue
        node = {**node, "c": _finished(node["c"], address, purse)}
        if node["t"] == "link":
            node["href"] = urljoin(address, node["href"])
        elif node["t"] == "img":
            node = _with_picture(node, purse)
        elif node["t"] == "table":
            node["head"] = [{**cell, "c": _finished(cell["c"], address, purse)} for cell in node["head"]]
            node["rows"] = [
                [{**cell, "c": _finished(cell["c"], address, purse)} for cell in row] for row in node["rows"]
            ]
        made.append(node)
    return made


def _with_picture(node: dict[str, Any], purse: _Purse) -> dict[str, Any]:
    source, alt = str(node.get("src", "")), str(node.get("alt", ""))
    kind = FORMATS.get(Path(source).suffix)
    # A picture without a description is decoration: a document for everybody leaves it out.
    content = purse.bytes_of(source) if kind and alt else None
    bare = {"t": "img", "alt": alt, "c": []}
    return {**bare, "bytes": list(content), "format": kind} if content else bare


@lru_cache(maxsize=1)
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")
