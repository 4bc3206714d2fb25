"""Proposals that their author is still writing: a draft of a part of a guide, and a new guide that was hardly begun."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from accounts.models import MemberRole
from common.ledger import Actor
from kb.guides.models import Guide
from kb.proposals.typed import keep, typed_of
from kb.proposals.writing import begin_change, begin_new
from website.example.days import moment, workday
from website.example.practice import SLUG
from website.example.world import World


def plan_drafts(world: World) -> None:
    """Put the drafts of the demo authority's people on the timeline; nobody but they see them."""
    for ago, step in ((6, _part), (1, _hardly_begun)):
        world.timeline.at(moment(workday(world.days.today - timedelta(days=ago)), 200), partial(step, world))


def _part(world: World) -> None:
    actor = Actor(MemberRole.COORDINATOR.value, world.accounts.demo[MemberRole.COORDINATOR].id)
    guide = world.session.scalars(select(Guide).where(Guide.slug == SLUG)).one()
    made = begin_change(world.session, guide, "wat-leverde-het-op", actor=actor)
    text = f"{made.content['body']}\nVerzonnen aanvulling: de bureaus gaan nog zeker tien jaar mee.\n"
    keep(made, {**typed_of(made), "tekst": text})
    made.version += 1
    world.session.flush()


def _hardly_begun(world: World) -> None:
    actor = Actor(MemberRole.EXECUTIVE.value, world.accounts.demo[MemberRole.EXECUTIVE].id)
    made = begin_new(world.session, "policy", "nl", actor=actor)
    keep(made, {**typed_of(made), "titel": "Ons inkoopbeleid in een A4 (voorbeeld)"})
    made.version += 1
    world.session.flush()
