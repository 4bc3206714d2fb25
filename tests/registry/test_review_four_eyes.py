"""Two persons stand behind what is public: in the code, and in the database itself, whatever wrote the row."""

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from common.clock import now
from common.ledger import SYSTEM, Actor
from common.outbox import OutboxMail
from registry.editions.opening import open_edition
from registry.reports.drafting import save_answers
from registry.reports.models import (
    Answer,
    Approval,
    ApprovalState,
    Publication,
    Remark,
    Report,
    ReportState,
    Submission,
)
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import accept, publish, take
from registry.reviews.models import Decision, Verdict
from tests.factories_form import form_data
from tests.factories_review import (
    credentials,
    filled,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    make_person,
)
from tests.sites import csrf_token, sign_in

REASON = "De hele redactie is ziek tot na de uiterste datum."


@dataclass
class World:
    """A report that waits, of an edition that asks for a second member of staff."""

    app: Flask
    session: Session
    submission: Submission
    submitter: User
    helper: User
    first: User
    second: User
    boss: User

    def by(self, user: User, role: str = "beoordelaar") -> Actor:
        return Actor(role, user.id)

    def post(self, user: User, verb: str, **form: str) -> object:
        account = credentials(user)
        self.session.rollback()
        client = sign_in(self.app, account)
        token = csrf_token(client, "/redactie")
        return client.post(f"/redactie/rapportages/{self.submission.id}/{verb}", data={"csrf_token": token, **form})

    def raw(self, verdict: Verdict, user: User, **more: object) -> None:
        """Write a decision as no code of ours would."""
        row = Decision(submission_id=self.submission.id, verdict=verdict, decided_by_id=user.id, **more)
        with self.session.begin_nested():
            self.session.add(row)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority, agreement = (
        make_authority(session, "vbtest01", "Gemeente Proefdam"),
        make_edition(session, 2020).agreement,
    )
    days = (date(2026, 1, 5), date(2026, 12, 26))
    edition = open_edition(session, agreement, 2025, days, {**form_data(), "second_reviewer": True}, actor=SYSTEM)
    submitter = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    staff = [make_account(session, app, name, StaffRole.REVIEWER) for name in ("helga", "eef", "twan")]
    boss = make_account(session, app, "baas", StaffRole.ADMINISTRATOR)
    join(session, staff[0], authority, MemberRole.CONTRIBUTOR)
    submission = hand_in(session, authority, edition, submitter)
    report = submission.report
    report.state = ReportState.QUESTION_SENT
    session.flush()
    changed = {"G4": filled(G4="Anders")["G4"]}
    save_answers(session, report, changed, report.version, actor=Actor("invuller", staff[0].id))
    report.state = ReportState.SUBMITTED
    session.commit()
    return World(app, session, submission, submitter, *staff, boss)


def test_the_database_refuses_who_worked_on_the_report_whatever_the_code_does(world: World) -> None:
    copied = {"submitted_by_id": world.submitter.id}
    refused = [
        (Verdict.ACCEPTED, world.submitter, copied),  # a CHECK on the copies
        (Verdict.ACCEPTED, world.submitter, {}),  # a trigger, where the copies are left out
        (Verdict.PUBLISHED, world.submitter, {}),
        (Verdict.ACCEPTED, world.helper, {}),  # answered one question, long before the last edit
        (Verdict.PUBLISHED, world.helper, {}),
        (Verdict.PUBLISHED, world.first, {}),  # nobody accepted it
        (Verdict.PUBLISHED, world.first, {"emergency": True}),  # without a reason
        (Verdict.PUBLISHED, world.first, {"emergency": True, "reason": "Haast"}),
        (Verdict.QUESTION_SENT, world.first, {}),  # says nothing
    ]
    for verdict, user, more in refused:
        with pytest.raises(IntegrityError):
            world.raw(verdict, user, **more)
    world.raw(Verdict.PUBLISHED, world.submitter, emergency=True, reason=REASON)


def test_the_database_refuses_a_second_person_who_is_the_first(world: World) -> None:
    world.raw(Verdict.ACCEPTED, world.first)
    for more in ({"accepted_by_id": world.first.id}, {}):  # by the CHECK, and by the trigger that reads the form
        with pytest.raises(IntegrityError):
            world.raw(Verdict.PUBLISHED, world.first, **more)
    with pytest.raises(IntegrityError):
        world.raw(Verdict.ACCEPTED, world.second)  # one acceptance in force at a time
    world.raw(Verdict.PUBLISHED, world.second, accepted_by_id=world.first.id)


def test_the_database_refuses_to_change_a_decision_into_ones_own(world: World) -> None:
    world.raw(Verdict.ACCEPTED, world.first)
    made = world.session.scalars(select(Decision).filter_by(submission_id=world.submission.id)).one()
    with pytest.raises(IntegrityError), world.session.begin_nested():
        made.decided_by_id = world.helper.id


def test_the_database_counts_who_agreed_who_replied_and_who_works_there_now(world: World) -> None:
    session, report = world.session, world.submission.report
    agreed, replied, member = (make_person(session, name) for name in ("agnes", "roel", "mia"))
    session.add(Approval(report_id=report.id, version=1, state=ApprovalState.LAPSED, decided_by_id=agreed.id))
    asked = {"key": "C2", "text": "Klopt dit?", "author_id": world.first.id, "replied_by_id": replied.id}
    session.add(Remark(submission_id=world.submission.id, **asked))
    join(session, member, report.authority, MemberRole.EXECUTIVE)
    for user in (agreed, replied, member):
        with pytest.raises(IntegrityError, match="who worked on a report"):
            world.raw(Verdict.ACCEPTED, user)
    member.memberships[0].ended_at = now()
    world.raw(Verdict.ACCEPTED, member)


def test_the_database_lets_a_decision_be_taken_back_and_not_made_another(world: World) -> None:
    session = world.session
    world.raw(Verdict.ACCEPTED, world.first)
    accepted = session.scalars(select(Decision).filter_by(submission_id=world.submission.id)).one()
    with pytest.raises(IntegrityError, match="nobody accepted"), session.begin_nested():
        accepted.verdict = Verdict.PUBLISHED
    session.refresh(accepted)
    report = world.submission.report
    session.add(Answer(report_id=report.id, key="C1", version=9, state="blank", changed_by_id=world.first.id))
    accepted.undone_at = now()
    session.flush()
    with pytest.raises(IntegrityError, match="who worked on a report"), session.begin_nested():
        accepted.undone_at = None


def test_who_accepted_does_not_publish_where_the_form_asks_for_a_second(world: World) -> None:
    take(world.session, world.submission, actor=world.by(world.first))
    accept(world.session, world.submission, actor=world.by(world.first))
    with pytest.raises(GuardFails) as refusal:
        publish(world.session, world.submission, actor=world.by(world.first))
    assert refusal.value.guard is Guard.SECOND_PERSON
    publish(world.session, world.submission, actor=world.by(world.second))
    assert world.submission.report.state is ReportState.PUBLISHED
    made = select(Decision.accepted_by_id).filter_by(submission_id=world.submission.id).order_by(Decision.id)
    assert world.session.scalars(made).all() == [None, world.first.id]


def test_the_second_person_publishes_on_the_site_or_opens_it_again(world: World) -> None:
    assert [world.post(world.first, verb).status_code for verb in ("nemen", "goedkeuren")] == [303, 303]
    assert world.post(world.first, "publiceren").status_code == 422
    assert world.post(world.second, "heropenen", reden=" ").status_code == 422
    assert world.post(world.second, "heropenen", reden="D1 is toch te hoog.").status_code == 303
    assert [world.post(world.second, verb).status_code for verb in ("goedkeuren", "publiceren")] == [303, 422]
    assert world.post(world.first, "publiceren").status_code == 303
    world.session.expire_all()
    assert world.session.get_one(Report, world.submission.report_id).state is ReportState.PUBLISHED
    kinds = world.session.scalars(select(OutboxMail.kind).where(OutboxMail.to_address == world.submitter.email))
    assert set(kinds) == {"report_accepted", "report_published"}


def test_only_a_beheerder_withdraws_what_is_public_and_everybody_reads_why(world: World) -> None:
    for user, verb in ((world.first, "nemen"), (world.first, "goedkeuren"), (world.second, "publiceren")):
        assert world.post(user, verb).status_code == 303
    assert world.post(world.second, "intrekken", reden="Er staat een naam in.").status_code == 403
    assert world.post(world.boss, "intrekken", reden=" \n").status_code == 422
    assert world.post(world.boss, "intrekken", reden="Er staat een naam in C3.").status_code == 303
    assert world.post(world.boss, "intrekken", reden="Nog eens.").status_code == 409
    world.session.expire_all()
    shown, withdrawn = world.session.scalars(select(Publication).order_by(Publication.id)).all()[-2:]
    assert (shown.superseded_at, withdrawn.withdrawn) == (withdrawn.recorded_at, True)
    assert withdrawn.change_reason == "Er staat een naam in C3."
    assert world.session.get_one(Report, world.submission.report_id).state is ReportState.WITHDRAWN
    mail = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "report_unpublished")).one()
    assert "Er staat een naam in C3." in mail.body_text
    assert "terugkijkt naar een eerder moment, kan de antwoorden nog lezen" in mail.body_text
    boss = credentials(world.boss)
    world.session.rollback()
    queue = sign_in(world.app, boss).get("/redactie/rapportages?stand=teruggestuurd").text
    assert "ingetrokken door de redactie" in queue
    assert "geen besluit" not in queue
