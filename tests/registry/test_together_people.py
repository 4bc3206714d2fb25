"""Who sees what colleagues do at a report, and what becomes of it when a person goes or it is too old."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from accounts.privacy import erase
from common.clock import now
from common.ledger import LedgerEntry, LedgerSalt
from registry.reports.models import Report
from registry.reports.together.dropping import drop_left, drop_reported
from registry.reports.together.handing_out import held_about
from registry.reports.together.models import AnswerLink
from registry.reports.together.reading import at_questions
from tests.factories_form import World
from tests.factories_people import make_member
from tests.factories_together import GUEST, TOGETHER, make_team, of_world, press, send_link
from tests.report_form import PATH


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_team(app, session)


def person(world: World, who: str) -> User:
    return world.session.scalars(select(User).where(User.email == world.emails[who])).one()


def test_staff_who_enter_a_report_from_paper_see_nothing_of_it(world: World) -> None:
    press(world.browser("invuller"), f"{TOGETHER}/c2", "bericht", bericht="Dit is van ons")
    staff = make_member(world.app, world.session, "staf@proef.example", StaffRole.REVIEWER)
    report = world.session.scalars(select(Report).where(Report.authority_id == world.authority.id)).one()
    assert at_questions(world.session, report, person(world, "bestuurder").id)["C2"].messages == 1
    assert not at_questions(world.session, report, staff.id)["C2"]
    report.on_paper = True
    world.session.commit()
    assert press(world.browser("invuller"), f"{TOGETHER}/c2", "bericht", bericht="En nu?").status_code == 409


def test_who_was_erased_is_a_former_colleague_and_his_words_stay(world: World) -> None:
    me, number = world.browser("invuller"), str(person(world, "invuller").id)
    world.session.rollback()
    press(me, f"{TOGETHER}/c2", "bericht", bericht="Dit zocht ik uit")
    press(world.browser("coordinator"), f"{TOGETHER}/c2", "taak", wie=number)
    erase(world.session, person(world, "invuller"))
    world.session.commit()
    page = world.browser("coordinator").get(f"{TOGETHER}/c2").text
    assert "Dit zocht ik uit" in page
    assert "een oud-collega" in page
    assert "Proef invuller" not in page
    assert "Taak van een oud-collega" in world.browser("coordinator").get(f"{PATH}/c").text


def test_a_person_gets_his_own_tasks_links_and_messages_and_nothing_of_others(world: World) -> None:
    press(world.browser("invuller"), f"{TOGETHER}/c2", "bericht", bericht="Van mij")
    press(world.browser("coordinator"), f"{TOGETHER}/c2", "bericht", bericht="Van een ander")
    send_link(world, who="invuller")
    held = held_about(world.session, person(world, "invuller"))
    assert [one["text"] for one in held["messages"]] == ["Van mij"]
    assert [one["questions"] for one in held["links_sent"]] == [["C2"]]
    assert GUEST["e-mailadres"] not in str(held)


def test_a_guest_goes_when_he_is_too_old_with_the_salts_of_his_name(world: World) -> None:
    send_link(world)
    link = of_world(world, AnswerLink)[0]
    drop_left(world.session, now() - timedelta(days=1))
    drop_reported(world.session, now() + timedelta(days=1))  # it was not handed in
    assert world.session.get(AnswerLink, link.id)
    drop_left(world.session, now() + timedelta(seconds=1))
    assert world.session.get(AnswerLink, link.id) is None
    salts = select(LedgerSalt).join(LedgerEntry, LedgerEntry.seq == LedgerSalt.seq)
    own = salts.where(LedgerEntry.event == "answer_link.sent", LedgerEntry.subject.contains(world.authority.code))
    assert world.session.scalars(own).all() == []
