"""Publishing a report, after a page that says what becomes public; and withdrawing it from the public."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
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
from registry.permissions import may_unpublish_report
from registry.reports.models import ReportState, Submission
from registry.reports.transitions import Event, Guard, GuardFails
from registry.reviews.blueprint import blueprint
from registry.reviews.deciding import AlreadyDecided, accept, look_over, publish, unpublish
from registry.reviews.forms import LONGEST, Typed, read_typed
from registry.reviews.mails import mail_published, mail_unpublished
from registry.reviews.pages import Fault, outcome, person, possible
from registry.reviews.revealing import what_becomes_public
from registry.reviews.sheet import sheet_keys
from registry.reviews.standing import current_publication
from registry.reviews.workbench import PAGE, done, load, path_of, refused, reviewer, show, strongest, words


@blueprint.get(f"{PAGE}/publiceren")
@signed_in
def confirm_publication(submission_id: int) -> BaseResponse:
    """What everybody will read once this report is published, and the button that does it."""
    submission = load(submission_id)
    ways = possible(db(), submission, reviewer())
    if not ways & {Event.PUBLISH, Event.ACCEPT}:
        return redirect(url_for("reviews.detail", submission_id=submission.id), 303)
    revealed = what_becomes_public(db(), submission)
    page = render(
        "registry/reviews/publish.html", submission=submission, revealed=revealed, accepts=Event.ACCEPT in ways,
        is_example=submission.report.authority.is_example, **words(submission),
    )  # fmt: skip
    return no_store(page)


@blueprint.post(f"{PAGE}/publiceren")
@signed_in
def publish_report(submission_id: int) -> BaseResponse:
    """Publish an accepted report; or accept and publish it at once, where the edition asks for no second person."""
    submission = load(submission_id)
    if unsaved.find(db(), current_user.id, path_of(submission)):
        return refused_for_typed(submission)
    try:
        if submission.report.state is ReportState.IN_REVIEW:
            accept(db(), submission, actor=reviewer())
        publish(db(), submission, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, Typed(), refusal)
    mail_published(db(), submission.report)
    answer = done(submission, _("De rapportage van %(name)s over %(year)s is gepubliceerd.", **words(submission)))
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/meegekeken")
@signed_in
def look_over_report(submission_id: int) -> BaseResponse:
    """Note that a colleague looked at what was published in an emergency."""
    submission = load(submission_id)
    try:
        look_over(db(), submission, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, Typed(), refusal)
    db().commit()
    flash(_("Bij de rapportage staat nu dat een collega meekeek."), "success")
    return redirect(url_for("reviews.detail", submission_id=submission.id), 303)


def refused_for_typed(submission: Submission) -> Response:
    """Answer with the questions that were typed before: publishing would lose them."""
    kept = kept_fields(path_of(submission))
    typed = read_typed(kept, sheet_keys(submission)) if kept else Typed()
    return show(submission, typed, Fault.REMARKS_WOULD_BE_LOST)


@blueprint.get(f"{PAGE}/intrekken")
@signed_in
def confirm_withdrawal(submission_id: int) -> BaseResponse:
    """What withdrawing a report from the public means, and the form for the reason."""
    authorise(may_unpublish_report(current_user), hidden=not is_staff(current_user))
    submission = load(submission_id)
    if Event.UNPUBLISH not in possible(db(), submission, strongest()):
        return redirect(url_for("reviews.detail", submission_id=submission.id), 303)
    kept = kept_fields(_withdrawal_path(submission))
    return _withdrawal(submission, kept.get("reden", "") if kept else "")


@blueprint.post(f"{PAGE}/intrekken")
@signed_in
def withdraw_report(submission_id: int) -> BaseResponse:
    """Withdraw a report from the public, with a reason that everybody reads."""
    authorise(may_unpublish_report(current_user), hidden=not is_staff(current_user))
    submission = load(submission_id)
    reason = request.form.get("reden", "").strip()
    if len(reason) > LONGEST:
        return _withdrawal(submission, reason, _("Schrijf hoogstens %(number)s tekens.", number=LONGEST))
    try:
        unpublish(db(), submission, reason, actor=actor_for(current_user, StaffRole.ADMINISTRATOR))
    except (Refused, AlreadyDecided) as refusal:
        db().rollback()
        if isinstance(refusal, GuardFails) and refusal.guard is Guard.REASON_GIVEN:
            return _withdrawal(submission, reason, _("Schrijf op waarom u de rapportage intrekt. Iedereen leest dit."))
        return _withdrawal(submission, reason, conflict=True)
    mail_unpublished(db(), submission.report, reason)
    unsaved.forget(db(), current_user.id, _withdrawal_path(submission))
    db().commit()
    flash(_("De rapportage is niet meer openbaar. De organisatie kreeg een mail met uw reden."), "success")
    return redirect(url_for("reviews.detail", submission_id=submission.id), 303)


def _withdrawal_path(submission: Submission) -> str:
    return f"{path_of(submission)}/intrekken"


def _withdrawal(submission: Submission, reason: str, error: str = "", *, conflict: bool = False) -> Response:
    shown = current_publication(db(), submission.report_id)
    conflict = conflict or shown is None  # it was withdrawn meanwhile, or never public
    return no_store(
        render(
            "registry/reviews/withdraw.html",
            status=409 if conflict else 422 if error else 200,
            submission=submission,
            shown=shown,
            conflict=conflict,
            outcome=outcome(db(), submission),
            submitted_by=person(db(), submission.submitted_by_id),
            reason=reason,
            error=error,
            longest=LONGEST,
            is_example=submission.report.authority.is_example,
            keeper=keeper_fields(_withdrawal_path(submission)),
            **words(submission),
        )
    )
