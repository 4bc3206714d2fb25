"""The agreements: what each is, what it asks by when, who signed, and what each version said."""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.people import authority_codes
from common import clock
from common.together import read_together
from common.versions import AsOf
from common.web.access import authorise, public, signed_in
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.changes import change_count_query
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.rendering import render
from registry.agreements.content import content_of, public_content
from registry.agreements.desk import open_bench
from registry.agreements.draft_fields import content_from
from registry.agreements.models import AgreementVersion
from registry.agreements.reading import all_agreements, current_version, find_agreement, in_force_among
from registry.editions.reading import years_asked
from registry.participants.agreement_pages import (
    changes_between,
    detail_values,
    is_current,
    older_numbers,
    preview_values,
    versions_of,
)
from registry.permissions import may_manage_agreements, may_prepare_signing, may_see_agreement_drafts
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
    values = detail_values(session, slug, at) or abort(404)
    queries = {"changes": change_count_query(at, subjects=[f"agreement:{slug}"]), "years": years_asked(slug, at.moment)}
    told = read_together(session, queries)
    values["changes"] = told["changes"][0].number
    values["years"] = sorted((row.year for row in told["years"]), reverse=True)
    return render("registry/participants/agreements/detail.html", preview=False, **values, **_own(values))


@blueprint.get("/redactie/afspraken/<slug>/voorbeeld")
@signed_in
def preview(slug: str) -> Response:
    """A draft as its page will be, for staff."""
    authorise(may_see_agreement_drafts(current_user))
    session = db()
    bench = open_bench(session, slug) or abort(404)
    content, _unread = content_from(bench.fields, slug, is_example=bench.is_example)
    number = (bench.current.number if bench.current else 0) + (1 if bench.draft or not bench.current else 0)
    if bench.current:
        content.version["signing"] = bench.current.signing
    values = preview_values(session, content, number, AsOf(clock.today()))
    return no_store(
        render(
            "registry/participants/agreements/detail.html",
            preview=True,
            may_manage=may_manage_agreements(current_user),
            may_sign_for=[],
            has_signed=False,
            older={},
            signed_older=None,
            **values,
        )
    )


@blueprint.get("/afspraken/<slug>/versies")
@public
def versions(slug: str) -> Response:
    """Every version that was ever published, newest first, with how many are bound by it."""
    session, at = db(), asked_as_of()
    found = _versions(session, slug, at)
    parties = signatories(session, found[0].agreement_id, at)
    return render(
        "registry/participants/agreements/versions.html",
        is_example=found[0].agreement.is_example,
        versions=found,
        current=next(one for one in found if is_current(one, at)),
        bound=Counter(one.text_number for one in parties),
    )


@blueprint.get("/afspraken/<slug>/versies/<int:number>")
@public
def version(slug: str, number: int) -> Response:
    """One version as it read, what changed since the one before, and its fingerprint."""
    session, at = db(), asked_as_of()
    found = _versions(session, slug, at)
    by_number = {one.number: one for one in found}
    shown = by_number.get(number) or abort(404)
    before = by_number.get(number - 1)
    parties = signatories(session, shown.agreement_id, at)
    return render(
        "registry/participants/agreements/version.html",
        is_example=shown.agreement.is_example,
        version=shown,
        before=before,
        after=by_number.get(number + 1),
        is_current=is_current(shown, at),
        changes=changes_between(before, shown, page_language()),
        bound=sum(one.text_number == number for one in parties),
    )


@blueprint.get("/afspraken/<slug>/versies/<int:number>.json")
@public
def version_json(slug: str, number: int) -> Response:
    """The canonical JSON of a version: exactly the bytes whose SHA-256 is its fingerprint."""
    found = _versions(db(), slug, asked_as_of(download=True))
    shown = next((one for one in found if one.number == number), None) or abort(404)
    return as_canonical_response(public_content(content_of(shown), shown.number), f"{slug}-versie-{number}")


def _versions(session: Session, slug: str, at: AsOf) -> list[AgreementVersion]:
    agreement = find_agreement(session, slug, at.moment) or abort(404)
    return versions_of(session, agreement, at)


def _own(values: dict[str, Any]) -> dict[str, Any]:
    """Return what concerns the visitor: for whom he may sign, and whether he is bound by an older version."""
    version, parties = values["version"], values["parties"]
    codes = authority_codes(current_user)
    own = [one for one in parties if one.code in codes]
    signed = {one.code for one in own}
    return {
        "may_manage": may_manage_agreements(current_user),
        "may_sign_for": [c for c in codes if may_prepare_signing(current_user, c) and c not in signed],
        "has_signed": bool(own),
        "older": older_numbers(parties, version),
        "signed_older": min(older_numbers(own, version), default=None),
    }
