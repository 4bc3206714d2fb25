"""What a page says of an authority that ended, of a signature that ended, and of a day that has yet to come."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from common import clock
from tests.factories_participants import filter_count, total, words

EXAMPLE = "/deelnemers?afspraak=voorbeeldafspraak"
ENDED = "/deelnemers/streekarchief-korenland"


def test_what_came_of_a_signature_that_ended_stays_under_it(client: FlaskClient) -> None:
    page = client.get(ENDED).text
    said = words(page)
    order = ["Ondertekening beëindigd", "Bron", "Wat is gevraagd, en wat kwam er", "Actieplan Titel", "Tijdlijn"]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    for year in (2022, 2023):
        assert f'href="{ENDED}/rapportages/{year}"' in page
    assert "Ondertekening van Voorbeeldafspraak beëindigd" in said
    assert said.count("Kenmerk (SHA-256)") == 1, "the signature is told once"
    before = words(client.get(f"{ENDED}?geldigOp=2025-03-13").text)
    assert "Ondertekening eindigt" in before
    assert before.count("Wat is gevraagd, en wat kwam er") == 1


def test_nobody_is_called_late_on_a_day_that_has_yet_to_come(client: FlaskClient) -> None:
    now = filter_count(client.get(EXAMPLE).text, "status", "te-laat")
    soon = (clock.today() + timedelta(days=190)).isoformat()
    ahead = client.get(f"{EXAMPLE}&geldigOp={soon}").text
    assert filter_count(ahead, "status", "te-laat") == now
    assert filter_count(ahead, "status", "nog-niet-te-zeggen") > 0
    listed = client.get(f"{EXAMPLE}&geldigOp={soon}&status=nog-niet-te-zeggen").text
    assert total(listed) == filter_count(ahead, "status", "nog-niet-te-zeggen")
    assert "moest uiterlijk" not in words(listed)
    own = "/deelnemers/gemeente-kievitshoek"
    days = [
        re.findall(r"[^.;:]{,30} te laat", words(client.get(own + when).text)) for when in ("", f"?geldigOp={soon}")
    ]
    assert days[0] == days[1] != []


def test_an_end_to_come_is_told_and_asks_on_until_then(client: FlaskClient) -> None:
    page = words(client.get("/deelnemers/gemeente-oudelind?geldigOp=2026-07-01").text)
    assert "Niet meer gevraagd" not in page
    assert "Vanaf 1 september 2026 wordt dit niet meer gevraagd" in page
    assert "stand op die dag" in page
    assert "stand nu" in words(client.get("/deelnemers/gemeente-lindenveen").text)


def test_an_authority_that_ended_says_in_the_list_where_it_went_on(client: FlaskClient) -> None:
    address = "/deelnemers?afspraak=mvi-2016-2020&q=noordwijkerhout"
    page = words(client.get(address).text)
    assert "verder in Gemeente Noordwijk , die ook deelneemt" in page
    assert "nog geen opvolger" not in page
    whole = words(client.get("/deelnemers?afspraak=mvi-2016-2020").text)
    agreement = words(client.get("/afspraken/mvi-2016-2020").text)
    for said in (whole, agreement):
        assert "29 deelnemers" in said
        assert said.count("1 van deze organisaties bestaat niet meer.") == 1


def test_a_successor_that_took_over_from_another_is_not_said_to_have_this_signature(client: FlaskClient) -> None:
    without = words(client.get("/deelnemers/gemeente-wilgendonk").text)
    assert "nam deze ondertekening over" not in without
    assert "Gemeente Lindedonk is gebonden door de ondertekening van een andere organisatie" in without
    assert "Gemeente Lindedonk nam deze ondertekening over" in words(client.get("/deelnemers/gemeente-oudelind").text)


def test_a_municipality_that_was_divided_says_so_once(client: FlaskClient) -> None:
    page = words(client.get("/deelnemers/gemeente-littenseradiel").text)
    assert page.count("Deze organisatie is verdeeld") == 1
    assert "Deze organisatie ging verder" not in page
    heirs = "Gemeente Leeuwarden en Gemeente Súdwest-Fryslân"
    assert f"Op 1 januari 2018 is Gemeente Littenseradiel verdeeld over {heirs}" in page


def test_how_sure_is_one_row_and_lateness_is_said_in_one_way(client: FlaskClient) -> None:
    page = words(client.get("/deelnemers/gemeente-castricum").text)
    assert "Zekerheid" not in page
    assert "Hoe zeker uit een openbare bron Staat zo in de bron" in page
    for word in re.findall(r"(\d+ \w+(?: en \d+ \w+)?) te laat", words(client.get(f"{EXAMPLE}&status=te-laat").text)):
        assert re.fullmatch(r"\d+ dag(en)?|\d+ maanden|\d+ jaar( en \d+ maand(en)?)?", word), word


def test_each_agreement_says_whether_it_has_begun_and_who_signed_for_whom(client: FlaskClient) -> None:
    before = words(client.get("/afspraken?geldigOp=2022-11-23").text)
    assert before.count("Nog niet begonnen") == 1
    assert before.count("Nieuwste afspraak") == 1
    assert "Eerdere afspraak" not in before
    page = words(client.get("/afspraken/mvoi-2022-2025").text)
    assert "Voor 21 deelnemers tekende een andere organisatie" in page
    assert "Tekende één persoon namens meer organisaties" in page
