"""One question of a draft: its form that saves itself, adding one, its place, taking one away and putting it back."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.errors import N_, Refused
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import text_in_language
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.editions import wording
from registry.editions.differing import origin, settle
from registry.editions.drafting import save_form
from registry.editions.forms import DraftForm, field_at_fault, fresh, joined
from registry.editions.indicators import newest_versions
from registry.editions.question_fields import (
    CHECKS,
    CHOICES,
    IN_TWO_LANGUAGES,
    PARTS,
    ROWS,
    Values,
    question_of,
    typed_values,
    values_of,
)
from registry.editions.views.bench import Bench, open_bench, problem_of, question_at, sent_bench, shared, staff_actor
from registry.editions.views.blueprint import blueprint
from registry.editions.views.desk import saved
from registry.editions.written import (
    LANGUAGES,
    NAME,
    NEW_INDICATORS,
    Form,
    add,
    bring_back,
    find_question,
    free_name,
    move,
    move_to,
    plain,
    put,
    take_away,
)
from registry.permissions import may_write_editions

ONE = "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>"
NEW = "/redactie/vragenlijsten/<int:draft_id>/vragen/nieuw"
OF_WORDS = frozenset(
    {f"{name}_{code}" for name in IN_TWO_LANGUAGES if name != "eenheid" for code in LANGUAGES}
    | {CHOICES, ROWS, CHECKS, PARTS}
)
"""The fields of a correction; the others stay as they opened."""
_STEPS = {"omhoog": -1, "omlaag": 1}


@blueprint.get(ONE)
@signed_in
def question(draft_id: int, key: str) -> Response:
    """The form of one question."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id)
    values = values_of(question_at(bench, key))
    kept = kept_fields(request.path)
    if kept is None:
        return _page(bench, key, fresh(values))
    return _page(bench, key, DraftForm(_typed(bench, kept, values), kept.get("version", "")), restored=True)


@blueprint.post(ONE)
@signed_in
def save_question(draft_id: int, key: str) -> BaseResponse:
    """Save by a button; 409 where two people changed one field, 422 where the question cannot be read yet."""
    authorise(may_write_editions(current_user))
    form, _basis = _save(draft_id, key)
    if not form.both:
        unsaved.forget(db(), current_user.id, request.path)
    db().commit()
    bench = open_bench(draft_id)
    problem = problem_of(bench.form)
    if problem.startswith(f"{key}:"):
        form.errors[field_at_fault(problem, form.values)] = problem
    if form.both or form.errors:
        return _page(bench, key, form, status=409 if form.both else 422)
    if block := request.form.get("weg", "").partition("-")[0]:
        return redirect(url_for(".question", draft_id=draft_id, key=key, _anchor=f"veld-{block}"), 303)
    flash(_("Vraag %(key)s is bewaard als concept.", key=key), "success")
    return redirect(_place(draft_id, key), 303)


@blueprint.post(f"{ONE}/concept")
@signed_in
def autosave_question(draft_id: int, key: str) -> BaseResponse:
    """Save while somebody types; 409 where somebody else changed the same field."""
    authorise(may_write_editions(current_user))
    form, basis = _save(draft_id, key)
    db().commit()
    return saved(form, basis)


@blueprint.get(NEW)
@signed_in
def new_question(draft_id: int) -> Response:
    """Choose the section, the type and the words of a new question."""
    authorise(may_write_editions(current_user))
    return _new_page(open_bench(draft_id), kept_fields(request.path) or request.args, {})


@blueprint.post(NEW)
@signed_in
def add_question(draft_id: int) -> BaseResponse:
    """Add a question at the end of a section; the rest of it is written on its own page."""
    authorise(may_write_editions(current_user))
    bench = _writable(draft_id)
    said = {name: plain(request.form.get(name, "")) for name in ("onderdeel", "naam", "soort", "vraag_nl", "vraag_en")}
    name = said["naam"].upper() or free_name(bench.form, said["onderdeel"], [row.name for row in bench.rows])
    if errors := _new_errors(bench, said, name):
        return _new_page(bench, request.form, errors, status=422)
    made = {
        "name": name, "section": said["onderdeel"], "type": said["soort"], "relation": "new",
        "label": {"nl": said["vraag_nl"], "en": said["vraag_en"]},
    }  # fmt: skip
    save_form(db(), bench.draft, add(bench.form, made), actor=staff_actor())
    unsaved.forget(db(), current_user.id, request.path)
    db().commit()
    return redirect(url_for(".question", draft_id=draft_id, key=name), 303)


@blueprint.post(f"{ONE}/plaats")
@signed_in
def move_question(draft_id: int, key: str) -> BaseResponse:
    """Put a question one place up or down, or at the end of another section."""
    authorise(may_write_editions(current_user))
    bench = _writable(draft_id)
    question_at(bench, key)
    step, section = _STEPS.get(request.form.get("richting", "")), request.form.get("onderdeel", "")
    form = bench.form
    if step:
        form = move(form, key, step)
    elif section in {one["key"] for one in form["sections"]}:
        form = move_to(form, key, section)
    save_form(db(), bench.draft, form, actor=staff_actor())
    db().commit()
    return redirect(_place(draft_id, key), 303)


@blueprint.get(f"{ONE}/weghalen")
@signed_in
def removal(draft_id: int, key: str) -> Response:
    """Ask why a question is not asked any more."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id)
    return _removal_page(bench, key, kept_fields(request.path) or {}, "")


@blueprint.post(f"{ONE}/weghalen")
@signed_in
def remove(draft_id: int, key: str) -> BaseResponse:
    """Take a question away: one of last year with a reason that the form keeps."""
    authorise(may_write_editions(current_user))
    bench = _writable(draft_id)
    old = find_question(bench.base, key)
    reason = {code: plain(request.form.get(f"reden_{code}", ""))[:1000] for code in LANGUAGES}
    question_at(bench, key)
    if old and not all(reason.values()):
        words = _("Schrijf op waarom deze vraag vervalt, in het Nederlands en in het Engels.")
        return _removal_page(bench, key, request.form, words, status=422)
    save_form(db(), bench.draft, take_away(bench.form, key, reason if old else None), actor=staff_actor())
    unsaved.forget(db(), current_user.id, request.path)
    db().commit()
    flash(_("Vraag %(key)s staat niet meer in het concept.", key=key), "success")
    return redirect(url_for(".draft", draft_id=draft_id), 303)


@blueprint.post(f"{ONE}/terugzetten")
@signed_in
def put_back(draft_id: int, key: str) -> BaseResponse:
    """Put a question of last year back as it was; where it is there already, nothing changes."""
    authorise(may_write_editions(current_user))
    bench = _writable(draft_id)
    old = find_question(bench.base, key)
    if old and not find_question(bench.form, key):
        back = {name: value for name, value in old.items() if name != "was"} | {"relation": "same"}
        save_form(db(), bench.draft, bring_back(bench.form, back), actor=staff_actor())
        db().commit()
    return redirect(_place(draft_id, key), 303)


def _writable(draft_id: int) -> Bench:
    """Return a draft whose questions may come, go and move: those of a correction may not."""
    bench = open_bench(draft_id, to_write=True)
    if bench.draft.corrects_id:
        raise Refused(N_("Een verbetering verandert alleen teksten."))
    return bench


def _place(draft_id: int, key: str) -> str:
    return url_for(".draft", draft_id=draft_id, _anchor=f"vraag-{key}")


def _typed(bench: Bench, sent: Any, saved_values: Values) -> Values:
    typed = typed_values(sent)
    if bench.draft.corrects_id:
        return {**saved_values, **{name: value for name, value in typed.items() if name in OF_WORDS}}
    return typed


def _save(draft_id: int, key: str) -> tuple[DraftForm, dict[str, str]]:
    bench = sent_bench(draft_id)
    old = question_at(bench, key)
    values = values_of(old)
    found, form = joined(request.form, _typed(bench, request.form, values), values, wording.labels())
    content: Form = put(bench.form, key, question_of(found.values, old))
    if not bench.draft.corrects_id:
        content = settle(content, bench.base, key)
    save_form(db(), bench.draft, content, actor=staff_actor())
    return form, found.basis


def _page(bench: Bench, key: str, form: DraftForm, *, status: int = 200, restored: bool = False) -> Response:
    asked = question_at(bench, key)
    return no_store(
        render(
            "registry/editions/question.html",
            status=status,
            **shared(bench),
            question=asked,
            form=form,
            restored=restored,
            before=origin(asked, bench.base),
            words=wording,
            kinds=[(code, text_in_language(term.plural)) for code, term in vocabulary().kinds.items()],
            indicators=_indicators(bench, form.values["indicator"]),
            keeper=keeper_fields(url_for(".question", draft_id=bench.draft.id, key=key)),
        )
    )


def _indicators(bench: Bench, now: str) -> list[tuple[str, str]]:
    """Return what can be chosen: each indicator by its newest version, what the draft adds, and what is chosen now."""
    newest = newest_versions(db())
    found = {
        f"{code}:{version.number}": f"{code} {text_in_language(version.name)} ({version.number})"
        for code, version in newest.items()
        if version.indicator.retired_at is None
    }
    for code in bench.form.get(NEW_INDICATORS, {}):
        number = bench.known.get(code, 0) + 1
        found[f"{code}:{number}"] = f"{code} ({number}, {_('nieuw in dit concept')})"
    if now and now not in found:
        found[now] = now.replace(":", " (") + ")"
    return [("", _("Geen indicator")), *sorted(found.items())]


def _new_errors(bench: Bench, said: dict[str, str], name: str) -> dict[str, str]:
    errors = {}
    if said["onderdeel"] not in {one["key"] for one in bench.form["sections"]}:
        errors["onderdeel"] = _("Kies een onderdeel.")
    if not NAME.fullmatch(name):
        errors["naam"] = _("Gebruik een hoofdletter en een nummer, zoals C6.")
    elif find_question(bench.form, name) or find_question(bench.base, name):
        errors["naam"] = _("Dit nummer is al van een andere vraag, of was dat vorig jaar.")
    if said["soort"] not in wording.type_words():
        errors["soort"] = _("Kies een soort antwoord.")
    for field in ("vraag_nl", "vraag_en"):
        if not said[field]:
            errors[field] = _("Vul de vraag in.")
    return errors


def _new_page(bench: Bench, said: Any, errors: dict[str, str], *, status: int = 200) -> Response:
    keeper = keeper_fields(url_for(".new_question", draft_id=bench.draft.id))
    return no_store(
        render(
            "registry/editions/new_question.html", status=status, **shared(bench), said=said, errors=errors,
            words=wording, keeper=keeper,
        )
    )  # fmt: skip


def _removal_page(bench: Bench, key: str, said: Any, error: str, *, status: int = 200) -> Response:
    return no_store(
        render(
            "registry/editions/remove.html", status=status, **shared(bench), question=question_at(bench, key),
            asked_before=find_question(bench.base, key), said=said, error=error,
            keeper=keeper_fields(url_for(".removal", draft_id=bench.draft.id, key=key)),
        )
    )  # fmt: skip
