"""What the views of one submitted report share: loading it, its page, and what is kept of what was typed."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role, is_staff
from common import unsaved
from common.ledger import Actor
from common.web.access import authorise
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from registry.permissions import may_erase_contact, may_publish_in_emergency, may_review_reports, may_unpublish_report
from registry.reports.drafting import name_of
from registry.reports.models import RemarkKind, Submission
from registry.reviews.forms import LONGEST, Typed, kind_name, read_typed, text_name
from registry.reviews.pages import Fault, fault_of, review_page
from registry.reviews.sheet import Flag, sheet_keys

PAGE = "/redactie/rapportages/<int:submission_id>"


def load(submission_id: int) -> Submission:
    """Return the submission; who is no staff may not even know whether it exists."""
    authorise(may_review_reports(current_user), hidden=not is_staff(current_user))
    return db().get(Submission, submission_id) or abort(404)


def reviewer() -> Actor:
    """Return who decides, as the ledger names him: a beoordelaar where he is one."""
    role = StaffRole.REVIEWER if has_staff_role(current_user, StaffRole.REVIEWER) else StaffRole.ADMINISTRATOR
    return actor_for(current_user, role)


def strongest() -> Actor:
    """Return who acts in the strongest role that he has: some things only a beheerder does."""
    administrator = has_staff_role(current_user, StaffRole.ADMINISTRATOR)
    return actor_for(current_user, StaffRole.ADMINISTRATOR) if administrator else reviewer()


def path_of(submission: Submission) -> str:
    """Return the path under which what is typed about a submission is kept."""
    return f"/redactie/rapportages/{submission.id}"


def typed_now(submission: Submission) -> Typed:
    """Return what this request's form holds."""
    return read_typed(request.form, sheet_keys(submission))


def show(
    submission: Submission, typed: Typed, fault: Fault | None = None, evidence: tuple[str, str, str] = ("", "", "")
) -> Response:
    """Answer with the page of a submission; with a fault, what was typed stays on it.

    `evidence`: the question at which a note on evidence was refused, the note, and why.
    """
    context = review_page(db(), submission, strongest())
    return no_store(
        render(
            "registry/reviews/detail.html",
            typed=typed,
            fault=fault,
            faults=Fault,
            flags=Flag,
            kinds=RemarkKind,
            longest=LONGEST,
            more=request.args.get("meer", ""),
            text_name=text_name,
            kind_name=kind_name,
            status=fault.status if fault else 422 if evidence[0] else 200,
            evidence=evidence,
            keeper_fields=keeper_fields(path_of(submission)),
            is_example=submission.report.authority.is_example,
            may_erase_contact=may_erase_contact(current_user),
            may_publish_in_emergency=may_publish_in_emergency(current_user),
            may_unpublish=may_unpublish_report(current_user),
            **context,
        )
    )


def refused(submission: Submission, typed: Typed, refusal: Exception) -> Response:
    """Answer what the domain refused: nothing was written, and what was typed stays on the page."""
    db().rollback()
    return show(submission, typed, fault_of(refusal))


def keep_typed(submission: Submission, typed: Typed) -> None:
    """Keep questions that were typed and not sent yet, for when this person comes back; forget what is gone."""
    fields = {"reden": [typed.reason]} if typed.reason else {}
    for one in typed.questions:
        fields[text_name(one.key, one.number)] = [one.text]
        fields[kind_name(one.key, one.number)] = [one.kind.value if one.kind else ""]
    if fields:
        unsaved.keep(db(), current_user.id, path_of(submission), fields)
    else:
        unsaved.forget(db(), current_user.id, path_of(submission))


def done(submission: Submission, message: str) -> BaseResponse:
    """Say what was done and go to the queue. The caller commits."""
    unsaved.forget(db(), current_user.id, path_of(submission))
    flash(message, "success")
    return redirect(url_for("reviews.index"), 303)


def again(submission: Submission, message: str = "", anchor: str | None = None) -> BaseResponse:
    """Go back to the page of the submission, with what was typed on it kept. The caller commits."""
    keep_typed(submission, typed_now(submission))
    if message:
        flash(message, "success")
    return redirect(url_for("reviews.detail", submission_id=submission.id, _anchor=anchor), 303)


def words(submission: Submission) -> dict[str, Any]:
    """Return what a sentence about a report names."""
    report = submission.report
    return {"name": name_of(db(), report.authority), "year": report.edition.year}
