"""How the people of the example account share the work: two tasks, a link that came back, a conversation."""

from functools import partial

from accounts.models import MemberRole, User
from accounts.people import actor_for
from common.ledger import Actor
from registry.reports.models import AnswerState, Report
from registry.reports.together import guests, links, tasks, threads
from registry.reports.values import AnswerInput
from website.example.days import moment
from website.example.reports import report_of
from website.example.world import World

GUEST = "C5"
"""The question that somebody without an account answered."""
ABOUT = "C3"
"""The question that is talked about."""


def plan_together(world: World) -> None:
    """Put what colleagues asked each other about the open form on the timeline."""
    for ago, minutes, event in ((9, 40, _give), (8, 95, _ask), (5, 200, _answer), (3, 130, _talk)):
        world.timeline.at(moment(world.days.before(ago), minutes), partial(event, world))


def _report(world: World) -> Report:
    return report_of(world, world.demo, world.days.open_year)


def _who(world: World, role: MemberRole) -> tuple[User, Actor]:
    user = world.accounts.demo[role]
    return user, actor_for(user, role)


def _give(world: World) -> None:
    """Let the coördinator ask for a section, and the invuller for a question."""
    boss, as_boss = _who(world, MemberRole.COORDINATOR)
    helper, as_helper = _who(world, MemberRole.CONTRIBUTOR)
    tasks.give(world.session, _report(world), ["D"], helper, "De cijfers staan in het jaarverslag.", actor=as_boss)
    tasks.give(world.session, _report(world), ["B5"], boss, "Weet jij welk bedrag is begroot?", actor=as_helper)


def _ask(world: World) -> None:
    """Send a question to somebody of another department, who has no account."""
    wish = links.Wish((GUEST,), "Voorbeeld Inkoper", f"inkoper@{world.demo.domain}", "Kun jij dit nakijken?", days=30)
    links.send(world.session, _report(world), wish, actor=_who(world, MemberRole.CONTRIBUTOR)[1])


def _answer(world: World) -> None:
    """Let him answer, and say that he is done."""
    link = links.of_report(world.session, _report(world))[0]
    choices = links.questions_of(link)[0].choices
    guests.save(world.session, link, {GUEST: AnswerInput(AnswerState.GIVEN, choices[-1].code)})
    world.session.flush()
    guests.finish(world.session, link)


def _talk(world: World) -> None:
    """Let two colleagues talk about a question."""
    report, people = _report(world), world.accounts.demo
    boss = people[MemberRole.COORDINATOR]
    said = (
        (MemberRole.CONTRIBUTOR, f"@{boss.name}, tellen opdrachten onder een raamovereenkomst hier mee?"),
        (MemberRole.COORDINATOR, "Ja, als de opdracht in dit jaar is verleend. Ik zoek het aantal op."),
    )
    for role, text in said:
        threads.post(world.session, report, ABOUT, text, actor=_who(world, role)[1])
