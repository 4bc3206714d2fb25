"""What the desk of guides shows in the example world: a guide that was renamed and withdrawn, one that goes out soon.

Both are invented. Neither is on the site.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from accounts.models import StaffRole
from common.ledger import Actor
from kb.guides.ending import withdraw
from kb.guides.entrusting import entrust
from kb.guides.fields import GuideFields, fields_of
from kb.guides.models import Guide
from kb.guides.renaming import rename
from kb.guides.scheduling import schedule
from kb.guides.writing import Origin, create_guide, find_guide, newest_revision, publish_guide, save_guide
from website.example.days import moment, workday
from website.example.world import World

FIRST, ENDED, WAITING = "voorbeeld-keurmerken", "voorbeeld-keurmerken-kiezen", "voorbeeld-afval-bij-schoonmaak"
_FIELDS = GuideFields(
    title="Keurmerken kiezen (voorbeeld)",
    summary="Verzonnen voorbeeld: hoe een gids eruitziet die is ingetrokken.",
    kind="guide",
    themes=("keten",),
    product_groups=(),
    level="starter",
    owner="redacteur",
    reviewed_on=None,
    review_due_on=None,
    related=(),
    sources=(),
    body="*Dit is een verzonnen gids.*\n\n## Waar u op let\n\nKijk wie het keurmerk controleert.\n",
)
_LATER = replace(
    _FIELDS,
    title="Minder afval bij schoonmaak (voorbeeld)",
    summary="Verzonnen voorbeeld: een gids die op een gekozen moment naar de site gaat.",
    themes=("circulair",),
    body="*Dit is een verzonnen gids.*\n\n## Vragen aan de markt\n\nVraag hoe vaak flessen worden hergebruikt.\n",
)


def plan_desk_of_guides(world: World) -> None:
    """Put the two guides on the timeline."""
    for ago, step in ((120, _publish), (60, _rename), (20, _withdraw), (9, _write), (6, _improve), (2, _schedule)):
        day = workday(world.days.today - timedelta(days=ago))
        world.timeline.at(moment(day, 80), partial(step, world))


def _editor(world: World) -> Actor:
    return Actor(StaffRole.EDITOR.value, world.accounts.staff[StaffRole.EDITOR].id)


def _head(world: World) -> Actor:
    return Actor(StaffRole.ADMINISTRATOR.value, world.accounts.staff[StaffRole.ADMINISTRATOR].id)


def _guide(world: World, slug: str) -> Guide:
    guide = find_guide(world.session, slug)
    assert guide is not None, slug
    return guide


def _publish(world: World) -> None:
    made = create_guide(world.session, FIRST, _FIELDS, actor=_editor(world))
    publish_guide(world.session, made.guide, 1, actor=_editor(world))


def _rename(world: World) -> None:
    rename(world.session, _guide(world, FIRST), ENDED, actor=_editor(world))


def _withdraw(world: World) -> None:
    why = "Verzonnen reden: de lijst met keurmerken is verouderd. In de andere gids staat hoe u ze zelf beoordeelt."
    withdraw(world.session, _guide(world, ENDED), why, "actieplan-schrijven", actor=_editor(world))


def _write(world: World) -> None:
    made = create_guide(world.session, WAITING, _LATER, actor=_editor(world))
    entrust(world.session, made.guide, world.accounts.staff[StaffRole.EDITOR], True, actor=_head(world))


def _improve(world: World) -> None:
    guide = _guide(world, WAITING)
    before = fields_of(newest_revision(world.session, guide))
    better = replace(before, body=before.body + "\n## Wat u meet\n\nTel de zakken afval per maand.\n")
    save_guide(world.session, guide, better, 1, Origin(note="Een kopje over meten erbij."), actor=_editor(world))


def _schedule(world: World) -> None:
    out = moment(workday(world.days.today + timedelta(days=30)))
    schedule(world.session, _guide(world, WAITING), 2, out, actor=_head(world))
