"""The public file of a certificate, and the list of all of them for a beheerder."""

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from common.clock import today
from common.versions import AsOf
from common.web.access import authorise, public, signed_in
from common.web.addresses import stored_number
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.database import db, no_store
from common.web.rendering import render
from registry.authorities.naming import fold
from registry.authorities.reading import version_on
from registry.certificates.content import public_content
from registry.certificates.keeping import document_hash
from registry.certificates.reading import all_held, find_certificate, version_at
from registry.permissions import may_oversee_certificates

files = Blueprint("certificate_files", __name__)
blueprint = Blueprint("certificate_desk", __name__)

PER_PAGE = 50


@files.get("/certificaten/<int:certificate_id>.json")
@public
def canonical(certificate_id: int) -> Response:
    """What the register says of a certificate, as the bytes of which the ledger holds the fingerprint."""
    session, at = db(), asked_as_of(download=True)
    certificate = find_certificate(session, certificate_id) or abort(404)
    version = version_at(session, certificate, at) or abort(404)
    content = public_content(certificate, version, document_hash(session, version))
    return as_canonical_response(content, "certificaat")


@blueprint.get("/redactie/certificaten")
@signed_in
def index() -> Response:
    """All certificates by name of the authority, or those of which the name holds the words."""
    authorise(may_oversee_certificates(current_user))
    q = " ".join(request.args.get("q", "").split())[:200]
    rows = [(version_on(held.certificate.authority, today()), held) for held in all_held(db(), AsOf(today()))]
    wanted = fold(q)
    found = sorted(
        ((version.name, held) for version, held in rows if wanted in version.search_text), key=lambda row: row[0]
    )
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, request.args.get("pagina", 1, stored_number)), pages)
    return no_store(
        render(
            "registry/certificates/desk.html",
            q=q,
            rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
            page=page,
            pages=pages,
            url_for_page=lambda number: url_for(".index", q=q or None, pagina=number),
        )
    )
