"""Markdown to safe HTML: Python-Markdown makes it, nh3 lets only the known through.

It stands on the ground floor because guides, agreements and the statement pages all need it.
"""

import html as entities
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import markdown
import nh3

from common.markdown_bounds import too_intricate
from common.markdown_finishing import finished

LARGEST = 200_000
"""Characters; a longer text is refused by the form, not cut."""

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr",
    "img", "ins", "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "class", "id"},
    "abbr": {"title"},
    "img": {"alt", "src"},
    "div": {"class"},
    "p": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "li": {"id"},
    "sup": {"id"},
    "th": {"scope", "class"},
    "td": {"class"},
    "ol": {"start"},
}
_CLASSES = {
    "a": {"headerlink", "footnote-ref", "footnote-backref"},
    "div": {"admonition", "tip", "let-op", "voorbeeld", "footnote", "table-scroll"},
    "p": {"admonition-title"},
    "th": {"right", "center"},
    "td": {"right", "center"},
}
_LINK_TITLE = {"nl": "Link naar dit kopje", "en": "Link to this heading"}
_BACK_TITLE = {"nl": "Terug naar de tekst", "en": "Back to the text"}
# A picture is one that was sent to this site; an address elsewhere would tell others who reads.
_PICTURE = re.compile(r"/bestanden/\d{1,10}/[a-z0-9-]{1,100}\.(?:png|jpg|webp)")
_PICTURE_TAG = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_PICTURE_SIZE = re.compile(r' src="[^"]+-(\d{1,5})x(\d{1,5})\.[a-z]+"')
_ALIGNED = re.compile(r'<(t[hd]) style="text-align: (right|center);">')
_HEAD_CELL = re.compile(r"<th(?=[ >])")
_MANY_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_IDS = re.compile(r"^[a-z0-9:_-]{1,100}$")


@dataclass(frozen=True)
class Heading:
    """One heading of a text: its anchor, its words, and its level (2 or 3)."""

    id: str
    title: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """Safe HTML with the list of its headings."""

    html: str
    headings: tuple[Heading, ...]


def render_markdown(source: str, language: str = "nl") -> Rendered:
    """Turn Markdown by anybody into HTML that cannot run anything.

    Headings get an id and a permalink, and start at level 2. A text that would take too long to render, as no reader
    could want it, is shown as it was typed.
    """
    try:
        return _as_typed(source) if too_intricate(source) else _rendered(source, language)
    except RecursionError:  # what nests deeper than the interpreter can follow
        return _as_typed(source)


def _as_typed(source: str) -> Rendered:
    paragraphs = (part.strip() for part in re.split(r"\n[ \t]*\n", source))
    return Rendered("\n".join(f"<p>{_clean(entities.escape(part))}</p>" for part in paragraphs if part), ())


def _rendered(source: str, language: str) -> Rendered:
    converter = markdown.Markdown(
        extensions=["tables", "footnotes", "admonition", "sane_lists", "toc", "abbr", "def_list"],
        extension_configs={
            "toc": {
                # A text that starts at "#" moves down one level; the page's own title is the only h1.
                "baselevel": 2 if re.search(r"^# ", source, re.M) else 1,
                "permalink": "#",
                "permalink_title": _LINK_TITLE[language],
                "slugify": anchor,
                "toc_depth": "2-4",
            },
            "footnotes": {"UNIQUE_IDS": False, "BACKLINK_TITLE": _BACK_TITLE[language]},
        },
        output_format="html",
    )
    made = converter.convert(_MANY_EMPTY_LINES.sub("\n\n\n", source))
    headings = tuple(_headings(getattr(converter, "toc_tokens", [])))
    made = made.replace("<table>", '<div class="table-scroll"><table>').replace("</table>", "</table></div>")
    made = _ALIGNED.sub(r'<\1 class="\2">', made)
    return Rendered(finished(_clean(_HEAD_CELL.sub('<th scope="col"', made)), language), headings)


def _clean(html: str) -> str:
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg", "math"},
        attributes={tag: set(names) - ({"class"} if tag in _CLASSES else set()) for tag, names in _ATTRIBUTES.items()},
        allowed_classes=_CLASSES,
        attribute_filter=_only_known_values,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return _PICTURE_TAG.sub(_with_size, cleaned)


def _only_known_values(_tag: str, name: str, value: str) -> str | None:
    if name == "id" and not _IDS.match(value):
        return None
    if name == "src" and not _PICTURE.fullmatch(value):
        return None
    return value


def _with_size(tag: re.Match[str]) -> str:
    """Give a picture the size that its name tells, so that the page does not jump; leave out one of elsewhere."""
    attributes = tag.group(1)
    if " src=" not in attributes:
        return ""
    attributes += "" if " alt=" in attributes else ' alt=""'
    size = _PICTURE_SIZE.search(attributes)
    attributes += f' width="{size.group(1)}" height="{size.group(2)}"' if size else ""
    return f'<img{attributes} loading="lazy" decoding="async">'


def _headings(tokens: list[dict[str, Any]]) -> list[Heading]:
    found: list[Heading] = []
    for token in tokens:
        if token["level"] <= 3:
            # The name comes escaped, and the template escapes it.
            found.append(Heading(token["id"], entities.unescape(token["name"]), token["level"]))
        found.extend(_headings(token["children"]))
    return found


def anchor(title: str, separator: str = "-") -> str:
    """Return the anchor of a heading: lower case, no accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return separator.join(words)[:80] or "kop"


def plain_text(html: str) -> str:
    """Return the words of sanitised HTML without its tags, for searching."""
    without = re.sub(r'<a class="headerlink"[^>]*>.*?</a>', "", html, flags=re.S)
    return entities.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without))).strip()
