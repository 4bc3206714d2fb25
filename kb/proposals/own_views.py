"""Pages on which somebody proposes: the list of his own, beginning one, and writing it."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.joining import authority_name
from accounts.people import authority_codes
from common import clock, unsaved
from common.errors import N_, Refused
from common.markdown import LARGEST, render_markdown
from common.markdown_bounds import too_much_of
from common.vocabulary import product_group_names
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store, writes_beside
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.beginnings import LANGUAGES, template_for
from kb.guides.beside import add_beside
from kb.guides.reading import find_public
from kb.guides.reference_forms import no_links, understood
from kb.permissions import may_propose, may_propose_example, may_write_proposal
from kb.proposals.choosing import guide_titled, guides_named, likely_words
from kb.proposals.forms import (
    SESSION,
    Bench,
    actor_of,
    bench_of,
    labels,
    path_of,
    save_form,
    typed_bench,
    with_problems,
)
from kb.proposals.models import Proposal, ProposalKind
from kb.proposals.reading import (
    PAGE,
    address_for,
    find_proposal,
    is_outdated,
    live_revision,
    open_drafts,
    own_proposals,
    section_title,
)
from kb.proposals.sections import sections_of
from kb.proposals.taking_in import editors_changes
from kb.proposals.writing import begin_change, begin_example, begin_new, put_own_text_back

blueprint = Blueprint("proposals", __name__, url_prefix="/mijn/voorstellen")


def init_proposing(app: Flask) -> None:
    """Show at every guide the link by which one proposes a change; the same for everybody, so that the page is kept."""
    add_beside(app, "kb/proposals/beside.html", lambda _session, card: card.slug)


@blueprint.get("")
@signed_in
def index() -> Response:
    """What I proposed, what is asked of me first."""
    authorise(may_propose(current_user))
    page = max(1, request.args.get("pagina", 1, stored_number))
    rows, total = own_proposals(db(), current_user.id, min(page, 10_000))
    return no_store(
        render(
            "kb/proposals/mine.html",
            rows=rows,
            page=page,
            pages=max(1, -(-total // PAGE)),
            url_for_page=lambda number: url_for(".index", pagina=number),
        )
    )


@blueprint.get("/nieuw")
@signed_in
def choose() -> Response:
    """What do you want to propose? With `gids` about that guide, with `sectie` about that part of it."""
    authorise(may_propose(current_user))
    session, slug = db(), request.args.get("gids", "")
    if slug:
        live = find_public(session, slug) or abort(404)
        return no_store(
            render(
                "kb/proposals/begin_change.html",
                live=live,
                sections=sections_of(live.body),
                chosen=request.args.get("sectie", ""),
                drafts=open_drafts(session, current_user.id, live.guide_id),
            )
        )
    words = " ".join(request.args.get("zoek", "").split())[:100]
    found = guides_named(session, words) if words else []
    meant = likely_words(session, words) if words and not found else ""
    found = guides_named(session, meant) if meant else found
    authorities = _authorities(session)
    return no_store(
        render(
            "kb/proposals/begin.html", words=words, found=found, meant=meant if found else "", authorities=authorities
        )
    )


def _authorities(session: Session) -> list[tuple[str, str]]:
    """Return code and name of each authority of which this person may tell a good example."""
    codes = [code for code in authority_codes(current_user) if may_propose_example(current_user, code)]
    return sorted(((code, authority_name(session, code)) for code in codes), key=lambda pair: pair[1].casefold())


@blueprint.post("/nieuw")
@signed_in
@limited("propose")
def begin() -> BaseResponse:
    """Begin a draft, or go on with the one there is."""
    authorise(may_propose(current_user))
    made = _begun(db(), request.form.get("wat", ""))
    db().commit()
    return redirect(url_for(".form", key=made.key), 303)


def _begun(session: Session, what: str) -> Proposal:
    if what == ProposalKind.CHANGE:
        live = find_public(session, request.form.get("gids", "")) or abort(404)
        return begin_change(session, live.guide, request.form.get("sectie") or None, actor=actor_of())
    if what == ProposalKind.EXAMPLE:
        code = request.form.get("organisatie", "")
        authorise(may_propose_example(current_user, code), hidden=True)
        return begin_example(session, code, actor=actor_of(code))
    kind, language = request.form.get("soort", ""), request.form.get("taal", "nl")
    if not template_for(kind, language):
        raise Refused(N_("Kies eerst wat u wilt voorstellen."))
    return begin_new(session, kind, language, actor=actor_of())


def own_or_404(key: str) -> Proposal:
    """Return a proposal of the signed-in person; 404 for anybody else's."""
    proposal = find_proposal(db(), key)
    if proposal is None or proposal.author_id != current_user.id:
        abort(404)
    return proposal


@blueprint.get("/<key>")
@signed_in
def form(key: str) -> BaseResponse:
    """The form, with what was typed and could not be saved; once it is locked, the page of the proposal."""
    proposal = own_or_404(key)
    if not may_write_proposal(current_user, proposal):
        return redirect(url_for(".show", key=key), 303)
    kept = kept_fields(path_of(proposal))
    if kept is None:
        bench = bench_of(proposal)
        return writing_page(with_problems(db(), bench) if "fouten" in request.args else bench)
    return writing_page(typed_bench(proposal, kept), kept=kept.get("_waarom", SESSION))


@blueprint.post("/<key>")
@signed_in
def save(key: str) -> BaseResponse:
    """Save by a button, and go where the button says; 409 with both texts where two tabs differ."""
    proposal = own_or_404(key)
    if request.form.get("actie") in ("vergeet", "eigen"):
        if request.form["actie"] == "eigen":
            put_own_text_back(db(), proposal, actor=actor_of(proposal.authority_code))
        unsaved.forget(db(), current_user.id, path_of(proposal))
        db().commit()
        return redirect(url_for(".form", key=key), 303)
    bench = save_form(db(), proposal, request.form, by_itself=False)
    db().commit()
    if bench.locked:
        return _locked(bench)
    if bench.disputes or bench.errors:
        return writing_page(bench, status=409 if bench.disputes else 422)
    flash(_("Bewaard. Alleen u ziet dit concept."), "success")
    return redirect(url_for(".look_over" if request.form.get("actie") == "nakijken" else ".form", key=key), 303)


@blueprint.post("/<key>/concept")
@signed_in
def autosave(key: str) -> BaseResponse:
    """Save while somebody types; answer with the line that says so, and two texts where there are two."""
    bench = save_form(db(), own_or_404(key), request.form, by_itself=True)
    db().commit()
    if bench.locked:
        return _locked(bench)
    status = 409 if bench.disputes else 422 if bench.refused else 200
    return no_store(render("kb/proposals/saved.html", status=status, **_form(bench)))


@blueprint.post("/<key>/voorbeeld")
@signed_in
@writes_beside("a preview keeps nothing, and stops nobody who saves")
def preview(key: str) -> Response:
    """The page with what was typed and its preview, for who has no JavaScript; nothing is saved, nothing refused."""
    return writing_page(typed_bench(own_or_404(key), request.form), typed=True)


def _locked(bench: Bench) -> Response:
    """Answer a form that came after the proposal was handed in: what was typed stays on the screen."""
    if request.headers.get("HX-Request") == "true":
        return no_store(render("kb/proposals/locked_line.html", status=409, bench=bench))
    return no_store(render("kb/proposals/refused.html", status=409, **_form(bench)))


def _form(bench: Bench) -> dict[str, Any]:
    proposal = bench.proposal
    return {
        "bench": bench,
        "proposal": proposal,
        "labels": labels(),
        "saved_at": clock.local(proposal.saved_at).strftime("%H:%M"),
        "saved_today": clock.local(proposal.saved_at).date() == clock.today(),
        "address": address_for(db(), proposal),
        "twin": guide_titled(db(), bench.values.get("titel", "")) if proposal.kind is not ProposalKind.CHANGE else None,
    }


def writing_page(bench: Bench, *, status: int = 200, kept: str = "", typed: bool = False) -> Response:
    """Render the form; `kept` says why it holds what was not saved, `typed` that it holds what was not sent to save."""
    session, proposal = db(), bench.proposal
    live = live_revision(session, proposal)
    preview, wrong = _preview(session, bench.values.get("tekst", ""), _language(proposal, live))
    return no_store(
        render(
            "kb/proposals/write.html",
            status=status,
            **_form(bench),
            kept=kept,
            typed=typed,
            live=live,
            outdated=is_outdated(proposal, live.number if live else None),
            section=section_title(session, proposal),
            editors_changes=editors_changes(proposal, labels()),
            asked=[one for one in proposal.messages if one.by_staff],
            preview=preview,
            preview_error=wrong,
            language=_language(proposal, live),
            group_names=product_group_names(),
            authority=authority_name(session, proposal.authority_code) if proposal.authority_code else "",
            keeper=keeper_fields(path_of(proposal)),
        )
    )


def _preview(session: Session, body: str, language: str) -> tuple[str, str]:
    """Return the text as readers see it, and what is wrong with that picture."""
    if len(body) > LARGEST or too_much_of(body):
        return "", _(
            "Van deze tekst is geen voorbeeld te maken: hij is te lang of te ingewikkeld."
            " Uw tekst staat nog in het formulier."
        )
    found = understood(session, body)
    return render_markdown(found.body, language).html, no_links(found)


def _language(proposal: Proposal, live: Any) -> str:
    language = live.language if live else proposal.content.get("language", "nl")
    return str(language) if language in LANGUAGES else "nl"
