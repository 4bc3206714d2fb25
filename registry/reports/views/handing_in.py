"""Handing in: everything once more, the submission, and the receipt."""

from flask import Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from common.ledger import canonical_json
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.reports.checking import check
from registry.reports.circumstances import circumstances_of
from registry.reports.display import OWN, shown_sections
from registry.reports.drafting import current_answers
from registry.reports.forms import field_name
from registry.reports.mails import coordinators, mail_receipt
from registry.reports.models import PUBLIC, ReportState, Submission
from registry.reports.remarks import newest_submission
from registry.reports.submitting import ChangedSince, NotReady, submit
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started


@blueprint.get("/mijn/rapportages/<int:jaar>/controleren")
@signed_in
def look_over(jaar: int) -> BaseResponse:
    """Show everything before it is handed in: what is left, what becomes public and what does not."""
    desk = open_desk(jaar)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    if desk.handed_in:
        return redirect(desk.url("receipt"), 303)
    return no_store(_look_over(desk))


@blueprint.post("/mijn/rapportages/<int:jaar>/indienen")
@signed_in
def hand_in(jaar: int) -> BaseResponse:
    """Hand the report in. A second click, or the same form sent again, leads to the same receipt."""
    desk = open_desk(jaar)
    report = started(desk)
    authorise(desk.may_submit or (desk.handed_in and desk.may_fill_in))
    seen = request.form.get("version", "")
    already = desk.handed_in
    try:
        submission = submit(
            db(), report, actor=desk.actor, seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else -1
        )
    except NotReady:
        return no_store(_look_over(desk, status=422))
    except ChangedSince:
        return no_store(_look_over(desk, status=409))
    if not already:
        mail_receipt(db(), report, submission, desk.name, desk.agreement_title)
    db().commit()
    return redirect(desk.url("receipt"), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/indienen")
@signed_in
def hand_in_again(jaar: int) -> BaseResponse:
    """Lead somebody who reloads or comes from the sign-in page to where he can hand in or see that it was done."""
    return redirect(open_desk(jaar).url("look_over"), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/ontvangst")
@signed_in
def receipt(jaar: int) -> BaseResponse:
    """The proof that the report was handed in."""
    desk = open_desk(jaar)
    if desk.report is None or newest_submission(db(), desk.report) is None:
        return redirect(desk.url("overview"), 303)
    page = render(
        "registry/reports/receipt.html",
        desk=desk,
        report=desk.report,
        is_example=desk.authority.is_example,
        submission=_submission(desk),
        published=desk.report.state in PUBLIC,
        returned=desk.report.state is ReportState.QUESTION_SENT,
    )
    return no_store(page)


@blueprint.get("/mijn/rapportages/<int:jaar>/ontvangst.json")
@signed_in
def receipt_file(jaar: int) -> BaseResponse:
    """The submission itself: the bytes of which the fingerprint was taken.

    With `deel=persoon` it is what stands there as a salted hash only: the answers that name a person, with their salts.
    """
    desk = open_desk(jaar)
    submission = _submission(desk)
    persons = request.args.get("deel") == "persoon"
    content = canonical_json(submission.personal) if persons else submission.content
    response = make_response(content.encode())
    response.mimetype = "application/json"
    name = "contactpersoon" if persons else "rapportage"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{submission.receipt}.json"'
    return no_store(response)


def _submission(desk: Desk) -> Submission:
    found = newest_submission(db(), started(desk))
    if found is None:
        abort(404)
    return found


def _look_over(desk: Desk, *, status: int = 200) -> Response:
    report = started(desk)
    answers = current_answers(db(), report)
    circumstances = circumstances_of(db(), report)
    problems = check(desk.questionnaire, answers, circumstances)
    by_key: dict[str, list[object]] = {}
    for problem in problems:
        by_key.setdefault(problem.key, []).append(problem)
    return render(
        "registry/reports/look_over.html",
        status=status,
        code=status,
        desk=desk,
        report=report,
        is_example=desk.authority.is_example,
        sections=shown_sections(desk.questionnaire, answers, circumstances, audience=OWN),
        blocking=[problem for problem in problems if problem.blocks],
        problems=by_key,
        field_name=field_name,
        coordinators=[person.name for person in coordinators(db(), desk.authority.code)],
    )
