"""An invented good example that went the whole way from a proposal to the site, and what readers said of guides."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from accounts.models import MemberRole, StaffRole
from common.ledger import Actor
from kb.discussion.models import UsefulVote
from kb.guides.models import Guide
from kb.guides.writing import publish_guide
from kb.proposals.deciding import approve, merge, take
from kb.proposals.taking_in import Settling
from kb.proposals.writing import begin_example, submit
from website.example.days import moment, workday
from website.example.world import World

SLUG = "voorbeeld-zestig-opgeknapte-bureaus"
_TEXT = """*Dit voorbeeld is verzonnen. Het laat zien hoe een praktijkvoorbeeld eruitziet.*

## Wat was de vraag?

Het stadskantoor had zestig werkplekken nodig. Nieuwe bureaus waren niet nodig: er stonden er genoeg in opslag.

## Wat deden wij?

Wij vroegen de markt om de bureaus na te kijken en op te knappen. Alleen wat echt op was, mocht nieuw zijn. Een
werkplaats met leerplekken deed het werk.

## Wat leverde het op?

Van de zestig bureaus zijn er vierenvijftig opgeknapt en zes vervangen. De levertijd viel tegen: drie weken langer.

## Wat kunnen anderen hiervan leren?

- Tel eerst wat er in opslag staat.
- Spreek af wat "op" betekent, met foto's.
"""
_SENTENCES = (
    (True, "De voorbeeldzinnen kon ik zo overnemen in ons plan."),
    (False, "Ik miste een voorbeeld van een kleine gemeente."),
    (True, "Fijn dat de stappen kort zijn."),
    (False, "Het deel over geld is te algemeen."),
)
_VOTES = (
    ("actieplan-schrijven", (5, 7, 9, 12, 14, 11), 4),
    ("thema-circulair", (2, 3, 4, 6, 7, 8), 5),
    ("meten-en-rapporteren", (1, 0, 2, 3, 6, 7), 3),
)
"""Guide, answers in each of the last six months with the oldest first, and after how many answers one says no."""


def plan_practice(world: World) -> None:
    """Put the example on the timeline, and the answers of readers in the half year before the day of set-up."""
    handed_in, decided = workday(world.days.today - timedelta(days=30)), workday(world.days.today - timedelta(days=16))
    world.timeline.at(moment(handed_in, 10), partial(_hand_in, world))
    world.timeline.at(moment(decided, 45), partial(_decide, world))
    world.timeline.at(moment(decided, 60), partial(_answer, world))


def _hand_in(world: World) -> None:
    author = world.accounts.demo[MemberRole.COORDINATOR]
    actor = Actor(MemberRole.COORDINATOR.value, author.id)
    content = {
        "title": "Zestig opgeknapte bureaus (voorbeeld)",
        "summary": "Verzonnen voorbeeld: een gemeente die haar bureaus liet opknappen in plaats van nieuwe te kopen.",
        "themes": ["circulair", "social-return"],
        "product_groups": ["kantoormeubilair"],
        "body": _TEXT,
    }
    made = begin_example(world.session, world.demo.code, content=content, actor=actor)
    made.why = "Anderen kunnen onze vragen aan de markt overnemen."
    world.session.flush()
    submit(world.session, made, made.version, actor=actor)
    world.practice = made


def _decide(world: World) -> None:
    session, proposal = world.session, world.practice
    assert proposal is not None
    actor = Actor(StaffRole.EDITOR.value, world.accounts.staff[StaffRole.EDITOR].id)
    take(session, proposal, actor=actor)
    approve(session, proposal, proposal.version, actor=actor)
    revision = merge(session, proposal, Settling(slug=SLUG), proposal.version, actor=actor)
    publish_guide(session, revision.guide, revision.number, actor=actor)


def _answer(world: World) -> None:
    """Write what readers said; with numbers of their own, as no two worlds need differ."""
    number = 1_000
    guides = {row.slug: row.id for row in world.session.execute(select(Guide.slug, Guide.id))}
    for slug, months, every in _VOTES:
        for month, answers in enumerate(months):
            for place in range(answers):
                number += 1
                day = _day(world.days.today, len(months) - 1 - month, place)
                useful, sentence = number % every != 0, None
                if place == 0:
                    useful, sentence = _SENTENCES[number % len(_SENTENCES)]
                world.session.add(
                    UsefulVote(id=number, guide_id=guides[slug], revision_number=1, useful=useful, sentence=sentence,
                               day=day)
                )  # fmt: skip


def _day(today: date, months_ago: int, place: int) -> date:
    return today - timedelta(days=30 * months_ago + place % 28)
