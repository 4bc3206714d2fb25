"""Files of the register: exactly what the address asks for, or a refusal in plain words. Never another file."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient

from common import clock
from tests.factories_participants import words

EXAMPLE = "afspraak=voorbeeldafspraak"
YESTERDAY = (clock.today() - timedelta(days=1)).isoformat()
"""The day before the real agreements came on the site; the example was there."""


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/deelnemers.csv?afspraak=mvoi-2022-2025&beschikbaarOp={YESTERDAY}", 404),
        ("/deelnemers.csv?afspraak=bestaatniet", 404),
        ("/deelnemers.csv?status=zzz", 400),
        ("/deelnemers.csv?soort=gemeente&soort=zzz", 400),
        ("/deelnemers.csv?q=" + "a" * 201, 400),
        (f"/ambities.csv?afspraak=mvoi-2022-2025&beschikbaarOp={YESTERDAY}", 404),
        ("/ambities.csv?afspraak=bestaatniet", 404),
        ("/ambities.csv?niveau=zzz", 400),
        ("/wijzigingen.csv?van=onzin", 400),
        ("/wijzigingen.csv?nieuw=zzz", 400),
        ("/wijzigingen.csv?afspraak=bestaatniet", 404),
        (f"/wijzigingen.csv?afspraak=mvoi-2022-2025&beschikbaarOp={YESTERDAY}", 404),
        ("/wijzigingen.csv?organisatie=bestaatniet", 404),
        ("/wijzigingen.atom?soort=zzz", 400),
        ("/wijzigingen.atom?afspraak=bestaatniet", 404),
    ],
)
def test_a_file_is_what_was_asked_or_is_refused_in_plain_words(client: FlaskClient, address: str, status: int) -> None:
    for language in ("", "/en"):
        answer = client.get(language + address)
        assert (answer.status_code, answer.mimetype) == (status, "text/plain")
        assert "Content-Disposition" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.text) < 200
    if "beschikbaarOp" in address:
        assert "stond toen nog niet op deze site" in client.get(address).text


def test_a_page_of_an_agreement_that_is_not_there_shows_no_other_list(client: FlaskClient) -> None:
    for path in ("/deelnemers", "/ambities"):
        answer = client.get(f"{path}?afspraak=mvoi-2022-2025&beschikbaarOp={YESTERDAY}")
        assert answer.status_code == 404
        assert "Deze afspraak stond toen nog niet op de site" in answer.text
        assert f'href="{path}?afspraak=mvoi-2022-2025"' in answer.text  # as it is now
        unknown = client.get(f"{path}?afspraak=verdrag-van-rome")
        assert unknown.status_code == 404
        assert "Deze afspraak kennen wij hier niet" in unknown.text
        for page in (answer.text, unknown.text):
            assert "Voorbeeldafspraak" not in page
            assert "data-results-heading" not in page


def test_the_home_page_never_gives_figures_of_the_example(client: FlaskClient) -> None:
    then = client.get(f"/?beschikbaarOp={YESTERDAY}").text
    assert 'class="tile"' not in then
    assert "Voorbeeldafspraak" not in words(then)
    assert "Toen stond er nog geen afspraak van echte overheden in dit register" in words(then)
    assert 'class="tile"' in client.get("/").text


def test_the_list_of_participants_holds_what_people_quote(client: FlaskClient) -> None:
    answer = client.get(f"/deelnemers.csv?{EXAMPLE}&geldigOp=2026-11-20")
    assert 'filename="deelnemers-voorbeeldafspraak-2026-11-20.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    late = next(row for row in rows if row["Organisatie"] == "Gemeente Kievitshoek")
    assert (late["Peildatum"], late["Hoe zeker"]) == ("2026-11-20", "uit een openbare bron. Staat zo in de bron")
    assert late["Bron"] == "Voorbeeld: verzonnen gegevens"
    years = late["Jaren te laat"].split(", ")
    assert len(years) == 3
    for what in ("Actieplan", *(f"Rapportage over {year}" for year in years)):
        assert late[f"{what}: termijn"] < "2026-11-20"
        assert "te laat" in late[f"{what}: stand"]
        assert int(late[f"{what}: dagen te laat"]) > 0
    on_time = next(row for row in rows if row["Status"] == "Op tijd" and row["Actieplan"])
    assert on_time["Actieplan: stand"].startswith("vastgesteld")
