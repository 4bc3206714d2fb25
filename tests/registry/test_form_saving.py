"""Saving the form: nothing that anybody typed is lost, whoever else is at work and whatever was typed."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.reports.models import Answer, AnswerState, Report
from tests.factories_form import PASSWORD, World, make_world
from tests.html_forms import form_on
from tests.report_form import PATH, begin, fill, opened, send, typed
from tests.sites import csrf_token


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session)
    begin(made.browser("invuller"))
    return made


def saved(world: World, key: str) -> Answer:
    own = select(Answer).join(Report, Report.id == Answer.report_id).where(Report.authority_id == world.authority.id)
    return world.all(own.where(Answer.key == key).order_by(Answer.version.desc()))[0]


@pytest.mark.parametrize(
    ("section", "field", "text", "message"),
    [
        ("c", "c2", "twaalf", "Vul een heel getal in, zoals 12."),
        ("c", "c2", "12,5", "Vul een heel getal in, zoals 12."),
        ("c", "c1", "veel", "Vul een getal in, zoals 12,5."),
        ("c", "c1", "1,234", "Gebruik hooguit 2 cijfers achter de komma."),
        ("c", "c2", "-3", "Vul een getal in van 0 of meer."),
        ("c", "c2", "10000000000001", "Dit getal is te groot."),
        ("b", "b5", "€ 12,50", "Vul een heel getal in, zoals 12."),
        ("d", "d4__klimaat", "x", "Vul een heel getal in, zoals 12."),
        ("a", "a3__email", "jan@", "Vul een e-mailadres in"),
        ("a", "a4", "w" * 161, "Maak er hooguit 160 van."),
        ("g", "g1", ["data", "budget", "kennis", "markt"], "Kies er hooguit 3. U koos er 4."),
        ("b", "b6", ["nergens", "opleiding"], "samen met iets anders"),
    ],
)
def test_what_is_typed_wrongly_stays_on_the_screen_with_what_to_do(
    world: World, section: str, field: str, text: str | list[str], message: str
) -> None:
    browser = world.browser("invuller")
    response = fill(browser, section, {field: text})
    assert response.status_code == 422
    assert message in response.text
    assert "<title>Fout:" in response.text
    again = opened(browser, section)
    assert set(again.getlist(field)) == (set(text) if isinstance(text, list) else {text})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5),
        ("1234.5", 1234.5),
        ("1.234", 1234),
        ("0", 0),
        ("12,0", 12),
        (" 7 ", 7),
        ("1 234,50", 1234.5),
    ],
)
def test_numbers_are_read_as_dutch_people_write_them(world: World, text: str, value: float) -> None:
    assert fill(world.browser("invuller"), "c", {"c1": text}).status_code == 303
    assert saved(world, "C1").value == value


@pytest.mark.parametrize("text", ["2026-01-15", "15-01-2026", "15/1/2026", "15.01.2026"])
def test_dates_are_read_from_the_picker_and_from_plain_text(world: World, text: str) -> None:
    fill(world.browser("invuller"), "a", {"a5": "college"})
    assert fill(world.browser("invuller"), "a", {"a6": text}).status_code == 303
    assert saved(world, "A6").value == "2026-01-15"


@pytest.mark.parametrize("text", ["31-02-2026", "gisteren", "2026-13-01"])
def test_a_day_that_does_not_exist_is_kept_as_typed(world: World, text: str) -> None:
    browser = world.browser("invuller")
    fill(browser, "a", {"a5": "college"})
    assert fill(browser, "a", {"a6": text}).status_code == 422
    assert opened(browser, "a")["a6"] == text


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "Zo zei hij: \"goed\" & 'beter' <b>best</b>", "Groen 🌱 is goed voor 's-Hertogenbosch", "a\nb"],
)
def test_long_texts_quotes_and_emoji_come_back_as_they_were(world: World, text: str) -> None:
    browser = world.browser("invuller")
    fill(browser, "h", {"h2": text})
    assert opened(browser, "h")["h2"] == text
    assert "<b>best</b>" not in browser.get(f"{PATH}/h").text


def test_a_draft_may_have_gaps(world: World) -> None:
    response = fill(world.browser("invuller"), "a", {"a4": "wethouder"}, button="verder")
    assert response.status_code == 303
    assert response.headers["Location"] == f"{PATH}/b#deel"


def test_what_two_people_changed_differently_is_shown_twice_and_the_rest_is_saved(world: World) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    my_form = opened(mine, "c")
    fill(theirs, "c", {"c1": "100"})
    response = send(mine, "c", typed(my_form, {"c1": "200", "c2": "7"}))
    assert response.status_code == 409
    assert "200 miljoen euro" in response.text
    assert "100 miljoen euro" in response.text
    assert "Proef coordinator" in response.text
    assert saved(world, "C2").value == 7
    assert saved(world, "C1").value == 100


@pytest.mark.parametrize(("choice", "value"), [("mijn", 200), ("ander", 100)])
def test_the_reader_chooses_which_of_two_texts_stays(world: World, choice: str, value: int) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    my_form = opened(mine, "c")
    fill(theirs, "c", {"c1": "100"})
    conflict = form_on(send(mine, "c", typed(my_form, {"c1": "200"})).text, f"{PATH}/c")
    assert send(mine, "c", typed(conflict, {"c1__keuze": choice})).status_code == 303
    assert saved(world, "C1").value == value
    assert opened(mine, "c")["c1"] == str(value)


def test_who_presses_on_without_choosing_is_asked_again_and_replaces_nothing(world: World) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    my_form = typed(opened(mine, "c"), {"c1": "200"})
    fill(theirs, "c", {"c1": "100"})
    by_itself = mine.post(f"{PATH}/c/concept", data=my_form)
    assert by_itself.status_code == 409
    version = re.findall(r'id="version" value="([^"]*)"', by_itself.text)[0]
    boxes = dict(re.findall(r'name="(c1__gezien)" value="(\d+)"', by_itself.text))
    # A choice is a button of its own: what saves itself never sends one.
    assert "c1__keuze" not in re.findall(r'<input[^>]*name="([^"]*)"', by_itself.text)
    assert send(mine, "c", typed(my_form, {"version": version, **boxes})).status_code == 409
    assert saved(world, "C1").value == 100


def test_my_text_of_a_conflict_comes_back_when_i_open_the_page_again(world: World) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    my_form = opened(mine, "c")
    fill(theirs, "c", {"c1": "100"})
    send(mine, "c", typed(my_form, {"c1": "200"}))
    assert opened(mine, "c")["c1"] == "200"
    assert send(mine, "c", opened(mine, "c")).status_code == 409


def test_somebody_elses_answer_is_not_undone_by_a_page_that_is_older(world: World) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    my_form = opened(mine, "c")
    fill(theirs, "c", {"c1": "100"})
    first = mine.post(f"{PATH}/c/concept", data=typed(my_form, {"c2": "5"}))
    assert first.status_code == 200
    version = first.text.split('id="version" value="')[1].split('"')[0]
    mine.post(f"{PATH}/c/concept", data=typed(my_form, {"c2": "6", "version": version}))
    assert saved(world, "C1").value == 100
    assert saved(world, "C2").value == 6


def test_two_people_who_start_at_once_get_the_same_report(world: World) -> None:
    begin_form = {"csrf_token": opened(world.browser("coordinator"), "a")["csrf_token"]}
    browser = world.browser("coordinator")
    begin_form["csrf_token"] = opened(browser, "a")["csrf_token"]
    assert browser.post(PATH, data=begin_form).status_code == 303
    assert len(world.all(select(Report).where(Report.authority_id == world.authority.id))) == 1


def test_autosave_answers_with_a_status_line_and_only_what_changed(world: World) -> None:
    browser = world.browser("invuller")
    form = typed(opened(browser, "a"), {"a5": "college"})
    response = browser.post(f"{PATH}/a/concept", data=form, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.text.startswith("Bewaard om ")
    assert "<html" not in response.text
    assert 'id="blok-a6" hx-swap-oob="true"><div class="question"' in response.text
    assert 'id="blok-a4"' not in response.text


def test_autosave_says_what_does_not_fit_and_keeps_it(world: World) -> None:
    browser = world.browser("invuller")
    fill(browser, "c", {"c2": "3"})
    response = browser.post(f"{PATH}/d/concept", data=typed(opened(browser, "d"), {"d1": "9", "d3": "x"}))
    assert "D1 kan niet meer zijn dan C2 + C3: 9 tegen 3." in response.text
    assert "2 antwoorden kloppen nog niet" in response.text
    assert saved(world, "D1").value == 9


def test_autosave_of_a_conflict_gives_both_texts_and_overwrites_nothing(world: World) -> None:
    mine, theirs = world.browser("invuller"), world.browser("coordinator")
    form = typed(opened(mine, "c"), {"c1": "200"})
    fill(theirs, "c", {"c1": "100"})
    for _time in range(2):
        response = mine.post(f"{PATH}/c/concept", data=form)
        assert response.status_code == 409
        assert "100 miljoen euro" in response.text
    assert saved(world, "C1").value == 100


def test_hiding_a_question_does_not_empty_it(world: World) -> None:
    browser = world.browser("invuller")
    fill(browser, "a", {"a5": "college"})
    fill(browser, "a", {"a6": "2026-01-15"})
    fill(browser, "a", {"a5": "nog-niet"})
    assert "a6" not in opened(browser, "a")
    fill(browser, "a", {"a5": "college"})
    assert opened(browser, "a")["a6"] == "15-01-2026"


def test_rows_can_be_added_and_taken_away_without_script(world: World) -> None:
    browser = world.browser("invuller")
    fill(browser, "b", {"b1": "vastgesteld"})
    added = fill(browser, "f", {"f1__0__action": "Een", "f1__erbij": "1"})
    assert added.headers["Location"] == f"{PATH}/f?meer=F1#f1__1__action"
    form = form_on(browser.get(f"{PATH}/f?meer=F1").text, f"{PATH}/f")
    send(browser, "f", typed(form, {"f1__1__action": "Twee"}))
    send(browser, "f", typed(opened(browser, "f"), {"f1__weg": "0"}))
    assert saved(world, "F1").value == [{"action": "Twee"}]


def test_what_was_typed_when_the_session_ended_comes_back_after_signing_in(world: World) -> None:
    browser = world.browser("invuller")
    form = typed(opened(browser, "c"), {"c1": "55,5"})
    browser.delete_cookie("manifestkompas")
    response = send(browser, "c", form)
    assert response.status_code == 303
    assert "/inloggen" in response.headers["Location"] or response.headers["Location"].endswith("/c")
    token = csrf_token(browser, "/inloggen")
    browser.post("/inloggen", data={"email": world.emails["invuller"], "password": PASSWORD, "csrf_token": token})
    page = browser.get(f"{PATH}/c")
    assert "Dit typte u voordat uw sessie eindigde." in page.text
    assert opened(browser, "c")["c1"] == "55,5"
    send(browser, "c", opened(browser, "c"))
    assert saved(world, "C1").value == 55.5
    assert "voordat uw sessie eindigde" not in browser.get(f"{PATH}/c").text


def test_what_came_back_can_be_forgotten(world: World) -> None:
    browser = world.browser("invuller")
    form = typed(opened(browser, "c"), {"c1": "55,5"})
    browser.delete_cookie("manifestkompas")
    send(browser, "c", form)
    token = csrf_token(browser, "/inloggen")
    browser.post("/inloggen", data={"email": world.emails["invuller"], "password": PASSWORD, "csrf_token": token})
    assert send(browser, "c", opened(browser, "c"), button="vergeet").status_code == 303
    assert opened(browser, "c")["c1"] == ""


def test_a_soft_check_asks_for_a_sentence_and_is_content_with_it(world: World) -> None:
    browser = world.browser("invuller")
    fill(browser, "b", {"b1": "nog-niet-gestart"})
    page = browser.get(f"{PATH}/b").text
    assert "Leg kort uit wanneer het komt." in page
    asked = f'<a href="{PATH}/b#vraag-b1">Het actieplan had er op'
    assert asked in browser.get(f"{PATH}/controleren").text
    fill(browser, "b", {"b1__opmerking": "In het voorjaar."})
    assert asked not in browser.get(f"{PATH}/controleren").text


def test_unknown_keeps_the_number_that_was_typed_but_does_not_hand_it_in(world: World) -> None:
    browser = world.browser("invuller")
    fill(browser, "c", {"c2": "12", "c2__leeg": "onbekend", "c2__reden": "Niet zeker"})
    answer = saved(world, "C2")
    assert (answer.state, answer.value, answer.reason) == (AnswerState.UNKNOWN, 12, "Niet zeker")


def test_an_answer_that_is_no_option_is_refused_and_kept(world: World) -> None:
    browser = world.browser("invuller")
    response = fill(browser, "a", {"a5": "de-koning"})
    assert response.status_code == 422
    assert "Kies een van de antwoorden." in response.text
    assert saved(world, "A5").value == {"raw": "de-koning"}
