"""Staff prepare the form of next year: two questions change, and of one of them it is still to be said what it is."""

from accounts.models import StaffRole
from accounts.people import actor_for
from registry.editions.differing import settle
from registry.editions.drafting import form_of, save_form, start_draft
from registry.editions.indicator_drafts import with_version
from registry.editions.opening_drafts import known_versions
from registry.editions.written import Form, by_name, put
from website.example.days import moment
from website.example.world import World

BUDGET, CHECKED = "B5", "D6"
_BUDGET = {
    "type": "decimal",
    "decimals": 1,
    "hint": {
        "nl": "Het budget voor de uitvoering van het plan, in duizenden euro's. Tel salarissen niet mee.",
        "en": "The budget for carrying out the plan, in thousands of euros. Leave out salaries.",
    },
    "unit": {"nl": "duizend euro", "en": "thousand euros"},
}
_VERSION = {
    "name": {"nl": "Budget voor het actieplan", "en": "Budget for the action plan"},
    "definition": {
        "nl": "Het geld dat in het verslagjaar beschikbaar was om het actieplan uit te voeren, zonder salarissen.",
        "en": "The money available in the reporting year for carrying out the action plan, without salaries.",
    },
    "unit": _BUDGET["unit"],
    "allowed": {"least": 0},
    "comparable": "formula",
    "formula": "x / 1000",
    "note": {
        "nl": "Vanaf nu in duizenden euro's. (Voorbeeld)",
        "en": "From now on in thousands of euros. (Example)",
    },
}
_CHECKED = {
    "label": {
        "nl": "Bij hoeveel lopende contracten vroeg u bewijs dat MVOI-afspraken zijn nagekomen?",
        "en": "For how many running contracts did you ask for evidence that MVOI agreements were met?",
    },
}


def plan_next_form(world: World) -> None:
    """Put the draft of next year's form on the timeline."""
    world.timeline.at(moment(world.days.before(2)), lambda: _draft(world))


def _draft(world: World) -> None:
    session, year = world.session, world.days.open_year
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    edition = world.editions[year]
    draft = start_draft(session, world.agreement, year + 1, edition, actor=actor)
    base = form_of(edition)
    form: Form = draft.content
    for name, changes in ((BUDGET, _BUDGET), (CHECKED, _CHECKED)):
        form = settle(put(form, name, {**by_name(form)[name], **changes}), base, name)
    form = put(form, BUDGET, {**by_name(form)[BUDGET], "relation": "reworded"})
    save_form(session, draft, with_version(form, BUDGET, _VERSION, known_versions(session)), actor=actor)
