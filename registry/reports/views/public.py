"""The published report, for everybody."""

import json

from flask import Response, abort, request

from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.changes import change_count
from common.web.database import db
from common.web.rendering import render
from registry.agreements.reading import current_version, find_agreement
from registry.authorities.reading import find_authority
from registry.reports.display import PUBLIC, shown_submission
from registry.reports.published import publication_of, published_reports
from registry.reports.views.blueprint import blueprint


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>")
@public
def published(slug: str, jaar: int) -> Response:
    """One authority's report over one year, as it was published."""
    session, at = db(), asked_as_of()
    authority = find_authority(session, slug, at.moment) or abort(404)
    wanted = request.args.get("afspraak", "")
    agreement = find_agreement(session, wanted, at.moment) if wanted else None
    if wanted and agreement is None:
        abort(404)
    found = publication_of(session, authority, agreement, jaar, at) or abort(404)
    subject = f"report:{authority.code}/{found.agreement.slug}/{jaar}"
    sections = shown_submission(found.submission, audience=PUBLIC)
    return render(
        "registry/reports/published.html",
        authority=authority,
        is_example=authority.is_example,
        name=json.loads(found.submission.content)["authority"]["name"],
        found=found,
        agreement=current_version(found.agreement, at.moment),
        sections=sections,
        summary=next((answer for part in sections for answer in part.answers if answer.question.summary), None),
        subject=subject,
        changes=change_count(session, at, subjects=[subject]),
        others=[row for row in published_reports(session, authority.id, at) if row.report.id != found.report.id],
    )
