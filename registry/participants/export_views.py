"""The list of participants as a file for a spreadsheet, with the filters of the page."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, get_template_attribute, request
from flask_babel import gettext as _

from common.spreadsheets import Cell
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import asked_as_of, snapshots_of
from common.web.database import db
from common.web.downloads import csv_file, refuse_agreement, refuse_unknown
from common.web.languages import text_in_language
from common.web.limits import limited
from registry.obligations.rule import DueState, Standing
from registry.participants.listing import Listing, read_listing
from registry.participants.participants import Participant
from registry.participants.standings import NOTHING_ASKED
from registry.signatures.models import DatePrecision

blueprint = Blueprint("participant_list", __name__)


@blueprint.get("/deelnemers.csv")
@public
@limited("export")
def download() -> Response:
    """Every participant that the filters leave, in the order of the page, whatever page was open."""
    at = asked_as_of(download=True)
    listing = read_listing(db(), snapshots_of(at), request.args, at)
    if listing is None and request.args.get("afspraak"):
        refuse_agreement(at)
    if listing is None:
        return csv_file("deelnemers", at, _headers([]), [])
    refuse_unknown([*listing.asked.ignored, *([_("een lang zoekwoord")] if listing.asked.q_was_cut else [])])
    years = sorted({report.edition.year for one in listing.found for report in one.reports})
    return csv_file(f"deelnemers-{listing.agreement.slug}", at, _headers(years), _rows(listing, years, at.day))


def _headers(years: Sequence[int]) -> list[str]:
    """Name the columns: at the end three for the plan, and three for the report of each year."""
    found = [_("Organisatie"), _("Soort organisatie"), _("Provincie"), _("Ondertekend"), _("Ondertekend via")]
    found += [_("Actieplan"), _("Nieuwste rapportage"), _("Status"), _("Afspraak"), _("Peildatum")]
    found += [_("Hoe zeker"), _("Bron"), _("Jaren te laat")]
    for what in (_("Actieplan"), *(_("Rapportage over %(year)s", year=year) for year in years)):
        found += [f"{what}: {part}" for part in (_("termijn"), _("stand"), _("dagen te laat"))]
    return found


def _rows(listing: Listing, years: Sequence[int], day: date) -> list[list[Cell]]:
    title = text_in_language(listing.agreement.short_title)
    marked = _("%(title)s (verzonnen gegevens)", title=title) if listing.agreement.is_example else title
    return [[*_row(one), marked, day, *_sure(one), *_standings(one, years)] for one in listing.found]


def _row(one: Participant) -> list[Cell]:
    words = vocabulary()
    return [
        one.who.name,
        text_in_language(words.kinds[one.who.kind].name),
        text_in_language(words.provinces[one.who.province].name) if one.who.province else "",
        _day(one.who.signed_on, one.who.precision),
        one.who.represented_by,
        one.plan.met_on,
        one.latest_report,
        _said("participants/parts/words.html", "status_word", one.status),
    ]


def _day(day: date | None, precision: DatePrecision) -> Cell:
    """Write a day no more exactly than the source does: 2022-11-24, 2022-W47, 2022-11 or 2022."""
    if day is None:
        return None
    return day.strftime({"week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}.get(precision, "%Y-%m-%d"))


def _sure(one: Participant) -> list[Cell]:
    """Return how sure the register is of the signature, by what source, and which reports are late."""
    words = "signatures/parts/certainty.html"
    known = _said(words, "certainty_word", one.who.origin, True)
    exactly = _said(words, "source_says", one.who.origin, one.who.certainty)
    late = ", ".join(str(year) for year in one.missing_years)
    return [". ".join(filter(None, (known, exactly))), one.who.source, late]


def _standings(one: Participant, years: Sequence[int]) -> list[Cell]:
    of_years = {report.edition.year: report.standing for report in one.reports}
    found = _standing(one.plan, 0)
    for year in years:
        found += _standing(of_years.get(year, NOTHING_ASKED), year)
    return found


def _standing(standing: Standing, year: int) -> list[Cell]:
    stands = _said("participants/parts/obligation_words.html", "stands", standing, year)
    may_be_late = standing.state in {DueState.LATE, DueState.MET} and standing.due_on
    return [standing.due_on, stands, standing.days_late if may_be_late else None]


def _said(template: str, macro: str, *values: object) -> str:
    """Say it in the words of the page."""
    return str(get_template_attribute(f"registry/{template}", macro)(*values)).strip()
