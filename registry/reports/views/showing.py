"""The pages of a form that is being filled in: one section or all of it, as fields, as what was refused, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, current_app
from flask_login import current_user

from common import clock, unsaved
from common.web.database import db
from common.web.languages import text_in_language
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.editions.form import Section
from registry.reports.beside import parts_beside_question
from registry.reports.display import OWN, ShownAnswer, ShownSection, shown_sections
from registry.reports.drafting import current_answers, same
from registry.reports.forms import Fields, field_name, read_section, typed_replies, write_basis
from registry.reports.screens import typed
from registry.reports.values import BLANK, AnswerLike
from registry.reports.views.bench import Bench, Outcome
from registry.reports.views.desk import Desk, is_whole, neighbours, started, whole


def frame(desk: Desk) -> dict[str, Any]:
    """Return what every page of a report needs."""
    return {"desk": desk, "report": desk.report, "is_example": desk.authority.is_example, "typed": typed}


def section_frame(
    bench: Bench, basis: Mapping[str, int], fields: Fields | None = None, outcome: Outcome | None = None
) -> dict[str, Any]:
    """Return what the screen of a section needs. `fields` are what was typed and not saved: replies stand in them."""
    before, after = neighbours(bench.desk, bench.section)
    summary = [(name, f"{key}: {text_in_language(text)}") for key, name, text in bench.screen.faults]
    return {
        **frame(bench.desk),
        "bench": bench,
        "together": bench.together,
        "screen": bench.screen,
        "whole": is_whole(bench.section),
        "basis": write_basis(basis),
        "before_section": before,
        "next_section": after,
        "saved_at": clock.local(bench.report.updated_at).strftime("%H:%M"),
        "saved_today": clock.local(bench.report.updated_at).date() == clock.today(),
        "summary": summary,
        "keeper": keeper_fields(bench.desk.path(bench.section)),
        "field_name": field_name,
        "conflicts": {item.key: item for item in outcome.conflicts} if outcome else {},
        "replies": typed_replies(bench.section, fields)[0] if fields else {},
        "replies_left": outcome.replies_left if outcome else (),
        "beside_question": lambda asked: parts_beside_question(current_app, asked),
    }


def screen(
    bench: Bench,
    basis: Mapping[str, int],
    *,
    status: int = 200,
    fields: Fields | None = None,
    outcome: Outcome | None = None,
    kept: str = "",
) -> Response:
    """Return the page of a section. `kept`: why what was typed is not saved."""
    return render(
        "registry/reports/section.html",
        status=status,
        **section_frame(bench, basis, fields, outcome),
        kept=kept,
        failed=status != 200,
    )


def as_text(desk: Desk, here: Section) -> Response:
    """Return a section, or the whole form, for who cannot change it now."""
    before, after = neighbours(desk, here)
    answers = current_answers(db(), started(desk))
    return render(
        "registry/reports/section_read.html",
        **frame(desk),
        section=here,
        shown=_in_words(desk, here, answers),
        typed_answers=_not_saved(desk, here, answers),
        before_section=before,
        next_section=after,
        whole=is_whole(here),
    )


def refused(desk: Desk, here: Section, outcome: Outcome, fields: Fields) -> Response:
    """Answer a form that came after the report moved on: what was typed stays on the screen."""
    answers: dict[str, AnswerLike] = {**current_answers(db(), started(desk)), **outcome.inputs}
    replies = {key: text for key, text in typed_replies(here, fields)[0].items() if text.strip()}
    return render(
        "registry/reports/refused.html",
        status=409,
        **frame(desk),
        section=here,
        shown=_in_words(desk, here, answers),
        replies=replies,
    )


def waiting_pages(desk: Desk) -> list[Section]:
    """Return the pages of which something that this person typed is not saved: it stands ready there."""
    return [
        section
        for section in (*desk.questionnaire.sections, whole(desk))
        if desk.may_edit and unsaved.find(db(), current_user.id, desk.path(section))
    ]


def _not_saved(desk: Desk, here: Section, answers: Mapping[str, AnswerLike]) -> list[ShownAnswer]:
    """Return what this person typed here when it could not be saved any more, where it differs from what is there."""
    kept = kept_fields(desk.path(here))
    if kept is None:
        return []
    mine = read_section(here, kept, answers)
    changed = {key for key, given in mine.items() if not same(given, answers.get(key, BLANK))}
    parts = _in_words(desk, here, {**answers, **mine})
    return [answer for part in parts for answer in part.answers if answer.key in changed]


def _in_words(desk: Desk, here: Section, answers: Mapping[str, AnswerLike]) -> Sequence[ShownSection]:
    sections = shown_sections(desk.questionnaire, answers, desk.circumstances, audience=OWN)
    return sections if is_whole(here) else [part for part in sections if part.section is here]
