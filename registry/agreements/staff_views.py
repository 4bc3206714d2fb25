"""Pages on which staff write agreements: the list, a new one, and the form that saves itself."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import clock, unsaved
from common.joining import write_basis
from common.ledger import Actor
from common.vocabulary import Text
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import format_day
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.desk import Bench, desk_rows, open_bench, other_slugs, save
from registry.agreements.draft_fields import DraftFields
from registry.agreements.drafting import drop_draft, find_draft, start_draft
from registry.agreements.forms import (
    LONGEST_TITLE,
    AgreementForm,
    address_error,
    check,
    fresh_form,
    joined,
    kind_words,
    labels,
    row_labels,
    signing_words,
    typed_fields,
)
from registry.agreements.reading import all_agreements, current_version
from registry.agreements.writing import find
from registry.permissions import may_manage_agreements, may_see_agreement_drafts

blueprint = Blueprint("agreement_desk", __name__, url_prefix="/redactie/afspraken")
NEW = "/redactie/afspraken/nieuw"


@blueprint.get("")
@signed_in
def index() -> Response:
    """All agreements, and what is in preparation; all staff see them, a beheerder changes them."""
    authorise(may_see_agreement_drafts(current_user))
    may_manage = may_manage_agreements(current_user)
    return no_store(
        render(
            "registry/agreements/desk.html",
            rows=desk_rows(db()),
            may_manage=may_manage,
            signing_words=signing_words(),
        )
    )


@blueprint.get("/nieuw")
@signed_in
def new() -> Response:
    """The title and the address of a new agreement."""
    authorise(may_manage_agreements(current_user))
    kept = kept_fields(NEW) or MultiDict()
    return _new_page(kept.get("titel", ""), kept.get("adres", ""), {})


@blueprint.post("/nieuw")
@signed_in
def create() -> BaseResponse:
    """Begin an agreement; nobody but staff sees it before it is published."""
    authorise(may_manage_agreements(current_user))
    session = db()
    title, slug = (request.form.get(name, "").strip() for name in ("titel", "adres"))
    errors = {}
    if not title or len(title) > LONGEST_TITLE:
        errors["titel"] = _("Vul een titel in van hoogstens %(num)s tekens.", num=LONGEST_TITLE)
    if wrong := address_error(slug, bool(find_draft(session, slug) or find(session, slug))):
        errors["adres"] = wrong
    if errors:
        return _new_page(title, slug, errors, status=422)
    fields = DraftFields(texts={"titel_nl": title, "volgen": "ja", "ondertekening": "not_yet"})
    start_draft(session, slug, {**fields.stored, "base": 0}, actor=_actor())
    unsaved.forget(session, current_user.id, NEW)
    session.commit()
    return redirect(url_for("agreement_desk.edit", slug=slug), 303)


@blueprint.get("/<slug>")
@signed_in
def edit(slug: str) -> Response:
    """The draft, or the public version from which a next one starts with the first save."""
    authorise(may_manage_agreements(current_user))
    bench = _bench(slug)
    kept = kept_fields(request.path)
    if kept is None:
        return _form_page(bench, fresh_form(bench.fields))
    form = AgreementForm(typed_fields(kept, bench.fields.files), kept.get("version", ""))
    return _form_page(bench, form, restored=True)


@blueprint.post("/<slug>")
@signed_in
def save_form(slug: str) -> BaseResponse:
    """Save by a button; 409 where two people changed one field, 422 where it is to be published and is not whole."""
    authorise(may_manage_agreements(current_user))
    session, bench = db(), _bench(slug, to_write=True)
    found, form = joined(request.form, typed_fields(request.form, bench.fields.files), bench.fields)
    save(session, bench, DraftFields.of_values(found.values, bench.fields.files), actor=_actor())
    wanted = request.form.get("daarna", "")
    if wanted == "publiceren" and not form.both:
        others = other_slugs(session, slug)
        form.errors = check(form.fields, slug, others, is_example=bench.is_example)[1]
    if not form.both:
        unsaved.forget(session, current_user.id, request.path)
    session.commit()
    if form.both or form.errors:
        return _form_page(_bench(slug), form, status=409 if form.both else 422)
    return redirect(_next(slug, wanted), 303)


@blueprint.post("/<slug>/concept")
@signed_in
def autosave(slug: str) -> BaseResponse:
    """Save while somebody types; 409 where somebody else changed the same field, which the button then shows."""
    authorise(may_manage_agreements(current_user))
    session, bench = db(), _bench(slug, to_write=True)
    found, form = joined(request.form, typed_fields(request.form, bench.fields.files), bench.fields)
    save(session, bench, DraftFields.of_values(found.values, bench.fields.files), actor=_actor())
    session.commit()
    return no_store(
        render(
            "registry/agreements/parts/saved.html",
            status=409 if form.both else 200,
            form=form,
            version=write_basis(found.basis),
            time=clock.local(clock.now()).strftime("%H:%M"),
        )
    )


@blueprint.post("/<slug>/weggooien")
@signed_in
def drop(slug: str) -> BaseResponse:
    """Throw the draft away; what is public stays."""
    authorise(may_manage_agreements(current_user))
    session, bench = db(), _bench(slug, to_write=True)
    if bench.draft:
        drop_draft(session, bench.draft, actor=_actor())
        unsaved.forget(session, current_user.id, f"/redactie/afspraken/{slug}")
        session.commit()
        flash(_("Het concept is weggegooid."), "success")
    return redirect(url_for("agreement_desk.index"), 303)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def _bench(slug: str, *, to_write: bool = False) -> Bench:
    return open_bench(db(), slug, to_write=to_write) or abort(404)


def _next(slug: str, wanted: str) -> str:
    """Return where the button leads."""
    if "verplichting__erbij" in request.form or "verplichting__weg" in request.form:
        return url_for("agreement_desk.edit", slug=slug, _anchor="veld-verplichtingen")
    pages = {"publiceren": "agreement_publishing.look_over", "voorbeeld": "agreements.preview"}
    if wanted in pages:
        return url_for(pages[wanted], slug=slug)
    flash(_("Bewaard als concept. Bezoekers zien het pas als u publiceert."), "success")
    return url_for("agreement_desk.edit", slug=slug)


def _new_page(title: str, slug: str, errors: dict[str, str], *, status: int = 200) -> Response:
    return no_store(
        render(
            "registry/agreements/new.html",
            status=status,
            title=title,
            slug=slug,
            errors=errors,
            keeper=keeper_fields(NEW),
        )
    )


def _form_page(bench: Bench, form: AgreementForm, *, status: int = 200, restored: bool = False) -> Response:
    return no_store(
        render(
            "registry/agreements/edit.html",
            status=status,
            bench=bench,
            form=form,
            restored=restored,
            is_example=bench.is_example,
            predecessors=_predecessors(db(), bench.slug),
            keeper=keeper_fields(f"/redactie/afspraken/{bench.slug}"),
            **_words(),
        )
    )


def _words() -> dict[str, Any]:
    """Return the words that the pages of staff share."""
    return {
        "labels": labels(),
        "row_labels": row_labels(),
        "kind_words": kind_words(),
        "signing_words": signing_words(),
        "months": [(f"{month:02}", format_day(date(2001, month, 1), "month_name")) for month in range(1, 13)],
    }


def _predecessors(session: Session, slug: str) -> list[tuple[str, Text]]:
    found = [(one.slug, current_version(one).short_title) for one in all_agreements(session) if not one.is_example]
    return [(other, title) for other, title in found if other != slug]
