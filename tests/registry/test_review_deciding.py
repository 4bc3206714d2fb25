"""Deciding on a report, below the web: who may, what is written, and who was first."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import website.tables  # noqa: F401  all tables in one metadata
from accounts.models import User
from common.database import Base, Database, open_database
from common.errors import Conflict, Refused
from common.ledger import Actor, LedgerEntry, first_broken
from registry.reports.models import Publication, Report, ReportState, Submission
from registry.reports.remarks import WHOLE_REPORT, open_remarks
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import ask_at_once as send_back
from registry.reviews.deciding import publish_at_once as publish
from registry.reviews.models import Decision, Verdict
from tests.factories_review import make_authority, make_edition, make_person, make_report, make_submission


@dataclass
class World:
    """One submitted report with three persons around it."""

    session: Session
    report: Report
    submission: Submission
    submitter: User
    editor: User
    reviewer: User

    def by(self, user: User | None) -> Actor:
        return Actor("beoordelaar", user.id if user else None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(f"sqlite:///{tmp_path / 'reviews.sqlite'}")
    Base.metadata.create_all(made.engine)
    yield made
    made.close()
    made.engine.dispose()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with Session(database.engine, expire_on_commit=False) as session:
        submitter, editor, reviewer = (make_person(session, name) for name in ("inge", "erik", "renate"))
        report = make_report(session, make_authority(session), make_edition(session))
        submission = make_submission(session, report, submitter, editor)
        session.commit()
        yield World(session, report, submission, submitter, editor, reviewer)


def test_publishing_shows_the_submission_and_writes_it_in_the_ledger(world: World) -> None:
    publish(world.session, world.submission, actor=world.by(world.reviewer))
    entry = world.session.scalars(select(LedgerEntry).where(LedgerEntry.event == "report.published")).one()
    assert world.report.state is ReportState.PUBLISHED
    assert (entry.event, entry.subject) == ("report.published", "report:vb0001/proefafspraak/2025")
    assert world.submission.fingerprint in entry.payload
    assert first_broken(world.session) is None


def test_a_report_is_sent_back_with_a_reason_and_remarks_at_its_questions(world: World) -> None:
    decision = send_back(
        world.session,
        world.submission,
        " D1 klopt niet. ",
        {"D1": "Klopt dit?", "C1": " "},
        actor=world.by(world.reviewer),
    )
    remarks = open_remarks(world.session, world.report)
    assert (decision.verdict, decision.reason) == (Verdict.QUESTION_SENT, "D1 klopt niet.")
    assert world.report.state is ReportState.QUESTION_SENT
    assert {key: [r.text for r in found] for key, found in remarks.items()} == {
        WHOLE_REPORT: ["D1 klopt niet."],
        "D1": ["Klopt dit?"],
    }


def test_the_ledger_tells_which_questions_but_not_the_free_text(world: World) -> None:
    send_back(world.session, world.submission, "Bel Jan.", {"D1": "Klopt dit?"}, actor=world.by(world.reviewer))
    entry = world.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    assert entry.event == "report.returned"
    assert '"questions":["D1"]' in entry.payload
    assert "Jan" not in entry.payload


def test_remarks_are_no_longer_open_after_submitting_again(world: World) -> None:
    send_back(world.session, world.submission, "Reden.", {}, actor=world.by(world.reviewer))
    make_submission(world.session, world.report, world.submitter)
    assert open_remarks(world.session, world.report) == {}


@pytest.mark.parametrize(
    ("who", "guard"),
    [("submitter", Guard.NOT_SUBMITTER), ("editor", Guard.NOT_LAST_EDITOR), (None, Guard.IS_PERSON)],
)
def test_nobody_decides_on_his_own_work(world: World, who: str | None, guard: Guard) -> None:
    actor = world.by(getattr(world, who) if who else None)
    for decide in (
        lambda: publish(world.session, world.submission, actor=actor),
        lambda: send_back(world.session, world.submission, "Reden.", {}, actor=actor),
    ):
        with pytest.raises(GuardFails) as refusal:
            decide()
        assert refusal.value.guard is guard
    assert world.report.state is ReportState.SUBMITTED
    assert world.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("who", ["submitter", "editor"])
def test_the_database_itself_holds_the_rule_of_four_eyes(world: World, who: str) -> None:
    world.session.add(
        Decision(
            submission_id=world.submission.id, verdict=Verdict.PUBLISHED, decided_by_id=getattr(world, who).id,
            submitted_by_id=world.submitter.id, last_edited_by_id=world.editor.id,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="four_eyes"):
        world.session.flush()


def test_sending_back_without_a_question_or_a_reason_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="ten minste één vraag"):
        send_back(world.session, world.submission, "  ", {"D1": " \n"}, actor=world.by(world.reviewer))
    assert world.session.scalars(select(Decision)).all() == []


def test_the_second_of_two_reviewers_hears_that_it_was_decided(world: World, database: Database) -> None:
    colleague = make_person(world.session, "rob")
    world.session.commit()
    with Session(database.engine) as theirs:
        open_in_another_window = theirs.get_one(Submission, world.submission.id)
        theirs.commit()
        publish(world.session, world.submission, actor=world.by(world.reviewer))
        world.session.commit()
        with pytest.raises(Conflict) as conflict:
            send_back(theirs, open_in_another_window, "Reden.", {}, actor=Actor("beoordelaar", colleague.id))
    assert conflict.value.decision.verdict is Verdict.PUBLISHED
    assert world.session.scalars(select(LedgerEntry.event).order_by(LedgerEntry.seq)).all() == [
        "report.taken", "report.accepted", "report.published"
    ]  # fmt: skip


def test_an_older_submission_can_no_longer_be_decided_on(world: World) -> None:
    make_submission(world.session, world.report, world.submitter)
    with pytest.raises(Conflict):
        publish(world.session, world.submission, actor=world.by(world.reviewer))


def test_a_correction_takes_the_place_of_what_was_published_and_leaves_it_readable(world: World) -> None:
    publish(world.session, world.submission, actor=world.by(world.reviewer))
    correction = make_submission(world.session, world.report, world.submitter)
    publish(world.session, correction, actor=world.by(world.reviewer))
    older, newer = world.session.scalars(select(Publication).order_by(Publication.id)).all()
    assert older.superseded_at == newer.recorded_at
    assert (older.submission_id, newer.submission_id) == (world.submission.id, correction.id)
    assert newer.superseded_at is None
