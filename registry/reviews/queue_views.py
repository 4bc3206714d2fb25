"""The queue of staff: the reports that wait, that lie with the authority again, and that were published."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from common.clock import today
from common.spreadsheets import Cell
from common.versions import AsOf
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.downloads import csv_file
from common.web.languages import text_in_language
from common.web.rendering import render
from registry.permissions import may_review_reports
from registry.reports.models import ReportState
from registry.reviews.blueprint import blueprint
from registry.reviews.queue import (
    STATES_OF_TAB,
    Order,
    QueueRow,
    Tab,
    counts,
    list_page,
    rows_of,
    state_counts,
    with_questions,
)
from registry.reviews.queue_figures import season
from registry.reviews.queue_filter import Filter, KnownEdition, editions_in_queue
from registry.reviews.state_words import state_names, state_of


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; a word that is not known counts as not asked."""

    tab: Tab
    order: Order
    filter: Filter
    words: dict[str, str]
    """The filters as they stand in the address, without empty ones."""

    def url(self, view: str = "reviews.index", **changed: Any) -> str:
        """Return the address of this list with something else in it."""
        values = {
            "stand": None if self.tab is Tab.WAITING else self.tab.value,
            "volgorde": None if self.order is Order.AGE else self.order.value,
            **self.words,
            **changed,
        }
        return url_for(view, **values)

    def url_of_tab(self, tab: Tab) -> str:
        """Return the address of another list with the same filters, but for the state: each list has its own."""
        return self.url(stand=None if tab is Tab.WAITING else tab.value, staat=None)

    def url_of_page(self, number: int) -> str:
        """Return the address of a page of this list."""
        return self.url(pagina=number if number > 1 else None)


@blueprint.get("/redactie/rapportages")
@signed_in
def index() -> Response:
    """The reports that wait, oldest first or by deadline; or those that lie elsewhere, the newest decision first."""
    authorise(may_review_reports(current_user))
    session = db()
    editions = editions_in_queue(session)
    wanted = _wanted(editions)
    page = request.args.get("pagina", 1, type=stored_number)
    return no_store(
        render(
            "registry/reviews/index.html",
            fragment="resultaten",
            wanted=wanted,
            tabs=Tab,
            orders=Order,
            states=STATES_OF_TAB[wanted.tab],
            editions=editions,
            found=list_page(session, wanted.tab, wanted.filter, page, wanted.order),
            counts=counts(session),
            by_state=state_counts(session, wanted.tab, wanted.filter),
            season=season(session, wanted.filter.edition_id),
            state_names=state_names(),
            state_of=state_of,
        )
    )


@blueprint.get("/redactie/rapportages.csv")
@signed_in
def download() -> Response:
    """The whole list that the page shows a part of, for a spreadsheet."""
    authorise(may_review_reports(current_user))
    session = db()
    wanted = _wanted(editions_in_queue(session))
    rows = with_questions(session, rows_of(session, wanted.tab, wanted.filter, wanted.order))
    headers = [
        _("Organisatie"), _("Soort"), _("Provincie"), _("Afspraak"), _("Verslagjaar"), _("Stand"), _("Nummer"),
        _("Ontvangstnummer"), _("Ingediend"), _("Op papier"), _("Uiterste datum"), _("In behandeling bij"),
        _("Besloten"), _("Dagen"), _("Open vragen"), _("Beantwoorde vragen"),
    ]  # fmt: skip
    return no_store(csv_file(f"rapportages-{wanted.tab.value}", AsOf(today()), headers, map(_cells, rows)))


def _cells(row: QueueRow) -> list[Cell]:
    words = vocabulary()
    kind, province = words.kinds.get(row.kind), words.provinces.get(row.province or "")
    return [
        row.name, text_in_language(kind.name) if kind else row.kind,
        text_in_language(province.name) if province else "", text_in_language(row.agreement),
        row.year, state_of(row), row.number, row.receipt, row.submitted_on,
        _("ja") if row.on_paper else "", row.due_on, row.reviewer, row.decided_on, row.days,
        row.asked.open, row.asked.answered,
    ]  # fmt: skip


def _wanted(editions: list[KnownEdition]) -> Wanted:
    asked = {name: request.args.get(name, "") for name in ("stand", "volgorde")}
    tab = Tab(asked["stand"]) if asked["stand"] in set(Tab) else Tab.WAITING
    order = Order(asked["volgorde"]) if asked["volgorde"] in set(Order) else Order.AGE
    known = vocabulary()
    words = {
        "soort": _one_of("soort", known.kinds),
        "provincie": _one_of("provincie", known.provinces),
        "staat": _one_of("staat", {state.value for state in STATES_OF_TAB[tab]}),
        "van": _one_of("van", {"mij"}),
        "editie": _one_of("editie", {one.word for one in editions}),
    }
    wanted = Filter(
        kind=words["soort"],
        province=words["provincie"],
        state=ReportState(words["staat"]) if words["staat"] else None,
        reviewer_id=current_user.id if words["van"] else None,
        edition_id=next((one.id for one in editions if one.word == words["editie"]), None),
    )
    return Wanted(tab, order, wanted, {name: word for name, word in words.items() if word})


def _one_of(name: str, known: Any) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""
