"""The list of participants as a file for a spreadsheet, with the filters of the page."""

from datetime import date

from flask import Blueprint, Response, make_response, request
from flask_babel import gettext as _

from common.spreadsheets import Cell, as_csv
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import asked_as_of, snapshots_of
from common.web.database import db
from common.web.languages import text_in_language
from common.web.limits import limited
from registry.participants.listing import Listing, read_listing
from registry.participants.participants import Participant
from registry.participants.standings import ParticipantStatus
from registry.signatures.models import DatePrecision

blueprint = Blueprint("participant_list", __name__)


@blueprint.get("/deelnemers.csv")
@public
@limited("export")
def download() -> Response:
    """Every participant that the filters leave, in the order of the page, whatever page was open."""
    at = asked_as_of(download=True)
    listing = read_listing(db(), snapshots_of(at), request.args, at)
    headers = [_("Organisatie"), _("Soort organisatie"), _("Provincie"), _("Ondertekend"), _("Ondertekend via")]
    headers += [_("Actieplan"), _("Nieuwste rapportage"), _("Status"), _("Afspraak")]
    response = make_response(as_csv(headers, _rows(listing) if listing else []))
    response.mimetype = "text/csv"
    name = f"deelnemers-{listing.agreement.slug}" if listing else "deelnemers"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _rows(listing: Listing) -> list[list[Cell]]:
    title = text_in_language(listing.agreement.short_title)
    marked = f"{title} ({_('verzonnen gegevens')})" if listing.agreement.is_example else title
    return [[*_row(one), marked] for one in listing.found]


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
        _status(one.status),
    ]


def _day(day: date | None, precision: DatePrecision) -> Cell:
    """Write a day no more exactly than the source does: 2022-11-24, 2022-W47, 2022-11 or 2022."""
    if day is None:
        return None
    return day.strftime({"week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}.get(precision, "%Y-%m-%d"))


def _status(status: ParticipantStatus) -> str:
    said: dict[ParticipantStatus, str] = {
        ParticipantStatus.LATE: _("Te laat"),
        ParticipantStatus.DUE_SOON: _("Binnenkort nodig"),
        ParticipantStatus.ON_TIME: _("Op tijd"),
        ParticipantStatus.NOT_FOLLOWED: _("Geen gegevens"),
        ParticipantStatus.ENDED: _("Bestaat niet meer"),
    }
    return said[status]
