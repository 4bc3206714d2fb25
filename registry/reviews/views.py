"""One submitted report, with the decision of staff on it. The list of them is queue_views.py."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role, is_staff
from common import unsaved
from common.errors import Refused
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_erase_contact, may_publish_in_emergency, may_review_reports
from registry.reports.drafting import name_of
from registry.reports.models import Submission
from registry.reviews.blueprint import blueprint
from registry.reviews.deciding import AlreadyDecided, ask_at_once, publish_at_once
from registry.reviews.forms import Typed, read_typed
from registry.reviews.mails import mail_published, mail_returned
from registry.reviews.pages import Fault, fault_of, review_page
from registry.reviews.sheet import sheet_of


@blueprint.get("/redactie/rapportages/<int:submission_id>")
@signed_in
def detail(submission_id: int) -> Response:
    """One submitted report, each answer beside last year's, with the fields for questions and the two decisions."""
    submission = _load(submission_id)
    kept = kept_fields(_path(submission))
    typed = read_typed(kept, sheet_of(db(), submission).keys) if kept else Typed()
    return _page(submission, typed)


@blueprint.post("/redactie/rapportages/<int:submission_id>/publiceren")
@signed_in
def publish_report(submission_id: int) -> BaseResponse:
    """Accept a report and publish it; not while questions stand on the page, for they would be lost."""
    submission = _load(submission_id)
    typed = _typed(submission)
    if typed.anything:
        return _page(submission, typed, Fault.REMARKS_WOULD_BE_LOST)
    try:
        publish_at_once(db(), submission, actor=_actor())
    except (Refused, AlreadyDecided) as refusal:
        return _refused(submission, typed, refusal)
    mail_published(db(), submission.report)
    return _done(submission, _("De rapportage van %(name)s over %(year)s is gepubliceerd.", **_words(submission)))


@blueprint.post("/redactie/rapportages/<int:submission_id>/terugsturen")
@signed_in
def send_report_back(submission_id: int) -> BaseResponse:
    """Send a report back with a reason and the questions that were typed."""
    submission = _load(submission_id)
    typed = _typed(submission)
    if typed.too_long:
        return _page(submission, typed, Fault.TOO_LONG)
    try:
        ask_at_once(db(), submission, typed.reason, typed.remarks, actor=_actor())
    except (Refused, AlreadyDecided) as refusal:
        return _refused(submission, typed, refusal)
    mail_returned(db(), submission.report, typed.reason, len(typed.remarks))
    return _done(submission, _("De rapportage van %(name)s over %(year)s is teruggestuurd.", **_words(submission)))


@blueprint.get("/redactie/rapportages/<int:submission_id>/<any(publiceren, terugsturen):verb>")
@signed_in
def back_to_report(submission_id: int, verb: str) -> BaseResponse:
    """Show the report again to who reloads, or changes the language of, a page with a refused decision."""
    return redirect(url_for("reviews.detail", submission_id=_load(submission_id).id), 303)


def _load(submission_id: int) -> Submission:
    """Return the submission; who is no staff may not even know whether it exists."""
    authorise(may_review_reports(current_user), hidden=not is_staff(current_user))
    return db().get(Submission, submission_id) or abort(404)


def _typed(submission: Submission) -> Typed:
    return read_typed(request.form, sheet_of(db(), submission).keys)


def _actor() -> Actor:
    role = StaffRole.REVIEWER if has_staff_role(current_user, StaffRole.REVIEWER) else StaffRole.ADMINISTRATOR
    return actor_for(current_user, role)


def _page(submission: Submission, typed: Typed, fault: Fault | None = None) -> Response:
    status = fault.status if fault else 200
    context = review_page(db(), submission, current_user.id)
    return no_store(
        render(
            "registry/reviews/detail.html",
            typed=typed,
            fault=fault,
            faults=Fault,
            status=status,
            keeper_fields=keeper_fields(_path(submission)),
            is_example=submission.report.authority.is_example,
            may_erase_contact=may_erase_contact(current_user),
            may_publish_in_emergency=may_publish_in_emergency(current_user),
            **context,
        )
    )


def _refused(submission: Submission, typed: Typed, refusal: Exception) -> Response:
    db().rollback()
    return _page(submission, typed, fault_of(refusal))


def _done(submission: Submission, message: str) -> BaseResponse:
    unsaved.forget(db(), current_user.id, _path(submission))
    db().commit()
    flash(message, "success")
    return redirect(url_for("reviews.index"), 303)


def _words(submission: Submission) -> dict[str, Any]:
    report = submission.report
    return {"name": name_of(db(), report.authority), "year": report.edition.year}


def _path(submission: Submission) -> str:
    return f"/redactie/rapportages/{submission.id}"
