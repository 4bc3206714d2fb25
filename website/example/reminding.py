"""Reminders of the invented world: who was told that the form opened, and a word of staff for those that come."""

from datetime import timedelta
from functools import partial

from accounts.models import StaffRole
from accounts.people import actor_for
from common.clock import now
from registry.reminders.editing import add_words, leave_out
from registry.reminders.models import ReminderKind, ReminderSent
from registry.reminders.planning import RoundKey, due_today, in_round
from registry.reminders.sending import round_of
from website.example.days import moment
from website.example.world import World

WORDS = (
    "Weet u een cijfer niet? Vul dan in waarom niet: ook dat telt. Op dinsdag en donderdag kunt u ons bellen met "
    "vragen over de vragenlijst."
)


def plan_reminders(world: World) -> None:
    """Put the reminder of the opening, and what staff prepared for the next one, on the timeline."""
    opens = world.days.opens_on(world.days.open_year)
    world.timeline.at(moment(opens, 120), partial(_remind_of_opening, world))
    world.timeline.at(moment(world.days.today, -120), partial(_prepare_next, world))


def _remind_of_opening(world: World) -> None:
    """Write down who was reminded. The mails themselves are not written: invented people read none."""
    edition = world.editions[world.days.open_year]
    for item in due_today(world.session, world.days.opens_on(world.days.open_year)):
        if item.key.edition_id == edition.id:
            row = round_of(world.session, item.key)
            for member in item.people:
                sent = {"round_id": row.id, "authority_id": item.one.who.authority_id, "user_id": member.user_id}
                world.session.add(ReminderSent(**sent, sent_at=now()))


def _prepare_next(world: World) -> None:
    year = world.days.open_year
    day = world.days.due_on(year) - timedelta(days=30)
    key = RoundKey(world.editions[year].id, ReminderKind.MONTH_BEFORE, day)
    reviewer = actor_for(world.accounts.staff[StaffRole.REVIEWER], StaffRole.REVIEWER)
    add_words(world.session, key, WORDS, seen="", actor=reviewer)
    items = in_round(world.session, key, world.days.today)
    leave_out(world.session, key, world.authorities[items[-1].one.who.code], actor=reviewer)
