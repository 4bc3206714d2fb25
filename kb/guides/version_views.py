"""Pages on which staff publish a guide, and read its versions with what changed between them."""

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from accounts.people import actor_for, has_staff_role
from common.comparing import Part, changed_fields
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from kb.guides.editing_views import blueprint
from kb.guides.fields import fields_of
from kb.guides.files import gone_from
from kb.guides.forms import form_of, labels
from kb.guides.models import Guide, Revision
from kb.guides.writing import (
    RevisionConflict,
    find_guide,
    newest_revision,
    public_revision,
    publish_guide,
    revision_with,
)
from kb.permissions import may_publish_guide, may_write_guide


@blueprint.get("/<slug>/publiceren")
@signed_in
def confirm_publishing(slug: str) -> Response:
    """What will change for readers, before it does."""
    authorise(may_publish_guide(current_user))
    session = db()
    return _confirm_page(session, _guide(session, slug))


@blueprint.post("/<slug>/publiceren")
@signed_in
def publish(slug: str) -> BaseResponse:
    """Make the newest text public; 409 when that is not the text that was looked at."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = _guide(session, slug)
    role = StaffRole.EDITOR if has_staff_role(current_user, StaffRole.EDITOR) else StaffRole.ADMINISTRATOR
    if gone_from(session, newest_revision(session, guide).html):
        return _confirm_page(session, guide, status=422)
    try:
        published = publish_guide(
            session, guide, request.form.get("versie", 0, int), actor=actor_for(current_user, role)
        )
    except RevisionConflict:
        return _confirm_page(session, guide, status=409, newer=True)
    session.commit()
    flash(_("Versie %(num)s staat op de site.", num=published.number), "success")
    return redirect(url_for("guides.detail", slug=slug), 303)


@blueprint.get("/<slug>/versies")
@signed_in
def versions(slug: str) -> Response:
    """Every version that was ever saved, newest first."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = _guide(session, slug)
    rows = session.execute(
        select(
            Revision.number,
            Revision.title,
            Revision.created_at,
            Revision.published_at,
            Revision.superseded_at,
            Revision.change_note,
            User.name.label("author"),
        )
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.guide_id == guide.id)
        .order_by(Revision.number.desc())
    ).all()
    return no_store(render("kb/guides/versions.html", slug=slug, rows=rows, title=rows[0].title))


@blueprint.get("/<slug>/versies/<int:number>")
@signed_in
def version(slug: str, number: int) -> Response:
    """One version as it read, and what changed since the one before."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = _guide(session, slug)
    revision = revision_with(session, guide, number) or abort(404)
    before = revision_with(session, guide, number - 1)
    newest = newest_revision(session, guide)
    author = session.get(User, revision.author_id) if revision.author_id else None
    return no_store(
        render(
            "kb/guides/version.html",
            slug=slug,
            revision=revision,
            before=before,
            newest_number=newest.number,
            author=author.name if author else "",
            changes=_changes(before, revision) if before else [],
        )
    )


def _guide(session: Session, slug: str) -> Guide:
    return find_guide(session, slug) or abort(404)


def _confirm_page(session: Session, guide: Guide, *, status: int = 200, newer: bool = False) -> Response:
    newest, shown = newest_revision(session, guide), public_revision(session, guide)
    return no_store(
        render(
            "kb/guides/publish.html",
            status=status,
            slug=guide.slug,
            newest=newest,
            shown=shown,
            newer=newer,
            gone=gone_from(session, newest.html),
            changes=_changes(shown, newest) if shown else [],
        )
    )


def _changes(before: Revision, after: Revision) -> list[tuple[str, list[Part]]]:
    """Return each field that differs, with what went and what came in it."""
    return changed_fields(_texts(before), _texts(after), labels())


def _texts(revision: Revision) -> dict[str, str]:
    form = form_of(fields_of(revision), 0)
    return {**form.texts, **{name: "\n".join(values) for name, values in form.lists.items()}}


__all__ = ["blueprint"]
