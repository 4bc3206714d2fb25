"""The invented agreement changes once, with a reason, and staff prepare its next version."""

from accounts.models import StaffRole
from accounts.people import actor_for
from common.ledger import Actor
from registry.agreements.content import AgreementContent, content_of, with_html
from registry.agreements.desk import open_bench, save
from registry.agreements.draft_fields import ROWS, DraftFields
from registry.agreements.writing import newest_version, write_version
from website.example.days import moment
from website.example.world import World

GRACE_DAYS = 14
REASON = (
    "Deelnemers vroegen om twee weken extra voor het actieplan. Dat geldt nu voor iedereen die ondertekent. (Voorbeeld)"
)
_ADDED = {
    "nl": "\n## Waarom twee weken extra?\n\nEen college vergadert niet elke week. "
    "Daarom noemt de site iemand pas twee weken na de termijn van het actieplan te laat.\n",
    "en": "\n## Why two more weeks?\n\nA board does not meet every week. "
    "So the site calls somebody late only two weeks after the deadline of the action plan.\n",
}
_NEXT_SUMMARY = "Voorbeeld: verzonnen gegevens. Dit is een concept van de volgende versie, dat alleen de redactie ziet."


def plan_agreement(world: World) -> None:
    """Put the second version of the agreement, and the draft of a third, on the timeline."""
    world.timeline.at(moment(world.days.before(60)), lambda: _second_version(world))
    world.timeline.at(moment(world.days.before(3)), lambda: _next_draft(world))


def _actor(world: World) -> Actor:
    return actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)


def _second_version(world: World) -> None:
    before = content_of(newest_version(world.session, world.agreement))
    body = {language: text + _ADDED[language] for language, text in before.version["body"].items()}
    rows = [{**row, "grace_days": GRACE_DAYS} if row["code"] == "actieplan" else row for row in before.obligations]
    after = AgreementContent(before.slug, before.is_example, with_html({**before.version, "body": body}), rows)
    write_version(world.session, after, actor=_actor(world), reason=REASON)


def _next_draft(world: World) -> None:
    bench = open_bench(world.session, world.agreement.slug, to_write=True)
    assert bench is not None
    values = {**bench.fields.values, "samenvatting_nl": _NEXT_SUMMARY}
    values[ROWS] = [{**row, "respijt": str(GRACE_DAYS)} for row in values[ROWS]]
    save(world.session, bench, DraftFields.of_values(values, bench.fields.files), actor=_actor(world))
