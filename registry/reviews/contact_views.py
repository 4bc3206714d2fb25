"""Erasing the contact person of a report, for a beheerder whom that person asked."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, is_staff
from common import unsaved
from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_erase_contact
from registry.reports.drafting import name_of
from registry.reports.erasing import SHORTEST_REASON, contacts_of, erase_contact, reports_keeping, reports_naming
from registry.reports.models import Submission
from registry.reviews.forms import LONGEST

blueprint = Blueprint("contact", __name__, url_prefix="/redactie/rapportages")


@blueprint.get("/<int:submission_id>/contactpersoon")
@signed_in
def confirm(submission_id: int) -> Response:
    """The contact person of a report, in which reports he stands, and the form for the reason."""
    authorise(may_erase_contact(current_user), hidden=not is_staff(current_user))
    submission = _load(submission_id)
    kept = kept_fields(_path(submission))
    return _page(submission, kept.get("reden", "") if kept else "")


@blueprint.post("/<int:submission_id>/contactpersoon")
@signed_in
def erase(submission_id: int) -> BaseResponse:
    """Erase the contact person from all reports of this authority that name him."""
    authorise(may_erase_contact(current_user), hidden=not is_staff(current_user))
    submission = _load(submission_id)
    reason = request.form.get("reden", "").strip()
    if len(reason) > LONGEST:
        return _page(submission, reason, str(_("Schrijf hoogstens %(number)s tekens.", number=LONGEST)))
    try:
        reports = erase_contact(db(), submission, reason, actor=actor_for(current_user, StaffRole.ADMINISTRATOR))
    except Refused:
        db().rollback()
        words = _(
            "Schrijf in ten minste %(number)s tekens op waarom u deze gegevens verwijdert.", number=SHORTEST_REASON
        )
        return _page(submission, reason, str(words))
    unsaved.forget(db(), current_user.id, _path(submission))
    db().commit()
    done = ngettext("De contactpersoon is verwijderd uit %(num)s rapportage.",
                    "De contactpersoon is verwijderd uit %(num)s rapportages.", len(reports))  # fmt: skip
    flash(done, "success" if reports else "warning")
    return redirect(url_for("reviews.detail", submission_id=submission_id), 303)


def _load(submission_id: int) -> Submission:
    return db().get(Submission, submission_id) or abort(404)


def _path(submission: Submission) -> str:
    return f"/redactie/rapportages/{submission.id}/contactpersoon"


def _page(submission: Submission, reason: str = "", error: str = "") -> Response:
    session = db()
    return no_store(
        render(
            "registry/reviews/contact.html",
            status=422 if error else 200,
            submission=submission,
            name=name_of(session, submission.report.authority),
            contacts=contacts_of(submission),
            years=[report.edition.year for report in reports_naming(session, submission)],
            years_kept=[report.edition.year for report in reports_keeping(session, submission)],
            is_example=submission.report.authority.is_example,
            reason=reason,
            error=error,
            longest=LONGEST,
            keeper=keeper_fields(_path(submission)),
        )
    )
