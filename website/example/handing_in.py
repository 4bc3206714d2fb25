"""Around handing in: a report that waits for its bestuurder, one he agreed with, and one that was corrected."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

from accounts.models import MemberRole
from accounts.people import actor_for
from common.ledger import Actor
from registry.reports.approving import agree, ask_agreement
from registry.reports.correcting import begin_correction
from registry.reports.drafting import current_answers, save_answers
from registry.reports.models import AnswerState
from registry.reports.submitting import submit
from registry.reports.values import AnswerInput
from registry.reviews.deciding import publish_at_once
from website.example.accounts import make_account
from website.example.answers import Reporting
from website.example.days import moment, workday
from website.example.profiles import SEED, Profile
from website.example.reports import plan_draft, report_of, reporters, reviewer, submitted_on
from website.example.world import World

REASON = "In het inkoopvolume ontbrak een raamcontract. (Voorbeeld)"
ADDED = " In de eerste versie ontbrak een raamcontract; dat telt nu mee."
WAITING, AGREED = 3, 5
"""How many days ago the bestuurder was asked."""


def plan_handing_in(world: World) -> None:
    """Put the two reports before their bestuurder, and the correction of last year's, on the timeline."""
    year = world.days.open_year
    others = [one for one in reporters(world, year) if one.code != world.demo.code and not one.missed]
    Random(SEED).shuffle(others)  # noqa: S311 - the order of open_year.py, from the other end
    corrected, agreed, waiting = others[-3:]
    for one, ago, agrees in ((waiting, WAITING, False), (agreed, AGREED, True)):
        day = world.days.before(ago + 1)
        plan_draft(world, one, year, day, partial(_all, Reporting(one, world.days, year, day)), 0)
        world.timeline.at(moment(world.days.before(ago), 100), partial(_ask, world, one, agrees))
    begun = workday(submitted_on(corrected, world.days, year - 1) + timedelta(days=45))
    world.timeline.at(moment(begun, 30), partial(_correct, world, corrected, year - 1))
    world.timeline.at(moment(workday(begun + timedelta(days=6)), 30), partial(_publish, world, corrected, year - 1))


def _all(reporting: Reporting) -> dict[str, AnswerInput]:
    return reporting.all()


def _coordinator(world: World, one: Profile) -> Actor:
    return actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)


def _ask(world: World, one: Profile, agrees: bool) -> None:
    session, report = world.session, report_of(world, one, world.days.open_year)
    ask_agreement(session, report, actor=_coordinator(world, one), seen_version=report.version)
    role = (one.code, MemberRole.EXECUTIVE)
    person = make_account(session, f"bestuurder@{one.domain}", f"Bestuurder {one.name}", role)
    if agrees:
        agree(session, report, actor=actor_for(person, MemberRole.EXECUTIVE), seen_version=report.version)


def _correct(world: World, one: Profile, year: int) -> None:
    session, report, actor = world.session, report_of(world, one, year), _coordinator(world, one)
    begin_correction(session, report, REASON, actor=actor)
    now = current_answers(session, report)
    summary, volume = (AnswerInput(AnswerState.GIVEN, now[key].value, None, now[key].remark) for key in ("H1", "C1"))
    better = {
        "H1": replace(summary, value=f"{summary.value}{ADDED}"),
        "C1": replace(volume, value=round(volume.value + 0.4, 1)),
    }
    save_answers(session, report, better, report.version, actor=actor)
    submit(session, report, actor=actor, says_true=True)


def _publish(world: World, one: Profile, year: int) -> None:
    publish_at_once(world.session, report_of(world, one, year).submissions[-1], actor=reviewer(world))
