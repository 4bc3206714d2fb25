"""/mijn/buyer-groups: in which groups one's own authority takes part; a coördinator joins and leaves for it."""

from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import MemberRole
from accounts.people import actor_for, authority_codes
from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.ledger import Actor
from common.typed import read_day, wrong_day
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import format_day
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.buyer_groups.content import GroupState
from registry.buyer_groups.member_forms import MemberForm
from registry.buyer_groups.members import join, leave, withdraw
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.buyer_groups.reading import GroupCard, all_cards, find_member, own_groups, standing
from registry.permissions import may_join_buyer_group, may_see_own_authority

blueprint = Blueprint("own_buyer_groups", __name__)

BEFORE_IT_BEGAN = "De organisatie trok zich terug voor de eerste dag."
TEXTS = ("groep", "vanaf", "bron")


@blueprint.get("/mijn/buyer-groups")
@signed_in
def index() -> Response:
    """The groups of the authority, and the form to join one."""
    authority = _authority()
    kept = kept_fields(_path(authority))
    return _page(authority, {name: kept.get(name, "") for name in TEXTS} if kept else {})


@blueprint.post("/mijn/buyer-groups")
@signed_in
def take_part() -> BaseResponse:
    """Let the authority take part; it shows at once."""
    authority = _authority()
    authorise(may_join_buyer_group(current_user, authority.code))
    typed = {name: request.form.get(name, "").strip() for name in TEXTS}
    group = next((one.group for one in _open_groups(authority) if one.group.slug == typed["groep"]), None)
    since = read_day(typed["vanaf"])
    errors = _errors(typed, group, since)
    if errors or group is None:
        return _page(authority, typed, errors, status=422)
    try:
        refuse_ended(db(), authority)
        join(db(), group, authority, since, typed["bron"] or None, actor=_actor())
    except Refused as error:
        db().rollback()
        return _page(authority, typed, {"groep": _(error.sentence, **error.values)}, status=422)
    return _done(authority, _joined_words(since))


def _joined_words(since: date | None) -> str:
    if since is None or since <= today():
        return str(_("Uw organisatie doet mee. Dat staat nu op de openbare pagina."))
    day = format_day(since)
    return str(_("Uw organisatie doet mee vanaf %(day)s. Vanaf die dag staat dat op de openbare pagina.", day=day))


@blueprint.get("/mijn/buyer-groups/<int:member_id>/stoppen")
@signed_in
def confirm_leaving(member_id: int) -> Response:
    """Ask on which day the authority stops."""
    member = standing(db(), _own_member(member_id))
    if member is None or member.valid_to is not None:
        abort(404)
    kept = kept_fields(_leaving_path(member.id))
    return _leaving_page(member, kept.get("laatste_dag", "") if kept else today().isoformat())


@blueprint.post("/mijn/buyer-groups/<int:member_id>/stoppen")
@signed_in
def stop(member_id: int) -> BaseResponse:
    """End the membership on the day that was given, or undo one that has yet to begin; it stays in the history."""
    member = _own_member(member_id)
    if _is_to_come(member):
        return _withdrawn(member)
    typed = request.form.get("laatste_dag", "").strip()
    last_day = read_day(typed)
    if last_day is None:
        return _leaving_page(member, typed, _(wrong_day(typed)), status=422)
    try:
        leave(db(), member, last_day, actor=_actor())
    except Refused:
        db().rollback()
        error = _("De laatste dag ligt vóór de eerste dag. Controleer beide dagen.")
        return _leaving_page(member, typed, error, status=422)
    except Conflict:
        db().rollback()
        return _leaving_page(_own_member(member_id), typed, status=409)
    return _done(member.authority, _left_words(last_day))


def _left_words(last_day: date) -> str:
    day = format_day(last_day)
    if last_day < today():
        return str(_("Uw organisatie deed mee tot en met %(day)s.", day=day))
    return str(_("Uw organisatie doet mee tot en met %(day)s.", day=day))


def _is_to_come(member: BuyerGroupMember) -> bool:
    return member.valid_from is not None and member.valid_from > today()


def _withdrawn(member: BuyerGroupMember) -> BaseResponse:
    """Undo a membership that has yet to begin."""
    try:
        withdraw(db(), member, reason=BEFORE_IT_BEGAN, actor=_actor())
    except Conflict:
        db().rollback()
        return _leaving_page(member, "", status=409)
    return _done(member.authority, _("Uw organisatie is teruggetrokken. Zij gaat niet meedoen."))


def _authority() -> Authority:
    """Return the authority in `organisatie`, or the first of one's own; 404 for one of others."""
    code = request.args.get("organisatie") or next(iter(authority_codes(current_user)), "")
    authorise(may_see_own_authority(current_user, code), hidden=True)
    return by_code(db(), code) or abort(404)


def _own_member(member_id: int) -> BuyerGroupMember:
    """Return a membership of the person's own authority, as it was once written; 404 for one of others."""
    found = find_member(db(), member_id) or abort(404)
    authorise(may_see_own_authority(current_user, found.authority.code), hidden=True)
    authorise(may_join_buyer_group(current_user, found.authority.code))
    return found


def _actor() -> Actor:
    return actor_for(current_user, MemberRole.COORDINATOR)


def _path(authority: Authority) -> str:
    return f"/mijn/buyer-groups?organisatie={authority.code}"


def _leaving_path(member_id: int) -> str:
    return f"/mijn/buyer-groups/{member_id}/stoppen"


def _open_groups(authority: Authority) -> list[GroupCard]:
    """Return the groups that the authority could join: not ended, and invented only for who is."""
    cards = all_cards(db(), AsOf(today()))
    return [one for one in cards if one.state is not GroupState.ENDED and one.group.is_example == authority.is_example]


def _errors(typed: dict[str, str], group: BuyerGroup | None, since: date | None) -> dict[str, str]:
    errors = {}
    if group is None:
        errors["groep"] = _("Kies een buyer group.")
    if since is None:
        errors["vanaf"] = _(wrong_day(typed["vanaf"]))
    form = MemberForm(typed)
    form.source("bron")
    return {**errors, **form.errors}


def _done(authority: Authority, message: str) -> BaseResponse:
    session = db()
    for path in (_path(authority), request.path):
        unsaved.forget(session, current_user.id, path)
    session.commit()
    flash(message, "success")
    return redirect(url_for(".index", organisatie=authority.code), 303)


def _page(
    authority: Authority, typed: dict[str, str], errors: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    own = own_groups(db(), authority.id, AsOf(today()))
    taken = {one.group.slug for one in own if one.member.valid_to is None}
    return no_store(
        render(
            "registry/buyer_groups/own.html",
            status=status,
            authority=authority,
            name=version_on(authority, today()).name,
            is_example=authority.is_example,
            own=own,
            today=today(),
            open_groups=[one for one in _open_groups(authority) if one.group.slug not in taken],
            may_join=may_join_buyer_group(current_user, authority.code),
            typed=typed,
            errors=errors or {},
            keeper=keeper_fields(_path(authority)),
        )
    )


def _leaving_page(member: BuyerGroupMember, typed: str, error: str = "", *, status: int = 200) -> Response:
    cards = all_cards(db(), AsOf(today()), [member.group.slug])
    return no_store(
        render(
            "registry/buyer_groups/leave.html",
            status=status,
            member=member,
            now=standing(db(), member),
            authority=member.authority,
            name=version_on(member.authority, today()).name,
            is_example=member.authority.is_example,
            version=cards[0].version,
            typed=typed,
            error=error,
            conflict=status == 409,
            to_come=_is_to_come(member),
            keeper=keeper_fields(_leaving_path(member.id)),
        )
    )
