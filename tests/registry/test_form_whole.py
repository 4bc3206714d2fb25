"""The whole form on one page, what is confirmed by whom, and what a person finds of what he typed."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.reports.models import Answer, Report, ReportState
from tests.factories_form import World, make_world
from tests.registry.test_reports import with_last_year
from tests.report_form import ALL_ANSWERS, PATH, begin, fill, fill_everything, hand_in, opened, send, typed


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(app, session)


def newest(world: World, key: str) -> Answer | None:
    own = select(Answer).join(Report).where(Report.authority_id == world.authority.id, Answer.key == key)
    query = own.where(Report.state != ReportState.PUBLISHED)
    return next(iter(world.all(query.order_by(Answer.version.desc()))), None)


def test_all_questions_stand_on_one_page_and_are_saved_there(world: World) -> None:
    browser = world.browser("invuller")
    begin(browser)
    page = browser.get(f"{PATH}/alles").text
    for section in "abcdefgh":
        assert f'id="deel-{section}"' in page
        assert f'href="#deel-{section}"' in page
    everything = {name: value for answers in ALL_ANSWERS.values() for name, value in answers.items()}
    for _time in range(3):
        assert fill(browser, "alles", everything).status_code == 303
    assert opened(browser, "d")["d6__leeg"] == "onbekend"
    assert opened(browser, "g")["g2__0__title"] == "Fietsbrug van hout"
    assert fill(browser, "alles", {}, button="verder").headers["Location"] == f"{PATH}/controleren"
    assert fill(browser, "alles", {}, button="deel-c").headers["Location"] == f"{PATH}/alles#deel-d"
    assert 'href="/mijn/rapportages/2025/alles#deel-c"' in browser.get(f"{PATH}/c").text


def test_what_saves_itself_confirms_nothing_that_nobody_touched(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    form = typed(opened(browser, "alles"), {"c1": "40"})
    assert browser.post(f"{PATH}/alles/concept", data=form).status_code == 200
    assert opened(browser, "c")["c1"] == "40"
    assert newest(world, "A3") is None
    send(browser, "alles", opened(browser, "alles"), button="deel-a")
    assert newest(world, "A3") is not None
    assert newest(world, "B1") is None


def test_what_follows_from_last_years_answer_is_confirmed_by_the_same_button(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    assert opened(browser, "b")["b2__link"] == "https://proef.example/plan"
    assert fill(browser, "b", {}, button="verder").status_code == 303
    assert newest(world, "B2") is not None


def test_ones_own_second_window_is_called_so_and_the_texts_stand_at_the_question(world: World) -> None:
    mine = world.browser("invuller")
    begin(mine)
    one, two = opened(mine, "c"), opened(mine, "alles")
    send(mine, "c", typed(one, {"c1": "100"}))
    page = send(mine, "alles", typed(two, {"c1": "200"}))
    assert page.status_code == 409
    at_question = page.text.split('id="vraag-c1"')[1].split('id="vraag-c2"')[0]
    assert "U veranderde dit antwoord zelf, in een ander venster." in at_question
    assert "c1__keuze" in at_question
    form = opened(mine, "alles")
    chosen = send(mine, "alles", typed(form, {"c1__keuze": "mijn", "c1__gezien": "2"}))
    assert chosen.headers["Location"] == f"{PATH}/alles#vraag-c1"
    assert newest(world, "C1").value == 200  # type: ignore[union-attr]


def test_unknown_without_a_reason_asks_for_it_once_somebody_went_on(world: World) -> None:
    browser = world.browser("invuller")
    begin(browser)
    form = typed(opened(browser, "c"), {"c2__leeg": "onbekend", "bezig": "c2"})
    asks = "Vertel waarom u het antwoord op vraag C2 niet weet."
    assert asks not in browser.post(f"{PATH}/c/concept", data=form).text
    assert asks in browser.post(f"{PATH}/c/concept", data=typed(form, {"bezig": "c3"})).text
    assert fill(browser, "c", {}, button="verder").status_code == 303
    assert asks in browser.get(f"{PATH}/c").text


def test_a_check_over_two_questions_holds_nobody_and_stands_at_the_question(world: World) -> None:
    browser = world.browser("invuller")
    begin(browser)
    fill(browser, "c", {"c2": "3"})
    assert fill(browser, "d", {"d1": "9"}, button="verder").headers["Location"] == f"{PATH}/e#deel"
    page = browser.get(f"{PATH}/d").text
    assert "D1 kan niet meer zijn dan C2 + C3: 9 tegen 3." in page
    assert 'class="error-summary"' not in page
    assert "D1 kan niet meer zijn dan C2 + C3: 9 tegen 3." in browser.get(f"{PATH}/controleren").text


def test_what_was_typed_when_it_was_handed_in_already_can_still_be_read(world: World) -> None:
    browser, late = world.browser("coordinator"), world.browser("invuller")
    begin(browser)
    fill_everything(browser)
    form = typed(opened(late, "c"), {"c1": "77,25"})
    assert hand_in(browser).status_code == 303
    by_itself = late.post(f"{PATH}/c/concept", data=form)
    assert (by_itself.status_code, "data-locked" in by_itself.text) == (409, True)
    page = late.get(f"{PATH}/c").text
    assert "Wat u typte en niet is bewaard" in page
    assert "77,25 miljoen euro" in page
    assert "Uw rapportage is ingediend" in late.get(PATH).text


def test_each_question_says_who_will_read_the_answer(world: World) -> None:
    browser = world.browser("invuller")
    begin(browser)
    page = browser.get(f"{PATH}/alles").text
    told = {key: page.split(f'id="vraag-{key}"')[1].split("question__about")[1][:1200] for key in ("a3", "c1", "g1")}
    assert "Niet openbaar" in told["a3"]
    assert "Wordt openbaar" in told["c1"]
    assert "Alleen in totalen openbaar" in told["g1"]
