"""What invented people say at a guide: something open with an answer, and something that was dealt with."""

from datetime import timedelta
from functools import partial

from accounts.models import MemberRole, StaffRole
from common.ledger import Actor
from kb.discussion.comments import Place, resolve, say
from kb.guides.models import Guide
from kb.guides.reading import find_public
from website.example.days import moment, workday
from website.example.world import World

SLUG = "meten-en-rapporteren"


def plan_comments(world: World) -> None:
    """Put two conversations on the timeline, in the fortnight before the day of set-up."""
    for ago, step in ((12, _settled), (6, _open)):
        day = workday(world.days.today - timedelta(days=ago))
        world.timeline.at(moment(day, 40), partial(step, world))


def _settled(world: World) -> None:
    guide, place = _place(world, 2)
    writer, editor = _member(world, MemberRole.CONTRIBUTOR), _editor(world)
    text = "Voorbeeld: geldt dit ook voor wat wij samen met een buurgemeente inkopen?"
    first = say(world.session, guide, place, text, actor=writer)
    say(world.session, guide, place, "Ja, ieder telt zijn eigen deel. Wij zetten het erbij.", first, actor=editor)
    resolve(world.session, guide, first, actor=editor)


def _open(world: World) -> None:
    guide, place = _place(world, 5)
    writer, editor = _member(world, MemberRole.COORDINATOR), _editor(world)
    text = "Voorbeeld: bij ons staat dit cijfer in een ander systeem. Kan de gids noemen waar u begint?"
    first = say(world.session, guide, place, text, actor=writer)
    say(world.session, guide, place, "@redactie kijkt mee. Welk systeem gebruikt u?", first, actor=editor)


def _place(world: World, number: int) -> tuple[Guide, Place]:
    revision = find_public(world.session, SLUG)
    assert revision is not None
    heading = revision.contents[number]
    return revision.guide, Place(revision.number, heading["id"], heading["title"])


def _member(world: World, role: MemberRole) -> Actor:
    return Actor(role.value, world.accounts.demo[role].id)


def _editor(world: World) -> Actor:
    return Actor(StaffRole.EDITOR.value, world.accounts.staff[StaffRole.EDITOR].id)
