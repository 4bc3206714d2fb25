"""At one answer: noting that its evidence was seen, and closing a question about it."""

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import signed_in
from common.web.database import db
from registry.reports.models import Remark
from registry.reports.transitions import GuardFails
from registry.reviews.blueprint import blueprint
from registry.reviews.deciding import settle
from registry.reviews.evidence import mark_evidence
from registry.reviews.sheet import sheet_keys
from registry.reviews.workbench import PAGE, again, load, refused, reviewer, show, typed_now


@blueprint.post(f"{PAGE}/onderbouwing/<key>")
@signed_in
def note_evidence(submission_id: int, key: str) -> BaseResponse:
    """Note that somebody saw what an answer rests on, with a note for staff; or take that back."""
    submission = load(submission_id)
    if key not in sheet_keys(submission):
        abort(404)
    seen, note = request.form.get("gezien") != "nee", request.form.get(f"bewijs-{key}", "")
    try:
        mark_evidence(db(), submission, key, note, seen=seen, actor=reviewer())
    except GuardFails as refusal:
        return refused(submission, typed_now(submission), refusal)
    except Refused as refusal:
        db().rollback()
        return show(submission, typed_now(submission), evidence=(key, note, _(refusal.sentence, **refusal.values)))
    said = _("Bij %(key)s staat nu: onderbouwing gezien.", key=key)
    if not seen:
        said = _("Bij %(key)s staat niet meer dat de onderbouwing is gezien.", key=key)
    answer = again(submission, said, f"vraag-{key.lower()}")
    db().commit()
    return answer


@blueprint.post(f"{PAGE}/afgehandeld/<int:remark_id>")
@signed_in
def settle_question(submission_id: int, remark_id: int) -> BaseResponse:
    """Close one question about a report: it was answered well."""
    submission = load(submission_id)
    remark = db().get(Remark, remark_id)
    if remark is None or remark.submission.report_id != submission.report_id:
        abort(404)
    try:
        settle(db(), remark, actor=reviewer())
    except Refused as refusal:
        return refused(submission, typed_now(submission), refusal)
    anchor = f"vraag-{remark.key.lower()}" if remark.key else None
    answer = again(submission, _("De vraag bij %(key)s is afgehandeld.", key=remark.key), anchor)
    db().commit()
    return answer


@blueprint.get(f"{PAGE}/onderbouwing/<key>")
@blueprint.get(f"{PAGE}/afgehandeld/<int:remark_id>")
@signed_in
def back_to_answer(submission_id: int, key: str = "", remark_id: int = 0) -> BaseResponse:
    """Show the report again to who reloads a page that was refused."""
    anchor = f"vraag-{key.lower()}" if key else None
    return redirect(url_for("reviews.detail", submission_id=load(submission_id).id, _anchor=anchor), 303)
