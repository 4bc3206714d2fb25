"""All ambitions of an agreement, side by side, and the same as a file for a spreadsheet."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.spreadsheets import Cell
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import as_of_pairs, asked_as_of, asked_times, snapshots_of
from common.web.database import db
from common.web.downloads import csv_file, refuse_agreement, refuse_unknown
from common.web.languages import text_in_language
from common.web.limits import limited
from common.web.rendering import address_header, render, wants_fragment
from registry.plans.ambition_listing import Listing, chosen_filters, read_listing
from registry.plans.ambitions import LEVELS, UNKNOWN, Aim
from registry.plans.views.blueprint import blueprint

RESULTS = "resultaten"


@blueprint.get("/ambities")
@public
def ambitions() -> BaseResponse:
    """Who aims how high on which theme, and in what words."""
    at = asked_as_of()
    listing = read_listing(db(), snapshots_of(at), request.args, at)
    if listing is None:
        return render("registry/plans/no_ambitions.html", status=404 if request.args.get("afspraak") else 200)
    address, fragment = listing.address.url(url_for(".ambitions")), wants_fragment(RESULTS)
    exact = sorted([*listing.address.pairs(), *as_of_pairs()]) == sorted(request.args.items(multi=True))
    times = asked_times()
    if not fragment and not exact and not listing.ignored and not (times and times.wrong):
        return redirect(address)
    response = render(
        "registry/plans/ambitions.html",
        fragment=RESULTS,
        **_shown(listing),
        is_fragment=fragment,
    )
    if fragment:
        response.headers[address_header("q")] = address
    return response


def _shown(listing: Listing) -> dict[str, Any]:
    return {
        "is_example": listing.agreement.is_example,
        "listing": listing,
        "levels": [*reversed(LEVELS[:-1]), UNKNOWN],
        "chosen": chosen_filters(listing.address),
        "matrix": listing.all.matrix(listing.agreement.themes),
        "url_for_page": lambda number: listing.address.to_page(number).url(url_for(".ambitions")),
        "canonical": listing.address.url(request.script_root + request.path),
    }


@blueprint.get("/ambities.csv")
@public
@limited("export")
def ambitions_file() -> Response:
    """Every row that the filters leave, whatever page was open."""
    at = asked_as_of(download=True)
    listing = read_listing(db(), snapshots_of(at), request.args, at)
    if listing is None and request.args.get("afspraak"):
        refuse_agreement(at)
    refuse_unknown(listing.ignored if listing else ())
    rows = [_row(one) for one in listing.found] if listing else []
    headers = [_("Organisatie"), _("Soort organisatie"), _("Provincie"), _("Thema"), _("Niveau")]
    headers += [_("Wat zij willen bereiken"), _("Waaraan zij dat meten"), _("Eenheid"), _("Begin")]
    headers += [_("Jaar van het begin"), _("Doel"), _("Jaar van het doel"), _("Afspraak")]
    marked = _title(listing) if listing else ""
    name = f"ambities-{listing.agreement.slug}" if listing else "ambities"
    return csv_file(name, at, headers, [[*row, marked] for row in rows])


def _title(listing: Listing) -> str:
    title = text_in_language(listing.agreement.short_title)
    return _("%(title)s (verzonnen gegevens)", title=title) if listing.agreement.is_example else title


def _row(one: Aim) -> list[Cell]:
    words = vocabulary()
    theme = words.themes.get(one.theme)
    return [
        one.name,
        text_in_language(words.kinds[one.kind].name),
        text_in_language(words.provinces[one.province].name) if one.province else "",
        text_in_language(theme.name) if theme else one.theme,
        text_in_language(words.levels[one.level.value].name) if one.level else _("Niets bekend"),
        one.aim,
        one.indicator,
        one.unit,
        one.baseline,
        one.baseline_year,
        one.target,
        one.target_year,
    ]
