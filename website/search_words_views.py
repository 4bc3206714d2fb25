"""/redactie/zoekwoorden: what readers looked for and did not find, and the words that staff lets mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.permissions import may_manage_search_words
from kb.search import missing, words
from kb.search.asking import Answered, ask
from kb.search.index import IndexUnusable, SearchIndex
from kb.search.wordlist import word_list

blueprint = Blueprint("search_words", __name__, url_prefix="/redactie/zoekwoorden")

SIZE = 20
"""Questions on a page: each is asked again, to show what it finds now."""


@dataclass(frozen=True)
class Typed:
    """What stands in the form, with what is wrong with it."""

    words: str = ""
    language: str = "nl"
    error: str = ""
    restored: bool = False


@dataclass(frozen=True)
class Row:
    """A question that found nothing, with what it finds now (None where the index cannot be read)."""

    missed: missing.Missed
    now: Answered | None


@blueprint.get("")
@signed_in
def index() -> Response:
    """The questions without a result, the most asked first, and the words that staff added."""
    authorise(may_manage_search_words(current_user))
    kept = kept_fields(url_for(".index"))
    if kept:
        return _page(Typed(kept.get("woorden", ""), kept.get("taal", "nl"), restored=True))
    asked = " ".join(request.args.get("vraag", "").split())[: words.LONGEST]
    return _page(Typed(f"{asked}, " if asked else "", "en" if request.args.get("taal") == "en" else "nl"))


@blueprint.post("")
@signed_in
def add() -> BaseResponse:
    """Let words mean the same from the next search on; 422 where that says nothing, or what is known."""
    authorise(may_manage_search_words(current_user))
    typed, language = request.form.get("woorden", ""), request.form.get("taal", "")
    language = language if language in words.LANGUAGES else "nl"
    same = words.words_in(typed)
    wrong = words.problem(same, [*word_list().groups, *words.groups(db())])
    if wrong:
        return _page(Typed(typed[:1000], language, _(wrong)), status=422)
    row = words.add(db(), same, language, actor=_actor())
    db().commit()
    flash(_("Deze woorden betekenen nu hetzelfde voor het zoeken."), "success")
    return redirect(url_for(".index", nieuw=row.id), 303)


@blueprint.post("/<int:number>/weg")
@signed_in
def remove(number: int) -> BaseResponse:
    """Let words mean the same no longer."""
    authorise(may_manage_search_words(current_user))
    row = words.remove(db(), number, actor=_actor())
    db().commit()
    flash(_("Deze woorden horen niet meer bij elkaar.") if row else _("Deze woorden waren al weggehaald."), "success")
    return redirect(url_for(".index", _anchor="toegevoegd"), 303)


@blueprint.post("/niet-gevonden")
@signed_in
def forget() -> BaseResponse:
    """Take a question off the list: it asks for nothing. It comes back when somebody asks it again."""
    authorise(may_manage_search_words(current_user))
    missing.forget(db(), request.form.get("vraag", ""), request.form.get("taal", ""), actor=_actor())
    db().commit()
    flash(_("De vraag is van de lijst gehaald. Zoekt iemand er weer op, dan komt hij terug."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/<int:number>/weg")
@signed_in
def back(number: int) -> BaseResponse:
    """Only a form leads there."""
    authorise(may_manage_search_words(current_user))
    return redirect(url_for(".index"), 303)


@blueprint.get("/niet-gevonden")
@signed_in
def back_from_list() -> BaseResponse:
    """Only a form leads there."""
    authorise(may_manage_search_words(current_user))
    return redirect(url_for(".index"), 303)


def _actor() -> Actor:
    """Return who does it, in the role by which he may."""
    roles = (StaffRole.EDITOR, StaffRole.ADMINISTRATOR)
    return actor_for(current_user, next(role for role in roles if has_staff_role(current_user, role)))


def _page(typed: Typed, *, status: int = 200) -> Response:
    session, page = db(), max(1, request.args.get("pagina", 1, stored_number))
    found, total = missing.missed(session, page, SIZE)
    same, added = words.groups(session), words.all_rows(session)
    new = next((row for row in added if row.id == request.args.get("nieuw", 0, stored_number)), None)
    return no_store(
        render(
            "website/search_words.html",
            status=status,
            typed=typed,
            missed=[Row(one, _finds(one.asked, one.language, same)) for one in found],
            total=total,
            page=page,
            pages=max(1, -(-total // SIZE)),
            address=lambda number: url_for(".index", pagina=number if number > 1 else None),
            added=added,
            new=new,
            new_finds=[(word, _finds(word, page_language(), same)) for word in new.words] if new else [],
            fixed=word_list().groups,
            keeper_fields=keeper_fields,
        )
    )


def _finds(asked: str, language: str, same: Sequence[Sequence[str]]) -> Answered | None:
    """Return what is found now, as a reader gets it."""
    try:
        return ask(cast(SearchIndex, current_app.extensions["search_index"]), asked, synonyms=same, language=language)
    except IndexUnusable:
        return None
