"""The season for staff: whose report is not in, and how many were started, handed in and published per day."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from common.clock import local, today
from common.spreadsheets import Cell
from common.versions import AsOf
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.downloads import csv_file
from common.web.languages import text_in_language
from common.web.rendering import render
from registry.agreements.reading import current_version
from registry.editions.models import Edition
from registry.permissions import may_remind, may_review_reports
from registry.reports.expected import Part, Stage, expected, opened_editions, running
from registry.reviews.awaited import AwaitedRow, awaited_page, awaited_rows
from registry.reviews.blueprint import blueprint
from registry.reviews.season import course, season_days, weekly, year_before
from registry.reviews.state_words import progress_words

LATE, COMING = "te-laat", "komt-nog"


@blueprint.get("/redactie/rapportages/nog-niet-binnen")
@signed_in
def awaited() -> Response:
    """Who is past his own last day, or who is not ready yet; from here staff send a reminder by hand."""
    authorise(may_review_reports(current_user))
    editions, part, words = _asked()
    edition = _chosen(editions)
    page = request.args.get("pagina", 1, type=stored_number)
    found = awaited_page(db(), edition, part, today(), page) if edition else None
    return no_store(
        render(
            "registry/reviews/awaited.html",
            fragment="resultaten",
            editions=_options(editions),
            edition=edition,
            part=part,
            words=words,
            found=found,
            stages=Stage,
            progress_words=progress_words,
            may_remind=may_remind(current_user),
            url_of=lambda **changed: url_for("reviews.awaited", **{**words, **changed}),
            url_of_page=lambda number: url_for("reviews.awaited", **words, pagina=number),
        )
    )


@blueprint.get("/redactie/rapportages/nog-niet-binnen.csv")
@signed_in
def awaited_file() -> Response:
    """The whole list, for a spreadsheet."""
    authorise(may_review_reports(current_user))
    editions, part, words = _asked()
    edition = _chosen(editions)
    rows = awaited_rows(db(), edition, part, today()) if edition else []
    headers = [
        _("Organisatie"), _("Soort"), _("Provincie"), _("Verslagjaar"), _("Uiterste datum"),
        _("Dagen te laat") if part.late else _("Dagen over"), _("Stand"), _("Coördinatoren"), _("Laatste wijziging"),
    ]  # fmt: skip
    return no_store(csv_file(f"rapportages-{words['stand']}", AsOf(today()), headers, map(_cells, rows)))


def _cells(row: AwaitedRow) -> list[Cell]:
    known, who = vocabulary(), row.one.who
    kind, province = known.kinds.get(who.kind), known.provinces.get(who.province or "")
    return [
        who.name, text_in_language(kind.name) if kind else who.kind,
        text_in_language(province.name) if province else "", row.one.edition.year, row.one.last_day, row.days,
        progress_words(row.one, row.progress), ", ".join(row.coordinators),
        local(row.changed_at).date() if row.changed_at else None,
    ]  # fmt: skip


@blueprint.get("/redactie/rapportages/seizoen")
@signed_in
def season_page() -> Response:
    """Reports started, handed in and published per day since the form opened, beside the year before."""
    authorise(may_review_reports(current_user))
    session, editions = db(), opened_editions(db(), today())
    edition = _chosen(editions)
    before = year_before(session, edition) if edition else None
    now = course(session, edition, today()) if edition else None
    then = course(session, before, today(), len(now.started)) if before and now else None
    days = season_days(now, then) if now else []
    return no_store(
        render(
            "registry/reviews/season.html",
            editions=_options(editions),
            edition=edition,
            before=before,
            days=days,
            weeks=weekly(days),
            found=awaited_page(session, edition, Part(late=True), today(), 1) if edition else None,
        )
    )


def _asked() -> tuple[Sequence[Edition], Part, dict[str, Any]]:
    """Return the editions, the part that is asked for, and the words of the address that say so."""
    editions = opened_editions(db(), today())
    known = vocabulary()
    asked = {name: request.args.get(name, "") for name in ("soort", "provincie", "staat")}
    part = Part(
        _is_late_asked(editions),
        asked["soort"] if asked["soort"] in known.kinds else "",
        asked["provincie"] if asked["provincie"] in known.provinces else "",
        Stage(asked["staat"]) if asked["staat"] in set(Stage) else None,
    )
    chosen = {"soort": part.kind, "provincie": part.province, "staat": part.stage.value if part.stage else ""}
    words = {"stand": LATE if part.late else COMING, **{name: word for name, word in chosen.items() if word}}
    edition = _chosen(editions)
    if edition and request.args.get("editie"):
        words["editie"] = str(edition.id)
    return editions, part, words


def _is_late_asked(editions: Sequence[Edition]) -> bool:
    """Say which of the two lists the address asks for; where it names none, the one in which somebody stands."""
    if "stand" in request.args:
        return request.args["stand"] != COMING
    edition = _chosen(editions)
    return edition is None or bool(Part(late=True).of(expected(db(), edition, today()), today()))


def _chosen(editions: Sequence[Edition]) -> Edition | None:
    """Return the edition in the address, or the one at which the work is now."""
    wanted = request.args.get("editie", 0, type=stored_number)
    return next((one for one in editions if one.id == wanted), running(editions, today()))


def _options(editions: Sequence[Edition]) -> list[tuple[str, str]]:
    """Return the editions for a field to choose from."""
    return [
        (str(one.id), f"{one.year}, {text_in_language(current_version(one.agreement).short_title)}") for one in editions
    ]
