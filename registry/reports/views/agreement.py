"""The agreement of the bestuurder: the coördinator asks, the bestuurder reads all of it, agrees or returns it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import MemberRole, User
from accounts.people import actor_for
from accounts.sign_in import fresh_sign_in
from common import unsaved
from common.errors import Conflict, Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_agree_with_report
from registry.reports.approving import agree, ask_agreement, send_back
from registry.reports.checking import asked
from registry.reports.drafting import current_answers
from registry.reports.mails import executives, mail_agreed, mail_asked, mail_sent_back
from registry.reports.previewing import explained, moved
from registry.reports.submitting import blocking
from registry.reports.transitions import Event, may_move
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started
from registry.reports.views.handing_in import as_public, frame_of, in_words, number

EVERYBODY = "allen"
"""The choice of all bestuurders at once."""


@blueprint.get("/mijn/rapportages/<int:jaar>/akkoord")
@signed_in
def agreement(jaar: int) -> BaseResponse:
    """Where the agreement stands; for the coördinator to ask, for the bestuurder to read and decide."""
    desk = open_desk(jaar)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    kept: Mapping[str, str] = kept_fields(_path(desk)) or {}
    return no_store(_page(desk, remark=kept.get("opmerking", "")))


@blueprint.post("/mijn/rapportages/<int:jaar>/akkoord/vragen")
@signed_in
def ask(jaar: int) -> BaseResponse:
    """Put the report before the bestuurder, who gets a mail with a link to the page."""
    desk = open_desk(jaar)
    report = started(desk)
    authorise(desk.may_submit and not report.on_paper)
    people = _chosen(desk)
    if not people or blocking(db(), report):
        wrong = {"bestuurder": _("Kies een bestuurder.")} if not people else {}
        return no_store(_page(desk, errors=wrong, status=422))
    try:
        _approval, new = ask_agreement(db(), report, actor=desk.actor, seen_version=number("version"))
    except (Refused, Conflict) as error:
        return _refused(desk, error)
    if new:
        mail_asked(db(), report, people, current_user, desk.name, desk.agreement_title)
        flash(_("%(names)s kreeg een mail met een link.", names=", ".join(one.name for one in people)), "success")
    db().commit()
    return redirect(desk.url("agreement"), 303)


@blueprint.post("/mijn/rapportages/<int:jaar>/akkoord")
@signed_in
@fresh_sign_in
def decide(jaar: int) -> BaseResponse:
    """Agree with the report, or return it with a remark. A second click changes nothing."""
    desk = open_desk(jaar)
    report = started(desk)
    authorise(may_agree_with_report(current_user, report))
    back, remark = request.form.get("keuze") == "terug", request.form.get("opmerking", "")
    actor, seen = actor_for(current_user, MemberRole.EXECUTIVE), number("version")
    try:
        _decided(desk, actor, seen, remark if back else None)
    except (Refused, Conflict) as error:
        return _refused(desk, error, remark)
    unsaved.forget(db(), current_user.id, _path(desk))
    db().commit()
    words = _("Teruggestuurd. De coördinator krijgt uw opmerking.") if back else _("U ging akkoord.")
    flash(words, "success")
    return redirect(desk.url("agreement"), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/akkoord/vragen")
@signed_in
def ask_again(jaar: int) -> BaseResponse:
    """Lead somebody who reloads or comes from the sign-in page back to where he can ask."""
    return redirect(open_desk(jaar).url("agreement"), 303)


def _decided(desk: Desk, actor: Any, seen: int, remark: str | None) -> None:
    report = started(desk)
    if remark is None:
        standing = desk.standing
        already = standing is not None and standing.agreed
        agree(db(), report, actor=actor, seen_version=seen)
        if not already:
            mail_agreed(db(), report, current_user, desk.name, desk.agreement_title)
        return
    send_back(db(), report, remark, actor=actor, seen_version=seen)
    mail_sent_back(db(), report, current_user, remark.strip(), desk.name, desk.agreement_title)


def _chosen(desk: Desk) -> list[User]:
    people, wanted = executives(db(), desk.authority.code), request.form.get("bestuurder", "")
    return people if wanted == EVERYBODY else [one for one in people if str(one.id) == wanted]


def _path(desk: Desk) -> str:
    """Return the path of the page without a language: under it unsaved input is kept."""
    query = "&".join(f"{key}={value}" for key, value in desk.extra.items())
    return f"/mijn/rapportages/{desk.year}/akkoord" + (f"?{query}" if query else "")


def _refused(desk: Desk, error: Refused | Conflict, remark: str = "") -> Response:
    db().rollback()
    conflict = isinstance(error, Conflict)
    words = in_words(error)
    fresh = open_desk(desk.year)
    if conflict:
        return no_store(_page(fresh, told=words, remark=remark, status=409))
    return no_store(_page(fresh, errors={"opmerking": words}, remark=remark, status=422))


def _page(
    desk: Desk, *, errors: dict[str, str] | None = None, told: str = "", remark: str = "", status: int = 200
) -> Response:
    report = started(desk)
    answers = current_answers(db(), report)
    keys = [one.key for one in asked(desk.questionnaire, answers, desk.circumstances)]
    people = executives(db(), desk.authority.code)
    return render(
        "registry/reports/agreement.html",
        status=status,
        code=status,
        **frame_of(desk),
        **as_public(desk),
        errors=errors or {},
        told=told,
        remark=remark,
        blocking=blocking(db(), report),
        executives=people,
        options=[(str(one.id), one.name) for one in people]
        + ([(EVERYBODY, _("Alle bestuurders"))] if len(people) > 1 else []),
        may_agree=may_agree_with_report(current_user, report) and may_move(report.state, Event.AGREE),
        may_ask=desk.may_submit and not report.on_paper,
        explained=explained(desk.questionnaire, answers, desk.circumstances),
        moved=moved(desk.questionnaire, answers, desk.last, keys),
        keeper=keeper_fields(_path(desk)),
    )
