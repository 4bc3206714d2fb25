"""After handing in: beginning and leaving a correction, and taking back what is not public yet. Each has a page."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_take_back_report
from registry.reports.correcting import begin_correction, leave_correction, withdraw
from registry.reports.mails import mail_withdrawn
from registry.reports.transitions import Event, NoSuchTransition, may_move
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started
from registry.reports.views.handing_in import frame_of, in_words


@blueprint.get("/mijn/rapportages/<int:jaar>/verbeteren")
@signed_in
def correction(jaar: int) -> BaseResponse:
    """What correcting a published report means, with the reason that the public will read."""
    return _page(_open(jaar), Event.CORRECT)


@blueprint.post("/mijn/rapportages/<int:jaar>/verbeteren")
@signed_in
def correct(jaar: int) -> BaseResponse:
    """Open the published report to correct it."""
    return _do(
        _open(jaar), Event.CORRECT,
        lambda desk, reason: begin_correction(db(), started(desk), reason, actor=desk.actor),
        _("U kunt de antwoorden nu verbeteren. Tot u indient, blijft de oude rapportage openbaar."),
    )  # fmt: skip


@blueprint.get("/mijn/rapportages/<int:jaar>/verbeteren/stoppen")
@signed_in
def leaving(jaar: int) -> BaseResponse:
    """What leaving a correction does to the answers."""
    return _page(_open(jaar), Event.LEAVE_CORRECTION)


@blueprint.post("/mijn/rapportages/<int:jaar>/verbeteren/stoppen")
@signed_in
def leave(jaar: int) -> BaseResponse:
    """Leave the correction: the answers say again what the public reads."""
    return _do(
        _open(jaar), Event.LEAVE_CORRECTION,
        lambda desk, _reason: leave_correction(db(), started(desk), actor=desk.actor),
        _("U stopte met verbeteren. De antwoorden zijn weer zoals de openbare rapportage."),
    )  # fmt: skip


@blueprint.get("/mijn/rapportages/<int:jaar>/intrekken")
@signed_in
def withdrawing(jaar: int) -> BaseResponse:
    """What taking back means: from then on it was not handed in."""
    return _page(_open(jaar), Event.WITHDRAW)


@blueprint.post("/mijn/rapportages/<int:jaar>/intrekken")
@signed_in
def take_back(jaar: int) -> BaseResponse:
    """Take back what was handed in, to work on it again; whoever reviews it hears so."""
    return _do(_open(jaar), Event.WITHDRAW, _withdrawn, _("Ingetrokken. U kunt de rapportage weer veranderen."))


def _withdrawn(desk: Desk, reason: str) -> None:
    report = started(desk)
    reviewer_id = report.reviewer_id
    submission = withdraw(db(), report, reason, actor=desk.actor)
    mail_withdrawn(db(), submission, reviewer_id, reason.strip(), desk.name, desk.agreement_title)


def _open(year: int) -> Desk:
    desk = open_desk(year)
    authorise(may_take_back_report(current_user, started(desk)))
    return desk


def _do(desk: Desk, event: Event, change: Callable[[Desk, str], object], words: str) -> BaseResponse:
    reason = request.form.get("reden", "")
    try:
        change(desk, reason)
    except NoSuchTransition:  # a second click, or a colleague was first: the overview says where it stands
        db().rollback()
        return redirect(desk.url("overview"), 303)
    except Refused as refusal:
        db().rollback()
        return _page(open_desk(desk.year), event, in_words(refusal), reason, status=422)
    db().commit()
    flash(words, "success")
    return redirect(desk.url("overview"), 303)


def _page(desk: Desk, event: Event, error: str = "", reason: str = "", *, status: int = 200) -> BaseResponse:
    report = started(desk)
    if not may_move(report.state, event):
        return redirect(desk.url("overview"), 303)
    path = request.path + (f"?{request.query_string.decode()}" if request.query_string else "")
    kept: Mapping[str, str] = kept_fields(path) or {}
    page = render(
        "registry/reports/taking_back.html",
        status=status,
        code=status,
        **frame_of(desk),
        event=event.value,
        error=error,
        reason=reason or kept.get("reden", ""),
        keeper=keeper_fields(path),
    )
    return no_store(page)
