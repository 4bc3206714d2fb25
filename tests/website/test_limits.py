"""How often a visitor may ask: he is told when to come back, and cannot pretend to be many."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from common.web import limits
from common.web.limits import LIMITS, OF_ENDPOINT, limited, name_of
from tests.sites import csrf_token, make_site, sign_in
from website.search import results

SEARCHES = 240
DEAD_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """The site with its limits on, as in the world."""
    return site_with(app)


def site_with(app: Flask, **settings: object) -> Flask:
    return make_site(app.extensions["settings"].data, settings={"rate_limits": True, **settings})


def status_after(client: FlaskClient, times: int, **request: object) -> int:
    """Search so often, and return the status of one more."""
    for _ in range(times):
        client.get("/zoeken", **request)  # type: ignore[arg-type]
    return client.get("/zoeken", **request).status_code  # type: ignore[arg-type]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three searches a minute, so that a test need not ask hundreds of times."""
    monkeypatch.setitem(LIMITS, "search", limits.Allowed("3/minute", reading_too=True))  # type: ignore[arg-type]
    return 3


@pytest.mark.parametrize(("path", "title", "again"), [
    ("/zoeken", "Even geduld", r"Probeer het over \d+ seconden? opnieuw"),
    ("/en/zoeken", "One moment please", r"Please try again in \d+ seconds?"),
])  # fmt: skip
def test_whoever_asks_too_often_gets_a_page_that_says_when(
    guarded: Flask, few: int, path: str, title: str, again: str
) -> None:
    client = guarded.test_client()
    status_after(client, few)
    answer = client.get(path)
    assert answer.status_code == 429
    assert title in answer.text
    assert re.search(again, answer.text)
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.headers["Cache-Control"] == "no-store"


def test_htmx_gets_a_fragment_that_says_when(guarded: Flask, few: int) -> None:
    client = guarded.test_client()
    status_after(client, few)
    answer = client.get("/zoeken", headers={"HX-Request": "true", "HX-Target": "resultaten"})
    assert answer.status_code == 429
    assert "<html" not in answer.text
    assert re.search(r"over \d+ seconden? opnieuw", answer.text)


def test_the_headers_say_what_is_left(guarded: Flask) -> None:
    first, second = (guarded.test_client().get("/zoeken").headers for _ in range(2))
    assert first["RateLimit-Policy"] == f"{SEARCHES};w=60"
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    assert "Retry-After" not in second


def test_pages_that_are_kept_count_and_no_refusal_is_kept(guarded: Flask, few: int) -> None:
    client = guarded.test_client()
    assert status_after(client, few) == 429
    other = {"environ_base": {"REMOTE_ADDR": "192.0.2.77"}}
    fresh = client.get("/zoeken", **other)  # type: ignore[arg-type]
    assert fresh.status_code == 200
    assert "Retry-After" not in fresh.headers
    assert fresh.headers["RateLimit-Remaining"] == "2"


def test_reading_other_pages_is_not_limited(guarded: Flask, few: int) -> None:
    client = guarded.test_client()
    assert status_after(client, few) == 429
    assert client.get("/over").status_code == 200
    assert "RateLimit-Limit" not in client.get("/over").headers


def test_a_forged_header_makes_nobody_another_visitor(guarded: Flask, few: int) -> None:
    client = guarded.test_client()
    for number in range(few):
        client.get("/zoeken", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    answer = client.get("/zoeken", headers={"X-Forwarded-For": "192.0.2.99", "X-Real-IP": "192.0.2.98"})
    assert answer.status_code == 429


def test_behind_one_proxy_only_what_that_proxy_saw_counts(app: Flask, few: int) -> None:
    client = site_with(app, trusted_proxies=1).test_client()
    for number in range(few):
        client.get("/zoeken", headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"})
    forged = client.get("/zoeken", headers={"X-Forwarded-For": "198.51.100.99, 192.0.2.1"})
    other = client.get("/zoeken", headers={"X-Forwarded-For": "192.0.2.2"})
    assert (forged.status_code, other.status_code) == (429, 200)


def test_one_proxy_too_many_trusted_would_let_anybody_forge_his_address(app: Flask, few: int) -> None:
    client = site_with(app, trusted_proxies=2).test_client()
    for number in range(few):
        client.get("/zoeken", headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"})
    forged = client.get("/zoeken", headers={"X-Forwarded-For": "198.51.100.99, 192.0.2.1"})
    assert forged.status_code == 200


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("192.0.2.1", "192.0.2.2", False), ("::ffff:192.0.2.1", "192.0.2.1", True), ("fe80::1%eth0", "fe80::2", True),
])  # fmt: skip
def test_a_line_at_home_is_one_visitor_whichever_of_its_addresses_it_takes(
    guarded: Flask, few: int, one: str, other: str, same: bool
) -> None:
    client = guarded.test_client()
    status_after(client, few, environ_base={"REMOTE_ADDR": one})
    answer = client.get("/zoeken", environ_base={"REMOTE_ADDR": other})
    assert (answer.status_code == 429) is same


def test_signing_in_is_limited_and_looking_at_the_form_is_not(guarded: Flask) -> None:
    client = guarded.test_client()
    token = csrf_token(client, "/inloggen")
    left = []
    for number in range(31):
        form = {"email": f"niemand{number}@example.org", "password": "x" * 12, "csrf_token": token}
        answer = client.post("/inloggen", data=form)
        left.append(answer.headers["RateLimit-Remaining"])
    assert left == [*map(str, reversed(range(30))), "0"]
    assert answer.status_code == 429
    assert client.get("/inloggen").status_code == 200


def test_what_one_person_writes_does_not_stop_his_colleagues(
    app: Flask, accounts: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITING", limits.Allowed("5/minute", per_person=True))
    guarded = site_with(app)
    busy, colleague = (sign_in(guarded, accounts[role]) for role in ("invuller", "coordinator"))
    codes = [busy.post("/mijn/rapportages/2025/a/concept", data={}).status_code for _ in range(6)]
    assert codes[-1] == 429
    assert colleague.post("/mijn/rapportages/2025/a/concept", data={}).status_code != 429


def test_the_site_stays_up_and_counts_for_itself_while_redis_is_down(app: Flask, few: int) -> None:
    client = site_with(app, rate_limit_storage=DEAD_REDIS).test_client()
    assert client.get("/zoeken").status_code == 200
    assert status_after(client, few) == 429


def test_limits_can_be_switched_off(app: Flask, few: int) -> None:
    assert status_after(app.test_client(), few + 1) == 200


def test_a_limit_that_does_not_exist_cannot_be_named() -> None:
    with pytest.raises(KeyError):
        limited("verzonnen")


def test_every_name_is_used_and_every_endpoint_in_the_table_is_there(app: Flask) -> None:
    with app.app_context():
        used = {name_of(endpoint) for endpoint in app.view_functions} - {""}
        assert name_of("search.results") == "search"
    assert results is app.view_functions["search.results"]
    assert used == set(LIMITS)
    assert set(OF_ENDPOINT.values()) <= set(LIMITS)


def test_no_way_to_send_a_password_or_a_code_is_without_its_limit(app: Flask) -> None:
    told = re.compile(r"^/(inloggen|uitnodiging)|/bestanden$|/documenten$|/berichten/stoppen")
    with app.app_context():
        forgotten = [
            str(rule)
            for rule in app.url_map.iter_rules()
            if told.search(str(rule)) and {"POST"} & (rule.methods or set()) and not name_of(rule.endpoint)
        ]
    assert forgotten == []
