"""The queue of staff, and one submitted report with the decision on it."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.permissions import may_review_reports
from registry.reviews.queue import Filter, Tab, count, counts, decided, median_days, waiting

blueprint = Blueprint("reviews", __name__)

PAGE_SIZE = 20


@blueprint.get("/redactie/rapportages")
@signed_in
def index() -> Response:
    """The reports that wait, oldest first; or those that were sent back or published, newest first."""
    authorise(may_review_reports(current_user))
    session, tab, wanted = db(), _tab(), _filter()
    total = count(session, tab, wanted)
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(request.args.get("pagina", 1, type=int), 1), pages)
    everything = waiting(session, wanted) if tab is Tab.WAITING else []
    rows = everything or decided(session, tab, wanted, page=page, size=PAGE_SIZE)
    context: dict[str, Any] = {
        "rows": rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if everything else rows,
        "median_days": median_days(everything),
        "oldest": everything[0].days if everything else 0,
        "counts": counts(session),
    }
    return no_store(
        render(
            "registry/reviews/index.html",
            fragment="wachtrij",
            tab=tab,
            tabs=Tab,
            wanted=wanted,
            total=total,
            page=page,
            pages=pages,
            url_for_page=lambda number: _url(tab, wanted, number),
            **context,
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
