"""The published report, for everybody: as it stands, as it was before a correction, what differs, or that it went."""

import json
from typing import Any, NoReturn

from flask import Response, abort, request
from flask_babel import gettext as _

from common.together import read_together
from common.versions import AsOf
from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.changes import change_count_query
from common.web.database import db
from common.web.downloads import refuse
from common.web.languages import page_language
from common.web.rendering import render
from registry.authorities.models import Authority
from registry.authorities.reading import find_authority
from registry.reports.differences import differences
from registry.reports.display import PUBLIC, shown_submission
from registry.reports.haste import haste_of, haste_query
from registry.reports.marks import marks_of
from registry.reports.public_content import agreed_at, public_content, recorded, recorded_fingerprints
from registry.reports.published import PublicVersion, PublishedReport, chosen, reports_told_of, versions_of
from registry.reports.views.blueprint import blueprint

Others = list[PublishedReport]


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>")
@public
def published(slug: str, jaar: int) -> Response:
    """One authority's report over one year: the newest, with `indiening=1` an earlier one, or that it was withdrawn."""
    at = asked_as_of()
    authority, found, others = _load(slug, jaar, at)
    frame = _frame(authority, found, others, at)
    if found.withdrawn:
        return render("registry/reports/withdrawn.html", **frame)
    versions = versions_of(db(), found.report.id, at)
    version = _asked(versions, "indiening", versions[-1])
    sections = shown_submission(version.submission, audience=PUBLIC)
    return render(
        "registry/reports/published.html",
        **frame,
        version=version,
        versions=versions,
        is_newest=version is versions[-1],
        agreed=agreed_at(version.submission),
        mark=recorded(version.submission, frame["known"]),
        marks=marks_of(db(), version.submission, at),
        haste=haste_of(frame["published"], version.number),
        sections=sections,
        summary=next((answer for part in sections for answer in part.answers if answer.question.summary), None),
    )


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>/verschil")
@public
def difference(slug: str, jaar: int) -> Response:
    """What a correction changed, question by question: the newest with the one before it, or `van` and `naar`."""
    at = asked_as_of()
    authority, found, others = _load(slug, jaar, at)
    versions = [] if found.withdrawn else versions_of(db(), found.report.id, at)
    if len(versions) < 2:
        abort(404)
    after = _asked(versions, "naar", versions[-1])
    frame = _frame(authority, found, others, at)
    before = _asked(versions, "van", versions[max(versions.index(after) - 1, 0)])
    return render(
        "registry/reports/difference.html",
        **frame,
        before=before,
        after=after,
        differences=differences(before.submission, after.submission, page_language()),
        sides=[(one, recorded(one.submission, frame["known"])) for one in (before, after)],
    )


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>.json")
@public
def published_file(slug: str, jaar: int) -> Response:
    """What the public may read of a report, as the bytes of which the fingerprint at publication was taken."""
    at = asked_as_of(download=True)
    authority, found, _others = _load(slug, jaar, at)
    if found.withdrawn:
        _gone()
    submission = found.submission
    if request.args.get("indiening"):
        versions = versions_of(db(), found.report.id, at)
        submission = _asked(versions, "indiening", versions[-1]).submission
    return as_canonical_response(public_content(submission), f"rapportage-{authority.slug}-{jaar}")


def _gone() -> NoReturn:
    refuse(410, _("Deze rapportage is ingetrokken. De antwoorden staan hier niet meer."))


def _load(slug: str, year: int, at: AsOf) -> tuple[Authority, PublishedReport, Others]:
    """Return the authority, its report over this year, and its published reports over other years."""
    session = db()
    authority = find_authority(session, slug, at.moment) or abort(404)
    rows = reports_told_of(session, authority.id, at)
    found = chosen(rows, request.args.get("afspraak", ""), year) or abort(404)
    return authority, found, [row for row in rows if not row.withdrawn and row.report.id != found.report.id]


def _frame(authority: Authority, found: PublishedReport, others: Others, at: AsOf) -> dict[str, Any]:
    subject = f"report:{authority.code}/{found.agreement.slug}/{found.year}"
    queries = {"changes": change_count_query(at, subjects=[subject]), "known": recorded_fingerprints(subject)}
    queries["published"] = haste_query(subject, at)
    told = read_together(db(), queries)
    return {
        "authority": authority,
        "is_example": authority.is_example,
        "name": json.loads(found.submission.content)["authority"]["name"],
        "found": found,
        "others": others,
        "subject": subject,
        "changes": told["changes"][0].number,
        "published": told["published"],
        "known": {row.fingerprint for row in told["known"]},
    }


def _asked(versions: list[PublicVersion], name: str, usual: PublicVersion) -> PublicVersion:
    """Return the version that the address names by the number of its submission; 404 for one that is not public."""
    wanted = request.args.get(name, "")
    if not wanted:
        return usual
    return next((one for one in versions if str(one.number) == wanted), None) or abort(404)
