"""Invented action plans: an ambition for each theme and a few actions. Some came late, some never came."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from common.clock import now
from common.ledger import SYSTEM, record
from common.vocabulary import vocabulary
from registry.agreements.periods import deadline
from registry.plans.models import Ambition, Level, Plan, PlanAction, PlanVersion
from website.example.days import Days, moment, workday
from website.example.plan_words import ADOPTED_BY, OWNERS, THEMES
from website.example.profiles import NO_PLAN, PLAN_CAME_LATE, SIGNED_LATELY, UNCONFIRMED, Profile
from website.example.signing import SLUG, SOURCE
from website.example.world import World

_LEVELS = (Level.NONE, Level.BASIC, Level.SIGNIFICANT, Level.AMBITIOUS)
_UNPLANNED = NO_PLAN | {SIGNED_LATELY, UNCONFIRMED}


@dataclass(frozen=True)
class Step:
    """One action of a plan."""

    theme: str
    title: str
    owner: str
    starts_on: date
    ready_by: date


@cache
def levels_of(one: Profile) -> dict[str, Level]:
    """Return the level that this authority chose for each theme; a cautious one leaves some out."""
    chance = one.chance("levels")
    chosen = {
        theme: _LEVELS[min(3, max(0, round(chance.gauss(0.9 + 1.6 * one.ambition, 0.75))))]
        for theme in vocabulary().themes
    }
    if chosen["klimaat"] is Level.NONE:
        chosen["klimaat"] = Level.BASIC  # everybody chooses something
    return chosen


@cache
def adopted_on(one: Profile, days: Days) -> date | None:
    """Return the day on which the plan was adopted; None when there is none yet."""
    if one.signed_on is None or one.name in _UNPLANNED:
        return None
    chance = one.chance("plan")
    due = deadline(one.signed_on, "P1Y")
    late = one.name in PLAN_CAME_LATE
    day = due + timedelta(days=chance.randrange(20, 150)) if late else due - timedelta(days=chance.randrange(8, 240))
    return workday(day) if day < days.today else None


@cache
def steps_of(one: Profile, days: Days) -> tuple[Step, ...]:
    """Return the actions of the plan: three to six, on themes that have an ambition."""
    adopted = adopted_on(one, days)
    if adopted is None:
        return ()
    chance = one.chance("actions")
    chosen = [theme for theme, level in levels_of(one).items() if level is not Level.NONE]
    pool = [(theme, title) for theme in chosen for title in THEMES[theme].actions]
    picked = chance.sample(pool, min(len(pool), chance.randrange(3, 7)))
    return tuple(
        Step(theme, title, chance.choice(OWNERS), *_period(adopted, chance.randrange(14), chance.randrange(9, 30)))
        for theme, title in sorted(picked, key=pool.index)
    )


def _period(adopted: date, quarter: int, months: int) -> tuple[date, date]:
    begin = deadline(date(adopted.year, adopted.month, 1), f"P{1 + 3 * quarter}M")
    return begin, deadline(begin, f"P{months}M") - timedelta(days=1)


def plan_plans(world: World) -> None:
    """Put the publication of every plan on the timeline."""
    for order, one in enumerate(world.signatories):
        day = adopted_on(one, world.days)
        if day:
            world.timeline.at(moment(day, 120 + order), partial(_publish, world, one, day))


def _publish(world: World, one: Profile, day: date) -> None:
    chance = one.chance("plan facts")
    target_year = world.days.today.year + 2
    plan = Plan(
        authority_id=world.authorities[one.code].id,
        agreement_id=world.agreement.id,
        versions=[
            PlanVersion(
                number=1,
                title=f"Actieplan verantwoord inkopen {day.year}-{target_year}",
                period_from=date(day.year, 1, 1),
                period_to=date(target_year, 12, 31),
                adopted_by=ADOPTED_BY[one.kind],
                adopted_on=day,
                capacity_fte=fte(one),
                budget_euro=1000 * round(one.size / chance.randrange(900, 1800)),
                source=SOURCE,
                note=None,
                published_at=now(),
                ambitions=[_ambition(one, theme, level, target_year) for theme, level in levels_of(one).items()],
                actions=[
                    PlanAction(
                        position=position,
                        theme=step.theme,
                        title=step.title,
                        owner_function=step.owner,
                        starts_on=step.starts_on,
                        ready_by=step.ready_by,
                    )
                    for position, step in enumerate(steps_of(one, world.days), start=1)
                ],
            )
        ],
    )
    world.session.add(plan)
    world.session.flush()
    payload = {"number": 1, "adopted_on": day.isoformat(), "title": plan.versions[0].title}
    record(world.session, "plan.published", f"plan:{one.code}/{SLUG}", payload, actor=SYSTEM)


def fte(one: Profile) -> float:
    """Return how many people work on it."""
    return round(0.2 + one.size / 60_000 + one.ambition, 1)


def _ambition(one: Profile, theme: str, level: Level, target_year: int) -> Ambition:
    aim = THEMES[theme].aim(level).format(year=target_year)
    if level is Level.NONE:
        return Ambition(theme=theme, level=level, aim=aim)
    chance = one.chance(f"ambition {theme}")
    baseline = 5 * chance.randrange(1, 6)
    added = {Level.BASIC: 4, Level.SIGNIFICANT: 8, Level.AMBITIOUS: 12}[level] + chance.randrange(3)
    return Ambition(
        theme=theme,
        level=level,
        aim=aim,
        indicator=THEMES[theme].indicator,
        unit="%",
        baseline=baseline,
        baseline_year=one.signed_on.year if one.signed_on else None,
        target=min(100, baseline + 5 * added),
        target_year=target_year,
    )
