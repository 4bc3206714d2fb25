"""Handing in: everything once more with what the public will read, and the button."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Conflict, Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.reports.checking import Problem, asked, check
from registry.reports.correcting import may_be_kept
from registry.reports.display import OWN, PUBLIC, ShownSection, shown_sections
from registry.reports.drafting import current_answers
from registry.reports.forms import field_name
from registry.reports.mails import coordinators, mail_receipt
from registry.reports.models import ReportState
from registry.reports.previewing import not_public
from registry.reports.progress import progress
from registry.reports.remarks import unanswered
from registry.reports.submitting import ChangedSince, NotReady, declarations, submit
from registry.reports.together.open_ends import OpenEnd, open_ends
from registry.reports.together.reading import at_questions
from registry.reports.transitions import Guard, GuardFails
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


@blueprint.get("/mijn/rapportages/<int:jaar>/voorbeeld")
@signed_in
def preview(jaar: int) -> BaseResponse:
    """Show the report exactly as the public will see it, and apart what will not be public and why."""
    desk = open_desk(jaar)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    return no_store(render("registry/reports/preview.html", **frame_of(desk), **as_public(desk)))


@blueprint.post("/mijn/rapportages/<int:jaar>/indienen")
@signed_in
def hand_in(jaar: int) -> BaseResponse:
    """Hand the report in. A second click, or the same form sent again, leads to the same receipt."""
    desk = open_desk(jaar)
    report = started(desk)
    db().refresh(report, with_for_update=True)  # of two at the same moment the second finds it handed in
    already = desk.handed_in
    authorise(desk.may_submit or (already and desk.may_fill_in))
    said = {key: bool(request.form.get(field_name(key))) for key in declarations(desk.questionnaire)}
    reason = request.form.get("reden", "")
    try:
        submission = submit(
            db(), report, actor=desk.actor, seen_version=number("version"), says_true=all(said.values()), reason=reason
        )
    except ChangedSince:
        return _again(desk, status=409)
    except Refused as refusal:
        return _again(desk, refusal, said, reason)
    if not already:
        mail_receipt(db(), report, submission, desk.name, desk.agreement_title)
    db().commit()
    return redirect(desk.url("receipt"), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/indienen")
@signed_in
def hand_in_again(jaar: int) -> BaseResponse:
    """Lead somebody who reloads or comes from the sign-in page to where he can hand in or see that it was done."""
    return redirect(open_desk(jaar).url("look_over"), 303)


def number(name: str) -> int:
    """Return a whole number of the form, -1 where it is none."""
    typed = request.form.get(name, "")
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 10 else -1


def in_words(error: Refused | Conflict) -> str:
    """Return why domain code refused, in the language of the page."""
    return str(_(error.sentence, **error.values)) if error.sentence else ""


def frame_of(desk: Desk) -> dict[str, Any]:
    """Return what every page about handing in needs."""
    return {"desk": desk, "report": started(desk), "is_example": desk.authority.is_example, "field_name": field_name}


def as_public(desk: Desk) -> dict[str, Any]:
    """Return the report as the public will read it, and what it will not."""
    answers = current_answers(db(), started(desk))
    sections = shown_sections(desk.questionnaire, answers, desk.circumstances, audience=PUBLIC)
    return {
        "sections": sections,
        "summary": next((one for part in sections for one in part.answers if one.question.summary), None),
        "marks": None,
        "closed": not_public(desk.questionnaire, answers, desk.circumstances),
    }


def _again(
    desk: Desk, refusal: Refused | None = None, said: Mapping[str, bool] | None = None, reason: str = "",
    *, status: int = 422,
) -> Response:  # fmt: skip
    db().rollback()
    return no_store(_look_over(open_desk(desk.year), status=status, refusal=refusal, said=said or {}, reason=reason))


def _look_over(
    desk: Desk, *, status: int = 200, refusal: Refused | None = None, said: Mapping[str, bool] = {}, reason: str = ""
) -> Response:
    report = started(desk)
    answers = current_answers(db(), report)
    problems = check(desk.questionnaire, answers, desk.circumstances)
    by_key: dict[str, list[object]] = defaultdict(list)
    blocking = [problem for problem in problems if problem.blocks]
    for problem in blocking:
        by_key[problem.key].append(problem)
    kept = report.correction_reason if may_be_kept(report) and not refusal else ""
    return render(
        "registry/reports/look_over.html",
        status=status,
        code=status,
        **frame_of(desk),
        sections=_sections(desk, answers),
        blocking=blocking,
        problems=by_key,
        errors=_errors(desk, refusal, said),
        said=said,
        reason=reason or kept or "",
        asks_reason=report.state is ReportState.WITHDRAWN,
        declared=[desk.questionnaire.by_key[key] for key in declarations(desk.questionnaire)],
        unanswered=unanswered(db(), report),
        open_ends=_open_ends(desk, answers, problems),
        coordinators=[person.name for person in coordinators(db(), desk.authority.code)],
    )


def _open_ends(desk: Desk, answers: Mapping[str, Any], problems: list[Problem]) -> list[OpenEnd]:
    """Return what colleagues and guests have not ended, which handing in would pass by."""
    questions = asked(desk.questionnaire, answers, desk.circumstances)
    far = progress(desk.questionnaire, questions, answers, problems)
    return open_ends(at_questions(db(), started(desk), current_user.id), far)


def _sections(desk: Desk, answers: Mapping[str, Any]) -> list[ShownSection]:
    """Return the report in words without what is declared: that stands with the button."""
    shown = shown_sections(desk.questionnaire, answers, desk.circumstances, audience=OWN)
    kept = [
        ShownSection(part.section, tuple(one for one in part.answers if one.question.type != "declaration"))
        for part in shown
    ]  # fmt: skip
    return [part for part in kept if part.answers]


def _errors(desk: Desk, refusal: Refused | None, said: Mapping[str, bool]) -> dict[str, str]:
    """Return what stands in the way besides the questions of the form, by the field at which it stands."""
    if refusal is None or isinstance(refusal, NotReady):
        return {}
    words = in_words(refusal)
    guard = refusal.guard if isinstance(refusal, GuardFails) else None
    if guard is Guard.SAID_TRUE:
        return {field_name(key): words for key, ticked in said.items() if not ticked}
    return {"reden" if guard in {Guard.REASON_GIVEN, None} else "indienen": words}
