"""Who belongs to an authority never decides about its report; what staff ask is answered; taking back always works."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Role, StaffRole, User
from accounts.people import actor_for
from common.clock import now, today
from registry.reports.approving import agree, ask_agreement
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Remark, RemarkKind, ReportState
from registry.reports.remarks import save_replies
from registry.reports.submitting import submit
from registry.reports.together.models import AnswerLink
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import Asked, ask, publish_at_once, settle, take
from tests.factories_form import World, make_world
from tests.factories_handing_in import PATH, PUBLIC, actor, fill_in, hand_in, person, report_of
from tests.factories_handing_in import now as report_now
from tests.factories_review import credentials, filled, make_account
from tests.factories_together import GUEST, TOGETHER, of_world, press, send_link
from tests.html_forms import form_on
from tests.report_form import fill, typed
from tests.report_form import hand_in as press_hand_in
from tests.sites import csrf_token, sign_in

PAPER = f"{PATH}{{}}?organisatie=gm9001"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(app, session)


def staff(world: World, name: str, role: StaffRole = StaffRole.REVIEWER) -> User:
    made = make_account(world.session, world.app, name, role)
    world.session.commit()
    return made


def asked(world: World) -> None:
    """Hand the report in and let a beoordelaar ask something at C2."""
    fill_in(world)
    submission, reader = hand_in(world), actor_for(staff(world, "lezer"), StaffRole.REVIEWER)
    take(world.session, submission, actor=reader)
    ask(world.session, submission, "", [Asked("C2", RemarkKind.UNCLEAR, "Klopt dit aantal?")], actor=reader)
    world.session.commit()


def test_what_staff_correct_themselves_by_now_can_still_be_taken_from_the_public(world: World) -> None:
    """The second of staff published what the first entered from paper, and then mended one answer of it."""
    session, first, second = world.session, staff(world, "een"), staff(world, "twee")
    boss = credentials(staff(world, "baas", StaffRole.ADMINISTRATOR))
    by = actor_for(first, StaffRole.REVIEWER)
    report = start_report(session, world.authority, world.edition, actor=by)
    report.on_paper, report.paper_received_on = True, today()
    session.flush()
    save_answers(session, report, filled(), report.version, actor=by)
    submission = submit(session, report, actor=by, says_true=True)
    publish_at_once(session, submission, actor=actor_for(second, StaffRole.REVIEWER))
    session.commit()
    path, account = f"/redactie/rapportages/{submission.id}/intrekken", credentials(second)
    session.rollback()
    mending, begin, section = sign_in(world.app, account), PAPER.format("/verbeteren"), PAPER.format("/c")
    reason = {"csrf_token": csrf_token(mending, begin), "reden": "Op het papier stond een ander getal."}
    assert mending.post(begin, data=reason).status_code == 303
    answers = typed(form_on(mending.get(section).text, section), {"c2": "13", "actie": "bewaar"})
    assert mending.post(section, data=answers).status_code == 303
    chief = sign_in(world.app, boss)
    reason = {"csrf_token": csrf_token(chief, path), "reden": "Deze rapportage had niet openbaar mogen zijn."}
    assert chief.post(path, data=reason).status_code == 303
    assert report_now(world).state is ReportState.WITHDRAWN
    assert "had niet openbaar mogen zijn" in world.app.test_client().get(PUBLIC).text


def test_a_bestuurder_who_agreed_and_who_works_for_the_authority_decide_on_nothing(world: World) -> None:
    session, report = world.session, fill_in(world)
    role = session.scalars(select(Role).filter_by(name=StaffRole.REVIEWER.value)).one()
    chief, helper = person(world, "bestuurder"), person(world, "invuller")
    ask_agreement(session, report, actor=actor(world), seen_version=report.version)
    agree(session, report, actor=actor(world, MemberRole.EXECUTIVE), seen_version=report.version)
    chief.memberships[0].ended_at = now()
    for one in (chief, helper):
        one.roles.append(role)
    submission = submit(session, report, actor=actor(world), says_true=True)
    session.commit()
    for one, guard in ((chief, Guard.DID_NOT_AGREE), (helper, Guard.NOT_OF_THE_AUTHORITY)):
        with pytest.raises(GuardFails) as refused:
            take(session, submission, actor=actor_for(one, StaffRole.REVIEWER))
        assert refused.value.guard is guard
    path = f"/redactie/rapportages/{submission.id}"
    session.rollback()
    for who, words in (("bestuurder", "U besliste als bestuurder"), ("invuller", "U werkt zelf voor deze organisatie")):
        browser = world.browser(who)
        assert words in browser.get(path).text
        token = csrf_token(browser, "/redactie")
        assert browser.post(f"{path}/nemen", data={"csrf_token": token}).status_code == 422
    assert report_now(world).state is ReportState.SUBMITTED


def test_who_replied_to_staff_decides_on_nothing_and_settles_nothing(world: World) -> None:
    asked(world)
    session, helper = world.session, person(world, "invuller")
    by = actor_for(helper, StaffRole.REVIEWER)
    helper.memberships[0].ended_at = now()
    save_replies(session, report_of(world), {"C2": "Ja, dit klopt."}, actor=actor_for(helper, MemberRole.CONTRIBUTOR))
    submission = hand_in(world)
    first = report_of(world).submissions[0].id
    (remark,) = session.scalars(select(Remark).where(Remark.submission_id == first)).all()
    for act in (lambda: take(session, submission, actor=by), lambda: settle(session, remark, actor=by)):
        with pytest.raises(GuardFails) as refused:
            act()
        assert refused.value.guard is Guard.DID_NOT_ANSWER


def test_a_link_goes_to_nobody_of_staff(world: World) -> None:
    address = staff(world, "lezer").email
    world.session.rollback()
    boss = world.browser("coordinator")
    fill_in(world)
    answer = press(boss, f"{TOGETHER}/c2", "link", **{**GUEST, "e-mailadres": address.upper()})
    assert (answer.status_code, "iemand van de redactie" in answer.text) == (422, True)
    assert GUEST["vraag"] in answer.text
    assert of_world(world, AnswerLink) == []
    send_link(world)
    (link,) = of_world(world, AnswerLink)
    world.session.get_one(AnswerLink, link.id).email = address  # he came to work for staff since
    world.session.commit()
    again = boss.post(f"{TOGETHER}/links/{link.id}", data={"csrf_token": csrf_token(boss, PATH), "actie": "opnieuw"})
    assert "iemand van de redactie" in boss.get(again.location).text
    assert of_world(world, AnswerLink)[0].token_hash == link.token_hash


def test_questions_of_staff_are_not_dodged_by_taking_the_report_back(world: World) -> None:
    asked(world)
    boss = world.browser("coordinator")
    assert boss.get(f"{PATH}/intrekken").status_code == 303
    token = csrf_token(boss, PATH)
    boss.post(f"{PATH}/intrekken", data={"csrf_token": token, "reden": "Wij bekijken haar nog eens."})
    assert report_now(world).state is ReportState.QUESTION_SENT
    fill(boss, "c", {"c2": "11"})
    assert press_hand_in(boss).status_code == 303
    boss.post(f"{PATH}/intrekken", data={"csrf_token": token, "reden": "Wij bekijken haar nog eens."})
    assert report_now(world).state is ReportState.WITHDRAWN
    assert "Klopt dit aantal?" in boss.get(f"{PATH}/c").text
    fill(boss, "c", {"c2": "10"})  # as it was when they asked
    assert "De redactie wacht nog op antwoord" in boss.get(f"{PATH}/controleren").text
    form = {"csrf_token": token, "version": report_now(world).version, "h3": "ja", "reden": "Wij dienen opnieuw in."}
    refused = boss.post(f"{PATH}/indienen", data=form)
    assert (refused.status_code, "Niet alle vragen van de redactie" in refused.text) == (422, True)
    fill(boss, "c", {"c2__reactie": "Ja, het zijn er tien."})
    form["version"] = report_now(world).version
    assert boss.post(f"{PATH}/indienen", data=form).status_code == 303
    assert report_now(world).state is ReportState.SUBMITTED
