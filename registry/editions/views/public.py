"""What everybody may read: the form of a year with its versions, and the indicators that it asks."""

from itertools import groupby

from flask import Response, abort, make_response, request
from flask_login import current_user

from common.clock import today
from common.fingerprints import fingerprint
from common.versions import AsOf
from common.vocabulary import vocabulary
from common.web.access import public
from common.web.as_of import asked_as_of, only_moments
from common.web.canonical import as_canonical_response
from common.web.database import db
from common.web.rendering import render
from registry.agreements.reading import all_agreements, current_version
from registry.editions import wording
from registry.editions.conditions import words_of
from registry.editions.indicators import all_indicators, asked_in, content_of, find_indicator, known_versions
from registry.editions.models import EditionVersion, Indicator, IndicatorVersion
from registry.editions.questionnaire import of_edition
from registry.editions.reading import versions_then
from registry.editions.views.blueprint import blueprint
from registry.permissions import may_write_editions


@blueprint.get("/vragenlijsten/<afspraak>/<int:jaar>")
@public
@only_moments
def edition(afspraak: str, jaar: int) -> Response:
    """The questions of a form in words, its versions with what each corrected, and its fingerprint."""
    session, at = db(), asked_as_of()
    versions = _versions(afspraak, jaar, at)
    agreement = versions[0].edition.agreement
    title = next((current_version(one, at.moment).short_title for one in all_agreements(session, at.moment)
                  if one.id == agreement.id), {})  # fmt: skip
    questionnaire = of_edition(versions[0])
    return render(
        "registry/editions/edition.html",
        edition=versions[0].edition,
        version=versions[0],
        versions=versions,
        questionnaire=questionnaire,
        agreement_title=title,
        is_example=agreement.is_example,
        words=wording,
        condition=words_of(questionnaire),
        known={one.code for one, _version in all_indicators(session, at.moment)},
        may_write=may_write_editions(current_user),
        today=today(),
    )


@blueprint.get("/vragenlijsten/<afspraak>/<int:jaar>.json")
@public
@only_moments
def edition_json(afspraak: str, jaar: int) -> Response:
    """The form as it counts: exactly the bytes whose SHA-256 is that of the edition."""
    return _file(_versions(afspraak, jaar, asked_as_of(download=True))[0])


@blueprint.get("/vragenlijsten/<afspraak>/<int:jaar>/versies/<int:number>.json")
@public
@only_moments
def edition_version_json(afspraak: str, jaar: int, number: int) -> Response:
    """One version of the form, the first is 0: for ever the bytes by which a report of then is shown."""
    versions = _versions(afspraak, jaar, asked_as_of(download=True))
    return _file(next((one for one in versions if one.number == number), None) or abort(404))


@blueprint.get("/indicatoren")
@public
@only_moments
def indicators() -> Response:
    """Everything that the forms measure, by theme."""
    found = all_indicators(db(), asked_as_of().moment)
    order = {code: place for place, code in enumerate(vocabulary().themes)}
    ranked = sorted(found, key=lambda one: (order.get(one[1].theme or "", -1), one[0].code))
    groups = [(theme, list(rows)) for theme, rows in groupby(ranked, key=lambda one: one[1].theme)]
    return render("registry/editions/indicators.html", groups=groups, number=len(found))


@blueprint.get("/indicatoren/<code>")
@public
def indicator(code: str) -> Response:
    """One indicator: what it means, every version and whether figures can be compared, and which forms asked it."""
    session, at = db(), asked_as_of()
    found, versions = _indicator(code, at)
    titles = {one.slug: current_version(one, at.moment).short_title for one in all_agreements(session, at.moment)}
    return render(
        "registry/editions/indicator.html",
        indicator=found,
        version=versions[-1],
        versions=versions[::-1],
        asked=asked_in(session, found.code, at),
        titles=titles,
        themes=vocabulary().themes,
        words=wording,
    )


@blueprint.get("/indicatoren/<code>.json")
@public
def indicator_json(code: str) -> Response:
    """The same for machines; the SHA-256 of a version's canonical JSON stands beside it, and in the ledger."""
    at = asked_as_of(download=True)
    found, versions = _indicator(code, at)
    content = {
        "code": found.code,
        "versions": [{**content_of(one), "fingerprint": fingerprint(content_of(one))} for one in versions],
        "asked": [
            {"agreement": one.agreement, "year": one.year, "question": one.key, "version": one.version,
             "label": dict(one.label)}
            for one in asked_in(db(), found.code, at)
        ],
    }  # fmt: skip
    return as_canonical_response(content, f"indicator-{found.code.lower()}")


def _versions(slug: str, year: int, at: AsOf) -> list[EditionVersion]:
    return versions_then(db(), slug, year, at.moment) or abort(404)


def _indicator(code: str, at: AsOf) -> tuple[Indicator, list[IndicatorVersion]]:
    found = find_indicator(db(), code) or abort(404)
    return found, known_versions(found, at.moment) or abort(404)


def _file(version: EditionVersion) -> Response:
    name = f"vragenlijst-{version.edition.agreement.slug}-{version.edition.year}-{version.number}"
    response = make_response(version.snapshot)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{version.sha256[:8]}.json"'
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(version.sha256)
    return response.make_conditional(request)  # type: ignore[return-value]
