"""/redactie/organisaties: the authorities as staff see them, with their names in time, and the forms to change them."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.ledger import Actor
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities import changing, forms
from registry.authorities.forms import AuthorityForm
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.authorities.reading import by_code, code_named, mergers_of, search
from registry.permissions import may_manage_authorities

blueprint = Blueprint("authorities", __name__)

PER_PAGE = 50
NEW = "/redactie/organisaties/nieuw"


@blueprint.get("/redactie/organisaties")
@signed_in
def index() -> Response:
    """All authorities by name, or those of which name, abbreviation or code holds the words."""
    authorise(may_manage_authorities(current_user))
    q = " ".join(request.args.get("q", "").split())[:100]
    found = search(db(), fold(q), today())
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, request.args.get("pagina", 1, stored_number)), pages)
    return no_store(
        render(
            "registry/authorities/index.html",
            q=q,
            total=len(found),
            rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
            page=page,
            pages=pages,
            today=today(),
            url_for_page=lambda number: url_for(".index", q=q or None, pagina=number),
        )
    )


@blueprint.get("/redactie/organisaties/nieuw")
@signed_in
def new() -> Response:
    """The form to add an authority by hand."""
    authorise(may_manage_authorities(current_user))
    return _new_page(forms.read_form(kept_fields(NEW) or {}))


@blueprint.post("/redactie/organisaties/nieuw")
@signed_in
def add() -> BaseResponse:
    """Add an authority; it is public at once."""
    authorise(may_manage_authorities(current_user))
    session, form = db(), forms.read_form(request.form)
    forms.check_code(form)
    forms.check_facts(form)
    forms.check_name(form, code_named(session, form.texts["naam"], form.texts["soort"]))
    code, first, is_example = form.texts["code"], forms.first_version(form), bool(form.texts["voorbeeld"])

    def write(reason: str, actor: Actor) -> None:
        changing.add(session, code, [first], reason=reason, actor=actor, is_example=is_example)

    _try(form, "code", write)
    if form.errors:
        session.rollback()
        return _new_page(form, status=422)
    unsaved.forget(session, current_user.id, NEW)
    session.commit()
    flash(_("%(name)s staat in het register.", name=form.texts["naam"]), "success")
    return redirect(url_for(".detail", code=code), 303)


@blueprint.get("/redactie/organisaties/<code>")
@signed_in
def detail(code: str) -> Response:
    """One authority: its names in time, its mergers, and the forms to change or end it."""
    authorise(may_manage_authorities(current_user))
    authority = by_code(db(), code) or abort(404)
    kept = kept_fields(_path(authority))
    return _page(authority, forms.read_form(kept) if kept else forms.form_of(_newest(authority)))


@blueprint.post("/redactie/organisaties/<code>/wijzigen")
@signed_in
def change(code: str) -> BaseResponse:
    """Let an authority be called or be something else from a day on, or correct what it was."""
    authorise(may_manage_authorities(current_user))
    authority = by_code(db(), code) or abort(404)
    form, old = forms.read_form(request.form), _newest(authority)
    forms.check_facts(form)
    facts, day = forms.changed_facts(form, old, code), form.day("vanaf")
    if not form.errors and all(getattr(old, name) == value for name, value in facts.items()):
        form.errors["naam"] = _("Er is niets veranderd.")

    def write(reason: str, actor: Actor) -> None:
        if day:
            changing.change_from(db(), old, day, facts, reason=reason, actor=actor)
        else:
            changing.correct(db(), old, facts, reason=reason, actor=actor)

    _try(form, "vanaf", write)
    return _answer(authority, form)


@blueprint.post("/redactie/organisaties/<code>/beeindigen")
@signed_in
def end(code: str) -> BaseResponse:
    """Let an authority exist no more after a day, without a successor; with one it is a merger."""
    authorise(may_manage_authorities(current_user))
    authority = by_code(db(), code) or abort(404)
    form = forms.read_form(request.form)
    forms.check_reason(form)
    day = forms.end_of(form)

    def write(reason: str, actor: Actor) -> None:
        changing.end(db(), authority, day or today(), reason=reason, actor=actor)

    _try(form, "laatste_dag", write)
    return _answer(authority, form, ending=True)


def _try(form: AuthorityForm, field: str, write: Callable[[str, Actor], object]) -> None:
    """Write, where nothing is wrong with the form; what the rules refuse becomes an error of `field`."""
    if form.errors:
        return
    try:
        write(form.texts["reden"], actor_for(current_user, StaffRole.ADMINISTRATOR))
    except (Conflict, Refused) as error:
        form.errors[field] = _(error.sentence, **error.values)


def _answer(authority: Authority, form: AuthorityForm, *, ending: bool = False) -> BaseResponse:
    """Commit and lead back, or show the form with what is wrong."""
    session, code = db(), authority.code
    if form.errors:
        session.rollback()
        found = by_code(session, code) or abort(404)
        if ending:
            return _page(found, forms.form_of(_newest(found)), form, status=422)
        return _page(found, form, status=422)
    unsaved.forget(session, current_user.id, _path(authority))
    session.commit()
    flash(_("De wijziging is opgeslagen."), "success")
    return redirect(url_for(".detail", code=code), 303)


def _newest(authority: Authority) -> AuthorityVersion:
    return changing.current_versions(db(), authority.id)[-1]


def _path(authority: Authority) -> str:
    return f"/redactie/organisaties/{authority.code}"


def _new_page(form: AuthorityForm, *, status: int = 200) -> Response:
    return no_store(
        render(
            "registry/authorities/new.html",
            form=form,
            has_examples=changing.has_examples(db()),
            keeper=keeper_fields(NEW),
            status=status,
        )
    )


def _page(
    authority: Authority, form: AuthorityForm, ending: AuthorityForm | None = None, *, status: int = 200
) -> Response:
    versions = changing.current_versions(db(), authority.id)
    ending = ending or forms.read_form({})
    return no_store(
        render(
            "registry/authorities/detail.html",
            authority=authority,
            is_example=authority.is_example,
            rows=[(one, one.valid_to - timedelta(days=1) if one.valid_to else None) for one in reversed(versions)],
            newest=versions[-1],
            mergers=mergers_of(db(), authority.id, AsOf(max(today(), versions[-1].valid_to or today()))),
            form=form,
            ending=ending,
            errors=form.summary + [(f"einde-{name}", told) for name, told in ending.summary],
            today=today(),
            keeper=keeper_fields(_path(authority)),
            status=status,
        )
    )
