"""What changed in the register: every change to a published fact, as a page, as a feed and as a file."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from common.spreadsheets import Cell
from common.versions import AsOf
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import as_of_pairs, asked_as_of, asked_times, only_moments
from common.web.database import db
from common.web.downloads import csv_file, refuse, refuse_agreement, refuse_unknown
from common.web.languages import format_day, format_number, in_dutch, text_in_language
from common.web.limits import limited
from common.web.rendering import render
from registry.changes.addresses import Asked, read_asked
from registry.changes.listing import MOST, ChangeList, list_changes
from registry.changes.wanted import Change, ChangeKind, FieldChange, Happened, Value

blueprint = Blueprint("changes", __name__)


@blueprint.get("/wijzigingen")
@public
@only_moments
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
        marked=marked,
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
@only_moments
def feed() -> Response:
    """The newest changes as a feed (RFC 4287), with the filters of the page."""
    at, asked = asked_as_of(download=True), read_asked(request.args).to_page(1)
    found = _found(asked, at)
    site = str(current_app.config["SITE_URL"]).rstrip("/")
    body = render(
        "registry/changes/feed.xml",
        found=found,
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
@only_moments
@limited("export")
def download() -> Response:
    """Every change that the filters leave, one row for each thing that a version says otherwise."""
    at, asked = asked_as_of(download=True), read_asked(request.args)
    found = _found(asked, at, whole=True)
    headers = [_("Moment (UTC)"), _("Soort"), _("Wat er gebeurde"), _("Organisatie"), _("Afspraak"), _("Jaar")]
    headers += [_("Onderwerp"), _("Veld"), _("Was"), _("Is nu"), _("Rol"), _("Reden"), _("Aantal")]
    return csv_file("wijzigingen", at, headers, _rows(found))


def _found(asked: Asked, at: AsOf, *, whole: bool = False) -> ChangeList:
    """Return the changes for a file; it is refused where the address asks for what the register does not know."""
    refuse_unknown(asked.ignored)
    found = list_changes(db(), asked, at, whole=whole)
    if found.choice.lost:
        refuse_agreement(at)
    if found.choice.unknown:
        refuse(404, _("Welke organisatie bedoelt u? Geef het adres of de code van één organisatie uit het register."))
    if whole and found.total > len(found.changes):
        refuse(400, _("Dit zijn %(number)s wijzigingen. Een bestand heeft er hoogstens %(most)s.",
                      number=format_number(found.total), most=format_number(MOST)),
               _("Kies een kortere tijd met van en tot, bijvoorbeeld van=2026-01-01 en tot=2026-03-31."))  # fmt: skip
    return found


def _rows(found: ChangeList) -> list[list[Cell]]:
    return [
        _row(change, field) for change in found.changes for field in (change.detail and change.detail.fields) or [None]
    ]


def _row(change: Change, field: FieldChange | None) -> list[Cell]:
    detail = change.detail
    about: list[Cell] = [
        change.key.at.isoformat(), kind_word(change.key.kind), happened_word(change.key.happened),
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


def marked(value: Value) -> Markup:
    """Write a value for a page: what somebody wrote in Dutch is marked as Dutch, the rest is in the page's language."""
    if isinstance(value, tuple):
        return Markup("; ").join(marked(one) for one in value)
    return in_dutch(value) if isinstance(value, str) else escape(said(value))


def kind_word(kind: ChangeKind) -> str:
    """Name the noun that changed."""
    names = {
        ChangeKind.AUTHORITY: _("Organisatie"), ChangeKind.MERGER: _("Herindeling"),
        ChangeKind.AGREEMENT: _("Afspraak"), ChangeKind.SIGNATURE: _("Ondertekening"), ChangeKind.DUTY: _("Termijn"),
        ChangeKind.PLAN: _("Actieplan"), ChangeKind.REPORT: _("Rapportage"), ChangeKind.CERTIFICATE: _("Certificaat"),
        ChangeKind.BUYER_GROUP: _("Buyer group"), ChangeKind.MEMBER: _("Deelname aan een buyer group"),
    }  # fmt: skip
    return str(names[kind])


def happened_word(happened: Happened) -> str:
    """Say whether it is new, changed or gone."""
    names = {
        Happened.CHANGED: _("Gewijzigd"),
        Happened.NEW: _("Nieuw"),
        Happened.GONE: _("Staat er niet meer"),
    }
    return str(names[happened])


def role_word(role: str) -> str:
    """Name the role of who recorded a change; never the person."""
    if role in vocabulary().roles:
        return text_in_language(vocabulary().roles[role].name)
    return str(_("De site zelf, uit een bestand of door een regel"))


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """Let templates name roles, kinds and what happened."""
    return {"role_word": role_word, "kind_word": kind_word, "happened_word": happened_word}
