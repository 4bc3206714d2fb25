"""Pages on which a beheerder makes a version of an agreement public, and opens it to signing or closes it."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.errors import Refused
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.content import AgreementContent, content_of
from registry.agreements.desk import Bench, open_bench, other_slugs
from registry.agreements.forms import check, differences, labels, signing_words
from registry.agreements.models import Signable
from registry.agreements.writing import set_signing, write_version
from registry.permissions import may_manage_agreements

blueprint = Blueprint("agreement_publishing", __name__, url_prefix="/redactie/afspraken")


@dataclass(frozen=True)
class _LookOver:
    """What would be published, and what stands in the way."""

    bench: Bench
    content: AgreementContent
    errors: dict[str, str]


@blueprint.get("/<slug>/publiceren")
@signed_in
def look_over(slug: str) -> Response:
    """What will change for readers, before it does."""
    authorise(may_manage_agreements(current_user))
    kept = kept_fields(request.path) or MultiDict()
    return _publish_page(_look_over(slug), kept.get("reden", ""))


@blueprint.post("/<slug>/publiceren")
@signed_in
def publish(slug: str) -> BaseResponse:
    """Publish the draft; 409 when it, or what is public, is not what was looked at, 422 when it is not whole."""
    authorise(may_manage_agreements(current_user))
    session, looked = db(), _look_over(slug, to_write=True)
    draft, reason = looked.bench.draft, _reason()
    if draft is None or looked.errors:
        return _publish_page(looked, reason, status=422)
    if _seen() != _numbers(looked.bench):
        return _publish_page(looked, reason, status=409)
    try:
        version = write_version(session, looked.content, actor=_actor(), reason=reason)
    except Refused as error:
        session.rollback()
        return _publish_page(_look_over(slug), reason, _(error.sentence, **error.values), status=422)
    session.delete(draft)
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(_("Versie %(num)s staat op de site.", num=version.number), "success")
    return redirect(url_for("agreements.detail", slug=slug), 303)


@blueprint.get("/<slug>/ondertekening")
@signed_in
def signing_form(slug: str) -> Response:
    """Open an agreement for signing, or close it."""
    authorise(may_manage_agreements(current_user))
    kept = kept_fields(request.path) or MultiDict()
    return _signing_page(_public_bench(slug), kept.get("stand", ""), kept.get("reden", ""))


@blueprint.post("/<slug>/ondertekening")
@signed_in
def change_signing(slug: str) -> BaseResponse:
    """Publish a next version that is open or closed; 409 when another version was published meanwhile."""
    authorise(may_manage_agreements(current_user))
    session, bench = db(), _public_bench(slug, to_write=True)
    wanted, reason = request.form.get("stand", ""), _reason()
    if _seen()[1] != _numbers(bench)[1]:
        return _signing_page(bench, wanted, reason, status=409)
    if wanted not in {Signable.OPEN.value, Signable.CLOSED.value} or bench.agreement is None:
        return _signing_page(bench, wanted, reason, {"stand": _("Kies een van de twee.")}, status=422)
    try:
        set_signing(session, bench.agreement, Signable(wanted), reason, actor=_actor())
    except Refused as error:
        session.rollback()
        where = "stand" if bench.current and bench.current.signing.value == wanted else "reden"
        return _signing_page(
            _public_bench(slug), wanted, reason, {where: _(error.sentence, **error.values)}, status=422
        )
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(signing_words()[wanted] + ".", "success")
    return redirect(url_for("agreement_desk.index"), 303)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def _reason() -> str:
    return request.form.get("reden", "").replace("\r\n", "\n").strip()


def _seen() -> tuple[int, int]:
    """Return the numbers of the draft and of the public version that the page showed."""
    draft, current = (request.form.get(name, -1, stored_number) for name in ("concept", "huidig"))
    return draft, current


def _numbers(bench: Bench) -> tuple[int, int]:
    return bench.draft.version if bench.draft else 0, bench.current.number if bench.current else 0


def _look_over(slug: str, *, to_write: bool = False) -> _LookOver:
    bench = open_bench(db(), slug, to_write=to_write) or abort(404)
    content, errors = check(bench.fields, slug, other_slugs(db(), slug), is_example=bench.is_example)
    if bench.current:  # opening and closing has a page of its own
        content.version["signing"] = bench.current.signing
    return _LookOver(bench, content, errors)


def _publish_page(looked: _LookOver, reason: str, error: str = "", *, status: int = 200) -> Response:
    bench, names = looked.bench, labels()
    before = content_of(bench.current) if bench.current else None
    numbers = _numbers(bench)
    return no_store(
        render(
            "registry/agreements/publish.html",
            status=status,
            bench=bench,
            newer=status == 409,
            is_example=bench.is_example,
            content=looked.content,
            errors=[
                (name, f"{names.get(name, names['verplichtingen'])}: {words}") for name, words in looked.errors.items()
            ],
            changes=differences(before, looked.content) if before and not looked.errors else [],
            reason=reason,
            error=error,
            seen=numbers,
            keeper=keeper_fields(f"/redactie/afspraken/{bench.slug}/publiceren"),
            signing_words=signing_words(),
        )
    )


def _public_bench(slug: str, *, to_write: bool = False) -> Bench:
    bench = open_bench(db(), slug, to_write=to_write)
    return bench if bench and bench.current else abort(404)


def _signing_page(
    bench: Bench, wanted: str, reason: str, errors: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    return no_store(
        render(
            "registry/agreements/signing.html",
            status=status,
            bench=bench,
            newer=status == 409,
            is_example=bench.is_example,
            wanted=wanted,
            reason=reason,
            errors=errors or {},
            seen=_numbers(bench),
            keeper=keeper_fields(f"/redactie/afspraken/{bench.slug}/ondertekening"),
            signing_words=signing_words(),
        )
    )
