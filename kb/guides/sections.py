"""Cuts the HTML of a guide at its headings, so that a search can lead to the right one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.markdown import plain_text

_HEADING = re.compile(r'<h[23] id="([^"]+)">(.*?)</h[23]>', re.S)
_CELL = re.compile(r"</t[hd]>\s*(?=<t[hd])")
_ITEM = re.compile(r"([^<>\s])((?:\s*</\w+>)*?\s*</li>)(\s*<li\b)?")
_CALLOUT = re.compile(r'(<p class="admonition-title">.*?)([^<>\s])((?:\s*</\w+>)*?\s*</p>)', re.S)
_LINE = re.compile(r"</(?:tr|li|dt|dd|p|h4)>")


@dataclass(frozen=True)
class GuideSection:
    """A heading with the words below it; the part before the first heading has no anchor."""

    anchor: str
    title: str
    text: str


def sections_of(html: str) -> Iterator[GuideSection]:
    """Yield the sections of a guide in their order."""
    anchor = title = ""
    at = 0
    for heading in _HEADING.finditer(html):
        yield GuideSection(anchor, title, words_of(html[at : heading.start()]))
        anchor, title, at = heading.group(1), words_of(heading.group(2)), heading.end()
    yield GuideSection(anchor, title, words_of(html[at:]))


def words_of(html: str) -> str:
    """Return the words of a piece of HTML as a reader would say them: cells and items apart."""
    apart = _ITEM.sub(_closed, _CALLOUT.sub(_said, _CELL.sub(", ", html)))
    apart = _LINE.sub(lambda tag: tag.group() + " ", apart)
    return re.sub(r"\s+([.,;:!?)])", r"\1", plain_text(apart))


def _said(title: re.Match[str]) -> str:
    """End the title of a callout as a sentence, unless it ends with a sign of its own."""
    return f"{title[1]}{title[2]}{'' if title[2] in '.,;:!?' else '.'}{title[3]}"


def _closed(item: re.Match[str]) -> str:
    """Put a comma after an item of a list and a full stop after the last one, unless it ends with a sign of its own."""
    last, tags, more = item[1], item[2], item[3] or ""
    sign = "" if last in ".,;:!?" else "," if more else "."
    return f"{last}{sign}{tags}{more}"
