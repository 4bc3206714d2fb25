"""What an author does with a proposal besides writing: look it over, hand it in, reply, take it back, bring it up."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.errors import Refused
from common.joining import Difference
from common.markdown import render_markdown
from common.typed import clean_text
from common.web.access import signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from kb.guides.fields import fields_of
from kb.guides.merging import BODY, OWN, FieldClash, Unsettled
from kb.permissions import may_write_proposal
from kb.proposals.choosing import guide_titled
from kb.proposals.forms import actor_of, labels, path_of, sentence_of
from kb.proposals.mails import mail_submitted
from kb.proposals.models import Proposal, ProposalState
from kb.proposals.own_views import blueprint, own_or_404
from kb.proposals.reading import (
    address_for,
    changes,
    is_outdated,
    is_small,
    live_revision,
    lost_heading,
    merged_with_live,
    section_title,
    whole_text,
)
from kb.proposals.standing import facts_for_submitting, problems_of
from kb.proposals.taking_in import editors_changes
from kb.proposals.transitions import Event, Guard, GuardFails, may_move, move
from kb.proposals.updating import Update, bring_up_to_date, update_of
from kb.proposals.writing import ChangedSince, drop, reply, resume, submit, withdraw

POSTED_TO = "concept, voorbeeld, indienen, antwoord, intrekken, hervatten, weggooien"
_FIELDS = {"title": "titel", "summary": "samenvatting", "kind": "soort", "level": "niveau"}


@blueprint.get("/<key>/nakijken")
@signed_in
def look_over(key: str) -> BaseResponse:
    """What differs from the guide that everybody reads, what is still missing, and the button to hand it in."""
    proposal = own_or_404(key)
    if not may_write_proposal(current_user, proposal):
        return redirect(url_for(".show", key=key), 303)
    return _look_over(proposal)


@blueprint.post("/<key>/indienen")
@signed_in
def hand_in(key: str) -> BaseResponse:
    """Hand in what was looked over; 409 where the text changed since, 422 where something stands in the way."""
    proposal = own_or_404(key)
    seen = request.form.get("gezien", 0, stored_number)
    try:
        submit(db(), proposal, seen, actor=actor_of(proposal.authority_code))
    except ChangedSince:
        return _look_over(proposal, status=409, changed=True)
    except GuardFails as refusal:
        return _look_over(proposal, status=422, guard=refusal.guard)
    unsaved.forget(db(), current_user.id, path_of(proposal))
    mail_submitted(db(), proposal)
    db().commit()
    flash(_("Uw voorstel is ingediend. U krijgt een bericht zodra de redactie ernaar heeft gekeken."), "success")
    return redirect(url_for(".show", key=key), 303)


@blueprint.get("/<key>/stand")
@signed_in
def show(key: str) -> BaseResponse:
    """Where the proposal stands, what was said about it, and what it says; to its form while it can be written."""
    proposal = own_or_404(key)
    return redirect(url_for(".form", key=key), 303) if proposal.state is ProposalState.DRAFT else _show(proposal)


@blueprint.post("/<key>/antwoord")
@signed_in
def answer(key: str) -> BaseResponse:
    """Say something to the editors."""
    proposal = own_or_404(key)
    text = clean_text(request.form.get("antwoord", ""))
    try:
        reply(db(), proposal, text, actor=actor_of(proposal.authority_code))
    except Refused as refusal:
        sentence = str(_(refusal.sentence, **refusal.values))
        return _show(proposal, status=422, typed=text, wrong=sentence)
    db().commit()
    flash(_("Uw antwoord staat bij het voorstel."), "success")
    return redirect(url_for(".show", key=key) + "#gesprek", 303)


@blueprint.post("/<key>/intrekken")
@signed_in
def take_back(key: str) -> BaseResponse:
    """Take the proposal back from the editors."""
    proposal = own_or_404(key)
    withdraw(db(), proposal, actor=actor_of(proposal.authority_code))
    db().commit()
    flash(_("Uw voorstel is ingetrokken. De redactie kijkt er niet meer naar."), "success")
    return redirect(url_for(".show", key=key), 303)


@blueprint.post("/<key>/hervatten")
@signed_in
def take_up(key: str) -> BaseResponse:
    """Take up what was withdrawn."""
    proposal = own_or_404(key)
    resume(db(), proposal, actor=actor_of(proposal.authority_code))
    db().commit()
    flash(_("Uw voorstel is weer een concept. Dien het opnieuw in als het klaar is."), "success")
    return redirect(url_for(".form", key=key), 303)


@blueprint.post("/<key>/weggooien")
@signed_in
def throw_away(key: str) -> BaseResponse:
    """Throw a draft away, after a tick that says so."""
    proposal = own_or_404(key)
    if request.form.get("zeker") != "ja":
        flash(_("Er is niets weggegooid. Zet eerst het vinkje."), "warning")
        return redirect(url_for(".look_over", key=key), 303)
    drop(db(), proposal, actor=actor_of(proposal.authority_code))
    unsaved.forget(db(), current_user.id, path_of(proposal))
    db().commit()
    flash(_("Het concept is weggegooid."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/<key>/bijwerken")
@signed_in
def compare_with_new(key: str) -> BaseResponse:
    """What changed in the guide since, and where it touches the proposal."""
    proposal = own_or_404(key)
    update = update_of(db(), proposal)
    if update is None or not may_write_proposal(current_user, proposal):
        return redirect(url_for(".form", key=key), 303)
    return _update_page(proposal, update)


@blueprint.post("/<key>/bijwerken")
@signed_in
def bring_up(key: str) -> BaseResponse:
    """Merge what the guide now says into the proposal; 422 while a clash has no choice, 409 where either moved on."""
    proposal, sent = own_or_404(key), request.form
    seen = (sent.get("gezien", 0, stored_number), sent.get("gids_versie", 0, stored_number))
    try:
        done = bring_up_to_date(db(), proposal, seen, *_settling(), actor=actor_of(proposal.authority_code))
    except (Unsettled, ChangedSince) as problem:
        update = update_of(db(), proposal)
        status = 409 if isinstance(problem, ChangedSince) else 422
        return _update_page(proposal, update, status=status) if update else redirect(url_for(".form", key=key), 303)
    db().commit()
    if done:
        flash(_("Uw voorstel gaat nu uit van de nieuwste tekst. Kijk het nog eens na."), "success")
    return redirect(url_for(".look_over", key=key), 303)


@blueprint.get(f"/<key>/<any({POSTED_TO}):knop>")
@signed_in
def back_to_proposal(key: str, knop: str) -> BaseResponse:
    """To the proposal, for who comes back to the address of a button."""
    return redirect(url_for(".form", key=own_or_404(key).key), 303)


def _settling() -> tuple[dict[str, str], dict[str, str]]:
    """Return what was chosen at each clash, and the texts of one's own."""
    end, own_end = "__keuze", "__samen"
    choices = {name.removesuffix(end): value for name, value in request.form.items() if name.endswith(end)}
    own = {name.removesuffix(own_end): text for name, text in request.form.items() if name.endswith(own_end)}
    own = {name: clean_text(text) for name, text in own.items()}
    return {**choices, **{name: OWN for name, choice in choices.items() if choice == OWN and name in own}}, own


def _update_page(proposal: Proposal, update: Update, *, status: int = 200) -> Response:
    clashes = [(_clash_as_difference(clash), clash) for clash in update.merged.clashes]
    choices, own = _settling()
    return no_store(
        render(
            "kb/proposals/update.html",
            status=status,
            proposal=proposal,
            live=update.live,
            clashes=clashes,
            choices=choices,
            own=own,
            since=changes(update.base, fields_of(update.live), labels()),
        )
    )


def _clash_as_difference(clash: FieldClash) -> Difference:
    name, _sign, number = clash.name.partition("#")
    called = {**labels(), "soort": _("Soort"), "niveau": _("Niveau")}
    label = _("Tekst, plek %(num)s", num=number) if name == BODY else called.get(_FIELDS.get(name, ""), name)
    return Difference(clash.name, label, str(clash.mine or ""), str(clash.theirs or ""))


def _look_over(proposal: Proposal, *, status: int = 200, guard: Guard | None = None, changed: bool = False) -> Response:
    session = db()
    live, merged = live_revision(session, proposal), merged_with_live(session, proposal)
    whole = whole_text(session, proposal)
    said = merged.fields if merged and merged.fields else whole
    problems = problems_of(session, proposal)
    first = guard or _stands_in_the_way(proposal)
    return no_store(
        render(
            "kb/proposals/look_over.html",
            status=status,
            proposal=proposal,
            live=live,
            section=section_title(session, proposal),
            lost=lost_heading(session, proposal),
            outdated=is_outdated(proposal, live.number if live else None),
            guard=first,
            sentence=str(_(GuardFails(first).sentence)) if first else "",
            changed=changed,
            small=is_small(session, proposal),
            problems=[(problem.field, sentence_of(problem)) for problem in problems],
            differences=changes(fields_of(live), said, labels()) if live else [],
            whole=whole,
            shown=render_markdown(whole.body, whole.language).html if not live else "",
            address=address_for(session, proposal),
            twin=None if live else guide_titled(session, whole.title),
        )
    )


def _stands_in_the_way(proposal: Proposal) -> Guard | None:
    """Return the first guard that would stop handing in now."""
    try:
        move(proposal.state, Event.SUBMIT, facts_for_submitting(db(), proposal, current_user))
    except GuardFails as refusal:
        return refusal.guard
    return None


def _show(proposal: Proposal, *, status: int = 200, typed: str = "", wrong: str = "") -> Response:
    session = db()
    live, whole = live_revision(session, proposal), whole_text(session, proposal)
    waits = may_move(proposal.state, Event.WITHDRAW)
    return no_store(
        render(
            "kb/proposals/show.html",
            status=status,
            proposal=proposal,
            live=live,
            section=section_title(session, proposal),
            outdated=is_outdated(proposal, live.number if live else None),
            differences=changes(fields_of(live), whole, labels()) if live and waits else [],
            shown=render_markdown(whole.body, whole.language).html if not (live and waits) else "",
            whole=whole,
            editors_changes=editors_changes(proposal, labels()),
            may={event.value: may_move(proposal.state, event) for event in Event},
            typed=typed,
            wrong=wrong,
        )
    )


__all__ = ["blueprint"]
