"""One result page over guides, authorities, agreements and buyer groups; what is found is always what was published."""

from pathlib import Path
from typing import cast

import click
from flask import Blueprint, Flask, Response, current_app, request, url_for
from sqlalchemy.orm import Session

from common.database import Database
from common.web.access import public
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render, wants_fragment
from kb.search.documents import Asked, Found
from kb.search.index import IndexUnusable, SearchIndex
from kb.search.question import LONGEST
from website.buyer_groups.search_documents import BUYER_GROUP
from website.config import Settings
from website.search_documents import AGREEMENT, AUTHORITY, GUIDE
from website.search_upkeep import bring_up_to_date, keep_up, rebuild

blueprint = Blueprint("search", __name__, cli_group="search")

KIND_OF = {"gidsen": GUIDE, "overheden": AUTHORITY, "afspraken": AGREEMENT, "buyer-groups": BUYER_GROUP}
"""What the address says -> the kind in the index."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
SHORT_WAIT = 2.0
"""Seconds that a reader waits for a writer of the index; after that he gets what it held before."""


@blueprint.get("/zoeken")
@public
@limited("search")
def results() -> Response:
    """Everything that holds the words, the best first."""
    typed = request.args.get("q", "")
    kind = next((name for name in KIND_OF if name == request.args.get("soort")), "")
    page = request.args.get("pagina", 1, int)
    found, may_be_kept = search(typed, kind, page) if typed.strip() else (None, True)
    query = " ".join(typed.split())[:LONGEST]

    def address(page: int = 1, kind: str = kind) -> str:
        return url_for("search.results", q=query or None, soort=kind or None, pagina=page if page > 1 else None)

    fragment = wants_fragment("resultaten")
    response = render(
        "website/search.html",
        fragment="resultaten",
        query=query,
        kind=kind,
        found=found,
        kinds=KIND_OF,
        address=address,
        is_fragment=fragment,
    )
    if fragment:
        response.headers["HX-Replace-Url"] = address(found.page if found else 1)
    return response if may_be_kept else no_store(response)


def search(typed: str, kind: str = "", page: int = 1) -> tuple[Found | None, bool]:
    """Return what was found, and whether it is what the site says now: if not, no cache may keep it.

    An index that cannot be read is made anew first; nothing is returned when that does not help either.
    """
    index = _index()
    up_to_date = keep_up(_database().engine, index, wait=SHORT_WAIT)
    for _attempt in range(2):
        try:
            return index.search(typed, Asked(kinds=(KIND_OF[kind],) if kind else ()), page), up_to_date
        except IndexUnusable:
            index.forget()
            up_to_date = keep_up(_database().engine, index)
    return None, False


def _index() -> SearchIndex:
    return cast(SearchIndex, current_app.extensions["search_index"])


def _database() -> Database:
    return cast(Database, current_app.extensions["database"])


@blueprint.cli.command("rebuild")
def rebuild_command() -> None:
    """Make the search index anew from the database."""
    number = rebuild(db(), _index())
    click.echo(f"De zoekindex is opnieuw gemaakt: {number} pagina's.")


def init_search(app: Flask) -> None:
    """Open the index in the data folder, and bring it up to date after every request that changed something."""
    settings = cast(Settings, app.extensions["settings"])
    app.extensions["search_index"] = SearchIndex(settings.data / "index")

    @app.after_request
    def take_in_changes(response: Response) -> Response:
        if request.method not in _SAFE:
            keep_up(_database().engine, _index())
        return response


def rebuild_when_behind(session: Session, data: Path) -> None:
    """Bring the index in the data folder up to date with the ledger."""
    bring_up_to_date(session, SearchIndex(data / "index"))
