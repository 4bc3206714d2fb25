"""Public pages about the past of a guide: its versions, and the difference between two of them."""

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common.comparing import changed_fields, fields_side_by_side
from common.vocabulary import Terms, product_group_names, vocabulary
from common.web.access import public
from common.web.addresses import stored_number
from common.web.database import db
from common.web.languages import format_day, text_in_language
from common.web.rendering import render
from kb.guides.history import author_names, endings_of, public_versions
from kb.guides.models import EndingKind, Guide, GuideEnding, Revision
from kb.guides.reading import find_version
from kb.guides.views import moved_on
from kb.guides.writing import find_guide

blueprint = Blueprint("guide_history", __name__)


@blueprint.get("/kennisbank/<slug>/geschiedenis")
@public
def history(slug: str) -> BaseResponse:
    """Every version that was public, with what was said of it and by whom it was proposed."""
    session = db()
    guide = find_guide(session, slug)
    if guide is None:
        return moved_on(session, slug, "guide_history.history")
    endings = _endings(session, guide)
    versions = public_versions(session, guide, author_names(current_app)) or abort(404)
    return render(
        "kb/guides/history.html",
        slug=slug,
        versions=versions,
        endings=endings,
        ended=bool(endings) and endings[0].kind != EndingKind.BACK,
        corrections=sum(version.is_correction for version in versions),
        current=next((version for version in versions if version.is_current), None),
    )


@blueprint.get("/kennisbank/<slug>/verschil")
@public
def difference(slug: str) -> BaseResponse:
    """What changed between any two public versions, by word inline, or side by side."""
    session = db()
    if find_guide(session, slug) is None:
        return moved_on(session, slug, "guide_history.difference")
    if not {"van", "tot"} <= request.args.keys():
        return redirect(url_for("guide_history.history", slug=slug), 303)
    numbers = sorted(request.args.get(name, 0, stored_number) for name in ("van", "tot"))
    old, new = (find_version(session, slug, number) or abort(404) for number in numbers)
    beside = request.args.get("weergave") == "naast"
    compared = fields_side_by_side if beside else changed_fields
    return render(
        "kb/guides/difference.html",
        slug=slug,
        old=old,
        new=new,
        beside=beside,
        versions=public_versions(session, new.guide),
        changes=compared(_texts(old), _texts(new), _labels()),
    )


def _endings(session: Session, guide: Guide) -> list[GuideEnding]:
    """Return how a guide of which the past may be read ended; 404 where it was taken off the site."""
    endings = endings_of(session, guide)
    if endings and endings[0].kind == EndingKind.UNPUBLISHED:
        abort(404)
    return endings


def _labels() -> dict[str, str]:
    return {
        "title": _("Titel"),
        "summary": _("Samenvatting"),
        "body": _("Tekst"),
        "sources": _("Bronnen"),
        "kind": _("Soort"),
        "level": _("Niveau"),
        "themes": _("Thema's"),
        "product_groups": _("Productgroepen"),
        "related": _("Lees ook"),
        "owner": _("Beheer"),
        "reviewed": _("Nagekeken"),
        "due": _("Weer uiterlijk"),
    }


def _texts(revision: Revision) -> dict[str, str]:
    """Return what a version says, in words for a reader."""
    words = vocabulary()
    groups = product_group_names()
    role = _name(words.roles, revision.reviewed_by or "")
    reviewed = " ".join(part for part in (format_day(revision.reviewed_on), f"({role})" if role else "") if part)
    return {
        "title": revision.title,
        "summary": revision.summary,
        "body": revision.body,
        "sources": "\n".join(f"{source['title']}: {source['url']}" for source in revision.sources),
        "kind": _name(words.guide_kinds, revision.kind),
        "level": _name(words.guide_levels, revision.level),
        "themes": "\n".join(_name(words.themes, code) for code in revision.themes),
        "product_groups": "\n".join(text_in_language(groups.get(code, code)) for code in revision.product_groups),
        "related": "\n".join(f"/kennisbank/{slug}" for slug in revision.related),
        "owner": _name(words.roles, revision.owner),
        "reviewed": reviewed,
        "due": format_day(revision.review_due_on),
    }


def _name(terms: Terms, code: str) -> str:
    return text_in_language(terms[code].name) if code in terms else code
