"""Taking an accepted proposal into its guide, with both texts on the screen where they clash; and its publication."""

import enum
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.typed import clean_text
from common.web.access import signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.clashes import mark_of
from kb.guides.fields import GuideFields
from kb.guides.files import gone_from
from kb.guides.forms import FIELDS
from kb.guides.merging import BODY, BOTH, OWN
from kb.guides.models import Revision
from kb.guides.scheduling import scheduled_revision
from kb.guides.writing import HasEnded, NeedsSecond, newest_revision, publish_guide
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
    ENDED = "ended"
    SCHEDULED = "scheduled"
    """A text that goes out later would go with it today: somebody decides that on the page that says so."""


_KEPT: Mapping[Outcome, tuple[str, str]] = MappingProxyType({
    Outcome.NEEDS_SECOND: (
        N_("Het voorstel staat in de gids. Deze gids vraagt om twee mensen: een collega publiceert deze versie."),
        "info",
    ),
    Outcome.FILES_GONE: (
        N_("Het voorstel staat in de gids, maar een bestand in de tekst is er niet meer. Herstel dat eerst."),
        "warning",
    ),
    Outcome.ENDED: (
        N_("Het voorstel is bewaard in de gids, maar de gids is ingetrokken. Zet de gids eerst terug op de site."),
        "warning",
    ),
    Outcome.SCHEDULED: (
        N_("Het voorstel staat in de gids, maar nog niet op de site. Er wacht een versie die later naar de site gaat,"
           " en die zou nu al meegaan. Kijk hieronder wat u wilt."),
        "warning",
    ),
})  # fmt: skip
"""Where publishing did not go through: what is said, and its tone."""
_OWN: Final = "__eigen"


def newest_number(session: Session, proposal: Proposal) -> int:
    """Return the number of the newest revision of its guide; 0 for a new one."""
    changes_guide = proposal.guide is not None and proposal.base_number is not None
    return newest_revision(session, proposal.guide).number if proposal.guide and changes_guide else 0


def put_on_site(session: Session, made: Revision, actor: Actor) -> Outcome:
    """Publish what was just taken in, where that may be; the guide keeps it either way."""
    if gone_from(session, made.html):
        return Outcome.FILES_GONE
    if scheduled_revision(session, made.guide):
        return Outcome.SCHEDULED
    try:
        publish_guide(session, made.guide, made.number, actor=actor)
    except NeedsSecond:
        return Outcome.NEEDS_SECOND
    except HasEnded:
        return Outcome.ENDED
    return Outcome.PUBLIC


def told(proposal: Proposal, made: Revision, outcome: Outcome | None) -> BaseResponse:
    """Say what became of it, and lead to the guide or to the page that publishes it. The caller commits."""
    slug = made.guide.slug
    if outcome is Outcome.PUBLIC:
        flash(_("Het voorstel staat nu in de gids en op de site."), "success")
        return redirect(url_for("guides.detail", slug=slug), 303)
    if outcome is not None:
        sentence, tone = _KEPT[outcome]
        flash(_(sentence), tone)
    else:
        flash(_("Het voorstel staat in de gids. Publiceer het hier, nu of later."), "success")
    if outcome is None or outcome is Outcome.SCHEDULED:
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
    typed = {name: clean_text(value) for name, value in request.form.items()}
    if request.form.get("gids", 0, stored_number) != newest_number(db(), proposal):
        return _page(proposal, typed, status=409, moved=True)
    try:
        made = deciding.merge(db(), proposal, _settling(proposal, typed), seen_version(), actor=editor())
    except deciding.CannotMerge:
        return _page(_again(key), typed, status=409, unsettled=True)
    except (deciding.NoAddress, deciding.NoGuide) as refusal:
        return _page(_again(key), typed, status=422, wrong=refusal)
    except deciding.NothingTaken as refusal:
        return _page(_again(key), typed, status=422, nothing=_(refusal.sentence))
    except (Conflict, Refused) as refusal:
        proposed = deciding.fit(db(), _again(key)).proposed
        return refused(key, typed_now(""), refusal, own_texts=_own_texts(typed, proposed))
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


def _settling(proposal: Proposal, typed: Mapping[str, str]) -> Settling:
    found = deciding.fit(db(), proposal)
    names = [clash.name for clash in found.merged.clashes] if found.merged else []
    choices = {name: typed.get(f"{field_name(name)}__keuze", "") for name in names}
    own = {name: _tidy(name, typed.get(f"{field_name(name)}{_OWN}", "")) for name in names}
    return Settling(choices, own, typed.get("adres", "").strip())


def _tidy(name: str, text: str) -> str:
    return text.strip("\n") if name.startswith(BODY) else " ".join(text.split())


def _own_texts(typed: Mapping[str, str], proposed: GuideFields, besides: Collection[str] = ()) -> list[str]:
    """Return what was typed for places that are no more: `besides` has the names of those that still are.

    A field that nobody touched holds a piece of what is proposed, which is on the page already.
    """
    names = [name for name in typed if name.endswith(_OWN) and name.removesuffix(_OWN) not in besides]
    known = (proposed.title, proposed.summary, proposed.body)
    return [typed[name] for name in names if not any(typed[name].strip() in text for text in known)]


def _page(
    proposal: Proposal, typed: Mapping[str, str], *, status: int = 200, moved: bool = False,
    wrong: deciding.NoAddress | deciding.NoGuide | None = None, **more: Any,
) -> Response:  # fmt: skip
    """Show both texts at each clash. A choice and a text of one's own stay with the two texts that they were about."""
    session, found = db(), deciding.fit(db(), proposal)
    clashes = found.merged.clashes if found.merged else ()
    seen = {field_name(clash.name): mark_of(clash) for clash in clashes}
    same = {name for name, mark in seen.items() if typed.get(f"{name}__gezien", "" if moved else mark) == mark}
    return no_store(
        render(
            "kb/proposals/desk_merge.html",
            status=status,
            typed={name: text for name, text in typed.items() if name.partition("__")[0] in same},
            own_texts=_own_texts(typed, found.proposed, same),
            seen=seen,
            moved=moved,
            wrong=_at_field(wrong, seen) if wrong else {},
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


def _at_field(refusal: deciding.NoAddress | deciding.NoGuide, places: Iterable[str]) -> dict[str, str]:
    """Say what is wrong at the field of the page where it can be put right."""
    said = _(refusal.sentence, **refusal.values)
    if isinstance(refusal, deciding.NoAddress):
        return {"adres": said}
    field = next(name for name, called in FIELDS.items() if called == refusal.problem.field)
    return {next((place for place in places if place.partition("-")[0] == field), "verschil"): said}
