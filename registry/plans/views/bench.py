"""The form of a plan in work: what its screen shows, and saving what it sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from common import unsaved
from common.files.models import Attachment
from common.typed import read_day
from common.vocabulary import vocabulary
from common.web.database import db
from common.web.languages import format_day, text_in_language
from registry.plans.checking import Problem, wrong_only
from registry.plans.drafting import Locked, documents_for, problems_of, save_draft
from registry.plans.fields import (
    Basis,
    Typed,
    action_field,
    basis_of,
    mark,
    next_basis,
    of_content,
    of_form,
    read_basis,
    without_row,
    write_basis,
)
from registry.plans.models import PlanDraft
from registry.plans.views.desk import PlanDesk

Fields = MultiDict[str, str]
_OWN = {"csrf_token", "_pagina", "_opsteller"}
_DAYS = {"periode_van", "periode_tot", "vastgesteld_op", "van", "klaar"}


@dataclass(frozen=True)
class Outcome:
    """What became of a form that was sent."""

    typed: Typed
    basis: Basis
    disputed: tuple[str, ...] = ()
    who: str = ""
    locked: bool = False


@dataclass(frozen=True)
class Dispute:
    """A field that two people changed, with both texts in words."""

    name: str
    label: str
    mine: str
    theirs: str
    seen: str
    """The mark of the saved text, by which a choice says what it saw."""


@dataclass(frozen=True)
class Bench:
    """The form as it is shown: the saved fields with what was typed and not saved before them."""

    draft: PlanDraft
    typed: Typed
    basis: str
    problems: list[Problem]
    rows: tuple[str, ...]
    """The actions, and one empty row to write the next one in."""
    documents: list[Attachment]
    errors: Mapping[str, str] = field(default_factory=dict)
    disputes: tuple[Dispute, ...] = ()
    who: str = ""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The errors for the box above the form, each with the name of its field, in the order of the form."""
        return [(name, f"{label_of(name, self.typed.rows)}: {sentence}") for name, sentence in self.errors.items()]


def open_bench(desk: PlanDesk, outcome: Outcome | None = None, *, missing_too: bool = False) -> Bench:
    """Load the form; with an outcome it shows what was sent, and `missing_too` also says what is not there yet."""
    draft = desk.started
    saved = of_content(draft.content)
    typed = outcome.typed.over(saved) if outcome else saved
    problems = problems_of(db(), draft, typed)
    documents = documents_for(db(), draft.plan)
    told = problems if missing_too else wrong_only(problems) if outcome else []
    return Bench(
        draft=draft,
        typed=typed,
        basis=write_basis(outcome.basis if outcome else basis_of(saved)),
        problems=problems,
        rows=(*typed.rows, _next_row(draft, typed.rows)),
        documents=documents,
        errors=_first_errors(told),
        disputes=_disputes(saved, outcome, documents) if outcome else (),
        who=outcome.who if outcome else "",
    )


def _next_row(draft: PlanDraft, taken: Sequence[str]) -> str:
    """Name the row for a new action: the same when the page is loaded again, and another one for a colleague.

    What was typed and not saved may hold a row of that name already; no two rows share one.
    """
    name = f"{current_user.id}n{draft.version}"
    while name in taken:
        name += "x"
    return name


def _first_errors(problems: Sequence[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in problems:
        found.setdefault(one.field, sentence_of(one))
    return found


def sentence_of(problem: Problem) -> str:
    """Return what is wrong, in words of this page's language."""
    values = {name: format_day(one) if isinstance(one, date) else one for name, one in problem.values.items()}
    return str(_(problem.sentence, **values))


def save_form(desk: PlanDesk, fields: Fields, *, by_itself: bool) -> Outcome:
    """Save what the form sent. What cannot be saved now is kept for this person, so that it is never lost.

    `by_itself`: the browser sent it, so a choice between two texts was not made yet.
    """
    session, draft = db(), desk.started
    mine, basis = read_form(fields)
    if not by_itself:
        mine, basis = _with_choices(fields, mine, basis)
    try:
        saved = save_draft(session, draft, mine, basis, actor=desk.actor)
    except Locked:
        _keep(desk, fields, "vastgesteld")
        return Outcome(mine, basis, locked=True)
    if saved.disputed:
        _keep(desk, fields, "botsing")
    else:
        unsaved.forget(session, current_user.id, desk.path)
    return Outcome(mine, next_basis(mine, basis, saved.disputed), saved.disputed, saved.who)


def read_form(fields: Fields) -> tuple[Typed, dict[str, str]]:
    """Return what a form sent and what it was made from; the row whose button was pressed is emptied."""
    mine = of_form(fields, fields.getlist("rij"))
    gone = fields.get("weg", "")
    return (without_row(mine, gone) if gone in mine.rows else mine), read_basis(fields.get("version", ""))


def _with_choices(fields: Fields, mine: Typed, basis: dict[str, str]) -> tuple[Typed, dict[str, str]]:
    """Apply what was chosen between two texts: the own one over what was seen of the other, or none of one's own."""
    kept = dict(mine.fields)
    for name in mine.fields:
        choice, seen = fields.get(f"{name}__keuze"), fields.get(f"{name}__gezien", "")
        if choice == "mijn":
            basis[name] = seen
        elif choice == "ander":
            del kept[name]
    return Typed(kept, mine.rows), basis


def _keep(desk: PlanDesk, fields: Fields, why: str) -> None:
    kept = {name: values for name, values in fields.lists() if name not in _OWN}
    unsaved.keep(db(), current_user.id, desk.path, {**kept, "_waarom": [why]})


def _disputes(saved: Typed, outcome: Outcome, documents: Sequence[Attachment]) -> tuple[Dispute, ...]:
    def dispute(name: str) -> Dispute:
        mine, theirs = (words_of(name, one.get(name), documents) for one in (outcome.typed, saved))
        return Dispute(name, label_of(name, outcome.typed.rows), mine, theirs, mark(saved.get(name)))

    return tuple(dispute(name) for name in outcome.disputed)


def label_of(name: str, rows: Sequence[str] = ()) -> str:
    """Return what a field is called on the screen; of an action with its number, where its `rows` are given."""
    kind, _sep, rest = name.partition("__")
    of, _sep, part = rest.partition("__")
    words = vocabulary()
    if kind == "ambitie" and of in words.themes:
        return f"{text_in_language(words.themes[of].short)}: {part_labels()[part]}"
    if kind == "actie":
        which = _("Actie %(number)s", number=rows.index(of) + 1) if of in rows else _("Actie")
        return f"{which}: {part_labels()[part]}"
    return part_labels()[name]


def words_of(name: str, text: str, documents: Sequence[Attachment]) -> str:
    """Return what stands in a field as a reader would say it: names for codes, days in full; else as it was typed."""
    part, words, day = name.rpartition("__")[2], vocabulary(), read_day(text)
    if not text:
        return ""
    if part == "document":
        return next((one.name for one in documents if str(one.id) == text), str(_("Dit document is er niet meer.")))
    if part == "niveau" and text in words.levels:
        return text_in_language(words.levels[text].name)
    if part == "thema" and text in words.themes:
        return text_in_language(words.themes[text].name)
    return format_day(day) if day and part in _DAYS else text


def part_labels() -> dict[str, str]:
    """Return the labels of the fields, by the last part of their names."""
    return {
        "titel": _("Titel van het plan"),
        "periode_van": _("Eerste dag van het plan"),
        "periode_tot": _("Laatste dag van het plan"),
        "document": _("Document"),
        "link": _("Link naar het plan"),
        "budget": _("Budget per jaar"),
        "fte": _("Tijd"),
        "vastgesteld_door": _("Vastgesteld door"),
        "vastgesteld_op": _("Vastgesteld op"),
        "reden": _("Waarom herziet u het plan?"),
        "niveau": _("Niveau"),
        "doel": _("Wat wilt u bereiken?"),
        "indicator": _("Waaraan meet u dat?"),
        "eenheid": _("Eenheid"),
        "nu": _("Begin"),
        "nu_jaar": _("In welk jaar was dat?"),
        "straks": _("Doel"),
        "straks_jaar": _("In welk jaar wilt u daar zijn?"),
        "wat": _("Wat gaat u doen?"),
        "thema": _("Thema"),
        "wie": _("Wie zorgt ervoor? (functie)"),
        "van": _("Begint op"),
        "klaar": _("Klaar op"),
        "acties": _("Acties"),
    }


def next_anchor(bench: Bench) -> str | None:
    """Return where on the form the pressed button leads: to the empty action, to all actions, or nowhere."""
    if "erbij" in request.form:
        return action_field(bench.rows[-1], "wat")
    return "acties" if "weg" in request.form else None
