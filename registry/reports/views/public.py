"""The published report, for everybody."""

import json

from flask import Response, abort, request

from common.versions import AsOf
from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.changes import change_count
from common.web.database import db
from common.web.rendering import render
from registry.agreements.reading import current_version, find_agreement
from registry.authorities.models import Authority
from registry.authorities.reading import find_authority
from registry.reports.display import PUBLIC, shown_submission
from registry.reports.public_content import public_content, public_fingerprint
from registry.reports.published import PublishedReport, publication_of, published_reports
from registry.reports.views.blueprint import blueprint


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>")
@public
def published(slug: str, jaar: int) -> Response:
    """One authority's report over one year, as it was published."""
    session, at = db(), asked_as_of()
    authority, found = _load(slug, jaar, at)
    subject = f"report:{authority.code}/{found.agreement.slug}/{jaar}"
    sections = shown_submission(found.submission, audience=PUBLIC)
    return render(
        "registry/reports/published.html",
        authority=authority,
        is_example=authority.is_example,
        name=json.loads(found.submission.content)["authority"]["name"],
        found=found,
        mark=public_fingerprint(session, found.submission),
        agreement=current_version(found.agreement, at.moment),
        sections=sections,
        summary=next((answer for part in sections for answer in part.answers if answer.question.summary), None),
        subject=subject,
        changes=change_count(session, at, subjects=[subject]),
        others=[row for row in published_reports(session, authority.id, at) if row.report.id != found.report.id],
    )


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>.json")
@public
def published_file(slug: str, jaar: int) -> Response:
    """What the public may read of a report, as the bytes of which the fingerprint at publication was taken."""
    authority, found = _load(slug, jaar, asked_as_of(download=True))
    return as_canonical_response(public_content(found.submission), f"rapportage-{authority.slug}-{jaar}")


def _load(slug: str, year: int, at: AsOf) -> tuple[Authority, PublishedReport]:
    session = db()
    authority = find_authority(session, slug, at.moment) or abort(404)
    wanted = request.args.get("afspraak", "")
    agreement = find_agreement(session, wanted, at.moment) if wanted else None
    if wanted and agreement is None:
        abort(404)
    return authority, publication_of(session, authority, agreement, year, at) or abort(404)
