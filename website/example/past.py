"""The past of invented guides: a small correction, a better text, a new address, and one that was withdrawn."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from accounts.models import StaffRole
from common.ledger import Actor
from kb.guides.ending import withdraw
from kb.guides.fields import GuideFields, fields_of
from kb.guides.renaming import rename
from kb.guides.writing import Origin, create_guide, find_guide, newest_revision, publish_guide, save_guide
from website.example.days import moment, workday
from website.example.practice import SLUG as EXAMPLE
from website.example.world import World

FORMER = "voorbeeld-lijst-bureaus"
WITHDRAWN = "voorbeeld-lijst-kantoormeubilair"
_LIST = GuideFields(
    title="Lijst voor kantoormeubilair (voorbeeld)",
    summary="Verzonnen voorbeeld: een lijst die is ingetrokken, met de reden en waar de lezer nu heen gaat.",
    kind="instrument",
    themes=("circulair",),
    product_groups=("kantoormeubilair",),
    level="starter",
    owner="redacteur",
    reviewed_on=None,
    review_due_on=None,
    related=(),
    sources=(),
    body="*Deze lijst is verzonnen.*\n\n## Vragen\n\n1. Wat staat er in de opslag?\n2. Wat is nog goed?\n",
)


def plan_past(world: World) -> None:
    """Put the versions on the timeline: all after the example itself was published."""
    today = world.days.today
    for days_ago, minute, event in (
        (60, 10, _make),
        (40, 10, _move),
        (12, 20, _correct),
        (8, 20, _improve),
        (6, 30, _end),
    ):
        world.timeline.at(moment(workday(today - timedelta(days=days_ago)), minute), partial(event, world))


def _editor(world: World) -> Actor:
    return Actor(StaffRole.EDITOR.value, world.accounts.staff[StaffRole.EDITOR].id)


def _make(world: World) -> None:
    made = create_guide(world.session, FORMER, _LIST, actor=_editor(world))
    publish_guide(world.session, made.guide, made.number, actor=_editor(world))


def _move(world: World) -> None:
    guide = find_guide(world.session, FORMER)
    assert guide is not None
    rename(world.session, guide, WITHDRAWN, actor=_editor(world))


def _end(world: World) -> None:
    guide = find_guide(world.session, WITHDRAWN)
    assert guide is not None
    withdraw(world.session, guide, "De vragen staan nu in het praktijkvoorbeeld.", EXAMPLE, actor=_editor(world))


def _correct(world: World) -> None:
    origin = Origin(note="Duidelijker gezegd hoeveel later.", is_correction=True)
    _write(world, origin, "drie weken langer", "drie weken later dan gepland")


def _improve(world: World) -> None:
    origin = Origin(note="Een tip toegevoegd over foto's.")
    _write(world, origin, "met foto's.", "met foto's.\n- Laat een kringloopbedrijf meekijken.")


def _write(world: World, origin: Origin, old: str, new: str) -> None:
    guide = find_guide(world.session, EXAMPLE)
    assert guide is not None
    newest = newest_revision(world.session, guide)
    said = fields_of(newest)
    text = replace(said, body=said.body.replace(old, new))
    saved = save_guide(world.session, guide, text, newest.number, origin, actor=_editor(world))
    publish_guide(world.session, guide, saved.revision.number, actor=_editor(world))
