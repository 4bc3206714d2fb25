"""Nothing of Flask-Security's own pages is to be seen; passkeys belong to the site's name and to no other."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.core import _default_config

from accounts import passkeys
from tests.accounts.second_steps import set_up_app
from tests.html_forms import form_on
from tests.sites import csrf_token, make_site, sign_in

Accounts = dict[str, dict[str, str]]
OURS = {"/inloggen", "/uitloggen", "/inloggen/opnieuw"}
THEIRS = sorted(
    value for name, value in _default_config.items() if name.endswith("_URL") and isinstance(value, str)
)  # fmt: skip
PATH = "/inloggen/passkey"


def test_flask_security_has_three_addresses_and_all_are_ours(app: Flask) -> None:
    assert {str(rule) for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")} == OURS
    assert {str(rule) for rule in app.url_map.iter_rules()} & set(THEIRS) == set()


@pytest.mark.parametrize("path", THEIRS)
def test_none_of_its_english_addresses_answers(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_none_of_its_templates_can_be_shown(app: Flask) -> None:
    known = app.jinja_env.list_templates()
    assert "accounts/sign_in.html" in known
    assert [name for name in known if name.startswith("security/")] == []


def test_no_page_of_signing_in_speaks_its_english(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    pages = [client.get(path).text for path in ("/mijn/instellingen/tweede-stap", "/mijn/instellingen/herstelcodes")]
    pages += [app.test_client().get(path).text for path in ("/inloggen", PATH)]
    assert not [word for page in pages for word in ("Two-factor", "Recovery Code", "Log In", "Submit") if word in page]


def options(client: FlaskClient, path: str, page: str = "") -> dict[str, object]:
    answer = client.post(f"{path}/opties", data={"csrf_token": csrf_token(client, page or path)})
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json or {})


def test_a_passkey_is_for_the_name_in_the_settings_and_not_for_the_host_asked(
    app: Flask, client: FlaskClient, accounts: Accounts
) -> None:
    app.config["SITE_URL"] = "https://kompas.example"
    assert options(client, PATH, "/inloggen")["rpId"] == "kompas.example"
    making = options(sign_in(app, accounts["invuller"]), "/mijn/instellingen/passkeys", "/mijn/instellingen")
    assert making["rp"] == {"id": "kompas.example", "name": "Manifestkompas"}
    assert making["authenticatorSelection"] == {
        "requireResidentKey": True, "residentKey": "required", "userVerification": "required",
    }  # fmt: skip


@pytest.mark.parametrize(("address", "asked", "possible"), [
    ("https://kompas.example", "", True),
    ("http://localhost:8000", "", True),
    ("http://localhost:8000", "http://127.0.0.1:8000", False),
    ("http://kompas.example", "", False),
    ("http://127.0.0.1:8000", "", False),
    ("https://192.0.2.7", "", False),
    ("https://[2001:db8::1]", "", False),
])  # fmt: skip
def test_passkeys_are_offered_where_browsers_allow_them(
    data_folder: Path, address: str, asked: str, possible: bool
) -> None:
    app = make_site(data_folder, settings={"site_url": address})
    with app.test_request_context(base_url=asked or address):
        assert passkeys.possible() is possible
    page = app.test_client().get("/inloggen", base_url=asked or address)
    assert page.status_code == 200
    assert ('data-passkey="prove"' in page.text) is possible


@pytest.mark.parametrize("answer", [
    "", "x", "{}", "[]", "null", '{"id":"AA","rawId":"AA","type":"public-key","response":{}}', "\x00", "9" * 5000,
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}',
])  # fmt: skip
def test_an_answer_that_proves_nothing_is_refused_without_an_error(app: Flask, accounts: Accounts, answer: str) -> None:
    stranger = app.test_client()
    options(stranger, PATH)
    form = {**form_on(stranger.get(PATH).text, PATH), "credential": answer}
    assert stranger.post(PATH, data=form).status_code == 422
    client, page = sign_in(app, accounts["invuller"]), "/mijn/instellingen/passkeys"
    options(client, page)
    form = {**form_on(client.get(page).text, page), "naam": "Telefoon", "credential": answer}
    assert client.post(page, data=form).status_code == 422
