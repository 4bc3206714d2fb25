"""Pages on which staff read the versions of a guide, compare any two, and put an earlier text back."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import User
from common.comparing import Part, changed_fields, fields_side_by_side
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from kb.guides.desk_blueprint import blueprint, desk_actor, guide_at
from kb.guides.ending import standing_end
from kb.guides.fields import fields_of
from kb.guides.forms import form_of, labels
from kb.guides.models import Guide, Revision
from kb.guides.restoring import restore
from kb.guides.writing import RevisionConflict, newest_revision, public_revision, revision_with
from kb.permissions import may_publish_guide, may_write_guide

_COLUMNS = (
    Revision.number, Revision.title, Revision.created_at, Revision.published_at, Revision.superseded_at,
    Revision.change_note, Revision.publish_at, Revision.is_correction, Revision.restored_from, Revision.merged_with,
    User.name.label("author"),
)  # fmt: skip
PAGE = 100
"""Versions on one page."""


@blueprint.get("/<slug>/versies")
@signed_in
def versions(slug: str) -> Response:
    """Every version that was ever saved, newest first, with two to choose for comparing."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    newest = newest_revision(session, guide).number
    pages = -(-newest // PAGE)  # there is always a first version
    page = min(max(1, request.args.get("pagina", 1, stored_number)), pages)
    older = (Revision.guide_id == guide.id) & (Revision.number <= newest - (page - 1) * PAGE)
    query = select(*_COLUMNS).outerjoin(User, User.id == Revision.author_id).where(older)
    rows = session.execute(query.order_by(Revision.number.desc()).limit(PAGE)).all()
    return no_store(
        render(
            "kb/guides/versions.html",
            slug=slug,
            rows=rows,
            title=rows[0].title,
            ended=standing_end(session, guide) is not None,
            page=page,
            pages=pages,
            url_for_page=lambda number: url_for(".versions", slug=slug, pagina=number),
        )
    )


@blueprint.get("/<slug>/versies/<int:number>")
@signed_in
def version(slug: str, number: int) -> Response:
    """One version as it read, and what changed since the one before."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    revision = revision_with(session, guide, number) or abort(404)
    return _version_page(session, guide, revision)


@blueprint.post("/<slug>/versies/<int:number>/terugzetten")
@signed_in
def put_back(slug: str, number: int) -> BaseResponse:
    """Save this text again as a new version; 409 when somebody saved meanwhile."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    revision = revision_with(session, guide, number) or abort(404)
    try:
        saved = restore(session, guide, number, request.form.get("versie", 0, stored_number), actor=desk_actor())
    except RevisionConflict:
        return _version_page(session, guide, revision, status=409, newer=True)
    session.commit()
    if not saved.changed:
        flash(_("De nieuwste versie zegt al hetzelfde. Er is geen nieuwe versie gemaakt."), "info")
    else:
        flash(_("De tekst van versie %(num)s is nu versie %(new)s. Bezoekers zien hem pas als u publiceert.",
                num=number, new=saved.revision.number), "success")  # fmt: skip
    return redirect(url_for("guide_desk.edit", slug=guide.slug), 303)


@blueprint.get("/<slug>/versies/<int:number>/terugzetten")
@signed_in
def back_to_version(slug: str, number: int) -> BaseResponse:
    """Putting back is done on the page of the version: lead there."""
    authorise(may_write_guide(current_user))
    return redirect(url_for(".version", slug=slug, number=number), 303)


@blueprint.get("/<slug>/vergelijken")
@signed_in
def compared(slug: str) -> Response:
    """Any two versions (?van= and ?tot=), inline or side by side (?naast=1)."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    newest, shown = newest_revision(session, guide), public_revision(session, guide)
    until = revision_with(session, guide, request.args.get("tot", newest.number, stored_number)) or abort(404)
    usual = shown.number if shown and shown.number < until.number else max(1, until.number - 1)
    since = revision_with(session, guide, request.args.get("van", usual, stored_number)) or abort(404)
    return no_store(
        render(
            "kb/guides/compare.html",
            slug=guide.slug,
            since=since,
            until=until,
            newest_number=newest.number,
            public_number=shown.number if shown else None,
            ended=standing_end(session, guide) is not None,
            **differences(since, until, beside="naast" in request.args),
        )
    )


def differences(before: Revision, after: Revision, *, beside: bool) -> dict[str, Any]:
    """Return what changed between two versions for the page that shows it: inline, or side by side."""
    old, new = _texts(before), _texts(after)
    return {
        "beside": beside,
        "changes": [] if beside else changed_fields(old, new, labels()),
        "rows": fields_side_by_side(old, new, labels()) if beside else [],
    }


def changes_between(before: Revision, after: Revision) -> list[tuple[str, list[Part]]]:
    """Return each field that differs, with what went and what came in it."""
    return changed_fields(_texts(before), _texts(after), labels())


def _version_page(
    session: Session, guide: Guide, revision: Revision, *, status: int = 200, newer: bool = False
) -> Response:
    before = revision_with(session, guide, revision.number - 1)
    author = session.get(User, revision.author_id) if revision.author_id else None
    return no_store(
        render(
            "kb/guides/version.html",
            status=status,
            slug=guide.slug,
            revision=revision,
            before=before,
            newest_number=newest_revision(session, guide).number,
            author=author.name if author else "",
            changes=changes_between(before, revision) if before else [],
            newer=newer,
            may_publish=may_publish_guide(current_user),
        )
    )


def _texts(revision: Revision) -> dict[str, str]:
    form = form_of(fields_of(revision), 0)
    return {**form.texts, **{name: "\n".join(values) for name, values in form.lists.items()}}
