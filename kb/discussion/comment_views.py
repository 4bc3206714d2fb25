"""/kennisbank/<slug>/opmerkingen: what people with an account say at a guide, as a page and as a part of the guide."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from accounts.people import actor_for, has_staff_role
from accounts.security_events import PERSON
from common import unsaved
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render, wants_fragment
from common.web.unsaved import keeper_fields, kept_fields
from kb.discussion import comments, threads
from kb.discussion.comment_forms import CommentForm, checked, place_of, sections_of_guide, typed
from kb.discussion.comment_mails import mail_about
from kb.discussion.mentions import DESK, mentionable, mentions_in
from kb.discussion.models import Comment
from kb.guides.beside import add_beside
from kb.guides.models import Revision
from kb.guides.reading import GuideCard, ending_of, find_public, moved_to
from kb.guides.renaming import find_by_address
from kb.guides.writing import find_guide, newest_revision
from kb.permissions import may_change_comment, may_comment, may_manage_comments, may_remove_comment

blueprint = Blueprint("guide_comments", __name__)
_PATH = "/kennisbank/<slug>/opmerkingen"


def init_comments(app: Flask) -> None:
    """Show the comments at a guide to who is signed in; the page that is kept for strangers has none."""

    def read(session: Session, card: GuideCard) -> dict[str, int] | None:
        return {"open": threads.count_at(session, card.slug)} if may_comment(current_user) else None

    add_beside(app, "kb/discussion/beside.html", read)


@blueprint.get(_PATH)
@signed_in
def index(slug: str) -> BaseResponse:
    """All comments at a guide by section; ?afgehandeld=1 for those that were dealt with."""
    session = db()
    authorise(may_comment(current_user))
    revision = _revision(session, slug)
    if revision is None:
        return _elsewhere(session, slug)
    kept = kept_fields(request.path)
    form = typed(kept) if kept else CommentForm(section=request.args.get("kopje", ""))
    return _page(session, revision, form, restored=bool(kept))


@blueprint.post(_PATH)
@signed_in
@limited("comment")
def say(slug: str) -> BaseResponse:
    """Add a comment, or an answer; 422 with what is wrong with it."""
    session = db()
    authorise(may_comment(current_user))
    revision = _present(session, slug)
    sections = sections_of_guide(revision)
    form = checked(request.form, sections)
    answered = comments.find(session, revision.guide, form.answers) if form.answers else None
    if form.answers and answered is None:
        form.answers = 0
        form.errors["tekst"] = _("Deze opmerking is er niet meer. Uw antwoord staat nog in het veld hieronder.")
    elif answered:
        form.errors.pop("kopje", None)
    if form.errors:
        return _page(session, revision, form, status=422)
    place = place_of(form, sections, revision.number)
    made = comments.say(session, revision.guide, place, form.text.strip(), answered, actor=_actor())
    _tell(session, revision, made)
    unsaved.forget(session, current_user.id, f"/kennisbank/{revision.guide.slug}/opmerkingen")
    session.commit()
    return _back(revision.guide.slug, made)


def _tell(session: Session, revision: Revision, made: Comment) -> None:
    me: User = current_user._get_current_object()
    found = mentions_in(made.text, mentionable(session, revision.guide_id, made.answers_id, me))
    mail_about(session, revision, made, found, me)
    flash(_("Uw antwoord staat erbij.") if made.answers_id else _("Uw opmerking staat erbij."), "success")
    for name in found.unknown:
        flash(_("Niemand in dit gesprek heet @%(name)s: niemand kreeg daarvoor een mail.", name=name), "info")


@blueprint.get(f"{_PATH}/<int:number>")
@signed_in
def edit(slug: str, number: int) -> Response:
    """One comment, to change or to take away."""
    revision, comment = _one(slug, number)
    kept = kept_fields(request.path)
    return _edit_page(revision.guide.slug, comment, typed(kept) if kept else CommentForm(text=comment.text))


@blueprint.post(f"{_PATH}/<int:number>")
@signed_in
@limited("comment")
def change(slug: str, number: int) -> BaseResponse:
    """Put another text in the place of one's own."""
    revision, comment = _one(slug, number)
    authorise(may_change_comment(current_user, comment))
    form = checked(request.form, {"": ""})
    if form.errors:
        return _edit_page(revision.guide.slug, comment, form, status=422)
    comments.change(db(), revision.guide, comment, form.text.strip(), actor=_actor())
    unsaved.forget(db(), current_user.id, f"/kennisbank/{revision.guide.slug}/opmerkingen/{number}")
    db().commit()
    flash(_("Uw opmerking is gewijzigd."), "success")
    return _back(revision.guide.slug, comment)


@blueprint.post(f"{_PATH}/<int:number>/verwijderen")
@signed_in
def remove(slug: str, number: int) -> BaseResponse:
    """Take a comment away; a second click does no harm."""
    revision, comment = _one(slug, number, gone=True)
    comments.remove(db(), revision.guide, comment, actor=_actor())
    db().commit()
    flash(_("De opmerking is verwijderd."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post(f"{_PATH}/<int:number>/afhandelen")
@signed_in
def resolve(slug: str, number: int) -> BaseResponse:
    """Say that a thread was dealt with."""
    revision, comment = _settled_by_me(slug, number)
    comments.resolve(db(), revision.guide, comment, actor=_actor())
    db().commit()
    flash(_("De opmerking is afgehandeld."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post(f"{_PATH}/<int:number>/heropenen")
@signed_in
def reopen(slug: str, number: int) -> BaseResponse:
    """Open a thread again."""
    revision, comment = _settled_by_me(slug, number)
    comments.reopen(db(), revision.guide, comment, actor=_actor())
    db().commit()
    flash(_("De opmerking staat weer open."), "success")
    return _back(slug, comment)


@blueprint.get(f"{_PATH}/<int:number>/verwijderen")
@blueprint.get(f"{_PATH}/<int:number>/afhandelen")
@blueprint.get(f"{_PATH}/<int:number>/heropenen")
@signed_in
def back(slug: str, number: int) -> BaseResponse:
    """Only a button leads there."""
    return redirect(url_for(".index", slug=slug) + f"#opmerking-{number}", 303)


@blueprint.get("/redactie/opmerkingen")
@signed_in
def desk() -> Response:
    """The guides at which something is open."""
    authorise(may_manage_comments(current_user))
    page = max(request.args.get("pagina", 1, stored_number), 1)
    rows, pages = threads.open_per_guide(db(), page)
    return no_store(
        render(
            "kb/discussion/desk.html",
            rows=rows,
            page=page,
            pages=pages,
            url_for_page=lambda number: url_for(".desk", pagina=number),
        )
    )


def _revision(session: Session, slug: str) -> Revision | None:
    """Return what readers read; for editors also what is not public, for its comments may still be open."""
    shown = find_public(session, slug)
    if shown or not may_manage_comments(current_user):
        return shown
    guide = find_guide(session, slug)
    return newest_revision(session, guide) if guide else None


class _Ended(Exception):
    """The guide was taken from its readers after the form was opened."""


@blueprint.errorhandler(_Ended)
def _not_said(_ended: _Ended) -> Response:
    """Give back what was typed: 409, for the guide was there when its writer began."""
    shown = {"where": request.path, "text": typed(request.form).text}
    return no_store(render("kb/discussion/not_said.html", fragment="opmerkingen", status=409, **shown))


def _present(session: Session, slug: str) -> Revision:
    """Return the guide that a form was opened at, also where it moved since. Raises _Ended."""
    guide = find_by_address(session, slug) or abort(404)
    shown = _revision(session, guide.slug)
    if shown is None and (request.method != "POST" or ending_of(session, guide.slug) is None):
        abort(404)
    if shown is None:
        raise _Ended
    return shown


def _elsewhere(session: Session, slug: str) -> BaseResponse:
    present = moved_to(session, slug) or abort(404)
    return redirect(url_for(".index", slug=present), 301)


def _one(slug: str, number: int, *, gone: bool = False) -> tuple[Revision, Comment]:
    """Return a comment that this person may change or take away; one that is gone already only with `gone`."""
    revision = _present(db(), slug)
    comment = comments.find(db(), revision.guide, number, gone=gone) or abort(404)
    authorise(may_remove_comment(current_user, comment))
    return revision, comment


def _settled_by_me(slug: str, number: int) -> tuple[Revision, Comment]:
    """Return a thread of which this person may say that it was dealt with: who began it, or an editor."""
    revision = _present(db(), slug)
    comment = comments.find(db(), revision.guide, number, gone=True)
    if comment is None or comment.answers_id:
        abort(404)
    authorise(_may_settle(comment))
    return revision, comment


def _may_settle(comment: Comment) -> bool:
    return comment.author_id == current_user.id or may_manage_comments(current_user)


def _actor() -> Actor:
    role = next((one for one in (StaffRole.EDITOR, StaffRole.ADMINISTRATOR) if has_staff_role(current_user, one)), None)
    return actor_for(current_user, role) if role else Actor(PERSON, current_user.id)


def _back(slug: str, comment: Comment) -> BaseResponse:
    return redirect(url_for(".index", slug=slug) + f"#opmerking-{comment.id}", 303)


def _page(
    session: Session, revision: Revision, form: CommentForm, *, status: int = 200, restored: bool = False
) -> Response:
    resolved = request.args.get("afgehandeld") == "1"
    found = threads.threads(session, revision, current_user.id, resolved=resolved)
    names = [one.name for one in mentionable(session, revision.guide_id, None, current_user)]
    return no_store(
        render(
            "kb/discussion/comments.html",
            fragment="opmerkingen",
            in_place=wants_fragment("opmerkingen"),
            status=status,
            revision=revision,
            slug=revision.guide.slug,
            groups=threads.by_section(found, revision),
            resolved=resolved,
            others=threads.count(session, revision.guide_id, resolved=not resolved),
            sections=sections_of_guide(revision),
            form=form,
            restored=restored,
            names=[DESK, *names],
            may_settle=_may_settle,
            may_remove=lambda comment: may_remove_comment(current_user, comment),
            keeper_fields=keeper_fields,
        )
    )


def _edit_page(slug: str, comment: Comment, form: CommentForm, *, status: int = 200) -> Response:
    values: dict[str, Any] = {"slug": slug, "comment": comment, "form": form, "keeper_fields": keeper_fields}
    mine = comment.author_id == current_user.id
    return no_store(render("kb/discussion/comment.html", status=status, mine=mine, **values))
