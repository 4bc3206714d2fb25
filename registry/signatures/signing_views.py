"""/mijn/ondertekenen: what an authority can sign, what it signed; read the agreement, begin, choose for whom."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.people import authority_codes
from common.clock import today
from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.agreements.models import Agreement
from registry.agreements.reading import find_agreement
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.permissions import may_prepare_signing, may_see_own_authority
from registry.signatures.deadlines import asked_of
from registry.signatures.desk import SigningDesk, load_desk, member_actor
from registry.signatures.eligible import search
from registry.signatures.forms import in_words
from registry.signatures.models import SigningState
from registry.signatures.overview import offer, offers, signed_by
from registry.signatures.signing import begin, bind, bound_by, open_signing

blueprint = Blueprint("signing", __name__)

LONGEST_WORDS = 100


@blueprint.get("/mijn/ondertekenen")
@signed_in
def index() -> Response:
    """What the organisation can sign, what waits, and what it signed."""
    authority = _own_authority()
    return no_store(
        render(
            "registry/signatures/index.html",
            authority=authority,
            name=version_on(authority, today()).name,
            is_example=authority.is_example,
            offers=offers(db(), authority),
            signed=[
                one
                for one in signed_by(db(), authority)
                if not one.version.refused or (one.signing and one.signing.authority_id == authority.id)
            ],
            may_prepare=may_prepare_signing(current_user, authority.code),
        )
    )


@blueprint.get("/mijn/ondertekenen/<slug>")
@signed_in
def read(slug: str) -> Response:
    """The first page: the agreement itself, and what it asks by when of who signs today."""
    authority = _own_authority()
    return _read_page(authority, _agreement(slug, authority))


@blueprint.post("/mijn/ondertekenen/<slug>")
@signed_in
def start(slug: str) -> BaseResponse:
    """Begin to sign, or go on where the organisation was."""
    authority = _own_authority()
    authorise(may_prepare_signing(current_user, authority.code))
    agreement, session = _agreement(slug, authority), db()
    try:
        signing = begin(session, agreement, authority, actor=member_actor(authority.code))
    except Refused as closed:
        session.rollback()
        return _read_page(authority, agreement, in_words(closed), status=422)
    session.commit()
    view = "signing.whom" if signing.state is SigningState.DRAFT else "signing_end.look_over"
    return redirect(url_for(view, signing_id=signing.id, organisatie=authority.code), 303)


@blueprint.get("/mijn/ondertekenen/voorbereid/<int:signing_id>/voor-wie")
@signed_in
def whom(signing_id: int) -> BaseResponse:
    """The second page: for which organisations; one's own stands there already, others are searched by name."""
    desk = load_desk(signing_id, preparing=True)
    if desk.signing.ended_at:
        return redirect(desk.url("signing_end.look_over"), 303)
    return _whom_page(desk)


@blueprint.post("/mijn/ondertekenen/voorbereid/<int:signing_id>/voor-wie")
@signed_in
def choose(signing_id: int) -> BaseResponse:
    """Add an organisation, or take one away."""
    desk, session = load_desk(signing_id, preparing=True), db()
    add, drop = (_numbers(name) for name in ("erbij", "weg"))
    try:
        bind(session, desk.signing, add, drop, actor=member_actor(desk.authority.code))
    except Refused as refused:
        session.rollback()
        return _whom_page(desk, in_words(refused), status=422)
    session.commit()
    words = _words()
    return redirect(desk.url("signing.whom") + (f"&q={words}#gevonden" if words and add else ""), 303)


def _own_authority() -> Authority:
    """Return the authority in `organisatie`, or the first of one's own; 404 for another's."""
    code = request.args.get("organisatie") or next(iter(authority_codes(current_user)), "")
    authority = by_code(db(), code)
    authorise(authority is not None and may_see_own_authority(current_user, code), hidden=True)
    assert authority is not None
    return authority


def _agreement(slug: str, authority: Authority) -> Agreement:
    """Return an agreement of the same world: an invented body signs an invented agreement only."""
    found = find_agreement(db(), slug)
    return found if found and found.is_example == authority.is_example else abort(404)


def _numbers(name: str) -> list[int]:
    return [int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 10]


def _words() -> str:
    return " ".join((request.values.get("q") or "").split())[:LONGEST_WORDS]


def _read_page(authority: Authority, agreement: Agreement, error: str = "", *, status: int = 200) -> Response:
    session = db()
    found = offer(session, agreement, authority, open_signing(session, agreement, authority))
    return no_store(
        render(
            "registry/signatures/read.html",
            status=status,
            authority=authority,
            name=version_on(authority, today()).name,
            is_example=authority.is_example,
            offer=found,
            asked=asked_of(found.version, today()),
            error=error,
            may_prepare=may_prepare_signing(current_user, authority.code),
        )
    )


def _whom_page(desk: SigningDesk, error: str = "", *, status: int = 200) -> Response:
    words = _words()
    return no_store(
        render(
            "registry/signatures/whom.html",
            status=status,
            desk=desk,
            is_example=desk.authority.is_example,
            bound=bound_by(db(), desk.signing),
            words=words,
            found=search(db(), desk.signing.agreement, desk.text, words) if words else [],
            error=error,
        )
    )
