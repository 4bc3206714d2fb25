"""A small correction straight out, and the list of them all: whoever writes guides, with a reason that is public."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.comparing import changed_fields
from common.errors import N_, Refused
from common.typed import clean_text
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.fields import GuideFields, fields_of
from kb.guides.files import gone_from
from kb.guides.forms import labels
from kb.guides.merging import merge_fields
from kb.guides.models import Guide
from kb.guides.renaming import find_by_address
from kb.guides.writing import RevisionConflict, newest_revision, revision_with
from kb.permissions import may_decide_on_proposals, may_publish_guide
from kb.proposals.bench import editor, texts_of
from kb.proposals.correcting import PAGE_SIZE, NotSmall, correct, correction_counts, corrections, why_not_now
from kb.proposals.desk_views import blueprint
from kb.proposals.small import MOST_CHARACTERS, SENTENCES, TooMuch

_GONE = N_("Een bestand in de tekst is er niet meer, of hoort bij een voorstel dat niet openbaar is.")
NAMES = ("titel", "samenvatting", "tekst", "reden")


@blueprint.get("/verbeteringen")
@signed_in
def all_corrections() -> Response:
    """Every small correction that went straight out: which guide, what for, who, when."""
    authorise(may_decide_on_proposals(current_user))
    total, of_year = correction_counts(db())
    page = min(max(request.args.get("pagina", 1, type=stored_number) or 1, 1), max(-(-total // PAGE_SIZE), 1))
    return no_store(
        render(
            "kb/proposals/desk_corrections.html",
            rows=corrections(db(), page),
            total=total,
            of_year=of_year,
            page=page,
            pages=max(-(-total // PAGE_SIZE), 1),
            url_of_page=lambda number: url_for("proposal_desk.all_corrections", pagina=number if number > 1 else None),
        )
    )


@blueprint.get("/verbeteringen/<slug>")
@signed_in
def new_correction(slug: str) -> Response:
    """The text that everybody reads, to mend a typing error in it."""
    guide = _guide(slug)
    newest = newest_revision(db(), guide)
    kept = kept_fields(request.path)
    if kept:
        return _page(guide, {name: kept.get(name, "") for name in NAMES}, kept.get("gids", 0, stored_number) or 0)
    texts = {"titel": newest.title, "samenvatting": newest.summary, "tekst": newest.body, "reden": ""}
    return _page(guide, texts, newest.number)


@blueprint.post("/verbeteringen/<slug>")
@signed_in
def correct_guide(slug: str) -> BaseResponse:
    """Publish the correction; 422 with what makes it more than that, 409 when the guide was saved meanwhile."""
    guide = _guide(slug)
    typed = {name: clean_text(request.form.get(name, "")) for name in NAMES}
    base = request.form.get("gids", 0, stored_number) or 0
    fields = _said(fields_of(newest_revision(db(), guide)), typed)
    try:
        made = correct(db(), guide, fields, typed["reden"], base, actor=editor())
    except NotSmall as refusal:
        return _page(guide, typed, base, status=422, reasons=_words(refusal.reasons, refusal.changed))
    except RevisionConflict:
        return _meanwhile(guide, typed, base)
    except Refused as refusal:
        return _page(guide, typed, base, status=422, wrong=_(refusal.sentence, **refusal.values))
    if gone_from(db(), made.html):
        db().rollback()
        return _page(_guide(slug), typed, base, status=422, wrong=_(_GONE))
    unsaved.forget(db(), current_user.id, _path(guide))
    db().commit()
    flash(_("De verbetering staat op de site. Zij telt mee in de geschiedenis van de gids."), "success")
    return redirect(url_for("guides.detail", slug=guide.slug), 303)


def _guide(slug: str) -> Guide:
    authorise(may_publish_guide(current_user))
    return find_by_address(db(), slug) or abort(404)


def _path(guide: Guide) -> str:
    return f"/redactie/voorstellen/verbeteringen/{guide.slug}"


def _meanwhile(guide: Guide, typed: dict[str, str], base: int) -> Response:
    """Show the correction in the newest text. Where both changed one place, what was typed stays over its own base."""
    newest = newest_revision(db(), guide)
    began = fields_of(revision_with(db(), guide, base) or newest)
    merged = merge_fields(began, _said(began, typed), fields_of(newest)).fields
    if merged is None:
        return _page(guide, typed, base, status=409, clashes=True)
    texts = {"titel": merged.title, "samenvatting": merged.summary, "tekst": merged.body}
    return _page(guide, {**typed, **texts}, newest.number, status=409, newer=True)


def _said(before: GuideFields, typed: dict[str, str]) -> GuideFields:
    """Return the guide with what was typed. A field that says nothing is an empty text: that is no correction."""
    return replace(
        before,
        title=" ".join(typed["titel"].split()),
        summary=" ".join(typed["samenvatting"].split()),
        body=typed["tekst"].strip() + "\n",
    )


def _words(reasons: Sequence[TooMuch], changed: int) -> list[str]:
    return [_(SENTENCES[reason], num=changed, most=MOST_CHARACTERS) for reason in reasons]


def _page(guide: Guide, typed: dict[str, str], base: int, *, status: int = 200, **more: Any) -> Response:
    newest = newest_revision(db(), guide)
    before = fields_of(newest)
    after = _said(before, typed)
    sentence = why_not_now(db(), guide)
    return no_store(
        render(
            "kb/proposals/desk_correct.html",
            status=status,
            slug=guide.slug,
            title=newest.title,
            language=newest.language,
            typed=typed,
            base=base,
            most=MOST_CHARACTERS,
            closed=_(sentence) if sentence else "",
            changes=changed_fields(texts_of(before), texts_of(after), labels()) if sentence or status != 200 else [],
            keeper=keeper_fields(_path(guide)),
            **more,
        )
    )
