"""Questions of staff at answers, the replies of the authority, and how sure an answer is: below the web."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import website.tables  # noqa: F401  all tables in one metadata
from accounts.models import User
from common import clock
from common.database import Base, open_database
from common.errors import Refused
from common.ledger import Actor
from common.versions import AsOf
from registry.reports.drafting import save_answers, start_report
from registry.reports.marks import marks_of
from registry.reports.models import RemarkKind, Report, ReportState, Submission
from registry.reports.remarks import open_remarks, reply_mark, save_replies, unanswered
from registry.reports.submitting import submit
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import Asked, ask, publish_at_once, settle, take
from registry.reviews.evidence import mark_evidence
from registry.reviews.threads import ThreadState, threads_of
from tests.factories_review import filled, hand_in, make_authority, make_edition, make_person, open_real_edition


@dataclass
class World:
    """A report that a beoordelaar took, with two people of the authority."""

    session: Session
    submission: Submission
    inge: User
    pim: User
    staff: Actor

    @property
    def report(self) -> Report:
        return self.submission.report

    def member(self, user: User) -> Actor:
        return Actor("coordinator", user.id)

    def ask(self, *keys: str) -> None:
        questions = [Asked(key, RemarkKind.UNCLEAR, f"Wat is {key}?") for key in keys]
        ask(self.session, self.report.submissions[-1], "", questions, actor=self.staff)

    def answer(self, **changes: object) -> Submission:
        save_answers(self.session, self.report, {key: filled(**changes)[key] for key in changes}, self.report.version,
                     actor=self.member(self.inge))  # fmt: skip
        made = submit(self.session, self.report, actor=self.member(self.inge), says_true=True)
        self.session.refresh(self.report, ["submissions"])
        return made

    def publish(self, submission: Submission) -> None:
        publish_at_once(self.session, submission, actor=self.staff)

    def marks(self, submission: Submission, key: str = "C2") -> tuple[date | None, date | None]:
        mark = marks_of(self.session, submission, AsOf(clock.today()))[key]
        return mark.seen_on, mark.corrected_on


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = open_database(f"sqlite:///{tmp_path / 'remarks.sqlite'}")
    Base.metadata.create_all(database.engine)
    with Session(database.engine, expire_on_commit=False) as session:
        inge, pim, renate = (make_person(session, name) for name in ("inge", "pim", "renate"))
        edition = open_real_edition(session, make_edition(session, 2020).agreement, 2025)
        submission = hand_in(session, make_authority(session), edition, inge)
        made = World(session, submission, inge, pim, Actor("beoordelaar", renate.id))
        take(session, submission, actor=made.staff)
        yield made
    database.close()
    database.engine.dispose()


def test_a_question_is_answered_by_a_reply_or_by_another_answer(world: World) -> None:
    world.ask("D1", "D3", "C2")
    assert [one.key for one in unanswered(world.session, world.report)] == ["D1", "D3", "C2"]
    assert save_replies(world.session, world.report, {"D1": " Het klopt. "}, actor=world.member(world.inge)) == []
    changed = {"D3": filled(D3=5)["D3"]}
    save_answers(world.session, world.report, changed, world.report.version, actor=world.member(world.inge))
    assert [one.key for one in unanswered(world.session, world.report)] == ["C2"]
    with pytest.raises(GuardFails) as refusal:
        submit(world.session, world.report, actor=world.member(world.inge), says_true=True)
    assert refusal.value.guard is Guard.QUESTIONS_ANSWERED
    world.answer(C2=11)
    assert world.report.state is ReportState.ANSWERED
    assert unanswered(world.session, world.report) == []


def test_a_question_that_is_not_asked_any_more_needs_no_reply(world: World) -> None:
    world.ask("E12")
    levels = {
        **dict.fromkeys(("milieu", "klimaat", "circulair", "keten", "social-return"), "geen"),
        "diversiteit": "basis",
    }
    changed = {"B3": filled(B3=levels)["B3"]}
    save_answers(world.session, world.report, changed, world.report.version, actor=world.member(world.inge))
    assert unanswered(world.session, world.report) == []


def test_the_reply_of_a_colleague_is_never_written_over_unseen(world: World) -> None:
    world.ask("D1")
    inge, pim = world.member(world.inge), world.member(world.pim)
    assert save_replies(world.session, world.report, {"D1": "Van Inge."}, actor=inge) == []
    for late in ("", "Van Pim."):  # his screen shows no reply yet
        assert save_replies(world.session, world.report, {"D1": late}, actor=pim, seen={"D1": ""}) == ["D1"]
    assert save_replies(world.session, world.report, {"D1": "x" * 2001}, actor=inge) == ["D1"]
    remarks = open_remarks(world.session, world.report)["D1"]
    assert remarks[0].reply == "Van Inge."
    seen = {"D1": reply_mark(remarks)}
    assert save_replies(world.session, world.report, {"D1": "Van beiden."}, actor=pim, seen=seen) == []
    assert save_replies(world.session, world.report, {"A9": "x", "D1": "Van beiden."}, actor=inge) == []
    assert remarks[0].reply == "Van beiden."


def test_staff_see_the_reply_only_once_it_is_handed_in_beside_both_answers(world: World) -> None:
    world.ask("C2", "D1")
    save_replies(world.session, world.report, {"C2": "Nu goed geteld."}, actor=world.member(world.inge))
    asked = threads_of(world.session, world.submission)
    assert [(one.state, one.reply) for one in asked.every] == [(ThreadState.ASKED, "")] * 2
    save_replies(world.session, world.report, {"D1": "Het klopt."}, actor=world.member(world.inge))
    answered = threads_of(world.session, world.answer(C2=11))
    first, second = answered.answered
    assert (first.reply, first.then and first.then.text["nl"], first.now and first.now.text["nl"]) == (
        "Nu goed geteld.", "10", "11"
    )  # fmt: skip
    assert (second.reply, second.now) == ("Het klopt.", None)
    settle(world.session, first.remark, actor=world.staff)
    assert [one.remark.key for one in threads_of(world.session, world.report.submissions[-1]).settled] == ["C2"]
    with pytest.raises(Refused):
        settle(world.session, second.remark, actor=Actor("beoordelaar", world.inge.id))


def test_accepting_closes_what_nobody_settled(world: World) -> None:
    world.ask("C2")
    again = world.answer(C2=11)
    world.publish(again)
    assert len(threads_of(world.session, again).settled) == 1


def test_evidence_that_was_seen_stays_with_an_answer_as_long_as_it_is_the_same(world: World) -> None:
    for key in ("C2", "D1"):
        mark_evidence(world.session, world.submission, key, "Het contractregister.", seen=True, actor=world.staff)
    world.ask("C2")
    again, today = world.answer(C2=11), clock.today()
    assert world.marks(world.submission) == (today, None)
    assert (world.marks(again), world.marks(again, "D1")) == ((None, None), (today, None))
    mark_evidence(world.session, again, "D1", "Het was een ander jaar.", seen=False, actor=world.staff)
    assert (world.marks(again, "D1"), world.marks(world.submission, "D1")) == ((None, None), (today, None))
    with pytest.raises(Refused, match="Schrijf op wat u zag"):
        mark_evidence(world.session, again, "D1", " ", seen=True, actor=world.staff)
    with pytest.raises(GuardFails):
        mark_evidence(world.session, again, "D1", "Zelf.", seen=True, actor=Actor("beoordelaar", world.inge.id))


def test_a_mark_is_read_as_of_its_moment_and_day(world: World) -> None:
    mark_evidence(world.session, world.submission, "C2", "Gezien.", seen=True, actor=world.staff)
    seen = clock.now()
    mark_evidence(world.session, world.submission, "C2", "", seen=False, actor=world.staff)
    yesterday, today = clock.today() - timedelta(days=1), clock.today()
    found = [
        marks_of(world.session, world.submission, at)["C2"].seen_on
        for at in (AsOf(today), AsOf(today, seen), AsOf(yesterday, seen))
    ]
    assert found == [None, today, None]


def test_corrected_follows_from_what_was_public_before_and_stays(world: World) -> None:
    world.publish(world.submission)
    today, numbers = clock.today(), (11, 12)
    for number in numbers:
        world.report.state, world.report.correction_reason = ReportState.CORRECTING, "Verkeerd geteld."
        world.session.flush()
        world.publish(world.answer(**{"C2": number} if number == numbers[0] else {"D1": 9}))
    first, second, third = world.report.submissions
    assert [world.marks(one) for one in (first, second, third)] == [(None, None), (None, today), (None, today)]
    assert [world.marks(one, "D1") for one in (second, third)] == [(None, None), (None, today)]


def test_a_draft_of_another_authority_is_never_touched(world: World) -> None:
    pim, elsewhere = world.member(world.pim), make_authority(world.session, "vb0002", "Gemeente Elders")
    other = start_report(world.session, elsewhere, world.report.edition, actor=pim)
    assert save_replies(world.session, other, {"D1": "Het klopt."}, actor=pim) == []
    assert unanswered(world.session, other) == []
