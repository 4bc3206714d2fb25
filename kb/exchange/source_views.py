"""GET /kennisbank/<slug>.md: the text of one guide, as `flask kb export` writes it.

It names no guide that is not public. Of a guide that has such a one beside it, `basis` is then another than in the
export, so that an import of this file takes away nothing that it does not show.
"""

from dataclasses import replace

from flask import Blueprint, make_response
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from common.files.models import Attachment
from common.web.access import public
from common.web.database import db
from kb.exchange.pictures import Pictures
from kb.guides.fields import fields_of
from kb.guides.files import named_in
from kb.guides.front_matter import GuideFile, write_guide
from kb.guides.models import Guide, GuideAddress, Revision
from kb.guides.reading import find_public, is_public, public_titles
from kb.guides.renaming import present_addresses
from kb.guides.views import elsewhere

blueprint = Blueprint("guide_source", __name__)


@blueprint.get("/kennisbank/<slug>.md")
@public
def source(slug: str) -> Response:
    """The public text of a guide with its front matter."""
    session = db()
    revision = find_public(session, slug)
    if revision is None:
        return elsewhere(session, slug, "guide_source.source")
    response = make_response(write_guide(public_file(session, revision)))
    response.headers["Content-Type"] = "text/markdown; charset=utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.md"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def public_file(session: Session, revision: Revision) -> GuideFile:
    """Return what a folder says of a guide with this text, without the names of what is not public. Five queries."""
    guide = revision.guide
    original = select(Guide.slug).join(Revision, Revision.guide_id == Guide.id).where(is_public())
    present = present_addresses(session, revision.related)
    shown = public_titles(session, set(present.values()))
    former = select(GuideAddress.slug).where(GuideAddress.guide_id == guide.id).order_by(GuideAddress.slug)
    fields = fields_of(revision)
    return GuideFile(
        slug=guide.slug,
        fields=replace(
            fields,
            body=_pictures(session, revision.html).outward(fields.body),
            related=tuple(slug for slug in fields.related if present.get(slug) in shown),
        ),
        translation_of=session.scalar(original.where(Guide.id == guide.translation_of_id)),
        four_eyes=guide.four_eyes,
        former_addresses=tuple(session.scalars(former)),
    )


def _pictures(session: Session, html: str) -> Pictures:
    """Return the files that a text names, as far as guides and proposals have them."""
    found = Pictures()
    named = named_in(html)
    if named:
        of_guides = or_(Attachment.subject.startswith("guide:"), Attachment.subject.startswith("proposal:"))
        query = select(Attachment).where(Attachment.id.in_(named), of_guides, Attachment.removed_at.is_(None))
        found.add(session.scalars(query))
    return found
