"""Whoever does whatever with a report in any order: it never leaves the table, and two persons stand behind it."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

import website.tables  # noqa: F401  all tables in one metadata
from accounts.models import User
from common.database import Database, open_database
from common.errors import Conflict, Refused
from common.ledger import SYSTEM, Actor, first_broken
from registry.editions.models import Edition
from registry.editions.opening import open_edition
from registry.reports.correcting import begin_correction, leave_correction, withdraw
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import PUBLIC, Answer, Report, ReportState
from registry.reports.submitting import submit
from registry.reports.transitions import TABLE, Event
from registry.reviews import deciding
from registry.reviews.models import Decision, Verdict
from registry.reviews.standing import is_public
from tests.factories_form import form_data
from tests.factories_review import filled, make_authority, make_edition, make_person
from website.migrating import migrate

PEOPLE = ("coordinator", "helper", "first", "second", "boss")
WAYS = {
    (row.state, row.event): {row.to, *([row.instead[1]] if row.instead else [])} for row in TABLE
}  # fmt: skip
REASON = "De hele redactie is ziek tot na de uiterste datum."


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(f"sqlite:///{tmp_path / 'any_order.sqlite'}")
    migrate(made.engine)  # with its triggers
    yield made
    made.close()
    made.engine.dispose()


class Desk:
    """One report with five people, who each do what they like; a refusal leaves everything as it was."""

    def __init__(self, session: Session, edition: Edition, people: dict[str, User], number: int) -> None:
        self.session, self.people = session, people
        authority = make_authority(session, f"vb9{number:03d}", f"Gemeente Proef {number}")
        self.report = start_report(session, authority, edition, actor=self.member("coordinator"))
        actor = self.member("helper")
        save_answers(session, self.report, filled(), self.report.version, actor=self.member("coordinator"))
        save_answers(session, self.report, {"G4": filled(G4="Hulp")["G4"]}, self.report.version, actor=actor)
        session.commit()
        self.saved = 0

    def member(self, who: str) -> Actor:
        """Coördinator and boss work for the authority as well."""
        return Actor("coordinator" if who in {"coordinator", "boss"} else "invuller", self.people[who].id)

    def staff(self, who: str) -> Actor:
        return Actor("beheerder" if who == "boss" else "beoordelaar", self.people[who].id)

    def do(self, who: str, event: Event) -> None:
        """Try it; the report moves by the table, or not at all."""
        before = self.session.get_one(Report, self.report.id, populate_existing=True).state
        try:
            with self.session.begin_nested():
                self._act(who, event)
            self.session.commit()
        except (Refused, Conflict, IndexError):
            assert self.state() is before
            return
        assert self.state() in WAYS.get((before, event), {before}), (who, before, event, self.state())

    def state(self) -> ReportState:
        return self.session.get_one(Report, self.report.id, populate_existing=True).state

    def _act(self, who: str, event: Event) -> None:
        session, report, member, staff = self.session, self.report, self.member(who), self.staff(who)
        session.expire(report)
        if event is Event.SAVE:
            self.saved += 1
            changed = {"C2": filled(C2=10 + self.saved)["C2"]}
            save_answers(session, report, changed, report.version, actor=member)
        elif event is Event.SUBMIT:
            submit(session, report, actor=member, says_true=True, reason="Op verzoek opnieuw ingediend.")
        elif event in {Event.CORRECT, Event.WITHDRAW}:
            act = begin_correction if event is Event.CORRECT else withdraw
            act(session, report, "Er stond een verkeerd getal in.", actor=member)
        elif event is Event.LEAVE_CORRECTION:
            leave_correction(session, report, actor=member)
        else:
            self._review(event, staff)

    def _review(self, event: Event, staff: Actor) -> None:
        submission = self.report.submissions[-1]
        plain = {
            Event.TAKE: deciding.take, Event.RELEASE: deciding.release, Event.ACCEPT: deciding.accept,
            Event.PUBLISH: deciding.publish,
        }  # fmt: skip
        reasoned = {
            Event.REOPEN: deciding.reopen, Event.PUBLISH_EMERGENCY: deciding.publish_in_emergency,
            Event.UNPUBLISH: deciding.unpublish,
        }  # fmt: skip
        if event in plain:
            plain[event](self.session, submission, actor=staff)
        elif event in reasoned:
            reasoned[event](self.session, submission, REASON, actor=staff)
        else:
            deciding.ask(self.session, submission, "Kijk C2 na.", [], actor=staff)

    def holds(self) -> None:
        """What is public has two persons behind it, or says that it was an emergency; the chain is whole."""
        report = self.session.get_one(Report, self.report.id)
        if report.state in PUBLIC:
            assert is_public(self.session, report.id)
        wrote = select(Answer.changed_by_id).where(Answer.report_id == report.id)
        people = set(self.session.scalars(wrote))
        mine = [one.id for one in report.submissions]
        decided = select(Decision).where(Decision.submission_id.in_(mine), Decision.verdict == Verdict.PUBLISHED)
        for one in self.session.scalars(decided):
            assert one.emergency or one.decided_by_id not in people | {one.submission.submitted_by_id}
            assert not one.emergency or one.decided_by_id == self.people["boss"].id
            assert one.emergency or one.decided_by_id != one.accepted_by_id is not None
        assert first_broken(self.session) is None


@pytest.fixture
def desks(database: Database) -> Iterator[Callable[[], Desk]]:
    """Gives a new report of an edition that asks for a second person, as often as is asked."""
    with Session(database.engine, expire_on_commit=False) as session:
        people = {name: make_person(session, name) for name in PEOPLE}
        form, days = {**form_data(), "second_reviewer": True}, (date(2026, 1, 5), date(2026, 12, 26))
        edition = open_edition(session, make_edition(session, 2020).agreement, 2025, days, form, actor=SYSTEM)
        session.commit()
        numbers = count()
        yield lambda: Desk(session, edition, people, next(numbers))


def test_the_acts_reach_what_they_are_for(desks: Callable[[], Desk]) -> None:
    desk = desks()
    for who, event, state in (
        ("coordinator", Event.SUBMIT, ReportState.SUBMITTED), ("helper", Event.TAKE, ReportState.SUBMITTED),
        ("first", Event.TAKE, ReportState.IN_REVIEW), ("first", Event.ASK, ReportState.QUESTION_SENT),
        ("coordinator", Event.SUBMIT, ReportState.ANSWERED), ("second", Event.TAKE, ReportState.IN_REVIEW),
        ("second", Event.RELEASE, ReportState.ANSWERED), ("first", Event.TAKE, ReportState.IN_REVIEW),
        ("first", Event.ACCEPT, ReportState.ACCEPTED), ("first", Event.PUBLISH, ReportState.ACCEPTED),
        ("second", Event.PUBLISH, ReportState.PUBLISHED), ("coordinator", Event.CORRECT, ReportState.CORRECTING),
        ("coordinator", Event.SUBMIT, ReportState.CORRECTING), ("coordinator", Event.SAVE, ReportState.CORRECTING),
        ("coordinator", Event.SUBMIT, ReportState.SUBMITTED), ("boss", Event.UNPUBLISH, ReportState.SUBMITTED),
        ("coordinator", Event.WITHDRAW, ReportState.CORRECTING), ("boss", Event.SAVE, ReportState.CORRECTING),
        ("coordinator", Event.SUBMIT, ReportState.SUBMITTED), ("boss", Event.PUBLISH_EMERGENCY, ReportState.CORRECTED),
        ("boss", Event.UNPUBLISH, ReportState.WITHDRAWN),
    ):  # fmt: skip
        desk.do(who, event)
        assert desk.state() is state, (who, event)
        desk.holds()


def test_any_order_of_acts_stays_in_the_table_with_two_persons_and_a_whole_chain(desks: Callable[[], Desk]) -> None:
    # What mostly is refused is tried less, so that the way to the public is found.
    events = [*Event, *[Event.SUBMIT, Event.TAKE, Event.ACCEPT, Event.PUBLISH] * 3]

    class AnyOrder(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.desk = desks()

        @rule(who=st.sampled_from(PEOPLE), event=st.sampled_from([one for one in events if one is not Event.AGREE]))
        def act(self, who: str, event: Event) -> None:
            self.desk.do(who, event)

        @invariant()
        def holds(self) -> None:
            self.desk.holds()

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
