"""The page on which staff choose what becomes of all that authorities leave, made ready for showing."""

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import today
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from registry.authorities.models import Merger
from registry.authorities.reading import best_on
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.mergers.estate import Estate, read_estate
from registry.mergers.forms import ChoiceForm, usual_choices
from registry.mergers.reading import names_of
from registry.mergers.telling import told
from registry.mergers.things import LATER, planned


def path_of(merger: Merger) -> str:
    """Return the path of a merger's page as forms name it."""
    return f"/redactie/herindelingen/{merger.id}"


def newest(session: Session, merger: Merger) -> Merger:
    """Return what the register says of a merger now."""
    while merger.superseded_at is not None:
        follower = session.scalars(select(Merger).where(Merger.replaces_id == merger.id)).first()
        if follower is None:
            return merger
        merger = follower
    return merger


def settle_page(
    merger: Merger,
    form: ChoiceForm | None = None,
    *,
    looking_over: bool = False,
    taking_back: ChoiceForm | None = None,
    status: int = 200,
) -> Response:
    """Return the page of one merger: the choices, or what is chosen to be looked over."""
    session = db()
    estate = read_estate(session, merger)
    is_gone = merger.superseded_at is not None
    possible = [] if is_gone else estate.now_possible(today())
    return no_store(
        render(
            "registry/mergers/look_over.html" if looking_over else "registry/mergers/detail.html",
            merger=merger,
            estate=estate,
            possible=possible,
            later=[] if is_gone else [one for one in estate.open if one not in possible],
            is_gone=is_gone,
            form=form or usual_choices(estate),
            taking_back=taking_back or ChoiceForm({}),
            names=_names(session, estate),
            told=told(session, estate.settled),
            longest_reason=LONGEST_REASON,
            planned=planned(possible, form.chosen) if form else {},
            later_option=LATER,
            is_coming=merger.merged_on > today(),
            is_example=any(one.is_example for one in (*estate.ended, *estate.continued)),
            keeper=keeper_fields(path_of(merger)),
            status=status,
        )
    )


def _names(session: Session, estate: Estate) -> dict[int, str]:
    ids = {one.id for one in (*estate.ended, *estate.continued)}
    ids |= {one.id for thing in estate.open for one in (*thing.takers, *thing.has_already)}
    ids |= {party.authority_id for merger in estate.also for party in merger.parties}
    ids |= {one.to_authority_id for one in estate.settled if one.to_authority_id}
    day = estate.merger.merged_on
    return {authority_id: best_on(versions, day).name for authority_id, versions in names_of(session, ids).items()}
