"""The queue of staff: the reports that wait, that were sent back, and that were published."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.permissions import may_review_reports
from registry.reviews.blueprint import blueprint
from registry.reviews.queue import Filter, Tab, counts, list_page


@blueprint.get("/redactie/rapportages")
@signed_in
def index() -> Response:
    """The reports that wait, oldest first; or those that were sent back or published, newest first."""
    authorise(may_review_reports(current_user))
    session, tab, wanted = db(), _tab(), _filter()
    return no_store(
        render(
            "registry/reviews/index.html",
            tab=tab,
            tabs=Tab,
            wanted=wanted,
            found=list_page(session, tab, wanted, request.args.get("pagina", 1, type=int)),
            counts=counts(session),
            url_for_page=lambda number: _url(tab, wanted, number),
        )
    )


def _tab() -> Tab:
    wanted = request.args.get("stand", "")
    return Tab(wanted) if wanted in set(Tab) else Tab.WAITING


def _filter() -> Filter:
    kind, province = request.args.get("soort", ""), request.args.get("provincie", "")
    known = vocabulary()
    return Filter(kind if kind in known.kinds else "", province if province in known.provinces else "")


def _url(tab: Tab, wanted: Filter, page: int) -> str:
    """Return the address of a page of the list, without empty parts."""
    values: dict[str, Any] = {
        "stand": None if tab is Tab.WAITING else tab.value,
        "soort": wanted.kind or None,
        "provincie": wanted.province or None,
        "pagina": page if page > 1 else None,
    }
    return url_for("reviews.index", **values)
