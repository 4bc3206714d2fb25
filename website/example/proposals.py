"""Proposals that wait in the example world: one of each kind that an editor meets. None of them is public."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from accounts.models import MemberRole, StaffRole, User
from common.ledger import Actor
from kb.guides.models import Guide
from kb.proposals.deciding import Mended, Said, approve_with_changes, ask, fit, take
from kb.proposals.models import Proposal
from kb.proposals.typed import keep, typed_of
from kb.proposals.writing import begin_change, begin_new, submit
from website.example.days import moment, workday
from website.example.practice import SLUG
from website.example.world import World

_NEW = """*Dit is een verzonnen voorstel. Het laat zien hoe een nieuwe gids eruitziet voordat hij op de site staat.*

## Waarom een vragenlijst

Met vijf vaste vragen vergelijkt u leveranciers eerlijk.

## De vragen

1. Waar wordt het product gemaakt?
2. Wie repareert het, en hoe lang?
3. Wat gebeurt ermee na gebruik?
"""


def plan_proposals(world: World) -> None:
    """Put four proposals on the timeline: of a section, a small correction, a new guide, and one that was accepted."""
    steps: tuple[tuple[int, int, Callable[[World], None]], ...] = (
        (11, 25, _section), (7, 30, _typo), (5, 35, _new), (4, 40, _whole), (3, 50, _ask), (2, 60, _accept),
    )  # fmt: skip
    # A weekend puts two of them, or one and the past of its guide (past.py), on one Friday: the minutes keep the order.
    for ago, minutes, step in steps:
        day = workday(world.days.today - timedelta(days=ago))
        world.timeline.at(moment(day, minutes), partial(step, world))


def _as(user: User, role: MemberRole | StaffRole) -> Actor:
    return Actor(role.value, user.id)


def _member(world: World, role: MemberRole) -> Actor:
    return _as(world.accounts.demo[role], role)


def _editor(world: World) -> Actor:
    return _as(world.accounts.staff[StaffRole.EDITOR], StaffRole.EDITOR)


def _guide(world: World) -> Guide:
    return world.session.scalars(select(Guide).where(Guide.slug == SLUG)).one()


def _hand_in(world: World, proposal: Proposal, actor: Actor, **typed: object) -> Proposal:
    keep(proposal, {**typed_of(proposal), **typed})
    world.session.flush()
    submit(world.session, proposal, proposal.version, actor=actor)
    return proposal


def _section(world: World) -> None:
    actor = _member(world, MemberRole.CONTRIBUTOR)
    made = begin_change(world.session, _guide(world), "wat-leverde-het-op", actor=actor)
    text = made.content["body"].replace(
        "later dan gepland.", "later dan gepland, omdat er te weinig poten op voorraad waren."
    )
    _hand_in(world, made, actor, tekst=text, waarom="Zo snapt een ander waarom het langer duurde.")


def _typo(world: World) -> None:
    actor = _member(world, MemberRole.EXECUTIVE)
    made = begin_change(world.session, _guide(world), actor=actor)
    text = made.content["body"].replace("Het stadskantoor had", "Het stadskantoor hád")
    _hand_in(world, made, actor, tekst=text, waarom="Klemtoon: er was eerder al gevraagd.", naam="")


def _new(world: World) -> None:
    actor = _member(world, MemberRole.COORDINATOR)
    made = begin_new(world.session, "guide", "nl", actor=actor)
    world.proposals["new"] = _hand_in(
        world, made, actor, titel="Vijf vragen aan leveranciers (voorbeeld)",
        samenvatting="Verzonnen voorstel: een korte vragenlijst waarmee u leveranciers vergelijkt.", tekst=_NEW,
        themas=["circulair", "keten"], waarom="Wij misten zo'n lijst.",
    )  # fmt: skip


def _whole(world: World) -> None:
    actor = _member(world, MemberRole.COORDINATOR)
    made = begin_change(world.session, _guide(world), actor=actor)
    text = made.content["body"].replace(
        "- Tel eerst wat er in opslag staat.", "- Tel eerst wat er staat, ook in de kelder."
    )
    world.proposals["whole"] = _hand_in(world, made, actor, tekst=text, waarom="Daar stonden er nog twintig.")


def _ask(world: World) -> None:
    made = world.proposals["new"]
    said = [
        Said("Een mooie lijst. Kunt u er een bron bij zetten?"),
        Said("Is dit ook bij kleine opdrachten nodig?", "De vragen"),
    ]
    ask(world.session, made, said, made.version, actor=_editor(world))


def _accept(world: World) -> None:
    made, actor = world.proposals["whole"], _editor(world)
    take(world.session, made, actor=actor)
    found = fit(world.session, made)
    assert found.fields is not None
    assert found.newest is not None
    text = found.fields.body.replace("ook in de kelder", "ook in kelder en depot")
    fields = type(found.fields)(**{**vars(found.fields), "body": text})
    mended = Mended(fields, found.newest.number, "Ik zette het depot erbij.")
    approve_with_changes(world.session, made, mended, made.version, actor=actor)
