"""Invented buyer groups: one with members and pilots, one that the demo authority can join, one that has ended."""

from datetime import date
from functools import partial

from common.ledger import SYSTEM
from common.versions import AsOf
from registry.buyer_groups.content import GroupFacts
from registry.buyer_groups.keeping import create_group
from registry.buyer_groups.members import join, leave
from registry.buyer_groups.reading import own_groups
from website.example.days import moment, workday
from website.example.names import DEMO
from website.example.signing import SOURCE
from website.example.world import World

SLUG = "voorbeeld-circulaire-kantoormeubelen"
OPEN = "voorbeeld-stil-groenonderhoud"
ENDED = "voorbeeld-gezonde-catering"
MEMBERS = (DEMO, "Gemeente Torenhaven", "Gemeente Bronkade", "Waterschap Vier Vennen", "Gemeente Essenmarke")
LEFT = "Gemeente Bronkade"


def plan_group(world: World) -> None:
    """Put the start of the groups, and who joined and left, on the timeline."""
    last_day = workday(date(world.days.open_year, 11, 27))
    world.timeline.at(moment(_begin(world), 20), partial(_start, world))
    world.timeline.at(moment(last_day, 30), partial(_leave, world, last_day))
    world.timeline.at(moment(_begin(world), 35), partial(_start_others, world))


def _begin(world: World) -> date:
    return workday(date(world.days.open_year - 1, 4, 8))


def _start(world: World) -> None:
    group = create_group(world.session, SLUG, _facts(world), actor=SYSTEM, is_example=True)
    for name in MEMBERS:
        join(world.session, group, world.authorities[_code(world, name)], _begin(world), SOURCE, actor=SYSTEM)


def _start_others(world: World) -> None:
    year = world.days.open_year
    for slug, facts, name in ((OPEN, _open_facts(year), "Gemeente Essenmarke"), (ENDED, _ended_facts(year), LEFT)):
        group = create_group(world.session, slug, facts, actor=SYSTEM, is_example=True)
        join(world.session, group, world.authorities[_code(world, name)], _begin(world), SOURCE, actor=SYSTEM)


def _leave(world: World, last_day: date) -> None:
    authority = world.authorities[_code(world, LEFT)]
    own = [one for one in own_groups(world.session, authority.id, AsOf(last_day)) if one.group.slug == SLUG]
    reason = "De gemeente koopt de komende jaren geen meubelen."
    leave(world.session, own[0].member, last_day, reason=reason, actor=SYSTEM)


def _code(world: World, name: str) -> str:
    return next(profile.code for profile in world.profiles if profile.name == name)


def _facts(world: World) -> GroupFacts:
    year = world.days.open_year
    return GroupFacts(
        title={"nl": "Circulaire kantoormeubelen (voorbeeld)", "en": "Circular office furniture (example)"},
        summary={
            "nl": "Verzonnen groep: overheden die geen nieuw bureau kopen als een opgeknapt bureau even goed is.",
            "en": "Invented group: public bodies that buy no new desk where a refurbished one is as good.",
        },
        product_group="kantoormeubilair",
        facilitator="Voorbeeld Inkoopbureau",
        started=year - 1,
        ends_year=world.days.today.year + 1,
        market_vision={
            "text": {
                "nl": "Wij vragen vanaf volgend jaar bij elke aanbesteding eerst naar hergebruik.\n\n"
                "Een bureau gaat bij ons twintig jaar mee. Onderdelen zijn los te vervangen, en de leverancier neemt"
                " terug wat wij niet meer gebruiken.",
                "en": "From next year on we ask for reuse first in every tender.\n\n"
                "A desk lasts us twenty years. Its parts can be replaced one by one, and the supplier takes back what"
                " we no longer use.",
            },
            "adopted_on": workday(date(year - 1, 11, 18)).isoformat(),
        },
        pilots=[
            {"title": "Zestig opgeknapte bureaus", "authority": _code(world, DEMO), "year": year, "url": None,
             "text": "Alle bureaus van het stadskantoor zijn nagekeken en waar nodig opgeknapt."},
            {"title": "Stoelen met een terugnamegarantie", "authority": _code(world, "Waterschap Vier Vennen"),
             "year": year, "text": None, "url": None},
        ],
        guides=["buyer-groups", "thema-circulair"],
        sources=[],
    )  # fmt: skip


def _open_facts(year: int) -> GroupFacts:
    return GroupFacts(
        title={"nl": "Stil groenonderhoud (voorbeeld)", "en": "Silent green maintenance (example)"},
        summary={
            "nl": "Verzonnen groep: overheden die bladblazers en maaiers op accu's vragen.",
            "en": "Invented group: public bodies that ask for leaf blowers and mowers on batteries.",
        },
        started=year - 1,
        sources=[],
    )


def _ended_facts(year: int) -> GroupFacts:
    return GroupFacts(
        title={"nl": "Gezonde catering (voorbeeld)", "en": "Healthy catering (example)"},
        summary={
            "nl": "Verzonnen groep: overheden die samen opschreven wat een gezonde lunch is. De groep is klaar.",
            "en": "Invented group: public bodies that wrote down what a healthy lunch is. The group is done.",
        },
        product_group="catering",
        started=year - 1,
        ends_year=year,
        sources=[],
    )
