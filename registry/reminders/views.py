"""/redactie/herinneringen: the rounds that come, who gets what and how it reads, and the rounds that went."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common import unsaved
from common.clock import today
from common.errors import Refused
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.reading import by_code
from registry.permissions import may_remind
from registry.reminders.editing import LONGEST_WORDS, WordsChanged, add_words, key_of, leave_out, put_back
from registry.reminders.mails import preview
from registry.reminders.models import ReminderKind
from registry.reminders.planning import RoundKey, by_round, coming_up, in_round
from registry.reminders.reading import edition_titles, receivers_of, words_of
from registry.reminders.sending import sent_rounds

blueprint = Blueprint("reminders", __name__, url_prefix="/redactie/herinneringen")
SHOWN = 30
"""Rounds that went, on the page."""


@blueprint.get("")
@signed_in
def index() -> Response:
    """What goes next and whom it reaches, who cannot be reached, and what went before."""
    authorise(may_remind(current_user))
    items = coming_up(db(), today())
    sent = sent_rounds(db(), SHOWN)
    titles = edition_titles(db(), {one.key.edition_id for one in items} | {one.row.edition_id for one in sent})
    unreached = {item.one.who.code: item for item in items if not item.people}
    return no_store(
        render(
            "registry/reminders/index.html",
            rounds=by_round(items),
            sent=sent,
            titles=titles,
            unreached=sorted(unreached.values(), key=lambda item: item.one.who.sort_name),
            kinds=kind_names(),
            today=today(),
            url_of=url_of,
        )
    )


@blueprint.get("/<int:editie>/<soort>/<dag>")
@signed_in
def detail(editie: int, soort: str, dag: str) -> Response:
    """One round: who gets it, how it reads, and before it goes a word of staff and who is left out."""
    key = _load(editie, soort, dag)
    kept = kept_fields(_path(key))
    return _page(key, kept.get("woorden") if kept else None)


@blueprint.post("/<int:editie>/<soort>/<dag>/woorden")
@signed_in
def words(editie: int, soort: str, dag: str) -> BaseResponse:
    """Add a word to a round; 409 with both texts where a colleague wrote one meanwhile."""
    key = _load(editie, soort, dag)
    if not in_round(db(), key, today()):
        return _gone()
    typed = request.form.get("woorden", "")
    try:
        add_words(db(), key, typed, seen=request.form.get("gezien", ""), actor=actor_here())
    except WordsChanged as conflict:
        db().rollback()
        return _page(key, typed, theirs=conflict.theirs)
    except Refused as refused:
        db().rollback()
        return _page(key, typed, str(_(refused.sentence, **refused.values)))
    unsaved.forget(db(), current_user.id, _path(key))
    db().commit()
    flash(_("Bewaard. Zo gaat de herinnering uit."), "success")
    return redirect(url_of(key), 303)


@blueprint.post("/<int:editie>/<soort>/<dag>/overslaan")
@signed_in
def skip(editie: int, soort: str, dag: str) -> BaseResponse:
    """Leave an authority out of a round, or put it back with `terug`."""
    key = _load(editie, soort, dag)
    if not in_round(db(), key, today()):
        return _gone()
    authority = by_code(db(), request.form.get("organisatie", ""))
    if authority is None:
        return redirect(url_of(key), 303)
    if request.form.get("terug"):
        put_back(db(), key, authority, actor=actor_here())
    else:
        leave_out(db(), key, authority, actor=actor_here())
    db().commit()
    return redirect(url_of(key) + f"#{authority.code}", 303)


@blueprint.get("/<int:editie>/<soort>/<dag>/<any(woorden, overslaan):stap>")
@signed_in
def back_to_round(editie: int, soort: str, dag: str, stap: str) -> BaseResponse:
    """Show the round again to who reloads, or changes the language of, a page with a refused form."""
    return redirect(url_of(_load(editie, soort, dag)), 303)


def url_of(key: RoundKey) -> str:
    """Return the address of a round."""
    return url_for("reminders.detail", editie=key.edition_id, soort=key.kind.value, dag=key.planned_on.isoformat())


def kind_names() -> dict[ReminderKind, str]:
    """Return what the rounds are called, in the reader's language."""
    return {
        ReminderKind.OPENING: _("Bij de opening"),
        ReminderKind.MONTH_BEFORE: _("30 dagen voor de laatste dag"),
        ReminderKind.WEEK_BEFORE: _("7 dagen voor de laatste dag"),
        ReminderKind.DAY_AFTER: _("De dag na de laatste dag"),
        ReminderKind.EXTRA: _("Met de hand verstuurd"),
    }


def _load(edition_id: int, kind: str, day: str) -> RoundKey:
    authorise(may_remind(current_user))
    key = key_of(edition_id, kind, day)
    if key is None or not edition_titles(db(), {edition_id}):
        abort(404)
    return key


def actor_here() -> Actor:
    """Return how the ledger names this member of staff."""
    role = StaffRole.REVIEWER if has_staff_role(current_user, StaffRole.REVIEWER) else StaffRole.ADMINISTRATOR
    return actor_for(current_user, role)


def _gone() -> BaseResponse:
    flash(_("Deze ronde is al verstuurd of gaat niet meer door."), "warning")
    return redirect(url_for("reminders.index"), 303)


def _path(key: RoundKey) -> str:
    return f"/redactie/herinneringen/{key.edition_id}/{key.kind.value}/{key.planned_on.isoformat()}"


def _page(key: RoundKey, typed: str | None = None, error: str = "", theirs: str | None = None) -> Response:
    session, day = db(), today()
    items = in_round(session, key, day)
    sent = receivers_of(session, key)
    if not items and not sent:
        abort(404)
    said = words_of(session, key)
    first = next((item for item in items if item.goes), None)
    return no_store(
        render(
            "registry/reminders/detail.html",
            status=409 if theirs is not None else 422 if error else 200,
            key=key,
            title=edition_titles(session, {key.edition_id})[key.edition_id],
            kinds=kind_names(),
            items=items,
            sent=sent,
            said=said,
            typed=said if typed is None else typed,
            error=error,
            theirs=theirs,
            longest=LONGEST_WORDS,
            mail=preview(first, max(day, key.planned_on), page_language(), said) if first else None,
            today=day,
            may_change=bool(items),
            keeper=keeper_fields(_path(key)),
            url=_path(key),
        )
    )
