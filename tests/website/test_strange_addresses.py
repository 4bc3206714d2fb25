"""Numbers that no row can have, and characters that no database takes, are addresses that do not exist."""

from io import BytesIO

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.sites import sign_in

LARGE = ("2147483648", "9223372036854775808", "9" * 40, "9" * 5000)


@pytest.fixture
def browsers(app: Flask, accounts: dict[str, dict[str, str]]) -> dict[str, FlaskClient]:
    return {role: sign_in(app, accounts[role]) for role in ("invuller", "beoordelaar", "beheerder", "redacteur")}


@pytest.mark.parametrize("number", LARGE)
@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("invuller", "/mijn/rapportages/{}"),
        ("beoordelaar", "/redactie/rapportages/{}"),
        ("beheerder", "/redactie/ondertekeningen/{}/bevestigen"),
        ("redacteur", "/redactie/gidsen/actieplan-schrijven/versies/{}"),
    ],
)
def test_a_number_that_no_row_can_have_is_not_found(
    browsers: dict[str, FlaskClient], role: str, path: str, number: str
) -> None:
    assert browsers[role].get(path.format(number)).status_code == 404


@pytest.mark.parametrize("number", [*LARGE, "-" + LARGE[1]])
def test_a_version_that_cannot_be_shows_the_newest_text(browsers: dict[str, FlaskClient], number: str) -> None:
    answer = browsers["redacteur"].get(f"/redactie/gidsen/actieplan-schrijven?versie={number}")
    assert answer.status_code == 200


def test_an_address_with_a_nul_is_not_found(client: FlaskClient) -> None:
    for path in ("/deelnemers/%00", "/kennisbank/a%00b", "/deelnemers/%00/rapportages/2024"):
        assert client.get(path).status_code == 404


def test_nul_is_left_out_of_what_a_browser_sends(app: Flask) -> None:
    sent = {"a\0": "b\0c", "lijst": ["\0", "d\0"], "bestand\0": (BytesIO(b"x\0y"), "na\0am.txt")}
    with app.test_request_context("/?q=a%00b&q=%00&%00=1", method="POST", data=sent):
        assert list(request.args.items(multi=True)) == [("q", "ab"), ("q", ""), ("", "1")]
        assert list(request.form.items(multi=True)) == [("a", "bc"), ("lijst", ""), ("lijst", "d")]
        file = request.files["bestand"]
        assert (file.filename, file.read()) == ("naam.txt", b"x\0y")
        assert "htmx" in vars(request._get_current_object())  # type: ignore[attr-defined]  # of the extension
    with app.test_request_context("/", method="POST", data={"a\0": "b\0", "lijst": ["\0", "d"]}):
        assert list(request.values.items(multi=True)) == [("a", "b"), ("lijst", ""), ("lijst", "d")]
