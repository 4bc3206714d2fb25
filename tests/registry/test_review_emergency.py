"""Publishing without a second pair of eyes: only a beheerder, only his own work, only with a reason, never unseen."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from common.ledger import Actor, LedgerEntry, first_broken
from common.outbox import OutboxMail
from registry.reports.drafting import save_answers
from registry.reports.models import Report, ReportState, Submission
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import take
from registry.reviews.models import Decision
from tests.factories_review import (
    credentials,
    filled,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
)
from tests.sites import csrf_token, sign_in

REASON = "De enige beoordelaar is ziek en de termijn loopt vandaag af."


@dataclass
class World:
    """A report that a beheerder handed in himself, because he also works for the authority."""

    app: Flask
    session: Session
    submission: Submission
    boss: User
    reviewer: User

    @property
    def path(self) -> str:
        return f"/redactie/rapportages/{self.submission.id}"

    def browser(self, user: User) -> FlaskClient:
        account = credentials(user)
        self.session.rollback()
        return sign_in(self.app, account)

    def publish(self, user: User, reason: str = REASON) -> object:
        browser = self.browser(user)
        form = {"csrf_token": csrf_token(browser, "/redactie"), "reden": reason}
        return browser.post(f"{self.path}/noodpublicatie", data=form)

    def look(self, user: User) -> int:
        path, browser = f"{self.path}/meegekeken", self.browser(user)
        return browser.post(path, data={"csrf_token": csrf_token(browser, "/redactie")}).status_code

    def state(self) -> ReportState:
        self.session.expire_all()
        state = self.session.get_one(Report, self.submission.report_id).state
        self.session.rollback()
        return state


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    boss = make_account(session, app, "bea", StaffRole.ADMINISTRATOR)
    join(session, boss, authority, MemberRole.COORDINATOR)
    reviewer = make_account(session, app, "renate", StaffRole.REVIEWER)
    edition = open_real_edition(session, make_edition(session, 2023).agreement, 2025)
    submission = hand_in(session, authority, edition, boss)
    session.commit()
    return World(app, session, submission, boss, reviewer)


def test_a_beheerder_publishes_his_own_work_with_a_reason_that_colleagues_read(world: World) -> None:
    response = world.publish(world.boss)
    assert response.status_code == 303
    assert world.state() is ReportState.PUBLISHED
    decision = world.session.scalars(select(Decision).where(Decision.submission_id == world.submission.id)).one()
    assert (decision.emergency, decision.reason, decision.decided_by_id) == (True, REASON, world.boss.id)
    page = world.browser(world.reviewer).get(world.path).text
    assert "zonder tweede paar ogen" in page
    assert REASON in page


def test_the_ledger_says_emergency_and_keeps_the_reason_as_a_salted_hash(world: World) -> None:
    world.publish(world.boss)
    entry = world.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)).one()
    assert entry.event == "report.published"
    assert '"emergency":true' in entry.payload
    assert '"personal":{"reason":"' in entry.payload
    assert "ziek" not in entry.payload
    assert first_broken(world.session) is None


def test_the_coordinators_get_the_usual_mail_and_the_desk_lists_it_for_colleagues(world: World) -> None:
    assert "zonder tweede paar ogen" not in world.browser(world.reviewer).get("/redactie").text
    world.publish(world.boss)
    mails = world.session.scalars(select(OutboxMail).where(OutboxMail.to_address == world.boss.email)).all()
    assert [mail.kind for mail in mails] == ["report_published"]
    desk = world.browser(world.reviewer).get("/redactie").text
    assert "Gepubliceerd zonder tweede paar ogen" in desk
    assert "Gemeente Proefdam" in desk


def test_everybody_reads_that_nobody_else_looked_until_a_colleague_did(world: World, app: Flask) -> None:
    other = make_account(world.session, app, "otto", StaffRole.ADMINISTRATOR)
    public = f"/deelnemers/{world.submission.report.authority.slug}/rapportages/2025"
    world.session.commit()
    shown = world.browser(world.boss).get(f"{world.path}/noodpublicatie").text
    assert "Dit wordt niet openbaar" in shown
    assert "Alleen als totaal openbaar" in shown
    world.publish(world.boss)
    (mail,) = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "report_published"))
    assert "keek nog geen tweede beoordelaar" in mail.body_text
    assert "na en publiceerde" not in mail.body_text
    world.session.rollback()
    page = app.test_client().get(public).text
    assert ("zonder tweede beoordelaar" in page, "De redactie keek ze na" in page) == (True, False)
    assert world.look(world.boss) == 422
    assert "Ik keek mee" not in world.browser(world.boss).get(world.path).text
    assert "zonder tweede paar ogen" not in world.browser(world.boss).get("/redactie").text
    assert "Ik keek mee" in world.browser(other).get(world.path).text
    assert [world.look(world.reviewer), world.look(other)] == [303, 409]
    page = app.test_client().get(public).text
    assert ("zonder tweede beoordelaar" in page, "Een collega keek op" in page) == (False, True)
    assert "zonder tweede paar ogen" not in world.browser(other).get("/redactie").text
    assert "Een collega keek mee op" in world.browser(other).get(world.path).text
    assert first_broken(world.session) is None


@pytest.mark.parametrize("reason", ["", "   ", "Haast!", "x" * 19, "x" * 2001])
def test_too_short_or_too_long_a_reason_publishes_nothing_and_keeps_the_text(world: World, reason: str) -> None:
    response = world.publish(world.boss, reason)
    assert response.status_code == 422
    assert reason.strip() in response.text
    assert 'href="#reden"' in response.text
    assert world.state() is ReportState.SUBMITTED


def test_a_reason_is_not_lost_when_a_colleague_was_first(world: World) -> None:
    browser = world.browser(world.boss)
    form = {"csrf_token": csrf_token(browser, "/redactie"), "reden": REASON}
    colleague = world.browser(world.reviewer)
    publish = {"csrf_token": csrf_token(colleague, "/redactie")}
    assert [colleague.post(f"{world.path}/{verb}", data=publish).status_code for verb in ("nemen", "publiceren")] == [
        303, 303
    ]  # fmt: skip
    answer = browser.post(f"{world.path}/noodpublicatie", data=form)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert "Gepubliceerd op" in answer.text
    assert world.reviewer.name in answer.text
    assert "<textarea" not in answer.text


def test_the_button_is_only_there_for_a_beheerder_who_worked_on_it_himself(world: World, app: Flask) -> None:
    other = make_account(world.session, app, "otto", StaffRole.ADMINISTRATOR)
    world.session.commit()
    link = f"{world.path}/noodpublicatie"
    assert link in world.browser(world.boss).get(world.path).text
    assert link not in world.browser(other).get(world.path).text
    assert link not in world.browser(world.reviewer).get(world.path).text


def test_who_did_not_work_on_it_must_decide_as_always(world: World, app: Flask) -> None:
    other = make_account(world.session, app, "otto", StaffRole.ADMINISTRATOR)
    world.session.commit()
    assert world.publish(other).status_code == 303
    assert world.state() is ReportState.SUBMITTED
    page = world.browser(other).get(f"{world.path}/noodpublicatie")
    assert (page.status_code, page.headers["Location"].endswith(world.path)) == (303, True)


def test_a_beoordelaar_cannot_and_a_member_may_not_know(world: World, app: Flask) -> None:
    stranger = make_account(world.session, app, "sam")
    world.session.commit()
    assert world.publish(world.reviewer).status_code == 403
    browser = world.browser(stranger)
    assert browser.get(f"{world.path}/noodpublicatie").status_code == 404
    assert world.state() is ReportState.SUBMITTED


def test_four_eyes_counts_everybody_who_answered(world: World, app: Flask) -> None:
    """She filled in one answer; somebody else was the last editor and handed it in."""
    authority = world.submission.report.authority
    helper = make_account(world.session, app, "hella", StaffRole.REVIEWER)
    join(world.session, helper, authority, MemberRole.CONTRIBUTOR)
    report, boss = world.submission.report, Actor("coordinator", world.boss.id)
    report.state = ReportState.QUESTION_SENT
    world.session.flush()
    save_answers(world.session, report, {"G4": filled(G4="Anders")["G4"]}, report.version,
                 actor=Actor("invuller", helper.id))  # fmt: skip
    save_answers(world.session, report, {"G4": filled(G4="Weer anders")["G4"]}, report.version, actor=boss)
    report.state = ReportState.SUBMITTED
    with pytest.raises(GuardFails) as refusal:
        take(world.session, world.submission, actor=Actor("beoordelaar", helper.id))
    assert refusal.value.guard is Guard.DID_NOT_ANSWER
    world.session.commit()
    assert "U vulde deze rapportage zelf mee in" in world.browser(helper).get(world.path).text
