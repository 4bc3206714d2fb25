"""Invented reports over the years: written, handed in, reviewed and published by the same functions as real ones."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from accounts.models import MemberRole, StaffRole
from accounts.people import actor_for
from common.content import read_yaml
from common.ledger import SYSTEM, Actor
from common.vocabulary import CONTENT
from registry.editions.opening import open_edition
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Report
from registry.reports.submitting import submit
from registry.reviews.deciding import publish_at_once as publish
from website.example.answers import Answers, Reporting
from website.example.days import Days, moment, workday
from website.example.names import DEMO
from website.example.profiles import UNCONFIRMED, WITHDREW, Profile
from website.example.signing import withdrew_on
from website.example.world import World

QUESTIONS = CONTENT / "editions" / "2025.yaml"
LATE_CHANCE = 0.12
"""How often a report of an earlier year came after its day."""


def plan_editions(world: World) -> None:
    """Put the opening of every year's form on the timeline; all ask the same questions."""
    questions = read_yaml(QUESTIONS)

    def open_year(year: int) -> None:
        days = (world.days.opens_on(year), world.days.due_on(year))
        world.editions[year] = open_edition(world.session, world.agreement, year, days, questions, actor=SYSTEM)

    for year in world.days.years:
        world.timeline.at(moment(world.days.opens_on(year), -60), partial(open_year, year))


def reporters(world: World, year: int) -> list[Profile]:
    """Return who has to report on this year: who had signed by then and had not left."""
    opens = world.days.opens_on(year)
    return [
        one
        for one in world.signatories
        if one.signed_on
        and one.signed_on.year <= year
        and one.name != UNCONFIRMED
        and not (one.name == WITHDREW and opens >= withdrew_on(world.days))
    ]


def plan_history(world: World) -> None:
    """Put the published reports of the years before the open one on the timeline."""
    for year in world.days.years[:-1]:
        for order, one in enumerate(reporters(world, year)):
            if world.days.open_year - year > one.missed:
                day = submitted_on(one, world.days, year)
                days_of_review = one.chance(f"review {year - world.days.open_year}").randrange(3, 24)
                plan_report(world, one, year, day, order)
                plan_publication(world, one, year, workday(day + timedelta(days=days_of_review + 2)), order)


def submitted_on(one: Profile, days: Days, year: int) -> date:
    """Return the day on which a report of an earlier year came; now and then that was too late."""
    chance = one.chance(f"handing in {days.open_year - year}")
    due = days.due_on(year)
    if chance.random() < LATE_CHANCE and one.name != DEMO:
        return workday(due + timedelta(days=chance.randrange(5, 60)))
    return workday(due - timedelta(days=chance.randrange(2, 70)))


def plan_report(world: World, one: Profile, year: int, day: date, order: int) -> None:
    """Put the writing of a report, and a day later its handing in, on the timeline."""
    answers = Reporting(one, world.days, year, day).all
    plan_draft(world, one, year, day - timedelta(days=1), answers, order)
    world.timeline.at(moment(day, 60 + order), partial(_submit, world, one, year))


def plan_draft(world: World, one: Profile, year: int, day: date, answers: Callable[[], Answers], order: int) -> None:
    """Put the start of a report, with these answers, on the timeline."""
    world.timeline.at(moment(day, 60 + order), partial(_write, world, one, year, answers))


def plan_publication(world: World, one: Profile, year: int, day: date, order: int) -> None:
    """Put the publication of a report on the timeline."""
    world.timeline.at(moment(day, 240 + order), partial(_publish, world, one, year))


def reviewer(world: World) -> Actor:
    """Return the person who reviews."""
    return actor_for(world.accounts.staff[StaffRole.REVIEWER], StaffRole.REVIEWER)


def report_of(world: World, one: Profile, year: int) -> Report:
    """Return the report of this authority; the first call starts it."""
    authority = world.authorities[one.code]
    return start_report(world.session, authority, world.editions[year], actor=_writer(world, one))


def _writer(world: World, one: Profile) -> Actor:
    if one.code == world.demo.code:
        return actor_for(world.accounts.demo[MemberRole.CONTRIBUTOR], MemberRole.CONTRIBUTOR)
    return actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)


def _write(world: World, one: Profile, year: int, answers: Callable[[], Answers]) -> None:
    report = report_of(world, one, year)
    save_answers(world.session, report, answers(), report.version, actor=_writer(world, one))


def _submit(world: World, one: Profile, year: int) -> None:
    actor = actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)
    submit(world.session, report_of(world, one, year), actor=actor, says_true=True)


def _publish(world: World, one: Profile, year: int) -> None:
    submission = report_of(world, one, year).submissions[-1]
    publish(world.session, submission, actor=reviewer(world))
