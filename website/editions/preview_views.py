"""/redactie/vragenlijsten/<id>/voorbeeld: a draft exactly as an authority will see it, of each kind."""

from flask import Blueprint, Response, request
from flask_login import current_user

from common.clock import today
from common.errors import ContentError
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.database import no_store
from common.web.languages import text_in_language
from common.web.rendering import render
from registry.editions.form import Questionnaire
from registry.editions.views.bench import open_bench, shared
from registry.editions.written import read
from registry.permissions import may_see_edition_drafts
from registry.reports.checking import Circumstances, Reading
from registry.reports.forms import field_name
from registry.reports.screens import Around, build_screen, typed

blueprint = Blueprint("edition_preview", __name__)


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>/voorbeeld")
@signed_in
def preview(draft_id: int) -> Response:
    """One section with no answers yet, for the kind of authority and the section that the address asks."""
    authorise(may_see_edition_drafts(current_user))
    bench = open_bench(draft_id)
    try:
        questionnaire: Questionnaire | None = read(bench.form, "concept")
    except (ContentError, KeyError, TypeError, ValueError, AttributeError):
        questionnaire = None
    kinds = {code: text_in_language(term.name) for code, term in vocabulary().kinds.items()}
    kind = request.args.get("soort", "")
    kind = kind if kind in kinds else next(iter(kinds))
    wanted = request.args.get("sectie", "")
    screen = hidden = None
    if questionnaire:
        section = questionnaire.section(wanted) or questionnaire.sections[0]
        screen = build_screen(section, Reading(questionnaire, {}, Circumstances(today(), kind=kind)), [], Around())
        hidden = [one.question for one in screen.questions if not one.asked]
    return no_store(
        render(
            "website/editions/preview.html",
            **shared(bench),
            questionnaire=questionnaire,
            screen=screen,
            hidden=hidden,
            kinds=list(kinds.items()),
            kind=kind,
            typed=typed,
            field_name=field_name,
        )
    )
