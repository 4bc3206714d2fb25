"""A guest has his link open in two windows, or sent it on: what one saved, the other does not wipe."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from registry.reports.together.models import LinkAnswer
from tests.factories_form import World
from tests.factories_together import mails, make_team, of_world, send_link
from tests.html_forms import form_on
from tests.report_form import typed

Form = MultiDict[str, str]


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_team(app, session)


def window(world: World, path: str) -> Form:
    """Open the guest's page in a browser of its own, and return its form."""
    return form_on(world.app.test_client().get(path).text, path)


def sends(world: World, path: str, form: Form, *, by_itself: bool = False, **fields: str) -> TestResponse:
    """Send a form by its button, or as it saves itself."""
    guest, headers = world.app.test_client(), {"HX-Request": "true"} if by_itself else {}
    token = form_on(guest.get(path).text, path)["csrf_token"]
    answers = {"csrf_token": token, **({} if by_itself else {"actie": "bewaar"}), **fields}
    return guest.post(path, data=typed(form, answers), headers=headers)


def saved(world: World) -> dict[str, object]:
    return {one.key: one.value for one in of_world(world, LinkAnswer)}


def goes_on(form: Form, answer: TestResponse) -> Form:
    """Return the form of a window after it saved itself: with the marks that came out of band."""
    marks = form_on(f"<form action='/'>{answer.text}</form>", "/")["version"]
    return typed(form, {"version": marks})


def test_a_window_that_was_opened_earlier_leaves_alone_what_another_saved(world: World) -> None:
    path = send_link(world, key="c")
    one, two = window(world, path), window(world, path)
    assert sends(world, path, one, c1="38,5", c2="41").status_code == 303
    assert sends(world, path, two, c3="7").status_code == 303
    assert saved(world) == {"C1": 38.5, "C2": 41, "C3": 7}


def test_a_window_that_saves_itself_again_and_again_wipes_nothing_that_it_does_not_show(world: World) -> None:
    path = send_link(world, key="c")
    one, two = window(world, path), window(world, path)
    sends(world, path, one, c1="38,5", c2="41")
    for text in ("7", "8", ""):
        two = typed(two, {"c3": text})
        answer = sends(world, path, two, by_itself=True)
        assert answer.status_code == 200, answer.text
        two = goes_on(two, answer)
    assert saved(world) == {"C1": 38.5, "C2": 41}


def test_two_answers_to_one_question_are_shown_side_by_side_and_he_chooses(world: World) -> None:
    path = send_link(world, key="c")
    one, two = window(world, path), window(world, path)
    sends(world, path, one, c1="38,5", c2="41")
    by_itself = sends(world, path, two, by_itself=True, c2="42", c3="7")
    assert (by_itself.status_code, "Niet alles is bewaard" in by_itself.text) == (409, True)
    assert (saved(world)["C2"], saved(world)["C3"]) == (41, 7)
    clash = sends(world, path, goes_on(two, by_itself), c2="42", c3="7", actie="klaar")
    assert clash.status_code == 409
    for text in ("Er zijn twee antwoorden op vraag C2", 'value="42"', "41"):
        assert text in clash.text
    assert (saved(world)["C2"], mails(world, "report_link_done")) == (41, [])
    form = form_on(clash.text, path)
    assert sends(world, path, form).status_code == 409
    assert sends(world, path, form, c2__keuze="ander").status_code == 303
    assert saved(world) == {"C1": 38.5, "C2": 41, "C3": 7}
    assert sends(world, path, form, c2__keuze="mijn").status_code == 303
    assert saved(world) == {"C1": 38.5, "C2": 42, "C3": 7}
