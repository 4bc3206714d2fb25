"""The public pages of the knowledge base: the overview, and a guide with what belongs beside it."""

import re
from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from common.clock import today
from common.vocabulary import Text, product_group_names, vocabulary
from common.web.access import public
from common.web.addresses import stored_number
from common.web.database import db
from common.web.languages import href, page_language
from common.web.rendering import render, wants_fragment
from kb.guides.beside import parts_beside
from kb.guides.fields import LONGEST_SLUG
from kb.guides.history import around
from kb.guides.models import EndingKind, GuideEnding, Revision
from kb.guides.overview import PER_PAGE, Choice, counts, filtered, page_of, read_choice
from kb.guides.reading import GuideCard, ending_of, find_public, find_version, moved_to
from kb.guides.renaming import present_addresses
from kb.guides.see_also import most_alike, neighbours, see_also, theme_of, translated_links
from kb.guides.shelf import Cards, Shelf
from kb.permissions import may_write_guide

blueprint = Blueprint("guides", __name__)
_LINK = re.compile(r'(<a (?:class="[a-z-]+" )?href=")(/(?!/)[^"]*)')
_GUIDE = re.compile(r"/kennisbank/([a-z0-9-]+)(#.*)?")


@blueprint.get("/kennisbank")
@public
def index() -> Response:
    """All guides, by theme, kind and product group, a page at a time."""
    choice = read_choice(request.args.to_dict(flat=False), _known())
    page, fragment = page_of(request.args.get("pagina", "")), wants_fragment("resultaten")
    address = url_for("guides.index")
    if not fragment and "" in request.args.values():
        return redirect(address + choice.query(page))
    response = render(
        "kb/guides/index.html",
        fragment="resultaten",
        page_address=lambda number: address + choice.query(number),
        is_fragment=fragment,
        **_overview(shelf_cards(db()), choice, page),
    )
    if fragment:
        response.headers["HX-Replace-Url"] = address + choice.query(page)
    return response


@blueprint.get("/kennisbank/<slug>")
@public
def detail(slug: str) -> Response:
    """One guide, as it was made when it was published; with `versie` as it once read."""
    session = db()
    revision = find_public(session, slug) if len(slug) <= LONGEST_SLUG else abort(404)
    if "versie" in request.args:
        asked = find_version(session, slug, request.args.get("versie", 0, stored_number))
        if asked is None:
            return moved_on(session, slug)
        if revision is None or asked.id != revision.id:
            return _old_version(session, asked, revision)
    if revision is None:
        return elsewhere(session, slug)
    return render("kb/guides/detail.html", **_guide_page(session, revision))


def shelf_cards(session: Session) -> Cards:
    """Return the cards of all public guides, as this process keeps them."""
    shelf = current_app.extensions.setdefault("guide_shelf", Shelf())
    return cast(Shelf, shelf).cards(session, g.get("page_head"))


def page_values(revision: Revision, cards: Cards) -> dict[str, Any]:
    """Return what every page of a guide shows: its text for this language of page, and the way to the other one."""
    card = cards.by_slug.get(revision.guide.slug)
    other = card.translation if card else None
    values: dict[str, Any] = {
        "guide": revision,
        "slug": revision.guide.slug,
        "body": _in_page_language(revision.html, cards),
        "translation": cards.by_slug.get(other or ""),
        "group_names": product_group_names(),
        "overdue": bool(revision.review_due_on and revision.review_due_on < today()),
    }
    if other and revision.language == page_language():
        languages = {"nl": "en", "en": "nl"}
        values["other_language_url"] = href(f"/kennisbank/{other}", languages[revision.language])
    return values


def _guide_page(session: Session, revision: Revision) -> dict[str, Any]:
    cards = shelf_cards(session)
    card = cards.by_slug[revision.guide.slug]
    past = around(session, revision)
    language = revision.language
    alike = cards.kept(("alike", card.slug), lambda: most_alike(card, cards.in_language(language)))
    theme = theme_of(card, request.args.get("thema", ""))
    return {
        **page_values(revision, cards),
        "card_data": card,
        "past": past,
        "related": see_also(card, _by_any_address(session, card, cards), past.linking, alike),
        "neighbours": neighbours(card, theme, lambda code: cards.of_theme(code, language)),
        "parts": parts_beside(current_app, session, card),
        "may_write": may_write_guide(current_user),
    }


def _by_any_address(session: Session, card: GuideCard, cards: Cards) -> Mapping[str, GuideCard]:
    """Return the cards by address, with those that a guide names by an address that they had before."""
    unknown = [slug for slug in card.related if slug not in cards.by_slug]
    moved = present_addresses(session, unknown)
    found = {old: cards.by_slug[new] for old, new in moved.items() if new in cards.by_slug}
    return {**cards.by_slug, **found} if found else cards.by_slug


def _old_version(session: Session, revision: Revision, current: Revision | None) -> Response:
    """Show a version that was public once, with a notice that says so."""
    ending = None if current else ending_of(session, revision.guide.slug)
    values = page_values(revision, shelf_cards(session))
    return render("kb/guides/old_version.html", current=current, ending=ending, **values)


def elsewhere(session: Session, slug: str, endpoint: str = "guides.detail") -> Response:
    """Lead on from an address that a guide had before, or say that and why it ended; 404 for what never was."""
    ending = ending_of(session, slug)
    if ending is None:
        return moved_on(session, slug, endpoint)
    instead = _card_at(session, ending.instead or "")
    if ending.kind == EndingKind.UNPUBLISHED and instead:
        return _moved(url_for(endpoint, slug=instead.slug))
    return _ended_page(slug, ending, instead)


def moved_on(session: Session, slug: str, endpoint: str = "guides.detail") -> Response:
    """Lead on from an address that a guide had before, with all that was asked of it; 404 for any other."""
    present = moved_to(session, slug) or abort(404)
    asked = urlencode(list(request.args.items(multi=True)))
    return _moved(url_for(endpoint, slug=present) + (f"?{asked}" if asked else ""))


def _card_at(session: Session, slug: str) -> GuideCard | None:
    """Return the public guide that has this address, or had it."""
    cards = shelf_cards(session).by_slug
    return cards.get(slug) or (cards.get(moved_to(session, slug) or "") if slug else None)


def _moved(address: str) -> Response:
    response = redirect(address, 301)
    response.headers["Cache-Control"] = "no-cache"  # a guide may come back
    return response


def _ended_page(slug: str, ending: GuideEnding, instead: GuideCard | None) -> Response:
    last = (
        db()
        .execute(
            select(Revision.title, Revision.language)
            .where(Revision.guide_id == ending.guide_id, Revision.published_at.is_not(None))
            .order_by(Revision.number.desc())
            .limit(1)
        )
        .one()
    )
    return render("kb/guides/ended.html", status=410, slug=slug, ending=ending, instead=instead, last=last)


def _overview(kept: Cards, choice: Choice, page: int) -> dict[str, Any]:
    """Return one page of the guides that fit the choice, and the filters with their counts."""
    language = page_language()
    cards = kept.in_language(language)
    fitting = sorted(filtered(cards, choice), key=lambda card: card.language != language)
    pages = max(1, -(-len(fitting) // PER_PAGE))
    page = min(page, pages)
    everything = kept.kept(("counts", language), lambda: counts(cards, Choice()))
    return {
        "cards": cards,
        "total": len(fitting),
        "shown": fitting[(page - 1) * PER_PAGE : page * PER_PAGE],
        "page": page,
        "pages": pages,
        "choice": choice,
        "filters": _filters(everything["productgroep"]),
        "all_counts": everything,
        "counts": counts(cards, choice) if choice.number else everything,
        "only_theme": choice.of("thema")[0] if len(choice.of("thema")) == 1 else None,
    }


def _filters(used: Collection[str]) -> dict[str, dict[str, Text]]:
    """Return the name of every value of every filter; product groups only where a guide has them."""
    words = vocabulary()
    return {
        "thema": {code: term.short for code, term in words.themes.items()},
        "soort": {code: term.plural for code, term in words.guide_kinds.items()},
        "productgroep": {code: name for code, name in product_group_names().items() if code in used},
    }


def _known() -> dict[str, list[str]]:
    words = vocabulary()
    return {"thema": list(words.themes), "soort": list(words.guide_kinds), "productgroep": list(product_group_names())}


def _in_page_language(html: str, cards: Cards) -> str:
    """Let the links of a text stay in the language of the page around it, and lead to the guides in that language."""
    language = page_language()
    translated = translated_links(cards.by_slug, language)

    def address(link: re.Match[str]) -> str:
        path = link.group(2)
        guide = _GUIDE.fullmatch(path)
        if guide and (other := translated(guide[1])) != guide[1]:
            path = f"/kennisbank/{other}"  # the headings of a translation have anchors of their own
        return link.group(1) + href(path, language)

    return _LINK.sub(address, html)
