"""The links of a guide, read from its HTML: where each leads, and what the reader clicks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from common.markdown import plain_text
from common.typed import clean_text
from kb.guides.fields import Source
from kb.guides.models import GuideLink, LinkKind, Revision

LONGEST_TARGET, LONGEST_ANCHOR, LONGEST_WORDS = 2000, 120, 300
"""Of the target bytes: PostgreSQL takes no more than 2,704 of them in an index; of the others characters."""
_LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.S)
_PICTURE = re.compile(r'<img [^>]*?src="([^"]*)"[^>]*>')
_FILE = re.compile(r"^/bestanden/([0-9]{1,10})/")
_GUIDE = re.compile(r"^/kennisbank/([a-z0-9]+(?:-[a-z0-9]+)*)$")


@dataclass(frozen=True)
class Link:
    """One link of a text."""

    kind: LinkKind
    target: str
    anchor: str
    words: str


def links_of(html: str, sources: Iterable[Source] = ()) -> Iterator[Link]:
    """Yield each different link of a rendered guide and of its sources, without those within the page itself."""
    found = [*_LINK.findall(html), *((address, "") for address in _PICTURE.findall(html))]
    found += [(source.url, source.title) for source in sources]
    seen = set()
    for address, words in found:
        place = place_of(unescape(address))
        if place and place not in seen:
            seen.add(place)
            yield Link(*place, plain_text(words)[:LONGEST_WORDS])


def place_of(address: str) -> tuple[LinkKind, str, str] | None:
    """Return kind, target and anchor of an address; None for a mail address, and for one within the page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    anchor = clean_text(unquote(parts.fragment))[:LONGEST_ANCHOR]  # "%00" is NUL, which PostgreSQL refuses
    if parts.scheme in {"http", "https"}:
        return (LinkKind.OUTSIDE, _cut(address.partition("#")[0]), anchor) if parts.netloc else None
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    path = parts.path.removeprefix("/en") if parts.path.startswith("/en/") else parts.path
    if file := _FILE.match(path):
        return LinkKind.FILE, str(int(file.group(1))), ""
    if guide := _GUIDE.match(path):
        return LinkKind.GUIDE, guide.group(1), anchor
    return LinkKind.PAGE, _cut(path), anchor


def _cut(target: str) -> str:
    return target.encode()[:LONGEST_TARGET].decode(errors="ignore")


def keep_links(session: Session, revision: Revision) -> None:
    """Write down the links of a revision that was just made."""
    _write_down(session, revision.id, revision.html, revision.sources)


def keep_links_anew(session: Session, revision_id: int, html: str, sources: Iterable[Mapping[str, str]]) -> None:
    """Write down the links of a revision that was rendered again."""
    session.execute(delete(GuideLink).where(GuideLink.revision_id == revision_id))
    _write_down(session, revision_id, html, sources)


def _write_down(session: Session, revision_id: int, html: str, sources: Iterable[Mapping[str, str]]) -> None:
    for link in links_of(html, [Source(item["title"], item["url"]) for item in sources]):
        session.add(GuideLink(revision_id=revision_id, **vars(link)))
