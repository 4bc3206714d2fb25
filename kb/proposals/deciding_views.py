"""What editors decide on the page of a proposal: ask, accept, decline, take a decision back."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Conflict, Refused
from common.web.access import signed_in
from common.web.addresses import stored_number
from common.web.database import db
from kb.proposals import deciding
from kb.proposals.bench import (
    WHOLE,
    done,
    editor,
    forget_typed,
    load_to_decide,
    refused,
    said_at,
    seen_version,
    show,
    typed_now,
)
from kb.proposals.desk_views import blueprint
from kb.proposals.mails import mail_approved, mail_asked, mail_declined, mail_merged
from kb.proposals.merging_views import newest_number, put_on_site, told
from kb.proposals.models import Proposal


@blueprint.post("/<key>/vragen")
@signed_in
def ask(key: str) -> BaseResponse:
    """Ask the author for changes; 422 where nothing is asked."""
    proposal = load_to_decide(key)
    typed = typed_now("vragen")
    said = said_at(typed, proposal, deciding.fit(db(), proposal).proposed)
    if not said:
        typed = typed_now("vragen", {WHOLE: _("Schrijf op wat u vraagt: over het geheel, of bij een deel.")})
        return show(proposal, typed, status=422)
    try:
        deciding.ask(db(), proposal, said, seen_version(), actor=editor())
    except (Conflict, Refused) as refusal:
        return refused(key, typed, refusal)
    mail_asked(db(), proposal, said)
    return _decided(
        proposal, _("Uw vraag is verstuurd. De schrijver past de tekst aan en dient het voorstel opnieuw in.")
    )


@blueprint.post("/<key>/goedkeuren")
@signed_in
def approve(key: str) -> BaseResponse:
    """Accept a proposal; with the button for it also take it in the guide, and publish it."""
    proposal, typed, wish = load_to_decide(key), typed_now("goedkeuren"), request.form.get("daarna", "")
    if request.form.get("gids", 0, stored_number) != newest_number(db(), proposal):
        return show(proposal, typed, status=409, moved=True)
    try:
        deciding.approve(db(), proposal, seen_version(), typed["bericht"], actor=editor())
        made = deciding.merge(db(), proposal, actor=editor()) if wish in {"overnemen", "publiceren"} else None
    except deciding.NoAddress as refusal:
        return refused(key, typed, refusal)
    except (Conflict, Refused) as refusal:
        return refused(key, typed, refusal)
    if made is None:
        mail_approved(db(), proposal, typed["bericht"])
        return _decided(proposal, _("Het voorstel is goedgekeurd. U kunt het nu overnemen in de gids."), key)
    outcome = put_on_site(db(), made, editor()) if wish == "publiceren" else None
    mail_merged(db(), proposal, made, typed["bericht"])
    forget_typed(proposal)
    answer = told(proposal, made, outcome)
    db().commit()
    return answer


@blueprint.post("/<key>/afwijzen")
@signed_in
def decline(key: str) -> BaseResponse:
    """Say no, with a reason that the author reads; 422 without one."""
    proposal, typed = load_to_decide(key), typed_now("afwijzen")
    if not typed["reden"].strip():
        typed = typed_now("afwijzen", {"reden": _("Schrijf op waarom. De schrijver leest dit.")})
        return show(proposal, typed, status=422)
    try:
        deciding.decline(db(), proposal, typed["reden"], seen_version(), actor=editor())
    except (Conflict, Refused) as refusal:
        return refused(key, typed, refusal)
    mail_declined(db(), proposal, typed["reden"])
    return _decided(proposal, _("Het voorstel is afgewezen. De schrijver krijgt uw reden."))


@blueprint.post("/<key>/heropenen")
@signed_in
def reopen(key: str) -> BaseResponse:
    """Take a decision back, with a reason; 422 without one."""
    proposal, typed = load_to_decide(key), typed_now("heropenen")
    if not typed["reden"].strip():
        typed = typed_now("heropenen", {"reden": _("Schrijf op waarom. De schrijver leest dit.")})
        return show(proposal, typed, status=422)
    try:
        deciding.reopen(db(), proposal, typed["reden"], seen_version(), actor=editor())
    except (Conflict, Refused) as refusal:
        return refused(key, typed, refusal)
    return _decided(proposal, _("Het besluit is ingetrokken. U hebt het voorstel nu in behandeling."), key)


def _decided(proposal: Proposal, message: str, key: str = "") -> BaseResponse:
    """Say what was decided, go back to the queue or stay, and commit."""
    forget_typed(proposal)
    if key:
        flash(message, "success")
        answer: BaseResponse = redirect(url_for("proposal_desk.detail", key=key), 303)
    else:
        answer = done(message)
    db().commit()
    return answer
