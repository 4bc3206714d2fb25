"""When an authority is reminded, and who gets it: dates and people alone."""

from datetime import date, timedelta

import pytest

from accounts.models import MemberRole
from registry.reminders.models import ReminderKind
from registry.reminders.rule import Planned, coming, due, planned, receivers, told_already
from registry.reports.expected import Member
from registry.reports.how_far import HowFar, Turn

OPENS, LAST = date(2026, 1, 5), date(2026, 5, 31)
KINDS = {
    "opening": ReminderKind.OPENING, "30": ReminderKind.MONTH_BEFORE, "7": ReminderKind.WEEK_BEFORE,
    "after": ReminderKind.DAY_AFTER,
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-04", None),
        ("2026-01-05", "opening"),
        ("2026-04-30", "opening"),  # caught up: nothing newer has come
        ("2026-05-01", "30"),
        ("2026-05-23", "30"),
        ("2026-05-24", "7"),  # and never "30 days" any more
        ("2026-05-31", "7"),
        ("2026-06-01", "after"),
        ("2026-06-30", "after"),
        ("2026-07-01", None),  # too long ago to tell anybody by itself
    ],
)
def test_the_newest_reminder_whose_day_has_come_holds(day: str, kind: str | None) -> None:
    found = due(OPENS, LAST, date.fromisoformat(day))
    assert (found.kind if found else None) is (KINDS[kind] if kind else None)


def test_a_short_term_has_no_room_for_every_reminder() -> None:
    kinds = [one.kind for one in planned(date(2026, 5, 20), LAST)]
    assert kinds == [ReminderKind.OPENING, ReminderKind.WEEK_BEFORE, ReminderKind.DAY_AFTER]


def test_what_comes_is_after_today_and_within_the_time_asked() -> None:
    found = coming(OPENS, LAST, date(2026, 5, 1), timedelta(days=25))
    assert [one.kind for one in found] == [ReminderKind.WEEK_BEFORE]


@pytest.mark.parametrize(("moved_by", "told"), [(3, True), (13, True), (14, False), (60, False)])
def test_a_deadline_that_moves_little_is_told_once(moved_by: int, told: bool) -> None:
    before = Planned(ReminderKind.WEEK_BEFORE, LAST - timedelta(days=7))
    after = Planned(ReminderKind.WEEK_BEFORE, before.day + timedelta(days=moved_by))
    assert told_already(after, [before]) is told
    assert not told_already(after, [before._replace(kind=ReminderKind.MONTH_BEFORE)])


def member(number: int, *roles: MemberRole) -> Member:
    return Member(number, "Naam", "naam@proef.example", "nl", False, frozenset(roles))


FILLER, LEADER, BOSS = (
    member(1, MemberRole.CONTRIBUTOR),
    member(2, MemberRole.COORDINATOR),
    member(3, MemberRole.EXECUTIVE),
)


@pytest.mark.parametrize(
    ("turn", "there", "expected"),
    [
        (None, [FILLER, LEADER, BOSS], [FILLER, LEADER]),
        (Turn.FILLING_IN, [FILLER, LEADER, BOSS], [FILLER, LEADER]),
        (Turn.FILLING_IN, [BOSS], [BOSS]),  # nobody else has an account
        (Turn.SUBMITTING, [FILLER, LEADER, BOSS], [LEADER]),
        (Turn.SUBMITTING, [FILLER], [FILLER]),
        (Turn.AGREEING, [FILLER, LEADER, BOSS], [BOSS]),
        (Turn.AGREEING, [FILLER, LEADER], [FILLER, LEADER]),
        (Turn.STAFF, [FILLER, LEADER, BOSS], []),
        (None, [], []),
    ],
)
def test_who_can_act_gets_it(turn: Turn | None, there: list[Member], expected: list[Member]) -> None:
    assert receivers(there, HowFar(23, 20, turn) if turn else None) == expected
