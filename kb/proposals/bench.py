"""What the editors' pages about one proposal share: loading it, its page, and what was typed on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from accounts.people import actor_for, has_staff_role
from common import unsaved
from common.comparing import changed_fields, fields_side_by_side
from common.errors import Conflict, Refused
from common.ledger import Actor
from common.markdown import render_markdown
from common.typed import clean_text
from common.vocabulary import product_group_names
from common.web.access import authorise
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from kb.guides.fields import GuideFields, fields_of
from kb.guides.forms import form_of, labels
from kb.guides.models import Revision
from kb.permissions import may_decide_on_proposal, may_decide_on_proposals, may_read_proposal
from kb.proposals import deciding
from kb.proposals.deciding import Fit, Said
from kb.proposals.models import Proposal, ProposalKind, ProposalState
from kb.proposals.queue import title_of
from kb.proposals.reading import find_proposal, is_outdated, live_revision, section_title
from kb.proposals.transitions import Event, Guard, GuardFails
from kb.proposals.typed import fields_of_content

WHOLE: Final = "vraag"
"""The field of what is asked about the whole; of a section `vraag-<anchor>`."""
TEXTS: Final = ("bericht", "reden", WHOLE)


def load(key: str) -> Proposal:
    """Return the proposal; a draft is its author's alone, and nobody else may know that it is there."""
    authorise(may_decide_on_proposals(current_user))
    found = find_proposal(db(), key) or abort(404)
    authorise(may_read_proposal(current_user, found) and found.state is not ProposalState.DRAFT, hidden=True)
    return found


def load_to_decide(key: str) -> Proposal:
    """Return the proposal for who may decide on it: nobody on his own."""
    found = load(key)
    authorise(may_decide_on_proposal(current_user, found))
    return found


def editor() -> Actor:
    """Return who decides, as the ledger names him."""
    role = StaffRole.EDITOR if has_staff_role(current_user, StaffRole.EDITOR) else StaffRole.ADMINISTRATOR
    return actor_for(current_user, role)


@dataclass(frozen=True)
class Typed:
    """What an editor typed on the page, and which form of it is open."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    form: str = ""

    def __getitem__(self, name: str) -> str:
        """Return what was typed in a field, "" where nothing was."""
        return self.texts.get(name, "")


def typed_now(form: str, errors: Mapping[str, str] | None = None) -> Typed:
    """Return what the request's form holds."""
    names = [name for name in request.form if name in TEXTS or name.startswith(f"{WHOLE}-")]
    texts = {name: clean_text(request.form[name]) for name in names}
    return Typed(texts, errors or {}, form)


def seen_version() -> int | None:
    """Return the save of the proposal that was on the screen; 0 where the form does not say, which is none."""
    return request.form.get("versie", 0, stored_number)


def sections_of(proposal: Proposal, fields: GuideFields) -> list[tuple[str, str]]:
    """Return anchor and title of the parts at which an editor can ask something.

    Of a proposal for one section that section and what is below it: the rest of the guide is not its author's.
    """
    body = proposal.content.get("body", "") if proposal.section else fields.body
    headings = render_markdown(body, fields.language).headings
    return [(heading.id, heading.title) for heading in headings if heading.level <= 2 or proposal.section]


def said_at(typed: Typed, proposal: Proposal, fields: GuideFields) -> list[Said]:
    """Return what is asked: about the whole first, and then by section."""
    parts = sections_of(proposal, fields)
    found = [Said(typed[WHOLE]), *(Said(typed[f"{WHOLE}-{anchor}"], title) for anchor, title in parts)]
    return [one for one in found if one.text.strip()]


def show(proposal: Proposal, typed: Typed | None = None, *, status: int = 200, **more: Any) -> Response:
    """Answer with the page of a proposal; what was typed stays on it."""
    session, found = db(), deciding.fit(db(), proposal)
    live = live_revision(session, proposal)
    return no_store(
        render(
            "kb/proposals/desk_detail.html",
            status=status,
            typed=typed or Typed(),
            possible=deciding.possible(session, proposal, editor()),
            events=Event,
            sections=sections_of(proposal, found.proposed),
            outdated=is_outdated(proposal, found.newest.number if found.newest else None),
            section=section_title(session, proposal),
            people=_people(session, proposal),
            keeper=keeper_fields(path_of(proposal)),
            authors_changes=_what_editor_changed(proposal),
            **what_changes(session, proposal, found, live),
            **more,
        )
    )


def refused(key: str, typed: Typed, refusal: Refused | Conflict, **more: Any) -> Response:
    """Answer what was refused: nothing was written, and what was typed stays on the page.

    409 where a colleague or the author was first, with what happened; 422 where something is missing.
    """
    db().rollback()
    overtaken = isinstance(refusal, Conflict)
    theirs = isinstance(refusal, GuardFails) and refusal.guard is Guard.NOBODY_ELSE
    said = _(refusal.sentence, **refusal.values) if refusal.sentence else ""
    status = 409 if overtaken or theirs else 422
    return show(load(key), typed, status=status, overtaken=overtaken, refusal=said, **more)


def path_of(proposal: Proposal) -> str:
    """Return the path of the page about a proposal."""
    return f"/redactie/voorstellen/{proposal.key}"


def what_changes(session: Session, proposal: Proposal, found: Fit, live: Revision | None) -> dict[str, Any]:
    """Return what a page needs to show what readers would see change, beside or within the text."""
    new = found.shown
    beside = "naast" in request.args
    old_texts, new_texts = texts_of(fields_of(live)) if live else {}, texts_of(new)
    return {
        "proposal": proposal,
        "kinds": ProposalKind,
        "states": ProposalState,
        "title": title_of(session, proposal),
        "live": live,
        "fit": found,
        "clashes": found.merged.clashes if found.merged else (),
        "number": found.newest.number if found.newest else 0,
        "new": new,
        "html": render_markdown(new.body, new.language).html,
        "beside": beside,
        "changes": changed_fields(old_texts, new_texts, labels()) if live and not beside else [],
        "rows": fields_side_by_side(old_texts, new_texts, labels()) if live and beside else [],
        "group_names": product_group_names(),
        "labels": labels(),
    }


def texts_of(fields: GuideFields) -> dict[str, str]:
    """Return each field that a revision keeps as one text, by the name that its form has for it."""
    form = form_of(fields, 0)
    return {**form.texts, **{name: "\n".join(values) for name, values in form.lists.items()}}


def _what_editor_changed(proposal: Proposal) -> list[Any]:
    if not proposal.authors_content:
        return []
    before, after = (fields_of_content(content, None) for content in (proposal.authors_content, proposal.content))
    return changed_fields(texts_of(before), texts_of(after), labels())


def _people(session: Session, proposal: Proposal) -> dict[int, str]:
    """Return the names of all who had a part in it. One query."""
    parts = {proposal.author_id, proposal.reviewer_id, proposal.decided_by_id}
    numbers = parts | {message.author_id for message in proposal.messages}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(number for number in numbers if number)))
    return dict(rows.all())


def done(message: str, endpoint: str = "proposal_desk.index", **values: Any) -> BaseResponse:
    """Say what was done and go on. The caller commits."""
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def forget_typed(proposal: Proposal) -> None:
    """Drop what was kept of this page's forms: it has been sent."""
    unsaved.forget(db(), current_user.id, path_of(proposal))
