"""What a browser comes back with: once, in the same browser, of the same provider, and to the address of this site."""

import re
import time
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import openid
from accounts.models import User
from accounts.sign_in_models import ExternalIdentity
from common.web.database import WRITES_ON_GET
from tests.oidc.conftest import entry
from tests.oidc.liar import Liar
from tests.oidc.visits import at_provider, begin, begin_anew, is_in, reason, sign_in_by
from tests.sites import make_site

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def person(accounts: Accounts) -> str:
    return f"one {accounts['invuller']['email']}"


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("manifestkompas")
    assert found
    return found.value


def test_the_same_answer_again_is_refused(oidc_client: FlaskClient, person: str) -> None:
    back = at_provider(begin(oidc_client), person)
    assert "reden" not in oidc_client.get(back).headers["Location"]
    assert reason(oidc_client.get(back)) == "verlopen"


def test_the_same_answer_with_the_cookie_of_before_is_refused_by_the_provider(oidc_site: Flask, person: str) -> None:
    client, thief = oidc_site.test_client(), oidc_site.test_client()
    back = at_provider(begin(client), person)
    thief.set_cookie("manifestkompas", cookie_of(client))
    client.get(back)
    assert is_in(client)
    assert reason(thief.get(back)) == "verlopen"
    assert not is_in(thief)


def test_it_is_refused_here_too_when_the_provider_takes_a_code_twice(
    liar_site: Flask, liar: Liar, accounts: Accounts, session: Session
) -> None:
    liar.email = accounts["invuller"]["email"]
    client, thief = liar_site.test_client(), liar_site.test_client()
    back = liar.hears(begin(client))
    before = cookie_of(client)
    client.get(back)
    thief.set_cookie("manifestkompas", before)
    assert reason(thief.get(back)) == "verlopen"
    session.execute(update(ExternalIdentity).values(last_started_at=None))  # the guard is off: now it works
    session.commit()
    thief.set_cookie("manifestkompas", before)
    thief.get(back)
    assert is_in(thief)


def test_an_answer_is_worth_nothing_in_another_browser(oidc_site: Flask, person: str) -> None:
    mine, victim = oidc_site.test_client(), oidc_site.test_client()
    back = at_provider(begin(mine), person)
    begin(victim)
    assert reason(victim.get(back)) == "verlopen"
    assert not is_in(victim)
    mine.get(back)
    assert is_in(mine)


def test_an_answer_after_a_quarter_of_an_hour_is_refused(
    oidc_client: FlaskClient, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_provider(begin(oidc_client), person)
    monkeypatch.setattr(openid, "MINUTES_TO_RETURN", -1)
    assert reason(oidc_client.get(back)) == "verlopen"


def test_a_stolen_code_does_not_fit_another_start(oidc_site: Flask, person: str) -> None:
    thief, victim = oidc_site.test_client(), oidc_site.test_client()
    code = re.findall(r"code=([^&]+)", at_provider(begin(victim), person))[0]
    own_state = re.findall(r"state=([^&]+)", begin(thief))[0]
    issuer = entry_issuer(oidc_site)
    answer = thief.get(f"/inloggen/via/stad/terug?code={code}&state={own_state}&iss={issuer}")
    assert reason(answer) == "verlopen"
    assert not is_in(thief)


def entry_issuer(site: Flask) -> str:
    with site.app_context():
        return openid.enabled_providers()[0].issuer


def test_the_start_has_a_challenge_and_the_provider_refuses_one_without(oidc_client: FlaskClient, person: str) -> None:
    address = begin(oidc_client)
    assert "code_challenge_method=S256" in address
    bare = re.sub(r"&code_challenge(_method)?=[^&]+", "", address)
    answer = oidc_client.get(at_provider(bare, person))
    assert reason(answer) == "geweigerd"
    page = oidc_client.get(answer.headers["Location"])
    assert page.status_code == 403
    assert "invalid_request" in page.text


def test_a_code_of_one_provider_is_worth_nothing_at_the_other(
    data_folder: Path, issuer: str, liar: Liar, person: str
) -> None:
    site = make_site(data_folder, settings={"oidc_providers": (entry(issuer), entry(liar.issuer, "leugen"))})
    client = site.test_client()
    back = at_provider(begin(client), person)
    assert reason(client.get(back.replace("/stad/", "/leugen/"))) == "verlopen"
    lured = liar.hears(begin(client, "leugen"))
    code = re.findall(r"code=([^&]+)", at_provider(begin(client), person))[0]
    assert reason(client.get(lured.replace("code=once", f"code={code}").replace(liar.issuer, issuer))) != ""
    assert not any(code in str(one) for one in liar.asked), "the code of one provider went to the other"
    assert not is_in(client)


def test_the_address_of_return_is_made_of_the_setting_and_nothing_else(oidc_site: Flask, person: str) -> None:
    client = oidc_site.test_client()
    address = begin(client)
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Finloggen%2Fvia%2Fstad%2Fterug&" in address
    with oidc_site.test_request_context(base_url="http://elders.example"):
        page = openid.start("stad", "")
    assert "redirect_uri=http%3A%2F%2Flocalhost%2F" in page.get_data(as_text=True)
    for other in ("elders.example", "localhost%3A81", "localhost.elders.example"):
        refused = requests.get(address.replace("F%2Flocalhost", f"F%2F{other}"), allow_redirects=False, timeout=5)
        assert refused.status_code == 400
        assert "redirect_uri" in refused.text


def test_an_error_of_the_provider_is_shown_by_a_known_word_only(oidc_client: FlaskClient) -> None:
    issuer = entry_issuer(oidc_client.application)
    for error, shown in (("server_error", True), ("<script>alert(1)</script>", False), ("uw_account_is_leeg", False)):
        state = re.findall(r"state=([^&]+)", begin(oidc_client))[0]
        asked = {"error": error, "error_description": "Bel 0900-oplichter", "state": state, "iss": issuer}
        answer = oidc_client.get("/inloggen/via/stad/terug", query_string=asked)
        assert reason(answer) == "geweigerd"
        page = oidc_client.get(answer.headers["Location"])
        assert (error in page.text) is shown
        assert "oplichter" not in page.text


def test_an_error_without_a_start_of_this_browser_says_only_that_it_is_over(oidc_client: FlaskClient) -> None:
    assert reason(oidc_client.get("/inloggen/via/stad/terug?error=server_error&state=x")) == "verlopen"
    assert oidc_client.get("/inloggen/via/stad/niet-gelukt?reden=verzonnen").status_code == 404
    assert oidc_client.get("/inloggen/via/bestaat-niet/terug").status_code == 404


def test_whoever_began_in_english_stays_in_english(oidc_client: FlaskClient) -> None:
    page = oidc_client.get("/en/inloggen")
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[0]
    started = oidc_client.post("/en/inloggen/via/stad", data={"csrf_token": token})
    assert "You are going to the trial town" in started.text
    address = re.findall(r'content="0; url=([^"]+)"', started.text)[0].replace("&amp;", "&")
    answer = oidc_client.get(at_provider(address, "s niemand@elders.example"))
    assert answer.headers["Location"].startswith("/en/inloggen/via/stad/niet-gelukt")
    assert "You do not have an account yet" in oidc_client.get(answer.headers["Location"]).text


def test_many_starts_do_not_outgrow_the_cookie(oidc_client: FlaskClient, person: str) -> None:
    for _ in range(12):
        begin(oidc_client, next="/mijn?" + "x" * 400)
    assert len(cookie_of(oidc_client)) < 4000
    sign_in_by(oidc_client, person)
    assert is_in(oidc_client)


def test_only_the_way_back_of_a_provider_may_write_on_a_get(oidc_site: Flask) -> None:
    marked = {name for name, view in oidc_site.view_functions.items() if hasattr(view, WRITES_ON_GET)}
    assert marked == {"openid.come_back"}


def test_the_site_asks_its_second_step_unless_the_provider_is_trusted_in_that(
    data_folder: Path, liar: Liar, accounts: Accounts, session: Session
) -> None:
    user = session.scalars(select(User).where(User.email == accounts["beheerder"]["email"])).one()
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "set up"
    session.commit()
    liar.email = user.email
    liar.token = lambda claims: liar.signed({**claims, "amr": ["pwd", "otp"], "acr": "loa2"})
    ways = {"off": (False, False), "always": (True, True), "acr": (["loa2"], True), "amr": (["x", "otp"], True),
            "another": (["loa4"], False)}  # fmt: skip
    for trusted, at_once in ways.values():
        settings = {"oidc_providers": (entry(liar.issuer, trusted_second_factor=trusted),)}
        client = make_site(data_folder, settings=settings).test_client()
        answer = client.get(liar.hears(begin(client)))
        assert is_in(client) is at_once
        assert answer.headers["Location"] == ("/welkom" if at_once else "/inloggen/code")


def test_signing_in_anew_counts_only_when_the_provider_asked_again(
    liar_site: Flask, liar: Liar, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar.email = accounts["invuller"]["email"]
    client = liar_site.test_client()
    client.get(liar.hears(begin(client)))
    for auth_time in (int(time.time()) - 3600, None, "now"):
        liar.token = lambda claims, moment=auth_time: liar.signed({**claims, "auth_time": moment})  # type: ignore[misc]
        assert reason(client.get(liar.hears(begin_anew(client)))) == "verkeerd-antwoord"
    liar.token = lambda claims: liar.signed({**claims, "auth_time": 1})
    monkeypatch.setattr(openid, "_signed_in_after", lambda *_all: True)
    assert "reden" not in client.get(liar.hears(begin_anew(client))).headers["Location"]


def test_a_trusted_second_factor_spares_staff_from_setting_one_up_here_in_that_session_only(
    data_folder: Path, liar: Liar, accounts: Accounts
) -> None:
    liar.email = accounts["beheerder"]["email"]
    for trusted, where in ((True, None), (False, "/mijn/instellingen/tweede-stap")):
        providers = (entry(liar.issuer, trusted_second_factor=trusted),)
        site = make_site(data_folder, settings={"oidc_providers": providers, "second_factor_required": True})
        client = site.test_client()
        client.get(liar.hears(begin(client)))
        assert client.get("/redactie").headers.get("Location") == where
