"""What staff see of deadlines: who will be late next, who is late, and granting a delay."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, is_staff
from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.typed import read_day
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.models import ObligationKind
from registry.obligations.models import DutyVersion
from registry.obligations.moving import LONGEST, current_version, grant_delay, problems_of
from registry.participants.addresses import page_of
from registry.participants.deadlines import Tab, chosen, open_deadlines
from registry.participants.moved_mails import mail_moved
from registry.permissions import may_grant_delay, may_see_deadlines
from registry.reports.deadlines import follow_deadlines

blueprint = Blueprint("deadlines", __name__, url_prefix="/redactie/termijnen")

PAGE = 25


@blueprint.get("")
@signed_in
def index() -> Response:
    """Two lists: what comes, the first day in front, and what is late, the longest in front."""
    authorise(may_see_deadlines(current_user))
    rows = open_deadlines(db(), today())
    agreements = {one.agreement: one.agreement_title for one in rows}
    tab, asked = _asked(agreements)
    shown = {one: chosen(rows, one, asked["afspraak"], asked["wat"]) for one in Tab}
    page = page_of(len(shown[tab]), request.args.get("pagina", 1, stored_number), PAGE)
    kept: dict[str, Any] = {"stand": tab.value, **{key: value for key, value in asked.items() if value}}
    return no_store(
        render(
            "registry/participants/deadlines/index.html",
            tab=tab,
            tabs=Tab,
            counts={one: len(found) for one, found in shown.items()},
            rows=shown[tab][max(page.first - 1, 0) : page.last],
            page=page,
            asked=asked,
            agreements=agreements,
            may_grant=may_grant_delay(current_user),
            url_of=lambda **changed: url_for(".index", **{**kept, **changed}),
            url_for_page=lambda number: url_for(".index", **kept, pagina=number),
        )
    )


def _asked(agreements: Collection[str]) -> tuple[Tab, dict[str, str]]:
    """Return the list and the filters that the address asks for; what is unknown counts as not asked."""
    known = {"afspraak": agreements, "wat": {kind.value for kind in ObligationKind}}
    asked = {name: request.args.get(name, "") for name in known}
    tab = Tab.LATE if request.args.get("stand") == Tab.LATE else Tab.COMING
    return tab, {name: value if value in known[name] else "" for name, value in asked.items()}


@blueprint.get("/<int:duty_id>/uitstel")
@signed_in
def delay(duty_id: int) -> Response:
    """What is asked of whom by when, and the form for a later day and its reason."""
    version = _load(duty_id)
    kept = kept_fields(_path(duty_id))
    return _form(version, kept.get("datum", ""), kept.get("reden", "")) if kept else _form(version, "", "")


@blueprint.post("/<int:duty_id>/uitstel")
@signed_in
def grant(duty_id: int) -> BaseResponse:
    """Grant the delay, and tell the coördinatoren."""
    version = _load(duty_id)
    typed = request.form.get("datum", "").strip(), request.form.get("reden", "").strip()
    until, made_from = read_day(typed[0]), request.form.get("versie", 0, stored_number)
    wrong = problems_of(version, until, typed[1])
    if wrong and made_from == version.number:
        return _form(version, *typed, {key: _said(problem) for key, problem in wrong.items()})
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    try:
        moved = grant_delay(db(), duty_id, until or today(), typed[1], made_from=made_from, actor=actor)
    except Conflict as conflict:
        db().rollback()
        return _form(_load(duty_id), *typed, conflict=_said(conflict))
    follow_deadlines(db(), [moved])
    mail_moved(db(), [moved])
    unsaved.forget(db(), current_user.id, _path(duty_id))
    db().commit()
    flash(_("De termijn is verschoven. De coördinatoren krijgen bericht."), "success")
    return redirect(url_for(".index"), 303)


def _load(duty_id: int) -> DutyVersion:
    authorise(may_grant_delay(current_user), hidden=not is_staff(current_user))
    return current_version(db(), duty_id) or abort(404)


def _path(duty_id: int) -> str:
    return f"/redactie/termijnen/{duty_id}/uitstel"


def _said(problem: Refused | Conflict) -> str:
    return str(_(problem.sentence, **problem.values))


def _form(
    version: DutyVersion, day: str, reason: str, errors: dict[str, str] | None = None, conflict: str = ""
) -> Response:
    row = next((one for one in open_deadlines(db(), today()) if one.duty_id == version.duty_id), None)
    page = "registry/participants/deadlines/delay.html"
    return no_store(
        render(
            page,
            status=409 if conflict else 422 if errors else 200,
            version=version,
            row=row,
            day=day,
            reason=reason,
            errors=errors or {},
            conflict=conflict,
            longest=LONGEST,
            is_example=version.duty.authority.is_example,
            keeper=keeper_fields(_path(version.duty_id)),
        )
    )
