"""Accepting with changes: the editor mends the text himself, and the author sees what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.errors import Conflict, Refused
from common.markdown import render_markdown
from common.typed import clean_text
from common.vocabulary import product_group_names, vocabulary
from common.web.access import signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.fields import GuideFields, in_same_order, too_long
from kb.guides.reference_forms import no_links, understood
from kb.proposals import deciding
from kb.proposals.bench import done, editor, forget_typed, load_to_decide, path_of, texts_of
from kb.proposals.checking import Surroundings, check
from kb.proposals.desk_views import blueprint
from kb.proposals.mails import mail_approved
from kb.proposals.models import Proposal
from kb.proposals.queue import title_of
from kb.proposals.reading import section_title
from kb.proposals.transitions import Event
from kb.proposals.typed import LISTS, read_sources

TEXTS: Final = ("titel", "samenvatting", "tekst", "bronnen", "soort", "niveau", "bericht")


@dataclass(frozen=True)
class TextForm:
    """One sending of the form: exactly what was typed, and what is wrong with it."""

    values: Mapping[str, Any]
    began: int
    """The number of the revision over which the editor read the proposal; 0 for a new guide."""
    version: int
    errors: Mapping[str, str] = field(default_factory=dict)


@blueprint.get("/<key>/aanpassen")
@signed_in
def edit(key: str) -> BaseResponse:
    """The text of the proposal, in the guide as that stands now, for the editor to mend."""
    proposal = load_to_decide(key)
    found = deciding.fit_for_author(db(), proposal)
    if found.fields is None or Event.APPROVE not in deciding.possible(db(), proposal, editor()):
        return redirect(url_for("proposal_desk.detail", key=key), 303)
    kept = kept_fields(request.path)
    if kept:
        return _page(proposal, _typed(kept), restored=True)
    values = {**texts_of(found.fields), "themas": found.fields.themes, "productgroepen": found.fields.product_groups}
    return _page(proposal, TextForm(values, found.newest.number if found.newest else 0, proposal.version))


@blueprint.post("/<key>/aanpassen")
@signed_in
def save(key: str) -> BaseResponse:
    """Accept with what the editor changed; 422 where it is wrong, 409 where he was overtaken. What was typed stays."""
    proposal, form = load_to_decide(key), _checked(_typed(request.form))
    start = deciding.fit_for_author(db(), proposal, form.began).fields
    if form.errors or start is None or "voorbeeld" in request.args:
        return _page(proposal, form, status=422 if form.errors else 200)
    text = str(form.values["bericht"])
    try:
        mended = deciding.Mended(_fields(form, start), form.began, text)
        deciding.approve_with_changes(db(), proposal, mended, form.version, actor=editor())
    except (Conflict, Refused) as refusal:
        db().rollback()
        said = _(refusal.sentence, **refusal.values)
        return _page(load_to_decide(key), form, status=409 if isinstance(refusal, Conflict) else 422, refusal=said)
    mail_approved(db(), proposal, text)
    unsaved.forget(db(), current_user.id, f"{path_of(proposal)}/aanpassen")
    forget_typed(proposal)
    answer = done(_("Het voorstel is goedgekeurd met uw aanpassing."), "proposal_desk.confirm_merge", key=key)
    db().commit()
    return answer


def _typed(fields: MultiDict[str, str]) -> TextForm:
    texts = {name: clean_text(fields.get(name, "")) for name in TEXTS}
    lists = {name: fields.getlist(name) for name in LISTS}
    began, version = (fields.get(name, 0, stored_number) for name in ("gids", "versie"))
    return TextForm({**texts, **lists}, began or 0, version or 0)


def _checked(form: TextForm) -> TextForm:
    words = vocabulary()
    problems = check(dict(form.values), Surroundings(names=("titel", "samenvatting", "tekst", "bronnen", *LISTS)))
    errors = {one.field: _(one.sentence, **one.values) for one in problems}
    text = understood(db(), form.values["tekst"])
    if wrong := no_links(text):
        errors.setdefault("tekst", wrong)
    if form.values["soort"] not in words.guide_kinds:
        errors["soort"] = _("Kies een soort.")
    if form.values["niveau"] not in words.guide_levels:
        errors["niveau"] = _("Kies een niveau.")
    return replace(form, values={**form.values, "tekst": text.body}, errors=errors)


def _fields(form: TextForm, start: GuideFields) -> GuideFields:
    """Return the guide that the form says; what it does not ask is as it was in the text that the editor began with."""
    values = form.values
    said = replace(
        start,
        title=" ".join(values["titel"].split()),
        summary=" ".join(values["samenvatting"].split()),
        body=values["tekst"].strip() + "\n",
        sources=tuple(read_sources(values["bronnen"])[0]),
        themes=tuple(dict.fromkeys(values["themas"])),
        product_groups=tuple(dict.fromkeys(values["productgroepen"])),
        kind=values["soort"],
        level=values["niveau"],
    )
    return in_same_order(said, start)


def _page(proposal: Proposal, form: TextForm, *, status: int = 200, **more: Any) -> Response:
    body = form.values["tekst"]
    shown = None if too_long(body) or "tekst" in form.errors else render_markdown(body).html
    return no_store(
        render(
            "kb/proposals/desk_edit.html",
            status=status,
            proposal=proposal,
            title=title_of(db(), proposal),
            section=section_title(db(), proposal),
            form=form,
            summary=[(name, form.errors[name]) for name in (*TEXTS, *LISTS) if name in form.errors],
            preview=shown,
            group_names=product_group_names(),
            keeper=keeper_fields(f"{path_of(proposal)}/aanpassen"),
            **more,
        )
    )
