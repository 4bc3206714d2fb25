"""The answers of a report as JSON: the rules of the form, both texts of a conflict, and no crash whatever comes."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry.reports.models import Report, ReportState
from tests.factories_form import World, make_world
from tests.report_form import PATH, begin, fill

ADDRESS = f"{PATH}/antwoorden.json"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session)
    begin(made.browser("invuller"))
    fill(made.browser("invuller"), "c", {"c2": "10", "c1": "", "c1__leeg": "onbekend", "c1__reden": "Nog niet af"})
    return made


@pytest.fixture
def invuller(world: World) -> FlaskClient:
    return world.browser("invuller")


def post(browser: FlaskClient, answers: Any, **more: Any) -> TestResponse:
    got = browser.get(ADDRESS)
    body = {"edition": got.json["edition"], "answers": answers, **more}
    return browser.post(ADDRESS, json=body, headers={"X-CSRFToken": got.headers["X-CSRFToken"]})


def send_raw(browser: FlaskClient, body: bytes) -> TestResponse:
    token = browser.get(ADDRESS).headers["X-CSRFToken"]
    return browser.post(ADDRESS, data=body, content_type="application/json", headers={"X-CSRFToken": token})


def test_all_answers_come_with_their_state_and_what_stands_in_the_way(invuller: FlaskClient) -> None:
    got = invuller.get(ADDRESS).json
    assert {got["answers"][key]["state"] for key in ("A6", "C1", "C2", "C3")} == {
        "not_asked",
        "unknown",
        "given",
        "blank",
    }
    assert got["answers"]["C1"]["reason"] == "Nog niet af"
    missing = [one for one in got["problems"] if one["key"] == "A5"]
    assert missing[0] | {"message": {}} == {
        "key": "A5", "place": "", "kind": "missing", "hard": True, "blocks": True, "message": {},
    }  # fmt: skip


def test_answers_are_checked_without_saving_and_saved_when_asked(invuller: FlaskClient) -> None:
    looked = post(invuller, {"D1": {"value": 40}}).json
    assert [one["message"]["nl"] for one in looked["problems"] if one["key"] == "D1"] == [
        "D1 kan niet meer zijn dan C2 + C3: 40 tegen 10. Telt u ook andere aanbestedingen mee? Vul dan C3 in."
    ]
    assert invuller.get(ADDRESS).json["answers"]["D1"]["state"] == "blank"
    answers = {
        "D1": {"value": 8}, "C2": {"value": {"raw": "12"}, "version": 3}, "B3": {"value": {"klimaat": "basis"}},
        "C4": {"value": {"chosen": ["anders", "tenderned"], "other": " x "}}, "C3": {"state": "not_applicable"},
        "G2": {"value": [{"title": "Brug"}, {}]}, "C1": {"value": -2},
        "A6": {"state": "not_asked", "value": "2025-01-01"},
    }  # fmt: skip
    done = post(invuller, answers, save=True, version=3).json
    found = {key: done["answers"][key]["value"] for key in answers}
    assert found == {
        "D1": 8, "C2": 12, "B3": {"klimaat": "basis"}, "C4": {"chosen": ["anders", "tenderned"], "other": "x"},
        "C3": None, "G2": [{"title": "Brug"}], "C1": {"raw": "-2"}, "A6": None,
    }  # fmt: skip


def test_everything_may_be_sent_back_as_it_came(invuller: FlaskClient) -> None:
    got = invuller.get(ADDRESS).json
    done = post(invuller, got["answers"], save=True)
    assert (done.status_code, done.json["version"]) == (200, got["version"])
    assert done.json["answers"] == got["answers"]


def test_two_texts_are_both_given_back(world: World, invuller: FlaskClient) -> None:
    version = invuller.get(ADDRESS).json["answers"]["C2"]["version"]
    fill(world.browser("coordinator"), "c", {"c2": "11"})
    done = post(invuller, {"C2": {"value": 12, "version": version}, "C3": {"value": 4}}, save=True)
    assert done.status_code == 409
    told = done.json["conflicts"]["C2"]
    assert (told["yours"]["value"], told["theirs"]["value"], told["who"]) == (12, 11, "Proef coordinator")
    assert done.json["answers"]["C3"]["value"] == 4
    again = post(invuller, {"C2": {"value": 12, "version": told["theirs"]["version"]}}, save=True)
    assert (again.status_code, again.json["answers"]["C2"]["value"]) == (200, 12)


WRONG: list[tuple[str, Any]] = [
    ("Z9", {}), ("x" * 500, {}), ("A1", {"value": "Gemeente Anders"}), ("H3", {"value": True}), ("C2", 3),
    ("C2", {"value": "3"}), ("C2", {"value": True}), ("C2", {"value": 10**40}), ("C2", {"state": "maybe"}),
    ("C2", {"state": [1]}), ("C2", {"state": "blank", "value": 3}), ("C2", {"version": -1}), ("C2", {"version": "3"}),
    ("C2", {"strange": 1}), ("C2", {"value": {"raw": 3}}), ("A4", {"value": "\ud800"}), ("A4", {"value": "x" * 60_000}),
    ("A4", {"value": []}), ("A5", {"value": {"college": 1}}), ("B6", {"value": ["opleiding"]}),
    ("B6", {"value": {"chosen": ["wat"]}}), ("B6", {"value": {"chosen": "opleiding"}}),
    ("B3", {"value": {"klimaat": 1}}), ("B3", {"value": {"weer": "basis"}}), ("B2", {"value": "plan"}),
    ("F1", {"value": {}}), ("F1", {"value": [[]]}), ("F1", {"value": [{}] * 201}),
    ("C1", {"state": "unknown", "reason": ["x"]}), ("C1", {"state": "unknown", "reason": "\udfff"}),
]  # fmt: skip


def test_a_wrong_answer_is_named_and_nothing_is_saved(invuller: FlaskClient) -> None:
    before = invuller.get(ADDRESS).json["version"]
    for key, said in WRONG:
        done = post(invuller, {key: said, "C3": {"value": 3}}, save=True)
        assert (done.status_code, list(done.json["wrong"])) == (422, [key[:40]]), (key, said)
    assert invuller.get(ADDRESS).json["version"] == before


STRANGE = [
    b"", b"[]", b"3", b"{", b"\xff\xfe", b"[" * 200_000, b'{"answers":' * 90_000, b'{"answers": NaN}',
    b'{"answers": {}, "edition": ' + b"9" * 6000 + b"}", b'{"answers": [], "edition": ""}', b'{"answers": {}}',
    b'{"answers": {}, "edition": {"a": 1}}', b'{"answers": {}, "edition": "x", "save": 1}', b'{"a": 1}',
    b'{"answers": {}, "edition": "x", "version": "y"}', b'{"answers": {"\\ud800": {}}, "edition": "x"}',
]  # fmt: skip


def test_a_strange_body_is_refused_in_words(invuller: FlaskClient) -> None:
    for body in STRANGE:
        done = send_raw(invuller, body)
        assert (done.status_code, bool(done.json["error"])) == (422, True), body[:40]


def test_a_huge_body_no_token_and_a_closed_report_are_refused(
    world: World, invuller: FlaskClient, session: Session
) -> None:
    assert send_raw(invuller, b" " * 2_100_000).status_code == 413
    assert invuller.post(ADDRESS, json={"answers": {}}).status_code == 400
    executive = world.browser("bestuurder")
    assert executive.get(ADDRESS).status_code == 200
    assert post(executive, {"C2": {"value": 3}}).status_code == 403
    session.execute(Report.__table__.update().values(state=ReportState.SUBMITTED))
    session.commit()
    assert post(invuller, {"C2": {"value": 3}}).status_code == 200
    done = post(invuller, {"C2": {"value": 3}}, save=True)
    assert (done.status_code, "al ingediend" in done.json["error"]) == (409, True)
