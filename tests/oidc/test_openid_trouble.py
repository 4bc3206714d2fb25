"""A provider that is down, slow or broken gives a plain page; a wrong setting stops the site when it starts."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from accounts import openid_client
from tests.browser.conftest import free_port
from tests.oidc.conftest import entry
from tests.oidc.liar import Liar
from tests.oidc.visits import begin, reason
from tests.sites import csrf_token, make_site


def press(site: Flask) -> Any:
    client = site.test_client()
    return client.post("/inloggen/via/stad", data={"csrf_token": csrf_token(client, "/inloggen")})


def test_a_provider_that_is_down_is_a_page_that_says_so(data_folder: Path) -> None:
    site = make_site(data_folder, settings={"oidc_providers": (entry(f"http://127.0.0.1:{free_port()}"),)})
    page = press(site)
    assert page.status_code == 503
    assert "Inloggen bij de proefstad werkt nu niet" in page.text
    assert "Anders inloggen" in page.text


def test_a_slow_provider_is_waited_for_briefly_and_then_left_alone(
    liar_site: Flask, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_client, "TIMEOUT_SECONDS", 0.3)
    liar.wait = 2
    began = time.monotonic()
    assert press(liar_site).status_code == 503
    assert press(liar_site).status_code == 503
    assert time.monotonic() - began < 1.5
    assert len(liar.asked) == 1, "the second person did not wait"


DISCOVERIES: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://elders.example"},
    "the issuer with a slash": {"issuer": None},
    "http elsewhere": {"token_endpoint": "http://elders.example/token"},
    "no address of keys": {"jwks_uri": None},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "a list": {"authorization_endpoint": ["https://elders.example"]},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "userinfo in the clear": {"userinfo_endpoint": "http://elders.example/me"},
    "only shared secrets": {"id_token_signing_alg_values_supported": ["HS256", "none"]},
}


@pytest.mark.parametrize("name", DISCOVERIES)
def test_a_provider_that_says_what_cannot_be_is_not_used(liar_site: Flask, liar: Liar, name: str) -> None:
    liar.metadata = DISCOVERIES[name]
    if name == "the issuer with a slash":
        liar.metadata = {"issuer": liar.issuer + "/"}
    page = press(liar_site)
    assert page.status_code == 502
    assert "klopt niet" in page.text


def test_what_a_provider_says_beside_what_is_asked_changes_nothing(liar_site: Flask, liar: Liar) -> None:
    liar.metadata = {"verify": False, "proxies": {"http": "http://elders.example"}, "jwks": {"keys": []}}
    assert press(liar_site).status_code == 200
    kept = liar_site.extensions["openid"]["stad"].server_metadata
    assert not {"verify", "proxies", "jwks"} & set(kept)


BODIES = {
    "text": (200, b"<html>hallo</html>"),
    "a list": (200, b"[1, 2]"),
    "a number": (200, b"12"),
    "nothing": (200, b""),
    "too much": (200, b'{"a": "' + b"x" * 1_100_000 + b'"}'),
    "refusal": (403, b"{}"),
    "elsewhere": (302, b"{}"),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
@pytest.mark.parametrize("name", BODIES)
def test_nonsense_of_a_provider_is_never_an_error_of_ours(liar_site: Flask, liar: Liar, name: str, path: str) -> None:
    liar.answers[path] = BODIES[name]
    if path.startswith("/.well"):
        assert press(liar_site).status_code == 502
        return
    client = liar_site.test_client()
    answer = client.get(liar.hears(begin(client)))
    assert reason(answer) == "verkeerd-antwoord"
    assert client.get(answer.headers["Location"]).status_code == 502


def test_a_provider_that_breaks_down_between_is_out_of_reach(liar_site: Flask, liar: Liar) -> None:
    liar.answers["/token"] = (500, b"oops")
    client = liar_site.test_client()
    assert reason(client.get(liar.hears(begin(client)))) == "onbereikbaar"


@pytest.mark.parametrize(("subject", "why"), [("another", "verkeerd-antwoord"), ("somebody", "geen-account")])
def test_userinfo_must_be_about_the_subject_of_the_token(liar_site: Flask, liar: Liar, subject: str, why: str) -> None:
    liar.token = lambda claims: liar.signed({name: one for name, one in claims.items() if "email" not in name})
    more = {"sub": subject, "email": "niemand@elders.example", "email_verified": True}
    liar.answers["/me"] = (200, json.dumps(more).encode())
    client = liar_site.test_client()
    assert reason(client.get(liar.hears(begin(client)))) == why


def test_new_keys_of_a_provider_are_fetched(liar_site: Flask, liar: Liar) -> None:
    client = liar_site.test_client()
    assert reason(client.get(liar.hears(begin(client)))) == "geen-account"
    liar.key = liar.strange_key
    client.get(liar.hears(begin(client)))  # the same name of another key: refused once, then read anew
    assert reason(client.get(liar.hears(begin(client)))) == "geen-account"


GOOD = entry("https://inloggen.stad.example")
WRONG: dict[str, Any] = {
    "geen JSON-object": ["stad"],
    "onbekend veld 'secret'": [{**GOOD, "secret": "x"}],
    "ontbreekt 'client_secret'": [{**GOOD, "client_secret": ""}],
    "kleine letters": [{**GOOD, "name": "De Stad"}],
    "begint met https://": [{**GOOD, "issuer": "http://inloggen.stad.example"}],
    "het woord openid": [{**GOOD, "scope": "email"}],
    "'label' van aanbieder 1": [{**GOOD, "label": {"en": "town"}}],
    "'trusted_second_factor'": [{**GOOD, "trusted_second_factor": "ja"}],
    "dezelfde 'name'": [GOOD, {**GOOD, "issuer": "https://b.example"}],
    "dezelfde 'issuer'": [GOOD, {**GOOD, "name": "b"}],
    "geen geldige JSON": "[{",
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_provider_stops_the_start_with_one_plain_message(tmp_path: Path, message: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        make_site(tmp_path, settings={"oidc_providers": WRONG[message]})
    assert message in str(stopped.value)
    assert "docs/settings.md" in str(stopped.value)


def test_without_passwords_there_must_be_a_provider(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="LOCAL_PASSWORDS"):
        make_site(tmp_path, settings={"local_passwords": False})
    make_site(tmp_path, settings={"local_passwords": False, "oidc_providers": (GOOD,)})
