"""/zoeken/suggesties: names that begin as the reader types, as JSON for the script of the field. From SQL.

Each process keeps the names in memory and asks the ledger what changed. Without JavaScript nobody asks this.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.clock import today
from common.ledger import LedgerEntry, public_head
from common.versions import AsOf, known_at
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.database import db, no_store
from common.web.languages import href, page_language, text_in_language
from common.web.limits import limited
from kb.guides.reading import GuideCard
from kb.guides.shelf import Shelf
from kb.search.names import FEWEST, LONGEST, Name, Names
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import best_on, has_ended
from registry.buyer_groups.content import GroupState
from registry.buyer_groups.reading import all_cards
from website.search_documents import AGREEMENT, AUTHORITY, GUIDE

blueprint = Blueprint("suggestions", __name__)

BUYER_GROUP = "buyer_group"
INVENTED = 1500
_RANKS = {"provincie": 100, "ministerie": 300, "waterschap": 300, "agentschap": 300}
_OTHERWISE = 500
_SMALLEST = 1000
_IN_BRACKETS = re.compile(r"\(([^)]{4,})\)")
"""As in "Gemeente 's-Gravenhage (Den Haag)"."""
_NO_NAMES = ("guide:", "report:", "plan:", "signature:", "certificate:", "edition:", "duty:", "ledger:", "indicator:")
"""Subjects of which a change alters no name in the register."""


@dataclass(frozen=True)
class _Kept:
    """What a process knows, as the ledger stood at `head`."""

    head: int
    day: date
    cards: tuple[GuideCard, ...]
    register: tuple[Name, ...]
    names: Names


class Suggestions:
    """The names of one process, brought along with the ledger."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._kept, self._lock = shelf, cast(_Kept | None, None), Lock()

    def names(self, session: Session) -> Names:
        """Return the names as the site now has them. One query where nothing changed since."""
        head, day = public_head(session), today()
        kept = self._kept
        if kept is None or kept.head != head or kept.day != day:
            kept = self._fresh(session, kept, head, day)
            with self._lock:
                self._kept = kept
        return kept.names

    def _fresh(self, session: Session, kept: _Kept | None, head: int, day: date) -> _Kept:
        cards = self._shelf.cards(session, head).all
        as_it_was = kept is not None and kept.head <= head and kept.day == day and not _renamed(session, kept.head)
        if kept is not None and as_it_was and kept.cards is cards:
            return replace(kept, head=head)
        register = kept.register if kept is not None and as_it_was else tuple(_of_register(session, day))
        return _Kept(head, day, cards, register, Names([register, [_guide(card) for card in cards]]))


def _renamed(session: Session, since: int) -> bool:
    """Say whether something happened after an entry of the ledger that may alter a name in the register."""
    silent = or_(*(LedgerEntry.subject.startswith(noun) for noun in _NO_NAMES))
    query = select(LedgerEntry.seq).where(LedgerEntry.seq > since, LedgerEntry.is_public, ~silent)
    return session.scalar(query.limit(1)) is not None


def _guide(card: GuideCard) -> Name:
    path = f"/kennisbank/{card.slug}"
    return Name(GUIDE, f"guide:{card.slug}", path, (card.title,), card.language, _OTHERWISE, note=card.kind)


def _of_register(session: Session, day: date) -> Iterator[Name]:
    yield from _authorities(session, day)
    for version in session.scalars(select(AgreementVersion).join(Agreement).where(known_at(AgreementVersion))):
        agreement, titles = version.agreement, (version.short_title, version.title)
        rank = INVENTED if agreement.is_example else 0
        yield from _in_both(AGREEMENT, agreement.slug, f"/afspraken/{agreement.slug}", titles, rank)
    for card in all_cards(session, AsOf(day)):
        slug, title = card.group.slug, card.version.title
        rank = INVENTED if card.group.is_example else _OTHERWISE
        called = {language: f"Buyer group {text}" for language, text in title.items() if text}
        for name in _in_both(BUYER_GROUP, slug, f"/buyer-groups/{slug}", (title, called), rank):
            yield replace(name, is_over=card.state is GroupState.ENDED)


def _in_both(kind: str, slug: str, path: str, titles: Sequence[Mapping[str, Any]], rank: int) -> Iterator[Name]:
    """Yield something that stands in both languages at one address: found by all names, shown by that of the page."""
    for language in titles[0]:
        own = [title.get(language) for title in titles]
        others = [text for title in titles for text in title.values()]
        names = tuple(dict.fromkeys(str(name) for name in (*own, *others) if name))
        if own[0]:
            yield Name(kind, f"{kind}:{slug}", path, names, language, rank)


def _authorities(session: Session, day: date) -> Iterator[Name]:
    columns = (Authority.code, Authority.slug, Authority.is_example, AuthorityVersion)
    rows = session.execute(select(*columns).join(AuthorityVersion.authority).where(known_at(AuthorityVersion)))
    by_code: dict[str, list[Any]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    for code, versions in by_code.items():
        version = best_on([row.AuthorityVersion for row in versions], day)
        others = (version.sort_name, version.abbreviation or "", *(row.AuthorityVersion.name for row in versions))
        also = _IN_BRACKETS.findall(version.name)
        yield Name(
            AUTHORITY,
            f"authority:{code}",
            f"/deelnemers/{versions[0].slug}",
            tuple(dict.fromkeys(name for name in (version.name, *also, *others) if name)),
            rank=_rank(version) + (INVENTED if versions[0].is_example else 0),
            is_over=has_ended(version, day),
            note=version.kind,
        )


def _rank(version: AuthorityVersion) -> int:
    """Return where an authority comes among others: provinces first, then the larger municipalities."""
    size = min((version.inhabitants or 0) // 1000, _SMALLEST - _OTHERWISE)
    return _RANKS.get(version.kind, _SMALLEST - size)


@blueprint.get("/zoeken/suggesties")
@public
@limited("suggest")
def suggestions() -> Response:
    """Names for what was typed so far (?q=, two letters or more), each with its kind and its page, at most eight."""
    typed = request.args.get("q", "")[:LONGEST]
    names = _suggestions().names(db()) if len(typed.strip()) >= FEWEST else None
    found = names.suggest(typed, page_language()) if names else ()
    said = [{"name": name.names[0], "kind": _kind(name), "path": href(name.path)} for name in found]
    # Not among the pages that a process keeps: there is one of these for every letter that somebody types.
    return no_store(jsonify(q=typed, found=said))


def _kind(name: Name) -> str:
    words = vocabulary()
    if name.kind == GUIDE and name.note in words.guide_kinds:
        return str(text_in_language(words.guide_kinds[name.note].name))
    if name.kind == AUTHORITY and name.note in words.kinds:
        kind = text_in_language(words.kinds[name.note].name)
        return str(_("%(kind)s, bestaat niet meer", kind=kind) if name.is_over else kind)
    return str(_("Buyer group") if name.kind == BUYER_GROUP else _("Afspraak"))


def _suggestions() -> Suggestions:
    return cast(Suggestions, current_app.extensions["suggestions"])


def init_suggestions(app: Flask) -> None:
    """Let this process keep names."""
    app.extensions["suggestions"] = Suggestions(app.extensions.setdefault("guide_shelf", Shelf()))
