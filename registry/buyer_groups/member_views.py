"""/redactie/buyer-groups/<slug>/leden: who takes part, added and put right by staff."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.buyer_groups.at_desk import load_group, staff_actor
from registry.buyer_groups.finding import found_authorities
from registry.buyer_groups.member_forms import TEXTS, MemberForm, checked_period, form_of
from registry.buyer_groups.members import join, put_right, withdraw
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.buyer_groups.reading import all_members, find_member, standing
from registry.permissions import may_run_buyer_groups

blueprint = Blueprint("buyer_group_members", __name__, url_prefix="/redactie/buyer-groups/<slug>/leden")


@blueprint.get("")
@signed_in
def index(slug: str) -> Response:
    """Who takes part, took part and will, and the form to add one."""
    authorise(may_run_buyer_groups(current_user))
    kept = kept_fields(request.path)
    return _list_page(slug, MemberForm({name: kept.get(name, "") if kept else "" for name in TEXTS}))


@blueprint.post("")
@signed_in
def add(slug: str) -> BaseResponse:
    """Add an authority from a day on, with a source."""
    authorise(may_run_buyer_groups(current_user))
    group, _version = load_group(slug)
    form = _sent()
    since, authority = form.day("vanaf"), _one_authority(form, group)
    source = form.source("bron")
    if not source:
        form.errors["bron"] = _("Schrijf op waaruit blijkt dat deze organisatie meedoet.")
    if form.errors or authority is None:
        return _list_page(slug, form, status=422)
    try:
        refuse_ended(db(), authority)
        join(db(), group, authority, since, source, actor=staff_actor())
    except Refused as error:
        db().rollback()
        form.errors["organisatie"] = _(error.sentence, **error.values)
        return _list_page(slug, form, status=422)
    return _done(slug, _("%(name)s doet mee.", name=version_on(authority, today()).name))


@blueprint.get("/<int:member_id>")
@signed_in
def edit(slug: str, member_id: int) -> BaseResponse:
    """One membership, to end or put right; the address of an older version leads to what now stands."""
    authorise(may_run_buyer_groups(current_user))
    member = standing(db(), _member(slug, member_id)) or abort(404)
    if member.id != member_id:
        return redirect(url_for(".edit", slug=slug, member_id=member.id))
    kept = kept_fields(request.path)
    form = MemberForm({name: kept.get(name, "") for name in TEXTS}) if kept else form_of(member)
    return _member_page(slug, member, form)


@blueprint.post("/<int:member_id>")
@signed_in
def save(slug: str, member_id: int) -> BaseResponse:
    """End a membership, put it right, or say that it was entered by mistake; always with a reason."""
    authorise(may_run_buyer_groups(current_user))
    member, form = _member(slug, member_id), _sent()
    said, reason = checked_period(form, member), form.texts["reden"]
    if form.errors:
        return _member_page(slug, member, form, status=422)
    session, actor = db(), staff_actor()
    try:
        if form.texts["vergissing"]:
            withdraw(session, member, reason=reason, actor=actor)
        else:
            put_right(session, member, said, reason=reason, actor=actor)
    except (Conflict, Refused) as wrong:
        session.rollback()
        return _not_saved(slug, member_id, form, wrong)
    return _done(slug, _("Het lidmaatschap is gewijzigd."))


def _not_saved(slug: str, member_id: int, form: MemberForm, wrong: Conflict | Refused) -> Response:
    """Show what was typed: beside what somebody else wrote meanwhile, or with why it cannot be."""
    if isinstance(wrong, Conflict):
        return _member_page(slug, _member(slug, member_id), form, status=409)
    form.errors["vanaf"] = _(wrong.sentence, **wrong.values)
    return _member_page(slug, _member(slug, member_id), form, status=422)


def _sent() -> MemberForm:
    return MemberForm({name: request.form.get(name, "").strip() for name in TEXTS})


def _member(slug: str, member_id: int) -> BuyerGroupMember:
    found = find_member(db(), member_id)
    return found if found and found.group.slug == slug else abort(404)


def _one_authority(form: MemberForm, group: BuyerGroup) -> Authority | None:
    """Return the one authority that is meant; else say at the field which it could be."""
    found = found_authorities(db(), form.texts["organisatie"], is_example=group.is_example)
    if len(found) == 1:
        return found[0]
    names = [f"{version_on(one, today()).name} ({one.code})" for one in found[:6]]
    form.errors["organisatie"] = (
        _("Er zijn er meer. Typ de code van een van deze: %(names)s.", names=", ".join(names))
        if names
        else _("Wij vinden deze organisatie niet. Typ de naam of de code.")
    )
    return None


def _done(slug: str, message: str) -> BaseResponse:
    session = db()
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(message, "success")
    return redirect(url_for(".index", slug=slug), 303)


def _list_page(slug: str, form: MemberForm, *, status: int = 200) -> Response:
    group, version = load_group(slug)
    return no_store(
        render(
            "registry/buyer_groups/members.html",
            status=status,
            is_example=group.is_example,
            group=group,
            version=version,
            members=all_members(db(), group.id, AsOf(today())),
            today=today(),
            form=form,
            keeper=keeper_fields(request.path),
        )
    )


def _member_page(slug: str, member: BuyerGroupMember, form: MemberForm, *, status: int = 200) -> Response:
    group, version = load_group(slug)
    return no_store(
        render(
            "registry/buyer_groups/member.html",
            status=status,
            is_example=group.is_example,
            group=group,
            version=version,
            member=member,
            now=standing(db(), member),
            name=version_on(member.authority, today()).name,
            form=form,
            conflict=status == 409,
            keeper=keeper_fields(request.path),
        )
    )
