"""What changed in the register: every change to a published fact, as a page, as a feed and as a file."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.spreadsheets import Cell, as_csv
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import as_of_pairs, asked_as_of, asked_times
from common.web.database import db
from common.web.languages import format_day, format_moment, format_number, text_in_language
from common.web.limits import limited
from common.web.rendering import render
from registry.changes.addresses import Asked, read_asked
from registry.changes.listing import ChangeList, list_changes
from registry.changes.wanted import Change, ChangeKind, FieldChange, Value

blueprint = Blueprint("changes", __name__)


@blueprint.get("/wijzigingen")
@public
def index() -> BaseResponse:
    """Every change to published facts, newest first: what it said, what it says, when, by which role and why."""
    at, asked = asked_as_of(), read_asked(request.args)
    found = list_changes(db(), asked, at)
    shown = asked.to_page(found.page)
    if not _says_so(shown):
        return redirect(shown.url(url_for(".index")))
    return render(
        "registry/changes/index.html",
        found=found,
        asked=shown,
        said=said,
        kinds=list(ChangeKind),
        also_new=replace(shown, also_new=True).url(url_for(".index")),
        feed=shown.to_page(1).url(url_for(".feed")),
        file=shown.to_page(1).url(url_for(".download")),
        url_for_page=lambda number: asked.to_page(number).url(url_for(".index")),
    )


def _says_so(asked: Asked) -> bool:
    """Say whether the address has nothing empty or unknown in it; what cannot be is told on the page, and stays."""
    times = asked_times()
    exact = sorted([*asked.pairs(), *as_of_pairs()]) == sorted(request.args.items(multi=True))
    return exact or bool(asked.ignored or (times and times.wrong))


@blueprint.get("/wijzigingen.atom")
@public
def feed() -> Response:
    """The newest changes as a feed (RFC 4287), with the filters of the page."""
    at, asked = asked_as_of(download=True), read_asked(request.args).to_page(1)
    site = str(current_app.config["SITE_URL"]).rstrip("/")
    body = render(
        "registry/changes/feed.xml",
        found=list_changes(db(), asked, at),
        asked=asked,
        said=said,
        site=site,
        host=urlsplit(site).hostname,
        own=asked.url(url_for(".feed")),
        page=asked.url(url_for(".index")),
    )
    body.content_type = "application/atom+xml; charset=utf-8"
    return body


@blueprint.get("/wijzigingen.csv")
@public
@limited("export")
def download() -> Response:
    """Every change that the filters leave, one row for each thing that a version says otherwise."""
    at, asked = asked_as_of(download=True), read_asked(request.args)
    found = list_changes(db(), asked, at, whole=True)
    headers = [_("Moment (UTC)"), _("Soort"), _("Wat er gebeurde"), _("Organisatie"), _("Afspraak"), _("Jaar")]
    headers += [_("Onderwerp"), _("Veld"), _("Was"), _("Is nu"), _("Rol"), _("Reden"), _("Aantal")]
    response = make_response(as_csv(headers, _rows(found)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="wijzigingen.csv"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _rows(found: ChangeList) -> list[list[Cell]]:
    return [
        _row(change, field) for change in found.changes for field in (change.detail and change.detail.fields) or [None]
    ]


def _row(change: Change, field: FieldChange | None) -> list[Cell]:
    detail = change.detail
    about: list[Cell] = [
        change.key.at.isoformat(), change.key.kind.value, change.key.happened.value,
        ", ".join(text_in_language(one.name) for one in change.authorities),
        text_in_language(change.agreement.name) if change.agreement else None,
        detail.year if detail else None, detail.subject if detail else None,
    ]  # fmt: skip
    says: list[Cell] = [None, None, None]
    if field:
        says = [text_in_language(field.label), _cell(field.before), _cell(field.after)]
    return [
        *about,
        *says,
        role_word(detail.role) if detail else None,
        detail.reason if detail else None,
        change.key.number,
    ]


def _cell(value: Value) -> Cell:
    """Write a value for a spreadsheet: days and numbers as they are."""
    return value if isinstance(value, date | int | float) else said(value) or None


def said(value: Value) -> str:
    """Write a value in the language of the page; nothing where it is unknown."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(text_in_language(one) for one in value)
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value)
    return text_in_language(value)


def role_word(role: str) -> str:
    """Name the role of who recorded a change; never the person."""
    if role in vocabulary().roles:
        return text_in_language(vocabulary().roles[role].name)
    return str(_("De site zelf, uit een bestand of door een regel"))


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """Let templates name roles."""
    return {"role_word": role_word, "moment_words": format_moment}
