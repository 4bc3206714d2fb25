"""The public pages of the knowledge base."""

import re
from typing import cast

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from common.clock import today
from common.snapshots import SnapshotCache
from common.vocabulary import Text, product_group_names, vocabulary
from common.web.access import public
from common.web.database import db
from common.web.languages import href, page_language
from common.web.rendering import render, wants_fragment
from kb.guides.overview import Choice, codes_of, counts, filtered, read_choice
from kb.guides.reading import GuideCard, beside, find_public, public_cards
from kb.permissions import may_write_guide

blueprint = Blueprint("guides", __name__)


@blueprint.get("/kennisbank")
@public
def index() -> Response:
    """All guides, by theme, kind and product group."""
    cards = _cards(db())
    choice = read_choice(request.args.to_dict(flat=False), _known())
    address = url_for("guides.index") + choice.query()
    fragment = wants_fragment("resultaten")
    if not fragment and "" in request.args.values():
        return redirect(address)
    response = render(
        "kb/guides/index.html",
        fragment="resultaten",
        cards=cards,
        shown=filtered(cards, choice),
        choice=choice,
        counts=counts(cards, choice),
        all_counts=counts(cards, Choice()),
        filters=_filters(cards),
        is_fragment=fragment,
    )
    if fragment:
        response.headers["HX-Replace-Url"] = address
    return response


@blueprint.get("/kennisbank/<slug>")
@public
def detail(slug: str) -> Response:
    """One guide, as it was made when it was published."""
    session = db()
    revision = find_public(session, slug)
    if revision is None:
        abort(404)
    cards = _cards(session)
    card = next(card for card in cards if card.slug == slug)
    return render(
        "kb/guides/detail.html",
        guide=revision,
        card_data=card,
        body=_in_page_language(revision.html),
        related=beside(card, cards),
        group_names=product_group_names(),
        overdue=bool(revision.review_due_on and revision.review_due_on < today()),
        may_write=may_write_guide(current_user),
    )


def _cards(session: Session) -> list[GuideCard]:
    snapshots = cast(SnapshotCache, current_app.extensions["snapshots"])
    return snapshots.get(session, "guide cards", lambda: public_cards(session))


def _filters(cards: list[GuideCard]) -> dict[str, dict[str, Text]]:
    """Return the name of every value of every filter; product groups only where a guide has them."""
    words, used = vocabulary(), {code for card in cards for code in codes_of(card, "productgroep")}
    return {
        "thema": {code: term.short for code, term in words.themes.items()},
        "soort": {code: term.plural for code, term in words.guide_kinds.items()},
        "productgroep": {code: name for code, name in product_group_names().items() if code in used},
    }


def _known() -> dict[str, list[str]]:
    words = vocabulary()
    return {"thema": list(words.themes), "soort": list(words.guide_kinds), "productgroep": list(product_group_names())}


def _in_page_language(html: str) -> str:
    """Let the links of a Dutch text stay in the language of the page around it."""
    if page_language() == "nl":
        return html
    return re.sub(r'(<a href=")(/(?!/)[^"]*)', lambda link: link.group(1) + href(link.group(2)), html)
