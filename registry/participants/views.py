"""Who takes part: the list of participants of an agreement, and the page of one authority."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from common.web.access import public
from common.web.as_of import as_of_pairs, asked_as_of, asked_times, snapshots_of
from common.web.changes import change_count_query
from common.web.database import db
from common.web.rendering import address_header, render, wants_fragment
from registry.authorities.reading import find_authority
from registry.participants.around import read_around
from registry.participants.beside import parts_beside_authority, queries_beside
from registry.participants.history import history_of
from registry.participants.listing import Listing, chosen_filters, read_listing
from registry.participants.profile import read_profile

blueprint = Blueprint("participants", __name__)

RESULTS = "resultaten"


@blueprint.get("/deelnemers")
@public
def index() -> Response:
    """Who signed an agreement, and how each stands with what it asks."""
    at = asked_as_of()
    listing = read_listing(db(), snapshots_of(at), request.args, at)
    if listing is None:
        return render("registry/participants/empty.html", status=404 if request.args.get("afspraak") else 200)
    address = listing.address.url(url_for(".index"))
    fragment = wants_fragment(RESULTS)
    if not fragment and not _may_stay(listing):
        return redirect(address)
    response = render(
        "registry/participants/index.html",
        fragment=RESULTS,
        is_fragment=fragment,
        is_example=listing.agreement.is_example,
        listing=listing,
        chosen=chosen_filters(listing.address),
        url_for_page=lambda number: listing.address.to_page(number).url(url_for(".index")),
        outlines=_outlines(str(current_app.static_folder)),
        canonical=listing.address.url(request.script_root + request.path),
    )
    if fragment:
        response.headers[address_header("q")] = address
    return response


def _may_stay(listing: Listing) -> bool:
    """Say whether the address says exactly what is seen, or asks for what cannot be: then the page tells so."""
    asked, times = listing.asked, asked_times()
    exact = sorted([*listing.address.pairs(), *as_of_pairs()]) == sorted(request.args.items(multi=True))
    return exact or bool(asked.ignored or asked.q_was_cut or (times and times.wrong))


@cache
def _outlines(folder: str) -> dict[str, Any] | None:
    """Return the outlines of the provinces that the build made, None where nothing was built."""
    path = Path(folder) / "provinces.json"
    return dict(json.loads(path.read_text())) if path.exists() else None


@blueprint.get("/deelnemers/<slug>")
@public
def detail(slug: str) -> Response:
    """One authority: what it signed, promised and reported, and what it continues."""
    session = db()
    at = asked_as_of()
    authority = find_authority(session, slug, at.moment) or abort(404)
    beside = queries_beside(current_app, authority.id, at)
    around = read_around(session, authority.id, at, change_count_query(at, authority_id=authority.id), beside)
    profile = read_profile(session, authority, around, at) or abort(404)
    return render(
        "registry/participants/detail.html",
        is_example=authority.is_example,
        profile=profile,
        events=history_of(profile),
        changes=around.changes,
        legacy=around.legacy,
        afterwards=around.afterwards,
        certificates=around.certificates,
        buyer_groups=around.buyer_groups,
        parts=parts_beside_authority(current_app, around.beside),
    )
