"""The receipt of what was handed in: a page, a PDF and the JSON; every numbered submission stays reachable."""

from flask import Response, abort, current_app, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from common.ledger import canonical_json
from common.web.access import signed_in
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.limits import limited
from common.web.rendering import render
from registry.reports.beside import parts_beside_report
from registry.reports.models import PUBLIC, ReportState, Submission
from registry.reports.public_content import agreed_at
from registry.reports.receipts import file_name, receipt_pdf
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started
from registry.reports.views.handing_in import frame_of


@blueprint.get("/mijn/rapportages/<int:jaar>/ontvangst")
@signed_in
def receipt(jaar: int) -> BaseResponse:
    """The proof that the report was handed in; with `nummer` that of an earlier submission."""
    desk = open_desk(jaar)
    if desk.report is None or not desk.report.submissions:
        return redirect(desk.url("overview"), 303)
    submission = _submission(desk)
    is_newest = submission is desk.report.submissions[-1]
    page = render(
        "registry/reports/receipt.html",
        **frame_of(desk),
        submission=submission,
        submissions=desk.report.submissions,
        is_newest=is_newest,
        agreed=agreed_at(submission),
        published=is_newest and desk.report.state in PUBLIC,
        returned=is_newest and desk.report.state is ReportState.QUESTION_SENT,
        parts=parts_beside_report(current_app, db(), desk.report) if is_newest else [],
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
    name = f"contactpersoon-{submission.receipt}" if persons else file_name(submission)
    return _sent(content.encode(), "application/json", f"{name}.json")


@blueprint.get("/mijn/rapportages/<int:jaar>/ontvangst.pdf")
@signed_in
@limited("export")
def receipt_document(jaar: int) -> BaseResponse:
    """The receipt as PDF, in the language of the page: the same that went by mail."""
    desk = open_desk(jaar)
    submission = _submission(desk)
    content = receipt_pdf(submission, desk.agreement_title, page_language())
    return _sent(content, "application/pdf", f"{file_name(submission)}.pdf")


def _sent(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return no_store(response)


def _submission(desk: Desk) -> Submission:
    """Return the submission that the address names by its number, or the newest; 404 where there is none."""
    submissions = started(desk).submissions
    wanted = request.args.get("nummer", "")
    if not wanted:
        return submissions[-1] if submissions else abort(404)
    return next((one for one in submissions if str(one.number) == wanted), None) or abort(404)
