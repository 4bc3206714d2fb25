"""A guide as PDF, to keep and to print."""

import re
from typing import Any

from flask import Blueprint, current_app, make_response
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from common.clock import local
from common.files.models import Attachment
from common.typesetting import TypesettingError
from common.vocabulary import product_group_names, vocabulary
from common.web.access import public
from common.web.database import db
from common.web.downloads import refuse
from common.web.languages import format_day, href, in_language, text_in_language
from common.web.limits import limited
from kb.guides.files import named_in
from kb.guides.models import Revision
from kb.guides.paper import Picture, as_pdf
from kb.guides.reading import find_public
from kb.guides.views import elsewhere
from kb.permissions import may_read_guide_file

blueprint = Blueprint("guide_paper", __name__)
_PICTURE = re.compile(r"/bestanden/(\d{1,10})/")


@blueprint.get("/kennisbank/<slug>.pdf")
@public
@limited("export")
def pdf(slug: str) -> Response:
    """A guide as accessible PDF, in the language of its text."""
    session = db()
    revision = find_public(session, slug)
    if revision is None:
        return elsewhere(session, slug, "guide_paper.pdf")
    pictures = _pictures(session, revision.html)
    session.rollback()  # making the file takes a moment, and reads nothing more
    response = make_response(_made(revision, slug, pictures))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _made(revision: Revision, slug: str, picture: Picture) -> bytes:
    address = current_app.config["SITE_URL"] + href(f"/kennisbank/{slug}", revision.language)
    try:
        with in_language(revision.language):
            return as_pdf(revision, address, _facts(revision), _words(), picture)
    except TypesettingError as error:
        current_app.logger.error("no PDF of guide %s could be made: %s", slug, error.reason)
        refuse(503, _("De PDF maken lukt nu niet. Probeer het straks opnieuw."))


def _words() -> dict[str, str]:
    return {
        "sources": _("Bronnen"),
        "picture": _("Afbeelding"),
        "newest": _("De nieuwste versie staat op"),
    }


def _facts(revision: Revision) -> list[tuple[str, str]]:
    words, groups = vocabulary(), product_group_names()
    published = local(revision.published_at).date() if revision.published_at else None
    reviewed = format_day(revision.reviewed_on)
    role = words.roles.get(revision.reviewed_by or "")
    if role and reviewed:
        reviewed = _("%(day)s, door een %(role)s", day=reviewed, role=text_in_language(role.name).lower())
    facts = [
        (_("Thema's"), ", ".join(text_in_language(words.themes[code].short) for code in revision.themes)),
        (_("Productgroepen"), ", ".join(text_in_language(groups[code]) for code in revision.product_groups)),
        (_("Versie"), _("%(number)s, van %(day)s", number=revision.number, day=format_day(published))),
        (_("Nagekeken"), reviewed),
        (_("Weer uiterlijk"), format_day(revision.review_due_on)),
    ]
    return [(name, value) for name, value in facts if value]


def _pictures(session: Session, html: str) -> Picture:
    """Return what gives the pictures that a public text shows, read from the storage when asked for."""
    query = select(Attachment).options(joinedload(Attachment.file)).where(Attachment.id.in_(named_in(html)))
    found = {one.id: one for one in session.scalars(query.where(Attachment.removed_at.is_(None)))}
    storage: Any = current_app.extensions["file_storage"]
    may_read = may_read_guide_file(current_user, is_public=True)

    def content(address: str) -> bytes | None:
        number = _PICTURE.match(address)
        attachment = found.get(int(number[1])) if number and may_read else None
        if attachment is None or attachment.subject.partition(":")[0] not in {"guide", "proposal"}:
            return None
        try:
            with storage.open(attachment.file.sha256) as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None

    return content
