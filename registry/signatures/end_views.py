"""The last pages of signing: look it over, ask the bestuurder, sign, send back, withdraw, and the receipt."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import User
from accounts.sign_in import fresh_sign_in
from common import unsaved
from common.clock import local, today
from common.errors import Conflict, Refused
from common.files.models import Attachment
from common.ledger import sha256
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.signatures.changing import current_version
from registry.signatures.deadlines import asked_of
from registry.signatures.desk import SigningDesk, load_desk, member_actor
from registry.signatures.forms import in_words, signer_problems
from registry.signatures.mails import executives, mail_prepared, mail_returned, mail_signed, page_of, public_page
from registry.signatures.models import SigningState
from registry.signatures.online import Signer, sign
from registry.signatures.signing import Incomplete, ask, bound_by, problems_of, send_back, withdraw

blueprint = Blueprint("signing_end", __name__)
_PAGE = "/mijn/ondertekenen/voorbereid/<int:signing_id>"


@blueprint.get(_PAGE)
@signed_in
def look_over(signing_id: int) -> BaseResponse:
    """Everything once more, with what the person may do: ask the bestuurder, sign, send back, withdraw."""
    desk = load_desk(signing_id)
    if desk.signing.state is SigningState.SIGNED:
        return redirect(desk.url("signing_end.receipt"), 303)
    kept: Mapping[str, str] = kept_fields(page_of(desk.signing)) or {}
    left = "akkoord" in kept and desk.may_sign and not desk.signing.ended_at
    told = _("U was uitgelogd. Kijk alles nog eens na en teken dan.") if left else ""
    return _page(desk, told=told, remark=kept.get("opmerking", ""), typed=kept)


@blueprint.post(f"{_PAGE}/vragen")
@signed_in
def ask_executive(signing_id: int) -> BaseResponse:
    """Put it before a bestuurder of the organisation, who gets a mail with a link to the page."""
    desk, session = load_desk(signing_id, preparing=True), db()
    people = {str(one.id): one for one in executives(session, desk.authority.code)}
    executive = people.get(request.form.get("bestuurder", ""))
    if executive is None:
        return _page(desk, errors={"bestuurder": _("Kies een bestuurder.")}, status=422)
    try:
        ask(session, desk.signing, executive, actor=member_actor(desk.authority.code))
    except (Refused, Conflict) as error:
        return _refused(desk, error)
    mail_prepared(session, desk.signing, executive, current_user.name)
    session.commit()
    flash(_("%(name)s kreeg een mail met een link naar deze pagina.", name=executive.name), "success")
    return redirect(desk.url("signing_end.look_over"), 303)


@blueprint.post(f"{_PAGE}/tekenen")
@signed_in
@fresh_sign_in
def sign_it(signing_id: int) -> BaseResponse:
    """Sign. A second click leads to the same receipt; when somebody else signed first it is 409."""
    desk, session = load_desk(signing_id), db()
    authorise(desk.may_sign)
    signing = desk.signing
    if signing.state is SigningState.SIGNED and signing.executive_id == current_user.id:
        return redirect(desk.url("signing_end.receipt"), 303)
    signer, seen, seen_text = _signer(desk, request.form), _number("versie"), _number("tekst")
    wrong = _wrong(signer)
    if wrong:
        return _page(desk, errors=wrong, status=422)
    try:
        sign(session, signing, signer, seen=seen, seen_text=seen_text, actor=member_actor(desk.authority.code))
    except (Refused, Conflict) as error:
        return _refused(desk, error)
    mail_signed(session, signing)
    unsaved.forget(session, current_user.id, page_of(signing))
    session.commit()
    return redirect(desk.url("signing_end.receipt"), 303)


@blueprint.post(f"{_PAGE}/terugsturen")
@signed_in
def return_it(signing_id: int) -> BaseResponse:
    """Send it back to who prepared it, with a remark."""
    desk, session = load_desk(signing_id), db()
    authorise(desk.may_sign)
    remark = request.form.get("opmerking", "")
    try:
        send_back(session, desk.signing, remark, actor=member_actor(desk.authority.code))
    except Refused as error:
        session.rollback()
        return _page(desk, errors={"opmerking": in_words(error)}, remark=remark, status=422)
    except Conflict as error:
        return _refused(desk, error, remark)
    mail_returned(session, desk.signing, current_user)
    unsaved.forget(session, current_user.id, page_of(desk.signing))
    session.commit()
    flash(_("Teruggestuurd. De coördinator krijgt uw opmerking."), "success")
    return redirect(desk.url("signing_end.look_over"), 303)


@blueprint.post(f"{_PAGE}/intrekken")
@signed_in
def withdraw_it(signing_id: int) -> BaseResponse:
    """Take back what was prepared; nothing was signed."""
    desk, session = load_desk(signing_id, preparing=True), db()
    try:
        withdraw(session, desk.signing, actor=member_actor(desk.authority.code))
    except Conflict as error:
        return _refused(desk, error)
    session.commit()
    flash(_("Ingetrokken. Er is niets getekend."), "success")
    return redirect(desk.list_url, 303)


@blueprint.get(f"{_PAGE}/ontvangst")
@signed_in
def receipt(signing_id: int) -> BaseResponse:
    """The proof that the organisation signed, and what happens next."""
    desk = load_desk(signing_id)
    signing = desk.signing
    if signing.signature is None or signing.content is None or signing.ended_at is None:
        return redirect(desk.url("signing_end.look_over"), 303)
    version = current_version(db(), signing.signature)
    return no_store(
        render(
            "registry/signatures/receipt.html",
            desk=desk,
            is_example=desk.authority.is_example,
            fingerprint=sha256(signing.content),
            version=version,
            public_page=public_page(signing, version),
            bound=bound_by(db(), signing),
            asked=asked_of(signing.agreement_version, local(signing.ended_at).date()),
        )
    )


@blueprint.get(f"{_PAGE}/ontvangst.json")
@signed_in
def receipt_file(signing_id: int) -> BaseResponse:
    """The receipt itself: the bytes of which the fingerprint was taken, without names of persons."""
    desk = load_desk(signing_id)
    if desk.signing.content is None:
        return redirect(desk.url("signing_end.look_over"), 303)
    response = Response(desk.signing.content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="ondertekening-{desk.signing.receipt}.json"'
    return no_store(response)


def _signer(desk: SigningDesk, typed: Mapping[str, str]) -> Signer:
    """Return who signs as he wrote it himself; what he left out is his account's name and the prepared function."""
    name, function = typed.get("naam", str(current_user.name)), typed.get("functie", desk.signing.signed_by_function)
    return Signer(name, function)


def _wrong(signer: Signer) -> dict[str, str]:
    wrong = signer_problems(signer.name, signer.function)
    if not request.form.get("akkoord"):
        wrong["akkoord"] = _("Vink dit aan. Zonder uw akkoord kunt u niet tekenen.")
    return wrong


def _number(name: str) -> int:
    written = request.form.get(name, "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _refused(desk: SigningDesk, error: Refused | Conflict, remark: str = "") -> Response:
    """Show the page as it is now, with why it did not work: 422 where something is missing, else 409."""
    db().rollback()
    told = "" if isinstance(error, Incomplete) else in_words(error)
    return _page(desk, told=told, remark=remark, status=422 if isinstance(error, Refused) else 409)


def _page(
    desk: SigningDesk,
    *,
    errors: dict[str, str] | None = None,
    told: str = "",
    remark: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    session, signing = db(), desk.signing
    person = session.get(User, signing.executive_id) if signing.executive_id else None
    people = executives(session, desk.authority.code)
    return no_store(
        render(
            "registry/signatures/look_over.html",
            status=status,
            code=status,
            desk=desk,
            signing=signing,
            is_example=desk.authority.is_example,
            bound=bound_by(session, signing),
            asked=asked_of(desk.text, today()),
            problems=[in_words(one) for one in problems_of(session, signing)] if not signing.ended_at else [],
            mandate=session.get(Attachment, signing.evidence_id) if signing.evidence_id else None,
            executive=person,
            is_asked=signing.executive_id == current_user.id,
            account=current_user.name,
            signer=_signer(desk, request.form or typed or {}),
            executives=people,
            executive_options=[(one.id, one.name) for one in people],
            errors=errors or {},
            told=told,
            remark=remark,
            keeper=keeper_fields(page_of(signing)),
        )
    )
