"""/redactie/gidsen: all guides with their state, filtered and by the page."""

from collections.abc import Iterable

from flask import Response, request, url_for
from flask_login import current_user

from common.clock import today
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import address_header, render, wants_fragment
from kb.guides.desk import ORDERS, STATES, Wanted, counts, find_rows
from kb.guides.desk_blueprint import blueprint
from kb.permissions import may_write_guide

LONGEST_WORDS = 100


@blueprint.get("")
@signed_in
def index() -> Response:
    """The guides that somebody looks for, 50 on a page."""
    authorise(may_write_guide(current_user))
    session, wanted = db(), _wanted()
    found = find_rows(session, wanted, request.args.get("pagina", 1, stored_number), today())
    response = render(
        "kb/guides/desk.html",
        fragment="resultaten",
        found=found,
        wanted=wanted,
        counts=counts(session, today()),
        today=today(),
        states=STATES,
        url_for_page=lambda number: url_for(".index", **wanted.query(), pagina=number),
    )
    if wants_fragment("resultaten"):
        response.headers[address_header("q")] = url_for(".index", **wanted.query())
    return no_store(response)


def _wanted() -> Wanted:
    """Read what is asked; what the site does not know is passed over."""
    words = vocabulary()

    def one_of(name: str, known: Iterable[str]) -> str:
        value = request.args.get(name, "")
        return value if value in set(known) else ""

    return Wanted(
        words=request.args.get("q", "").strip()[:LONGEST_WORDS],
        state=one_of("status", STATES),
        kind=one_of("soort", words.guide_kinds),
        theme=one_of("thema", words.themes),
        language=one_of("taal", ("nl", "en")),
        order=one_of("volgorde", ORDERS),
    )
