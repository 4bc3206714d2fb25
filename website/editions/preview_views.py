"""/redactie/vragenlijsten/<id>/voorbeeld: a draft exactly as an authority will see it, of each kind."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_login import current_user

from common.clock import today
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
from registry.reports.models import AnswerState
from registry.reports.screens import Around, Screen, build_screen, typed
from registry.reports.values import AnswerInput

blueprint = Blueprint("edition_preview", __name__)


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>/voorbeeld")
@signed_in
def preview(draft_id: int) -> Response:
    """One section with no answers yet, for the kind of authority and the section that the address asks."""
    authorise(may_see_edition_drafts(current_user))
    bench = open_bench(draft_id)
    questionnaire = None if bench.problem else read(bench.form, "concept")
    kinds = {code: text_in_language(term.name) for code, term in vocabulary().kinds.items()}
    kind = request.args.get("soort", "")
    kind = kind if kind in kinds else next(iter(kinds))
    screen = _screen(questionnaire, request.args.get("sectie", ""), kind) if questionnaire else None
    return no_store(
        render(
            "website/editions/preview.html",
            **shared(bench),
            questionnaire=questionnaire,
            screen=screen,
            hidden=[one.question for one in screen.questions if not one.asked] if screen else [],
            kinds=list(kinds.items()),
            kind=kind,
            typed=typed,
            field_name=field_name,
        )
    )


def _screen(questionnaire: Questionnaire, wanted: str, kind: str) -> Screen:
    section = questionnaire.section(wanted) or questionnaire.sections[0]
    reading = Reading(questionnaire, _known(questionnaire, kind), Circumstances(today(), kind=kind))
    return build_screen(section, reading, [], Around())


def _known(questionnaire: Questionnaire, kind: str) -> dict[str, AnswerInput]:
    """Return what stands there before anybody types: of an authority that does not exist, and the year of the form."""
    name = _("%(kind)s Voorbeeld", kind=text_in_language(vocabulary().kinds[kind].name))
    said = {"authority": name, "year": questionnaire.year}
    return {
        one.key: AnswerInput(AnswerState.GIVEN, said[one.type])
        for one in questionnaire.questions
        if one.prefilled and one.type in said
    }
