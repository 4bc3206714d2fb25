"""The list of participants with what nobody should send, and what people send all the same."""

import pytest
from flask.testing import FlaskClient

from tests.factories_participants import HTMX, names, total, words


@pytest.mark.parametrize(
    ("wanted", "address"),
    [
        ("0", "/deelnemers"),
        ("-1", "/deelnemers"),
        ("abc", "/deelnemers"),
        ("999999", "/deelnemers?pagina=3"),
        ("9" * 400, "/deelnemers?pagina=3"),
        ("٣", "/deelnemers"),
        ("1", "/deelnemers"),
    ],
)
def test_a_page_that_is_not_there_becomes_the_nearest_one(client: FlaskClient, wanted: str, address: str) -> None:
    answer = client.get("/deelnemers", query_string={"pagina": wanted})
    assert answer.status_code == 302
    assert answer.location == address
    assert client.get(address).status_code == 200


def test_htmx_gets_the_nearest_page_with_its_address(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?pagina=999999", headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/deelnemers?pagina=3"


def test_empty_values_leave_the_address(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?q=&provincie=&sorteer=naam&afspraak=mvoi-2022-2025")
    assert (answer.status_code, answer.location) == (302, "/deelnemers")
    assert client.get("/deelnemers?q=+alk++maar+").location == "/deelnemers?q=alk+maar"


@pytest.mark.parametrize(
    "address",
    ["soort=koninkrijk", "provincie=pv99", "status=geweldig", "sorteer=omhoog"],
)
def test_unknown_values_are_left_out_and_told(client: FlaskClient, address: str) -> None:
    answer = client.get("/deelnemers?" + address)
    assert answer.status_code == 200
    assert total(answer.text) == 49
    assert address.split("=")[1] in words(answer.text)
    assert "kennen wij niet" in answer.text


def test_an_unknown_value_is_shown_as_text_and_not_for_ever(client: FlaskClient) -> None:
    answer = client.get("/deelnemers", query_string={"soort": "<script>alert(1)</script>" + "x" * 500})
    assert "<script>alert" not in answer.text
    assert "x" * 100 not in words(answer.text)


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE authority; --",
        "%",
        "_",
        '" onmouseover="alert(1)',
        "<b>alkmaar</b>",
        "🌱",
        "🌱 alkmaar",
        "\x00alkmaar",
        "Ä́ȯ",
        "\\",
        "((((",
    ],
)
def test_strange_names_are_only_names(client: FlaskClient, typed: str) -> None:
    answer = client.get("/deelnemers", query_string={"q": typed}, follow_redirects=True)
    assert answer.status_code == 200
    assert "<b>alkmaar" not in answer.text
    assert ' onmouseover="' not in answer.text


def test_marks_alone_find_nobody_and_emoji_beside_a_name_do_not_harm(client: FlaskClient) -> None:
    assert total(client.get("/deelnemers", query_string={"q": "🌱"}).text) == 0
    assert names(client.get("/deelnemers", query_string={"q": "🌱 alkmaar"}).text) == ["Gemeente Alkmaar"]


def test_ten_thousand_letters_are_cut_and_told(client: FlaskClient) -> None:
    answer = client.get("/deelnemers", query_string={"q": "alkmaar " * 1250})
    assert answer.status_code == 200
    assert "eerste 200 tekens" in answer.text
    assert len(answer.text) < 80_000


def test_bytes_that_are_no_text_do_not_break_the_page(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?q=%ff%fe", follow_redirects=True)
    assert answer.status_code == 200
    assert total(answer.text) == 0


def test_a_redirect_never_leads_in_circles(client: FlaskClient) -> None:
    for query in ("q=a%27b%22c", "q=%E2%80%A8a", "q=a&q=b", "soort=gemeente&soort=gemeente", "x=1&y=2", "q=a%2Bb"):
        answer = client.get("/deelnemers?" + query)
        for _step in range(2):
            if answer.status_code == 302:
                answer = client.get(answer.location)
        assert answer.status_code == 200, query


def test_filters_may_come_in_any_order(client: FlaskClient) -> None:
    assert client.get("/deelnemers?soort=waterschap&soort=gemeente").status_code == 200
    assert client.get("/deelnemers?provincie=pv27&q=alk").status_code == 200
