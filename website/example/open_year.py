"""The year that is being reported on now: some published, some in each step of the review, some half written."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

from accounts.models import MemberRole
from accounts.people import actor_for
from registry.reports.models import Submission
from registry.reports.remarks import save_replies
from registry.reports.submitting import submit
from registry.reviews.deciding import Asked, accept, ask, take
from registry.reviews.evidence import mark_evidence
from website.example.answer_words import REPLIED, REPLY, RETURNED
from website.example.answers import Answers, Reporting
from website.example.days import moment, workday
from website.example.profiles import SEED, Profile
from website.example.reports import plan_draft, plan_publication, plan_report, report_of, reporters, reviewer
from website.example.world import World

PUBLISHED = 12
WAITING_DAYS = (20, 13, 8, 4, 1)
"""How long ago each report that waits for staff was handed in."""
RETURNED_DAYS = ((25, 15), (18, 9))
"""How long ago a report was handed in, and sent back."""
TAKEN = 1
"""Which of the reports that wait was taken by a beoordelaar."""
SEEN = 3
"""Of how many published reports a beoordelaar saw what a figure rests on."""
DRAFTS = 9
"""Beside the one of the example account."""

LEFT_OPEN = {"A5", "A6", "B5", "C3", "C5"}
"""What the employee of the example account still has to fill in, in the first three sections."""


def plan_open_year(world: World) -> None:
    """Put what has happened with the open form so far on the timeline."""
    year = world.days.open_year
    others = [one for one in reporters(world, year) if one.code != world.demo.code and not one.missed]
    Random(SEED).shuffle(others)  # noqa: S311
    order = iter(others)
    _plan_published(world, year, order)
    for number, ago in enumerate(WAITING_DAYS):
        one = next(order)
        plan_report(world, one, year, world.days.before(ago), 47 * number % 180)
        if number == TAKEN:
            world.timeline.at(moment(world.days.before(ago - 3), 200), partial(_take, world, one, year))
    for number, (ago, returned_ago) in enumerate(RETURNED_DAYS):
        one = next(order)
        plan_report(world, one, year, world.days.before(ago), 23 + 58 * number)
        returning = partial(_return, world, one, year, number)
        world.timeline.at(moment(world.days.before(returned_ago), 200), returning)
        if not number:
            world.timeline.at(moment(world.days.before(returned_ago - 6), 100), partial(_reply, world, one, year))
    for number in range(DRAFTS):
        one = next(order)
        day = world.days.before(2 + 4 * number)
        sections = "ABCDEFG"[: 1 + number % 6]
        plan_draft(world, one, year, day, partial(_some, Reporting(one, world.days, year, day), sections, set()), 0)
    _plan_review(world, year, order)
    day = world.days.before(11)
    demo = partial(_some, Reporting(world.demo, world.days, year, day), "ABC", LEFT_OPEN)
    plan_draft(world, world.demo, year, day, demo, 0)


def _plan_published(world: World, year: int, order: Iterator[Profile]) -> None:
    for number in range(PUBLISHED):
        one = next(order)
        day = world.days.before(14 + 2 * number)
        plan_report(world, one, year, day, number)
        public = workday(day + timedelta(days=5 + number % 6))
        plan_publication(world, one, year, public, number)
        if number < SEEN:
            world.timeline.at(moment(public, 300 + number), partial(_see, world, one, year))


def _plan_review(world: World, year: int, order: Iterator[Profile]) -> None:
    """Plan a report whose questions were answered, and one that was accepted and is not public yet."""
    answered, accepted = next(order), next(order)
    plan_report(world, answered, year, world.days.before(24), 31)
    world.timeline.at(moment(world.days.before(16), 210), partial(_return, world, answered, year, 0))
    world.timeline.at(moment(world.days.before(3), 90), partial(_answer, world, answered, year))
    plan_report(world, accepted, year, world.days.before(12), 77)
    world.timeline.at(moment(world.days.before(2), 220), partial(_accept, world, accepted, year))


def _some(reporting: Reporting, sections: str, left_open: set[str]) -> Answers:
    return {key: answer for key, answer in reporting.all().items() if key[0] in sections and key not in left_open}


def _return(world: World, one: Profile, year: int, number: int) -> None:
    submission: Submission = report_of(world, one, year).submissions[-1]
    reason, remarks = RETURNED[number]
    take(world.session, submission, actor=reviewer(world))
    asked = [Asked(key, kind, text) for key, (kind, text) in remarks.items()]
    ask(world.session, submission, reason, asked, actor=reviewer(world))


def _see(world: World, one: Profile, year: int) -> None:
    submission = report_of(world, one, year).submissions[-1]
    mark_evidence(world.session, submission, "C1", "Overzicht uit het inkoopsysteem.", seen=True, actor=reviewer(world))


def _take(world: World, one: Profile, year: int) -> None:
    take(world.session, report_of(world, one, year).submissions[-1], actor=reviewer(world))


def _reply(world: World, one: Profile, year: int) -> None:
    """Answer the first question, and leave the other."""
    actor = actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)
    save_replies(world.session, report_of(world, one, year), {REPLIED[0]: REPLY}, actor=actor)


def _answer(world: World, one: Profile, year: int) -> None:
    """Answer every question and hand in again."""
    report, actor = report_of(world, one, year), actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)
    save_replies(world.session, report, dict.fromkeys(REPLIED, REPLY), actor=actor)
    submit(world.session, report, actor=actor, says_true=True)


def _accept(world: World, one: Profile, year: int) -> None:
    submission = report_of(world, one, year).submissions[-1]
    take(world.session, submission, actor=reviewer(world))
    accept(world.session, submission, actor=reviewer(world))
