"""Every route as a stranger, as each role of the authority concerned, of another authority, and as each staff role.

One table says what each may see (tests/access_table.py). A route that is not in it fails the test, so that nobody
forgets. All tests here share one site; those that change something put its database back first.
"""

import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.access_table import EVERYBODY, MAY_CHANGE, MAY_READ, NOT_VISITED, WITHOUT_TOKEN
from tests.access_world import World, engine_of, make_world

# What machines ask for has no second language.
ONE_LANGUAGE = {"/healthz", "/robots.txt", "/sitemap.xml", "/favicon.ico", "/.well-known/security.txt"}


@pytest.fixture(scope="module")
def world(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("access") / "data"
    shutil.copytree(prepared, folder)
    made = make_world(folder)
    made.keep()
    yield made
    engine_of(made.app).dispose()


def get_rules(app: Flask) -> list[str]:
    return sorted({str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())} - NOT_VISITED)


def post_rules(app: Flask) -> list[str]:
    rules = {str(rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    return sorted(rules - {"/inloggen", "/uitloggen"})


def refusal(who: str, response: TestResponse) -> str | None:
    """Say how a page was refused; None where it was shown. A redirect within the site counts as shown."""
    away = response.status_code in {301, 302, 303}
    if away and "/inloggen" in response.headers["Location"]:
        return "" if who == "stranger" else "sent to the sign-in page, though signed in"
    if away or response.status_code == 200:
        return None
    well = response.status_code == 404 or (response.status_code == 403 and who != "stranger")
    return "" if well else f"{response.status_code} instead of 403 or 404"


def fault(rule: str, who: str, response: TestResponse, table: Mapping[str, str]) -> str | None:
    """Say where an answer is not what the table says."""
    refused, allowed = refusal(who, response), who in table[rule].split()
    if (refused is None) != allowed:
        return f"{who} {rule}: {response.status_code}, allowed: {allowed}"
    return f"{who} {rule}: {refused}" if refused else None


def say(capsys: pytest.CaptureFixture[str], what: str, number: int) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {number} cases\n")


def test_the_tables_name_every_route(world: World) -> None:
    assert get_rules(world.app) == sorted(MAY_READ)
    assert post_rules(world.app) == sorted(MAY_CHANGE)
    assert set(world.browsers) == set(EVERYBODY.split())


def test_everybody_sees_what_the_table_says_and_nothing_else(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for rule in get_rules(world.app):
        for who, client in world.browsers.items():
            wrong.append(fault(rule, who, client.get(world.path(rule)), MAY_READ))
    say(capsys, "reading", len(wrong))
    assert [one for one in wrong if one] == []


def sampled(rule: str) -> list[str]:
    """Return a stranger, the first who may read a page, and the first who may not."""
    allowed = MAY_READ[rule].split()
    refused = [who for who in EVERYBODY.split() if who not in allowed]
    return list(dict.fromkeys(["stranger", *allowed[:1], *refused[:1]]))


def test_the_other_language_and_the_head_of_a_page_are_for_the_same_people(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[str | None] = []
    for rule in get_rules(world.app):
        for who in sampled(rule):
            client, path = world.browsers[who], world.path(rule)
            head = client.head(path)
            wrong.append(fault(rule, f"{who}", head, MAY_READ) or (f"{rule}: HEAD has a body" if head.data else None))
            if rule not in ONE_LANGUAGE:
                wrong.append(fault(rule, who, client.get(f"/en{path}"), MAY_READ))
    say(capsys, "HEAD and English", len(wrong))
    assert [one for one in wrong if one] == []


def test_asking_for_the_methods_of_a_page_tells_nothing_of_it(world: World) -> None:
    told = []
    for rule in get_rules(world.app):
        for who in ("stranger", "other-coordinator", "beheerder"):
            answer = world.browsers[who].options(world.path(rule))
            if answer.data or answer.status_code not in {200, 204, 404}:
                told.append(f"{who} {rule}: {answer.status_code} {answer.data[:60]!r}")
    assert told == []


def test_a_change_is_refused_for_whoever_may_not_make_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, cases = [], 0
    world.app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    try:
        for rule in post_rules(world.app):
            world.restore()
            for who, client in world.browsers.items():
                status = client.post(world.path(rule), data={}).status_code
                refused = status in {403, 404} or (who == "stranger" and status == 303)
                cases += 1
                if refused == (who in MAY_CHANGE[rule].split()):
                    wrong.append(f"{who} {rule}: {status}")
    finally:
        world.app.config["WTF_CSRF_CHECK_DEFAULT"] = True
        world.restore()
    say(capsys, "changing", cases)
    assert wrong == []


def led_back(world: World, rule: str, who: str, sender: FlaskClient) -> str | None:
    """Send a form with nothing in it; where that asks for signing in, say what goes wrong when one comes back."""
    world.restore()
    target = urlsplit(sender.post(world.path(rule), data={}).headers.get("Location", ""))
    if target.path not in {"/inloggen", "/inloggen/opnieuw"} or not target.query:
        return None
    client, back = world.browsers[who], parse_qs(target.query)["next"][0]
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time()
    status = client.get(back).status_code
    kept = "organisatie=" in back or not rule.startswith("/mijn/")
    return "" if status in {200, 303} and kept else f"{rule} leads {who} to {back}: {status}"


def test_who_must_sign_in_before_a_change_comes_back_on_a_page(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[str | None] = []
    world.app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    try:
        for rule in post_rules(world.app):
            for who in MAY_CHANGE[rule].split()[-1:]:
                with world.browsers[who].session_transaction() as cookie:
                    cookie["fs_paa"] = 0
                found += [led_back(world, rule, who, world.browsers[who]), led_back(world, rule, who, stranger(world))]
    finally:
        world.app.config["WTF_CSRF_CHECK_DEFAULT"] = True
        world.restore()
    asked = [one for one in found if one is not None]
    say(capsys, "coming back after signing in", len(asked))
    assert len(asked) > 50
    assert [one for one in asked if one] == []


def stranger(world: World) -> FlaskClient:
    return world.browsers["stranger"]


def test_no_change_is_made_without_the_token_of_a_form(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, cases = [], 0
    for rule in sorted({*post_rules(world.app), "/inloggen", "/uitloggen"} - WITHOUT_TOKEN):
        for who, client in world.browsers.items():
            status = client.post(world.path(rule), data={"csrf_token": "verzonnen"}).status_code
            cases += 1
            if status != 400:
                wrong.append(f"{who} {rule}: {status}")
    say(capsys, "changing without a token", cases)
    assert wrong == []
