"""The agreements: what each is, what it asks by when, and who signed."""

from collections import Counter

from flask import Blueprint, Response, abort

from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.database import db
from common.web.rendering import render
from registry.agreements.reading import (
    all_agreements,
    counts_of_sources,
    current_version,
    in_force_among,
    successors_of,
)
from registry.signatures.signatories import signatories, signatory_counts

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/afspraken")
@public
def index() -> Response:
    """All agreements, the one in force first."""
    session, at = db(), asked_as_of()
    agreements = all_agreements(session, at.moment)
    return render(
        "registry/participants/agreements/index.html",
        agreements=[(agreement, current_version(agreement, at.moment)) for agreement in agreements],
        counts=signatory_counts(session, at),
        in_force=in_force_among(agreements, at),
        today=at.day,
    )


@blueprint.get("/afspraken/<slug>")
@public
def detail(slug: str) -> Response:
    """One agreement: period, themes, what it asks by when, its parties by kind, what came before and after."""
    session, at = db(), asked_as_of()
    agreements = all_agreements(session, at.moment)
    by_slug = {agreement.slug: agreement for agreement in agreements}
    agreement = by_slug.get(slug) or abort(404)
    version = current_version(agreement, at.moment)
    parties = signatories(session, agreement.id, at)
    return render(
        "registry/participants/agreements/detail.html",
        is_example=agreement.is_example,
        agreement=agreement,
        version=version,
        today=at.day,
        in_force=in_force_among(agreements, at) is agreement,
        kinds=Counter(one.kind for one in parties),
        represented=sum(one.represented_by is not None for one in parties),
        predecessor=by_slug.get(version.predecessor_slug or ""),
        source_counts=counts_of_sources(version),
        successors=successors_of(agreement, agreements, at.moment),
    )
