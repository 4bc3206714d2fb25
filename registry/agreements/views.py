"""The agreements: what each is, what it asks by when, and who signed."""

from collections import Counter

from flask import Blueprint, Response, abort

from common import clock
from common.web.access import public
from common.web.database import db
from common.web.rendering import render
from registry.agreements.reading import (
    all_agreements,
    counts_of_sources,
    current_version,
    in_force_among,
    successors_of,
)
from registry.agreements.signatories import signatories, signatory_counts

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/afspraken")
@public
def index() -> Response:
    """All agreements, the one in force first."""
    session, today = db(), clock.today()
    agreements = all_agreements(session)
    return render(
        "registry/agreements/index.html",
        agreements=[(agreement, current_version(agreement)) for agreement in agreements],
        counts=signatory_counts(session, today),
        in_force=in_force_among(agreements, today),
        today=today,
    )


@blueprint.get("/afspraken/<slug>")
@public
def detail(slug: str) -> Response:
    """One agreement: period, themes, what it asks by when, its parties by kind, what came before and after."""
    session, today = db(), clock.today()
    agreements = all_agreements(session)
    by_slug = {agreement.slug: agreement for agreement in agreements}
    agreement = by_slug.get(slug) or abort(404)
    version = current_version(agreement)
    parties = signatories(session, agreement.id, today)
    return render(
        "registry/agreements/detail.html",
        is_example=agreement.is_example,
        agreement=agreement,
        version=version,
        today=today,
        in_force=in_force_among(agreements, today) is agreement,
        kinds=Counter(one.kind for one in parties),
        represented=sum(one.represented_by is not None for one in parties),
        predecessor=by_slug.get(version.predecessor_slug or ""),
        source_counts=counts_of_sources(version),
        successors=successors_of(agreement, agreements),
    )
