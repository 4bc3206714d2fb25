"""/redactie/buyer-groups/<slug>/leden: who takes part, added and put right by staff."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.typed import read_day
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.buyer_groups.at_desk import load_group, staff_actor
from registry.buyer_groups.finding import found_authorities
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.buyer_groups.members import LONGEST_SOURCE, join, put_right, withdraw
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.buyer_groups.reading import all_members, find_member
from registry.permissions import may_run_buyer_groups

blueprint = Blueprint("buyer_group_members", __name__, url_prefix="/redactie/buyer-groups/<slug>/leden")

TEXTS = ("organisatie", "vanaf", "laatste_dag", "bron", "reden", "vergissing")


@dataclass
class MemberForm:
    """One sending of a form about a member; `texts` is what was typed."""

    texts: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def day(self, name: str) -> date | None:
        """Read a day that may be unknown; say what is wrong with it."""
        day = read_day(self.texts[name]) if self.texts[name] else None
        if self.texts[name] and day is None:
            self.errors[name] = _("Schrijf de dag als dag-maand-jaar, zoals 21-11-2026.")
        return day

    def longest(self, name: str, most: int) -> None:
        """Say so where a text is too long."""
        if len(self.texts[name]) > most:
            self.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)


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
    form.longest("bron", LONGEST_SOURCE)
    if not form.texts["bron"]:
        form.errors["bron"] = _("Schrijf op waaruit blijkt dat deze organisatie meedoet.")
    if form.errors or authority is None:
        return _list_page(slug, form, status=422)
    try:
        join(db(), group, authority, since, form.texts["bron"], actor=staff_actor())
    except Refused:
        db().rollback()
        form.errors["organisatie"] = _("Deze organisatie doet al mee aan deze buyer group.")
        return _list_page(slug, form, status=422)
    return _done(slug, _("%(name)s doet mee.", name=version_on(authority, today()).name))


@blueprint.get("/<int:member_id>")
@signed_in
def edit(slug: str, member_id: int) -> Response:
    """One membership, to end or put right."""
    authorise(may_run_buyer_groups(current_user))
    member = _member(slug, member_id)
    kept = kept_fields(request.path)
    texts = {name: kept.get(name, "") for name in TEXTS} if kept else _texts_of(member)
    return _member_page(slug, member, MemberForm(texts))


@blueprint.post("/<int:member_id>")
@signed_in
def save(slug: str, member_id: int) -> BaseResponse:
    """End a membership, put it right, or say that it was entered by mistake; always with a reason."""
    authorise(may_run_buyer_groups(current_user))
    member, form = _member(slug, member_id), _sent()
    first_day, last_day = form.day("vanaf"), form.day("laatste_dag")
    _check_reason(form, first_day, last_day)
    if form.errors:
        return _member_page(slug, member, form, status=422)
    session, actor, reason = db(), staff_actor(), form.texts["reden"]
    try:
        if form.texts["vergissing"]:
            withdraw(session, member, reason=reason, actor=actor)
        else:
            put_right(session, member, (first_day, last_day, form.texts["bron"] or None), reason=reason, actor=actor)
    except Conflict:
        session.rollback()
        return _member_page(slug, member, form, status=409)
    return _done(slug, _("Het lidmaatschap is gewijzigd."))


def _sent() -> MemberForm:
    return MemberForm({name: request.form.get(name, "").replace("\x00", "").strip() for name in TEXTS})


def _check_reason(form: MemberForm, first_day: date | None, last_day: date | None) -> None:
    form.longest("bron", LONGEST_SOURCE)
    form.longest("reden", LONGEST_REASON)
    if first_day and last_day and last_day < first_day:
        form.errors["laatste_dag"] = _("De laatste dag ligt vóór de eerste dag. Controleer beide dagen.")
    if not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf in een zin waarom u dit wijzigt. Iedereen kan dat lezen.")


def _member(slug: str, member_id: int) -> BuyerGroupMember:
    found = find_member(db(), member_id)
    return found if found and found.group.slug == slug else abort(404)


def _texts_of(member: BuyerGroupMember) -> dict[str, str]:
    last_day = member.last_day
    return {
        **dict.fromkeys(TEXTS, ""),
        "vanaf": member.valid_from.isoformat() if member.valid_from else "",
        "laatste_dag": last_day.isoformat() if last_day else "",
        "bron": member.source or "",
    }


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
            name=version_on(member.authority, today()).name,
            form=form,
            conflict=status == 409,
            keeper=keeper_fields(request.path),
        )
    )
