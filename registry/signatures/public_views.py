"""/deelnemers/<slug>/ondertekeningen/<id>.json: what is public of a signature, as the bytes of its fingerprint."""

from flask import Blueprint, Response, abort
from sqlalchemy import select

from common.versions import known_at
from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.database import db
from registry.authorities.models import Authority
from registry.signatures.content import public_content
from registry.signatures.models import SignatureParty, SignatureVersion

blueprint = Blueprint("signature_files", __name__)


@blueprint.get("/deelnemers/<slug>/ondertekeningen/<int:signed_id>.json")
@public
def version(slug: str, signed_id: int) -> Response:
    """The public version, as the site knew it at `beschikbaarOp`; 404 for what is not confirmed or binds another."""
    at = asked_as_of(download=True)
    found = (
        db()
        .scalars(
            select(SignatureVersion)
            .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
            .join(Authority, Authority.id == SignatureParty.authority_id)
            .where(Authority.slug == slug, SignatureVersion.signature_id == signed_id)
            .where(known_at(SignatureVersion, at.moment), SignatureVersion.confirmed.is_(True))
        )
        .one_or_none()
    )
    if found is None:
        abort(404)
    content = public_content(found.signature, found)
    return as_canonical_response(content, f"ondertekening-{signed_id}")
