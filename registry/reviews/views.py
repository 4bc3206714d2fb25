"""One submitted report: its page, and the questions of staff at its answers. The list of them is queue_views.py."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import signed_in
from common.web.database import db
from common.web.unsaved import kept_fields
from registry.reviews.blueprint import blueprint
from registry.reviews.deciding import AlreadyDecided, ask
from registry.reviews.forms import Typed, read_typed
from registry.reviews.mails import mail_questions
from registry.reviews.pages import Fault
from registry.reviews.sheet import sheet_keys
from registry.reviews.workbench import (
    PAGE,
    done,
    keep_typed,
    load,
    path_of,
    refused,
    reviewer,
    show,
    typed_now,
    words,
)


@blueprint.get(PAGE)
@signed_in
def detail(submission_id: int) -> Response:
    """One submitted report: each answer beside last year's, the plan and the others, with the fields for questions."""
    submission = load(submission_id)
    kept = kept_fields(path_of(submission))
    return show(submission, read_typed(kept, sheet_keys(submission)) if kept else Typed())


@blueprint.post(f"{PAGE}/vragen")
@signed_in
def send_questions(submission_id: int) -> BaseResponse:
    """Send the questions that were typed at the answers, and the reason for the whole, to the authority."""
    submission = load(submission_id)
    typed = typed_now(submission)
    if typed.wrong:
        return show(submission, typed, Fault.WRONG_TEXT)
    try:
        ask(db(), submission, typed.reason, typed.asked, actor=reviewer())
    except (Refused, AlreadyDecided) as refusal:
        return refused(submission, typed, refusal)
    mail_questions(db(), submission.report, typed.reason, len(typed.asked))
    count = len(typed.asked)
    said = ngettext("%(num)s vraag is gestuurd naar %(name)s.", "%(num)s vragen zijn gestuurd naar %(name)s.", count,
                    **words(submission))  # fmt: skip
    answer = done(
        submission, said if count else _("De rapportage is teruggestuurd naar %(name)s.", **words(submission))
    )
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/bewaren")
@signed_in
def keep_questions(submission_id: int) -> BaseResponse:
    """Keep the questions that were typed, without sending them; with room for one more at an answer where asked."""
    submission = load(submission_id)
    typed, more = typed_now(submission), request.form.get("erbij", "")
    keep_typed(submission, typed)
    db().commit()
    if more not in sheet_keys(submission):
        return redirect(url_for("reviews.detail", submission_id=submission.id, _anchor="besluit"), 303)
    anchor = f"vraag-{more.lower()}"
    return redirect(url_for("reviews.detail", submission_id=submission.id, meer=more, _anchor=anchor), 303)


@blueprint.get(f"{PAGE}/<any(vragen, terugsturen, bewaren, nemen, loslaten, goedkeuren, heropenen, meegekeken):verb>")
@signed_in
def back_to_report(submission_id: int, verb: str) -> BaseResponse:
    """Show the report again to who reloads, or changes the language of, a page with a refused decision."""
    return redirect(url_for("reviews.detail", submission_id=load(submission_id).id), 303)
