"""Taking an accepted proposal into its guide, with both texts on the screen where they clash; and its publication."""

import enum
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Conflict, Refused
from common.ledger import Actor
from common.web.access import signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.files import gone_from
from kb.guides.merging import BOTH, OWN
from kb.guides.models import Revision
from kb.guides.writing import NeedsSecond, newest_revision, publish_guide
from kb.proposals import deciding
from kb.proposals.bench import editor, load_to_decide, path_of, refused, seen_version, typed_now, what_changes
from kb.proposals.deciding import Settling
from kb.proposals.desk_views import blueprint
from kb.proposals.mails import mail_merged
from kb.proposals.models import Proposal, ProposalState
from kb.proposals.reading import address_for, live_revision
from kb.proposals.transitions import Event


class Outcome(enum.StrEnum):
    """What became of publishing right after taking in."""

    PUBLIC = "public"
    NEEDS_SECOND = "needs_second"
    FILES_GONE = "files_gone"


def newest_number(session: Session, proposal: Proposal) -> int:
    """Return the number of the newest revision of its guide; 0 for a new one."""
    changes_guide = proposal.guide is not None and proposal.base_number is not None
    return newest_revision(session, proposal.guide).number if proposal.guide and changes_guide else 0


def put_on_site(session: Session, made: Revision, actor: Actor) -> Outcome:
    """Publish what was just taken in, where that may be; the guide keeps it either way."""
    if gone_from(session, made.html):
        return Outcome.FILES_GONE
    try:
        publish_guide(session, made.guide, made.number, actor=actor)
    except NeedsSecond:
        return Outcome.NEEDS_SECOND
    return Outcome.PUBLIC


def told(proposal: Proposal, made: Revision, outcome: Outcome | None) -> BaseResponse:
    """Say what became of it, and lead to the guide or to the page that publishes it. The caller commits."""
    slug = made.guide.slug
    if outcome is Outcome.PUBLIC:
        flash(_("Het voorstel staat nu in de gids en op de site."), "success")
        return redirect(url_for("guides.detail", slug=slug), 303)
    if outcome is Outcome.NEEDS_SECOND:
        flash(
            _("Het voorstel staat in de gids. Deze gids vraagt om twee mensen: een collega publiceert deze versie."),
            "info",
        )
    elif outcome is Outcome.FILES_GONE:
        flash(
            _("Het voorstel staat in de gids, maar een bestand in de tekst is er niet meer. Herstel dat eerst."),
            "warning",
        )
    else:
        flash(_("Het voorstel staat in de gids. Publiceer het hier, nu of later."), "success")
        return redirect(url_for("guide_desk.confirm_publishing", slug=slug), 303)
    return redirect(url_for("proposal_desk.detail", key=proposal.key), 303)


@blueprint.get("/<key>/overnemen")
@signed_in
def confirm_merge(key: str) -> BaseResponse:
    """What will stand in the guide; where two texts clash, both, with a choice at each."""
    proposal = load_to_decide(key)
    if proposal.state is not ProposalState.APPROVED:
        return redirect(url_for("proposal_desk.detail", key=key), 303)
    kept = kept_fields(request.path)
    return _page(proposal, kept.to_dict() if kept else {})


@blueprint.post("/<key>/overnemen")
@signed_in
def merge(key: str) -> BaseResponse:
    """Take it in; 409 where the guide moved on since the page was read, or a clash has no choice yet."""
    proposal = load_to_decide(key)
    typed = {name: value.replace("\r\n", "\n").replace("\x00", "") for name, value in request.form.items()}
    if request.form.get("gids", 0, stored_number) != newest_number(db(), proposal):
        return _page(proposal, {name: typed[name] for name in ("adres",) if name in typed}, status=409, moved=True)
    try:
        made = deciding.merge(db(), proposal, _settling(proposal, typed), seen_version(), actor=editor())
    except deciding.CannotMerge:
        return _page(_again(key), typed, status=409, unsettled=True)
    except deciding.NoAddress as refusal:
        return _page(_again(key), typed, status=422, wrong_address=_(refusal.sentence))
    except (Conflict, Refused) as refusal:
        return refused(key, typed_now(""), refusal)
    outcome = put_on_site(db(), made, editor()) if typed.get("daarna") == "publiceren" else None
    mail_merged(db(), proposal, made)
    answer = told(proposal, made, outcome)
    db().commit()
    return answer


def _again(key: str) -> Proposal:
    db().rollback()
    return load_to_decide(key)


def field_name(name: str) -> str:
    """Return the name that a clash has in the form: `body#1` becomes `body-1`."""
    return name.replace("#", "-")


def _settling(proposal: Proposal, typed: dict[str, str]) -> Settling:
    found = deciding.fit(db(), proposal)
    names = [clash.name for clash in found.merged.clashes] if found.merged else []
    choices = {name: typed.get(f"{field_name(name)}__keuze", "") for name in names}
    own = {name: typed.get(f"{field_name(name)}__eigen", "") for name in names}
    return Settling(choices, own, typed.get("adres", "").strip())


def _page(proposal: Proposal, typed: dict[str, Any], *, status: int = 200, **more: Any) -> Response:
    session, found = db(), deciding.fit(db(), proposal)
    return no_store(
        render(
            "kb/proposals/desk_merge.html",
            status=status,
            typed=typed,
            may_merge=Event.MERGE in deciding.possible(session, proposal, editor()),
            address=typed.get("adres", proposal.slug or address_for(session, proposal)),
            field_name=field_name,
            both=BOTH,
            own=OWN,
            keeper=keeper_fields(f"{path_of(proposal)}/overnemen"),
            **what_changes(session, proposal, found, live_revision(session, proposal)),
            **more,
        )
    )
