"""/redactie/voorstellen: the queue of proposals, and one proposal with what it changes for readers."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import kept_fields
from kb.permissions import may_decide_on_proposals
from kb.proposals import deciding
from kb.proposals.bench import Typed, done, editor, load, load_to_decide, refused, show
from kb.proposals.correcting import correction_counts
from kb.proposals.deciding import AlreadyDecided
from kb.proposals.models import ProposalKind
from kb.proposals.queue import Filter, Tab, counts, list_page

blueprint = Blueprint("proposal_desk", __name__, url_prefix="/redactie/voorstellen")


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; a word that is not known counts as not asked."""

    tab: Tab
    filter: Filter

    def url(self, tab: Tab | None = None, page: int = 1) -> str:
        """Return the address of a list with the same filter."""
        tab = tab or self.tab
        values: dict[str, Any] = {
            "stand": tab.value if tab is not Tab.WAITING else None,
            "soort": self.filter.kind.value if self.filter.kind else None,
            "thema": self.filter.theme or None,
            "pagina": page if page > 1 else None,
        }
        return url_for("proposal_desk.index", **values)

    def url_of_page(self, number: int) -> str:
        """Return the address of a page of this list."""
        return self.url(page=number)


@blueprint.get("")
@signed_in
def index() -> Response:
    """A list of proposals: what waits longest first, what is done newest first."""
    authorise(may_decide_on_proposals(current_user))
    wanted = _wanted()
    page = request.args.get("pagina", 1, type=stored_number)
    return no_store(
        render(
            "kb/proposals/desk.html",
            fragment="resultaten",
            wanted=wanted,
            tabs=Tab,
            kinds=ProposalKind,
            found=list_page(db(), wanted.tab, current_user.id, wanted.filter, page),
            counts=counts(db(), current_user.id),
            corrections=correction_counts(db()),
        )
    )


def _wanted() -> Wanted:
    tab, kind, theme = (request.args.get(name, "") for name in ("stand", "soort", "thema"))
    return Wanted(
        Tab(tab) if tab in set(Tab) else Tab.WAITING,
        Filter(
            kind=ProposalKind(kind) if kind in set(ProposalKind) else None,
            theme=theme if theme in vocabulary().themes else "",
        ),
    )


@blueprint.get("/<key>")
@signed_in
def detail(key: str) -> Response:
    """What a proposal changes in the guide that everybody reads now, and what may be decided."""
    proposal = load(key)
    kept = kept_fields(request.path)
    return show(proposal, Typed({name: kept[name] for name in kept}, form=kept.get("besluit", "")) if kept else None)


@blueprint.post("/<key>/nemen")
@signed_in
def take(key: str) -> BaseResponse:
    """Take a proposal to look at it, also from a colleague."""
    proposal = load_to_decide(key)
    try:
        deciding.take(db(), proposal, actor=editor())
    except AlreadyDecided as refusal:
        return refused(key, Typed(), refusal)
    answer = done(_("U hebt dit voorstel nu in behandeling."), "proposal_desk.detail", key=key)
    db().commit()
    return answer


@blueprint.post("/<key>/loslaten")
@signed_in
def release(key: str) -> BaseResponse:
    """Give a proposal back to the queue."""
    proposal = load_to_decide(key)
    try:
        deciding.release(db(), proposal, actor=editor())
    except (AlreadyDecided, Refused) as refusal:
        return refused(key, Typed(), refusal)
    answer = done(_("Het voorstel staat weer in de rij."))
    db().commit()
    return answer


@blueprint.get("/<key>/<any(nemen, loslaten, vragen, goedkeuren, afwijzen, heropenen):verb>")
@signed_in
def back(key: str, verb: str) -> BaseResponse:
    """Lead back to the page of the proposal: who signed in again comes by here."""
    return redirect(
        url_for("proposal_desk.detail", key=load(key).key, _anchor=None if verb == "nemen" else "besluit"), 303
    )
