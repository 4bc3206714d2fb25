"""The agreement of the bestuurder: asked, given, returned, lapsed; and who may do which."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership
from common import clock
from common.ledger import LedgerEntry
from registry.reports.drafting import save_answers
from registry.reports.models import AnswerState, Report, ReportState
from registry.reports.values import AnswerInput
from tests.factories_form import World, form_data, make_world
from tests.factories_handing_in import (
    PATH,
    PUBLIC,
    actor,
    approvals,
    elsewhere,
    fill_in,
    hand_in,
    mails,
    now,
    owe_the_report,
    publish,
    report_of,
)
from tests.html_forms import form_on
from tests.report_form import typed

AKKOORD = f"{PATH}/akkoord"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session, {**form_data(), "executive_agrees": True})
    owe_the_report(made)
    fill_in(made)
    return made


def ask(world: World) -> int:
    browser = world.browser("coordinator")
    fields = form_on(browser.get(AKKOORD).text, f"{AKKOORD}/vragen")
    return browser.post(f"{AKKOORD}/vragen", data=fields).status_code


def decide(world: World, keuze: str, **more: str) -> tuple[int, str]:
    browser = world.browser("bestuurder")
    fields = form_on(browser.get(AKKOORD).text, AKKOORD)
    answer = browser.post(AKKOORD, data=typed(fields, {"keuze": keuze, **more}))
    return answer.status_code, answer.text


def test_a_report_is_handed_in_after_the_bestuurder_read_it_and_agreed(world: World) -> None:
    coordinator = world.browser("coordinator")
    before = coordinator.get(f"{PATH}/controleren").text
    assert "De bestuurder moet eerst akkoord gaan" in before
    assert "Dien de rapportage in" not in before
    assert ask(world) == 303
    (mail,) = mails(world, "report_agreement_asked")
    assert mail.to_address == world.emails["bestuurder"]
    assert "/mijn/rapportages/2025/akkoord?organisatie=gm9001" in mail.body_text
    mine = world.browser("bestuurder").get("/mijn?organisatie=gm9001").text
    assert "Wacht op u" in mine
    assert "Uw organisatie vraagt u om akkoord." in mine
    assert 'href="/mijn/rapportages/2025/akkoord' in mine
    assert "Lees en beslis" in mine
    others = coordinator.get("/mijn?organisatie=gm9001").text
    assert "De bestuurder moet akkoord gaan" in others
    assert "Lees en beslis" not in others
    page = world.browser("bestuurder").get(AKKOORD).text
    for words in ("Dit wacht op u", "Een groot contract liep uit.", "Wij kochten in dit jaar", "Graag een training"):
        assert words in page
    assert decide(world, "akkoord")[0] == 303
    assert now(world).state is ReportState.AGREED
    assert [one.to_address for one in mails(world, "report_agreed")] == [world.emails["coordinator"]]
    assert "Proef bestuurder ging akkoord" in coordinator.get(PATH).text
    hand_in(world)
    publish(world)
    public = world.app.test_client().get(PUBLIC).text
    assert "Bestuurder akkoord op" in public
    assert "Proef bestuurder" not in public


def test_without_his_agreement_handing_in_is_refused_whatever_form_is_sent(world: World) -> None:
    browser = world.browser("coordinator")
    token = form_on(browser.get(AKKOORD).text, f"{AKKOORD}/vragen")["csrf_token"]
    sent = {"csrf_token": token, "version": str(now(world).version), "h3": "ja"}
    answer = browser.post(f"{PATH}/indienen", data=sent)
    assert answer.status_code == 422
    assert "De bestuurder moet eerst akkoord gaan" in answer.text
    assert now(world).state is ReportState.DRAFT


def test_a_report_comes_back_with_a_remark_that_the_coordinator_reads(world: World) -> None:
    elsewhere(world, MemberRole.EXECUTIVE)
    ask(world)
    status, page = decide(world, "terug", opmerking=" ")
    assert (status, "Schrijf op wat er anders moet." in page) == (422, True)
    assert decide(world, "terug", opmerking="Het plan <is> vastgesteld.")[0] == 303
    (mail,) = mails(world, "report_agreement_returned")
    assert "Het plan <is> vastgesteld." in mail.body_text
    coordinator, mine = world.browser("coordinator"), "/mijn?organisatie=gm9001"
    for path in (PATH, f"{PATH}/controleren", mine):
        page = coordinator.get(path).text
        assert "De bestuurder stuurde de rapportage terug" in page, path
        assert page.count("Het plan &lt;is&gt; vastgesteld.") == (2 if "controleren" in path else 1), path
        assert "laar om in te dienen" not in page, path
    assert "teruggestuurd door de bestuurder" not in world.browser("elders").get("/mijn").text
    assert now(world).state is ReportState.DRAFT
    assert ask(world) == 303
    assert approvals(world) == ["returned", "asked"]
    assert "teruggestuurd door de bestuurder" not in coordinator.get(mine).text


def test_a_changed_answer_lets_the_agreement_lapse_and_handing_in_does_not(world: World) -> None:
    ask(world)
    decide(world, "akkoord")
    report = report_of(world)
    change = {"A4": AnswerInput(AnswerState.GIVEN, "Gedeputeerde")}
    save_answers(world.session, report, change, report.version, actor=actor(world, MemberRole.CONTRIBUTOR))
    world.session.commit()
    assert approvals(world) == ["lapsed"]
    assert now(world).state is ReportState.DRAFT
    for path in (PATH, f"{PATH}/controleren"):
        page = world.browser("coordinator").get(path).text
        assert page.index("Het akkoord van de bestuurder is vervallen") < page.index("Akkoord vervallen"), path
    ask(world)
    decide(world, "akkoord")
    assert '"agreed":{"at":' in hand_in(world).content
    assert approvals(world) == ["lapsed", "agreed"]


def test_agreeing_twice_is_one_agreement_and_asking_twice_one_mail(world: World) -> None:
    assert [ask(world), ask(world)] == [303, 303]
    assert len(mails(world, "report_agreement_asked")) == 1
    browser = world.browser("bestuurder")
    fields = typed(form_on(browser.get(AKKOORD).text, AKKOORD), {"keuze": "akkoord"})
    assert [browser.post(AKKOORD, data=fields).status_code for _time in range(2)] == [303, 303]
    assert len(mails(world, "report_agreed")) == 1
    told = select(LedgerEntry).where(LedgerEntry.event == "report.agreed", LedgerEntry.subject.contains("gm9001"))
    assert len(world.all(told)) == 1


def test_of_another_version_than_he_read_he_decides_nothing(world: World) -> None:
    ask(world)
    browser = world.browser("bestuurder")
    fields = typed(form_on(browser.get(AKKOORD).text, AKKOORD), {"keuze": "akkoord"})
    fill_in(world, A4="Burgemeester")
    answer = browser.post(AKKOORD, data=fields)
    assert answer.status_code == 409
    assert "Er is iets veranderd sinds u de rapportage bekeek." in answer.text
    assert approvals(world) == ["lapsed"]


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("invuller", AKKOORD, 403), ("coordinator", AKKOORD, 403), ("bestuurder", f"{AKKOORD}/vragen", 403),
        ("invuller", f"{AKKOORD}/vragen", 403), ("elders", AKKOORD, 404), ("elders", f"{AKKOORD}/vragen", 404),
    ],
)  # fmt: skip
def test_only_a_coordinator_asks_and_only_a_bestuurder_of_this_authority_decides(
    world: World, who: str, path: str, status: int
) -> None:
    ask(world)
    elsewhere(world, MemberRole.EXECUTIVE)
    browser = world.browser(who)
    token = form_on(browser.get("/mijn/instellingen/wachtwoord").text, "/mijn")["csrf_token"]
    sent = {"csrf_token": token, "keuze": "akkoord", "version": str(now(world).version)}
    assert browser.post(f"{path}?organisatie=gm9001", data=sent).status_code == status
    assert approvals(world) == ["asked"]


def test_agreeing_asks_who_one_is_when_signing_in_is_long_ago(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(world)
    browser = world.browser("bestuurder")
    fields = typed(form_on(browser.get(AKKOORD).text, AKKOORD), {"keuze": "akkoord"})
    with browser.session_transaction() as cookie:
        cookie["fs_paa"] = clock.now().timestamp() - 3600
    answer = browser.post(AKKOORD, data=fields)
    assert "/inloggen/opnieuw" in answer.headers["Location"]
    assert approvals(world) == ["asked"]


def test_where_nobody_is_bestuurder_the_page_says_what_to_do(world: World) -> None:
    ended = update(Membership).where(Membership.role == MemberRole.EXECUTIVE, Membership.authority_code == "gm9001")
    world.session.execute(ended.values(ended_at=clock.now()))
    world.session.commit()
    page = world.browser("coordinator").get(AKKOORD).text
    assert "Uw organisatie heeft hier nog geen bestuurder" in page
    assert 'href="/mijn/mensen?organisatie=gm9001"' in page


def test_he_is_not_asked_while_something_blocks(world: World) -> None:
    browser = world.browser("coordinator")
    fields = form_on(browser.get(AKKOORD).text, f"{AKKOORD}/vragen")
    fill_in(world, C1=None)
    answer = browser.post(f"{AKKOORD}/vragen", data=typed(fields, {"version": str(now(world).version)}))
    assert answer.status_code == 422
    assert "Vragen kan zodra alles klopt." in answer.text
    assert approvals(world) == []


def test_after_a_question_of_staff_he_agrees_with_what_changed_and_the_state_stays(world: World) -> None:
    own = update(Report).where(Report.authority_id == world.authority.id)
    world.session.execute(own.values(state=ReportState.QUESTION_SENT))
    world.session.commit()
    ask(world)
    assert decide(world, "akkoord")[0] == 303
    assert now(world).state is ReportState.QUESTION_SENT
    assert approvals(world) == ["agreed"]


def test_where_the_form_asks_no_agreement_nothing_says_that_he_must_agree(app: Flask, session: Session) -> None:
    world = make_world(app, session)
    owe_the_report(world)
    fill_in(world)
    assert ask(world) == 303
    mine = world.browser("coordinator").get("/mijn?organisatie=gm9001").text
    assert "wacht op akkoord van de bestuurder" in mine
    assert "Indienen kan ook zonder." in mine
    assert "De bestuurder moet" not in mine + world.browser("coordinator").get(f"{PATH}/controleren").text
    assert "Lees en beslis" in world.browser("bestuurder").get("/mijn?organisatie=gm9001").text
    hand_in(world)
    assert "Lees en beslis" not in world.browser("bestuurder").get("/mijn?organisatie=gm9001").text
