"""Invented action plans, each with an ambition per theme and some actions. Some came late, one was revised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from accounts.models import MemberRole
from accounts.people import actor_for
from common.clock import now
from common.ledger import Actor, record
from common.vocabulary import vocabulary
from registry.agreements.periods import deadline
from registry.plans.content import typed_of
from registry.plans.drafting import adopt, find_draft, find_plan, save_draft, start_draft
from registry.plans.fields import Typed, action_field, ambition_field, basis_of, of_content, without_row
from registry.plans.models import Ambition, Level, Plan, PlanAction, PlanVersion
from registry.plans.publishing import payload_of, publish, seal
from website.example.days import Days, moment, workday
from website.example.plan_words import ADOPTED_BY, OWNERS, REVISED_ACTION, REVISED_AIM, REVISED_BECAUSE, THEMES
from website.example.profiles import NO_PLAN, PLAN_CAME_LATE, SIGNED_LATELY, UNCONFIRMED, Profile
from website.example.signing import SLUG, SOURCE
from website.example.world import World

_LEVELS = (Level.NONE, Level.BASIC, Level.SIGNIFICANT, Level.AMBITIOUS)
REVISED = "Gemeente Torenhaven"
ADOPTED_UNSEEN = "Gemeente Lisveen"
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
    by_name = {one.name: one for one in world.signatories}
    begun, decided = world.days.before(48), world.days.before(41)
    world.timeline.at(moment(begun), partial(_revise, world, by_name[REVISED], begun))
    world.timeline.at(moment(decided), partial(_make_public, world, by_name[REVISED]))
    adopted = world.days.before(6)
    world.timeline.at(moment(adopted), partial(_adopt_unseen, world, by_name[ADOPTED_UNSEEN], adopted))


def _publish(world: World, one: Profile, day: date) -> None:
    version = _version(world, one, day, steps_of(one, world.days))
    version.plan = Plan(authority=world.authorities[one.code], agreement=world.agreement)
    version.recorded_role = _actor(world, one).role
    world.session.add(version)
    world.session.flush()
    seal(world.session, version)
    record(world.session, "plan.published", f"plan:{one.code}/{SLUG}", payload_of(version), actor=_actor(world, one))


def _version(world: World, one: Profile, day: date, steps: Sequence[Step]) -> PlanVersion:
    chance = one.chance("plan facts")
    target_year = world.days.today.year + 2
    return PlanVersion(
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
            for position, step in enumerate(steps, start=1)
        ],
    )


def _revise(world: World, one: Profile, day: date) -> None:
    """Let a new board want more: a higher aim for the climate, one action less and one more."""
    draft = start_draft(world.session, world.authorities[one.code], world.agreement, actor=_actor(world, one))
    begun = of_content(draft.content)
    changed = without_row(begun, begun.rows[-1]) if begun.rows else begun
    new = {"wat": REVISED_ACTION, "thema": "klimaat", "wie": OWNERS[0], "klaar": f"{world.days.today.year + 1}-12-31"}
    aims = {"niveau": Level.AMBITIOUS.value, "doel": REVISED_AIM.format(year=world.days.today.year + 2)}
    fields = {ambition_field("klimaat", part): text for part, text in aims.items()}
    fields |= {action_field("nieuw", part): text for part, text in new.items()}
    fields |= {"reden": REVISED_BECAUSE, "vastgesteld_op": day.isoformat()}
    typed = Typed({**changed.fields, **fields}, (*begun.rows, "nieuw"))
    save_draft(world.session, draft, typed, basis_of(begun), actor=_actor(world, one))
    adopt(world.session, draft, draft.version, actor=_actor(world, one))


def _make_public(world: World, one: Profile) -> None:
    plan = find_plan(world.session, world.authorities[one.code].id, world.agreement.id)
    draft = find_draft(world.session, plan) if plan else None
    assert draft
    publish(world.session, draft, draft.version, actor=_actor(world, one))


def _adopt_unseen(world: World, one: Profile, day: date) -> None:
    """Let a board adopt a plan that nobody made public yet."""
    begin = date(day.year + 1, 1, 1)
    steps = [Step(theme, THEMES[theme].actions[0], OWNERS[1], *_period(day, 2, 12)) for theme in ("klimaat", "keten")]
    typed = typed_of(_version(world, one, day, steps))
    dates = {"vastgesteld_op": day.isoformat(), "periode_van": begin.isoformat()}
    draft = start_draft(world.session, world.authorities[one.code], world.agreement, actor=_actor(world, one))
    save_draft(world.session, draft, Typed({**typed.fields, **dates}, typed.rows), {}, actor=_actor(world, one))
    adopt(world.session, draft, draft.version, actor=_actor(world, one))


def _actor(world: World, one: Profile) -> Actor:
    return actor_for(world.accounts.coordinator(one.code), MemberRole.COORDINATOR)


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
