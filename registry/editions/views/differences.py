"""What a draft changes in last year's form, and what staff must say of each change before it may open."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.comparing import changed_fields
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from registry.editions import wording
from registry.editions.differing import RELATIONS, Kind, Row, origin, other_parts, reads_otherwise
from registry.editions.drafting import save_form
from registry.editions.forms import changes_of, frame_labels
from registry.editions.indicator_drafts import fields_of, proposed, typed, version_of, with_version
from registry.editions.indicators import newest_versions
from registry.editions.opening_drafts import new_versions, version_problem
from registry.editions.readiness import Lack
from registry.editions.views.bench import Bench, open_bench, question_at, shared, staff_actor
from registry.editions.views.blueprint import blueprint
from registry.editions.views.questions import ONE
from registry.editions.written import Item, find_question, plain, put
from registry.permissions import may_see_edition_drafts, may_write_editions

_ABOUT_INDICATOR = {Lack.VERSION, Lack.INDICATOR}


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>/verschil")
@signed_in
def differences(draft_id: int) -> Response:
    """Added, dropped, moved and changed questions, word by word, with what each still lacks."""
    authorise(may_see_edition_drafts(current_user))
    return _page(open_bench(draft_id))


@blueprint.post(f"{ONE}/verhouding")
@signed_in
def relate(draft_id: int, key: str) -> BaseResponse:
    """Say what a changed question is to last year's."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id, to_write=True)
    asked = dict(question_at(bench, key))
    relation = request.form.get("verhouding", "")
    if problem := _wrong_relation(bench, asked, relation):
        return _page(bench, {key: {"verhouding": problem}}, status=422)
    was = [name for name in plain(request.form.get("was", "")).upper().replace(",", " ").split() if name][:10]
    asked["relation"] = relation
    asked["was"] = [] if relation == "new" or was == [key] else was
    save_form(db(), bench.draft, put(bench.form, key, asked), actor=staff_actor())
    db().commit()
    return redirect(url_for(".differences", draft_id=draft_id, _anchor=f"vraag-{key}"), 303)


def _wrong_relation(bench: Bench, asked: Item, relation: str) -> str:
    """Return what is wrong with what staff say a question is to last year's; empty where it can be."""
    if relation not in RELATIONS:
        return wording.lack_words()["relation"]
    old = origin({**asked, "relation": relation}, bench.base)
    if relation == "same" and old and reads_otherwise(asked, old):
        return str(_("De tekst van deze vraag is veranderd. Zeg of de bedoeling nog dezelfde is."))
    return ""


@blueprint.post(f"{ONE}/indicator")
@signed_in
def write_version(draft_id: int, key: str) -> BaseResponse:
    """Write the new version of a question's indicator; it is public once the form opens."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id, to_write=True)
    asked, newest = question_at(bench, key), newest_versions(db())
    code, values = asked.get("indicator", ""), typed(request.form)
    before = newest.get(code)
    said = version_of(values, asked, before)
    problem = version_problem(said, bench.known.get(code, 0) + 1)
    if not code or problem:
        return _page(bench, {key: {"indicator": _(problem) if problem else "", **values}}, status=422)
    save_form(db(), bench.draft, with_version(bench.form, key, said, bench.known), actor=staff_actor())
    unsaved.forget(db(), current_user.id, url_for(".differences", draft_id=draft_id))
    db().commit()
    flash(_("De nieuwe versie van %(code)s staat in het concept.", code=code), "success")
    return redirect(url_for(".differences", draft_id=draft_id, _anchor=f"vraag-{key}"), 303)


def _page(bench: Bench, errors: dict[str, dict[str, str]] | None = None, *, status: int = 200) -> Response:
    shown = [row for row in bench.rows if row.kind is not Kind.SAME]
    before, after = other_parts(bench.form, bench.base)
    return no_store(
        render(
            "registry/editions/differences.html",
            status=status,
            **shared(bench),
            rows=[(row, changes_of(row)) for row in shown],
            around=changed_fields(before, after, _around_labels(bench)),
            lacks=_lacks(bench),
            versions=_versions(bench, shown),
            asked_before={row.name for row in shown if find_question(bench.base, row.name)},
            reasons={one["name"]: one.get("reason", {}) for one in bench.form.get("dropped", [])},
            errors=errors or {},
            words=wording,
            keeper=keeper_fields(url_for(".differences", draft_id=bench.draft.id)),
        )
    )


def _lacks(bench: Bench) -> dict[str, list[str]]:
    """Return by question what it lacks, in words."""
    words, found = wording.lack_words(), dict[str, list[str]]()
    for one in bench.lacking:
        found.setdefault(one.name, []).append(words[one.what])
    return found


def _versions(bench: Bench, rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Return by question the version of its indicator that is to be written, or was written for this draft."""
    newest, added = newest_versions(db()), new_versions(bench.form, bench.known)
    needed = {one.name for one in bench.lacking if one.what in _ABOUT_INDICATOR}
    found = {}
    for row in rows:
        code = (row.new or {}).get("indicator")
        if row.new and code and (row.name in needed or code in added):
            number = bench.known.get(code, 0) + 1
            values = fields_of(proposed(row.new, bench.form, newest))
            found[row.name] = {
                "code": code, "number": number, "values": values, "written": code in added, "before": newest.get(code),
            }  # fmt: skip
    return found


def _around_labels(bench: Bench) -> dict[str, str]:
    names = {
        "title": ("titel", bench.form), "intro": ("inleiding", bench.form),
    }  # fmt: skip
    of_frame, found = frame_labels(bench.form), dict[str, str]()
    for of, (name, form) in names.items():
        for code in ("nl", "en"):
            found[f"{of}_{code}"] = of_frame[f"{name}_{code}"]
            for section in form["sections"]:
                found[f"{section['key']}.{of}_{code}"] = of_frame[f"{name}_{section['key']}_{code}"]
    return {
        **found,
        "executive_agrees": _("Een bestuurder gaat akkoord"),
        "second_reviewer": _("Vier ogen bij publiceren"),
    }
