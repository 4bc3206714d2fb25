"""Taking a report, giving it back, accepting it and opening it again."""

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import signed_in
from common.web.database import db
from registry.editions.questionnaire import of_edition
from registry.reviews.blueprint import blueprint
from registry.reviews.deciding import AlreadyDecided, accept, release, reopen, take
from registry.reviews.mails import mail_accepted, mail_taken_over
from registry.reviews.pages import Fault
from registry.reviews.workbench import PAGE, again, done, load, refused, reviewer, show, typed_now, words


@blueprint.post(f"{PAGE}/nemen")
@signed_in
def take_report(submission_id: int) -> BaseResponse:
    """Take a report to review it; a colleague who had it is told by mail."""
    submission = load(submission_id)
    try:
        before = take(db(), submission, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, typed_now(submission), refusal)
    if before:
        mail_taken_over(db(), submission, before, reviewer())
    answer = again(submission, _("U hebt deze rapportage nu in behandeling."))
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/loslaten")
@signed_in
def release_report(submission_id: int) -> BaseResponse:
    """Give a report back to the queue; what was typed is kept for who gave it back."""
    submission = load(submission_id)
    try:
        release(db(), submission, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, typed_now(submission), refusal)
    answer = again(submission, _("De rapportage staat weer in de rij."))
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/goedkeuren")
@signed_in
def accept_report(submission_id: int) -> BaseResponse:
    """Accept a report; where the edition asks for no second person, go on to the page that publishes it at once."""
    submission = load(submission_id)
    typed = typed_now(submission)
    if typed.anything:
        return show(submission, typed, Fault.REMARKS_WOULD_BE_LOST)
    if not of_edition(submission.report.edition).second_reviewer:
        return redirect(url_for("reviews.confirm_publication", submission_id=submission.id), 303)
    try:
        accept(db(), submission, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, typed, refusal)
    mail_accepted(db(), submission.report)
    said = _("De rapportage van %(name)s over %(year)s is goedgekeurd. Een tweede collega publiceert.",
             **words(submission))  # fmt: skip
    answer = done(submission, said)
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/heropenen")
@signed_in
def reopen_report(submission_id: int) -> BaseResponse:
    """Take an acceptance back, with a reason, and review the report again."""
    submission = load(submission_id)
    typed = typed_now(submission)
    if typed.wrong:
        return show(submission, typed, Fault.WRONG_TEXT)
    try:
        reopen(db(), submission, typed.reason, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, typed, refusal)
    done(submission, _("De goedkeuring is ingetrokken. U hebt de rapportage nu in behandeling."))
    db().commit()
    return redirect(url_for("reviews.detail", submission_id=submission.id), 303)
