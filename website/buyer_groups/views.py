"""/buyer-groups: the groups that buy by one market vision, with their members and the guides that help."""

from datetime import date

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from common.fingerprints import fingerprint
from common.versions import AsOf
from common.vocabulary import product_group_names
from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.changes import change_count
from common.web.database import db
from common.web.rendering import render
from kb.guides.reading import public_titles
from registry.authorities.reading import by_code, version_on
from registry.buyer_groups.content import public_content
from registry.buyer_groups.documents import vision_document
from registry.buyer_groups.keeping import document_hash
from registry.buyer_groups.models import BuyerGroupVersion
from registry.buyer_groups.reading import all_cards, find_card, former_members, members_of

blueprint = Blueprint("buyer_groups", __name__)


@blueprint.get("/buyer-groups")
@public
def index() -> Response:
    """All buyer groups, or those of one product group."""
    cards = all_cards(db(), asked_as_of())
    names = product_group_names()
    used = {one.version.product_group for one in cards}
    chosen = request.args.get("productgroep", "")
    chosen = chosen if chosen in used and chosen in names else ""
    return render(
        "registry/buyer_groups/index.html",
        cards=[one for one in cards if not chosen or one.version.product_group == chosen],
        total=len(cards),
        chosen=chosen,
        choices=[
            (code, name, sum(one.version.product_group == code for one in cards))
            for code, name in names.items()
            if code in used
        ],
        names=names,
    )


@blueprint.get("/buyer-groups/<slug>")
@public
def detail(slug: str) -> Response:
    """One buyer group: who takes part, what the market is told, what was tried, and which guides help."""
    session, at = db(), asked_as_of()
    card = find_card(session, slug, at) or abort(404)
    members = members_of(session, card.group.id, at)
    return render(
        "registry/buyer_groups/detail.html",
        is_example=card.group.is_example,
        group=card.group,
        state=card.state,
        version=card.version,
        members=members,
        former=former_members(session, card.group.id, at),
        pilot_names=_pilot_names(session, card.version, {one.code: (one.name, one.slug) for one in members}, at),
        guides=_guides(session, card.version),
        adopted_on=_day(card.version.market_vision.get("adopted_on")),
        document=vision_document(session, card.version),
        names=product_group_names(),
        changes=change_count(session, at, subjects=[f"buyer_group:{slug}"]),
        mark=fingerprint(public_content(card.group, card.version, document_hash(session, card.version))),
    )


@blueprint.get("/buyer-groups/<slug>.json")
@public
def canonical(slug: str) -> Response:
    """What the register says of a buyer group, as the bytes of which the ledger holds the fingerprint."""
    session = db()
    card = find_card(session, slug, asked_as_of(download=True)) or abort(404)
    content = public_content(card.group, card.version, document_hash(session, card.version))
    return as_canonical_response(content, f"buyer-group-{slug}")


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _guides(session: Session, version: BuyerGroupVersion) -> list[tuple[str, str]]:
    """Return slug and title of the public guides that the group names; the register knows them by slug only."""
    if not version.guides:
        return []
    titles = public_titles(session, version.guides)
    return [(slug, titles[slug]) for slug in version.guides if slug in titles]


def _pilot_names(
    session: Session, version: BuyerGroupVersion, members: dict[str, tuple[str, str]], at: AsOf
) -> dict[str, tuple[str, str]]:
    """Return name and address of the authorities of the pilots: mostly members, whose names are there already."""
    named = dict(members)
    for pilot in version.pilots:
        code = pilot.get("authority")
        if code and code not in named and (authority := by_code(session, code, at.moment)):
            named[code] = (version_on(authority, at.day, at.moment).name, authority.slug)
    return named
