"""The year that is being reported on now: some published, some waiting, some sent back, some half written."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

from registry.reports.models import Submission
from registry.reviews.deciding import ask_at_once
from website.example.answer_words import RETURNED
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
        plan_report(world, next(order), year, world.days.before(ago), 47 * number % 180)
    for number, (ago, returned_ago) in enumerate(RETURNED_DAYS):
        one = next(order)
        plan_report(world, one, year, world.days.before(ago), 23 + 58 * number)
        returning = partial(_return, world, one, year, number)
        world.timeline.at(moment(world.days.before(returned_ago), 200), returning)
    for number in range(DRAFTS):
        one = next(order)
        day = world.days.before(2 + 4 * number)
        sections = "ABCDEFG"[: 1 + number % 6]
        plan_draft(world, one, year, day, partial(_some, Reporting(one, world.days, year, day), sections, set()), 0)
    day = world.days.before(11)
    demo = partial(_some, Reporting(world.demo, world.days, year, day), "ABC", LEFT_OPEN)
    plan_draft(world, world.demo, year, day, demo, 0)


def _plan_published(world: World, year: int, order: Iterator[Profile]) -> None:
    for number in range(PUBLISHED):
        one = next(order)
        day = world.days.before(14 + 2 * number)
        plan_report(world, one, year, day, number)
        plan_publication(world, one, year, workday(day + timedelta(days=5 + number % 6)), number)


def _some(reporting: Reporting, sections: str, left_open: set[str]) -> Answers:
    return {key: answer for key, answer in reporting.all().items() if key[0] in sections and key not in left_open}


def _return(world: World, one: Profile, year: int, number: int) -> None:
    submission: Submission = report_of(world, one, year).submissions[-1]
    reason, remarks = RETURNED[number]
    ask_at_once(world.session, submission, reason, remarks, actor=reviewer(world))
