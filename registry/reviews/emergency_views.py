"""Publishing without a second pair of eyes: its own page, which asks for the reason."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, is_staff
from common import unsaved
from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import href
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_publish_in_emergency
from registry.reports.drafting import name_of
from registry.reports.models import Submission
from registry.reports.transitions import SHORTEST_REASON, Event, Guard, GuardFails
from registry.reviews.deciding import AlreadyDecided, publish_in_emergency
from registry.reviews.forms import LONGEST
from registry.reviews.mails import mail_published
from registry.reviews.pages import outcome, possible
from registry.reviews.revealing import what_becomes_public

blueprint = Blueprint("emergency", __name__, url_prefix="/redactie/rapportages")


@blueprint.get("/<int:submission_id>/noodpublicatie")
@signed_in
def confirm(submission_id: int) -> BaseResponse:
    """What publishing alone means, and the form for the reason; only where this person is the obstacle himself."""
    submission = _load(submission_id)
    if not _needed(submission):
        return redirect(url_for("reviews.detail", submission_id=submission.id), 303)
    kept = kept_fields(_path(submission))
    return _page(submission, kept.get("reden", "") if kept else "")


@blueprint.post("/<int:submission_id>/noodpublicatie")
@signed_in
def publish(submission_id: int) -> BaseResponse:
    """Publish the report with the reason that was typed."""
    submission = _load(submission_id)
    reason = request.form.get("reden", "").strip()
    if len(reason) > LONGEST:
        return _page(submission, reason, str(_("Schrijf hoogstens %(number)s tekens.", number=LONGEST)))
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    try:
        publish_in_emergency(db(), submission, reason, actor=actor)
    except (Refused, AlreadyDecided) as refusal:
        db().rollback()
        return _refused(submission, reason, refusal)
    mail_published(db(), submission.report, alone=True)
    unsaved.forget(db(), current_user.id, _path(submission))
    db().commit()
    flash(_("De rapportage is gepubliceerd zonder tweede paar ogen. Collega's zien dat op de redactie."), "success")
    return redirect(url_for("reviews.detail", submission_id=submission.id), 303)


def _load(submission_id: int) -> Submission:
    authorise(may_publish_in_emergency(current_user), hidden=not is_staff(current_user))
    return db().get(Submission, submission_id) or abort(404)


def _needed(submission: Submission) -> bool:
    return Event.PUBLISH_EMERGENCY in possible(db(), submission, actor_for(current_user, StaffRole.ADMINISTRATOR))


def _path(submission: Submission) -> str:
    return f"/redactie/rapportages/{submission.id}/noodpublicatie"


def _refused(submission: Submission, reason: str, refusal: Exception) -> BaseResponse:
    if isinstance(refusal, GuardFails) and refusal.guard is Guard.LONG_REASON:
        words = _("Schrijf in ten minste %(number)s tekens op waarom een collega dit nu niet kan doen.",
                  number=SHORTEST_REASON)  # fmt: skip
        return _page(submission, reason, str(words))
    if isinstance(refusal, AlreadyDecided):
        return _page(submission, reason, conflict=True)
    flash(_("Er is niets gepubliceerd: over deze rapportage is intussen beslist, of u kunt haar gewoon beoordelen."),
          "warning")  # fmt: skip
    return redirect(url_for("reviews.detail", submission_id=submission.id), 303)


def _page(submission: Submission, reason: str = "", error: str = "", *, conflict: bool = False) -> Response:
    slug, year = submission.report.authority.slug, submission.report.edition.year
    return no_store(
        render(
            "registry/reviews/emergency.html",
            status=409 if conflict else 422 if error else 200,
            submission=submission,
            name=name_of(db(), submission.report.authority),
            year=year,
            is_example=submission.report.authority.is_example,
            reason=reason,
            error=error,
            outcome=outcome(db(), submission) if conflict else None,
            revealed=what_becomes_public(db(), submission),
            public_url=href(f"/deelnemers/{slug}/rapportages/{year}"),
            longest=LONGEST,
            keeper=keeper_fields(_path(submission)),
        )
    )
