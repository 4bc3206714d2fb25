"""The list of participants: filters, counts, order, pages, fragments."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories_participants import (
    HTMX,
    add_authority,
    add_signature,
    counted_queries,
    filter_count,
    names,
    total,
    words,
)

MVI = "/deelnemers?afspraak=mvi-2016-2020"
EXAMPLE = "/deelnemers?afspraak=voorbeeldafspraak"


def test_without_asking_the_newest_real_agreement_is_shown(client: FlaskClient) -> None:
    page = client.get("/deelnemers").text
    assert "Manifest Maatschappelijk Verantwoord Opdrachtgeven en Inkopen 2022-2025" in page
    assert total(page) == 49
    assert "verzonnen gegevens" not in page


def test_each_agreement_has_its_own_list(client: FlaskClient) -> None:
    assert total(client.get(MVI).text) == 29
    page = client.get(EXAMPLE).text
    assert "verzonnen gegevens" in page
    assert total(page) > 40


def test_a_page_has_twenty_rows_and_the_last_has_the_rest(client: FlaskClient) -> None:
    pages = [names(client.get(f"/deelnemers{page}").text) for page in ("", "?pagina=2", "?pagina=3")]
    assert [len(rows) for rows in pages] == [20, 20, 9]
    assert len({name for rows in pages for name in rows}) == 49


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("fryslan", "Wetterskip Fryslân"),
        ("FRYSLÂN", "Wetterskip Fryslân"),
        ("rivm", "Rijksinstituut voor Volksgezondheid en Milieu"),
        ("LVNL", "Luchtverkeersleiding Nederland"),
        ("gooi amstel", "Waterschap Amstel, Gooi en Vecht"),
        ('"alkmaar"', "Gemeente Alkmaar"),
        ("financien", "Ministerie van Financiën"),
    ],
)
def test_a_name_is_found_as_people_type_it(client: FlaskClient, typed: str, found: str) -> None:
    rows = names(client.get("/deelnemers", query_string={"q": typed}).text)
    assert [name for name in rows if found in name], rows


def test_den_haag_is_found_by_both_its_names(client: FlaskClient) -> None:
    for typed in ("den haag", "'s-gravenhage", "s gravenhage"):
        assert names(client.get("/deelnemers", query_string={"q": typed}).text), typed


def test_one_letter_finds_names_with_a_word_that_begins_so(client: FlaskClient) -> None:
    rows = names(client.get("/deelnemers?q=t").text)
    assert "Gemeente Texel" in rows
    assert "Gemeente Alkmaar" not in rows


def test_filters_narrow_and_their_counts_are_what_choosing_them_shows(client: FlaskClient) -> None:
    everything = client.get("/deelnemers").text
    for kind in ("gemeente", "waterschap", "ministerie"):
        chosen = client.get(f"/deelnemers?soort={kind}").text
        assert total(chosen) == filter_count(everything, "soort", kind)
    # A count looks at the other filters, not at its own: choosing a second kind adds its number.
    both = client.get("/deelnemers?soort=gemeente&soort=waterschap").text
    assert filter_count(both, "soort", "ministerie") == filter_count(everything, "soort", "ministerie")
    assert total(both) == filter_count(both, "soort", "gemeente") + filter_count(both, "soort", "waterschap")


def test_counts_follow_the_other_filters(client: FlaskClient) -> None:
    page = client.get("/deelnemers?provincie=pv27").text
    assert filter_count(page, "soort", "waterschap") == 0
    assert filter_count(page, "soort", "gemeente") + filter_count(page, "soort", "provincie") == total(page)


def test_statuses_of_a_followed_agreement_add_up(client: FlaskClient) -> None:
    page = client.get(EXAMPLE).text
    counts = {status: filter_count(page, "status", status) for status in ("te-laat", "binnenkort", "op-tijd")}
    assert sum(counts.values()) == total(page)
    late = client.get(EXAMPLE + "&status=te-laat").text
    assert total(late) == counts["te-laat"]
    said = words(late)
    assert re.search(r"Gemeente Kievitshoek .*? 4 jaar te laat moest uiterlijk op 11 november \d{4}", said)
    own = said.split("Gemeente Kievitshoek")[1].split("Gemeente Lisveen")[0]
    years = re.findall(r"(\d{4}): \d+ (?:jaar|maanden)(?: en \d+ maand(?:en)?)? te laat", own)
    assert len(years) == 3, "every year that is missing is named"


def test_an_agreement_that_is_not_followed_calls_nobody_late(client: FlaskClient) -> None:
    for address in ("/deelnemers", MVI):
        page = client.get(address).text
        assert "Te laat" not in page
        assert "Geen gegevens" in page
        assert "zegt het niet of een organisatie te laat" in page


def test_the_order_can_be_chosen_and_unknown_dates_come_last(client: FlaskClient) -> None:
    assert names(client.get("/deelnemers?sorteer=-datum").text)[0] == "Gemeente Ermelo"
    forward = names(client.get("/deelnemers").text)

    assert names(client.get("/deelnemers?sorteer=-naam").text)[0] != forward[0]
    for order in ("datum", "-datum"):
        last = client.get(f"{MVI}&sorteer={order}&pagina=2").text
        assert "Datum niet bekend" in last


def test_chosen_filters_can_each_be_taken_away(client: FlaskClient) -> None:
    page = client.get("/deelnemers?q=haag&soort=gemeente&provincie=pv28").text
    assert 'href="/deelnemers?soort=gemeente&amp;provincie=pv28"' in page
    assert 'href="/deelnemers?q=haag&amp;provincie=pv28"' in page
    assert 'href="/deelnemers?q=haag&amp;soort=gemeente"' in page
    assert "Wis alles" in page


def test_nothing_found_helps_on(client: FlaskClient) -> None:
    page = client.get("/deelnemers?q=bestaatniet").text
    assert total(page) == 0
    assert "Geen deelnemer gevonden" in page
    assert "/zoeken?q=bestaatniet" in page


def test_who_signed_for_whom_and_how_exactly_the_day_is_known_can_be_seen(client: FlaskClient) -> None:
    assert "via Unie van Waterschappen" in client.get("/deelnemers?q=fryslan").text
    assert "februari\u00a02023" in client.get("/deelnemers?q=leidschendam").text
    assert "omstreeks 24\u00a0november 2022" in client.get("/deelnemers?q=den+haag").text
    itself = words(client.get("/deelnemers?q=unie+van").text)
    assert "via Unie van Waterschappen" not in itself


def test_an_unconfirmed_signature_is_invisible(client: FlaskClient) -> None:
    assert names(client.get("/deelnemers?q=haarlemmermeer").text) == []


def test_an_ended_signature_is_no_longer_on_the_list(client: FlaskClient, session: Session) -> None:
    stayed = add_authority(session, "gm9001", "Gemeente Blijfveld")
    left = add_authority(session, "gm9002", "Gemeente Gaveld")
    add_signature(session, "mvoi-2022-2025", stayed)
    add_signature(session, "mvoi-2022-2025", left, ended_on=date(2024, 1, 1), ended_reason="opgezegd")
    page = client.get("/deelnemers?soort=gemeente").text
    assert "Gemeente Blijfveld" in page
    assert "Gemeente Gaveld" not in page


def test_a_new_signature_shows_at_once(client: FlaskClient, session: Session) -> None:
    before = total(client.get("/deelnemers").text)
    add_signature(session, "mvoi-2022-2025", add_authority(session, "gm9003", "Gemeente Nieuwveld"))
    assert total(client.get("/deelnemers").text) == before + 1


def test_htmx_gets_the_results_only_and_their_counts(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?q=alk", headers=HTMX)
    assert answer.text.lstrip().startswith("<title>1 deelnemer")
    assert "<html" not in answer.text
    assert "province" not in answer.text
    assert '<p id="melding" hx-swap-oob="innerHTML">1 deelnemer</p>' in answer.text
    assert filter_count(answer.text, "soort", "gemeente") == 1
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("more", [{"HX-History-Restore-Request": "true"}, {"HX-Target": "anders"}])
def test_the_whole_page_comes_for_history_and_for_other_targets(client: FlaskClient, more: dict[str, str]) -> None:
    page = client.get("/deelnemers?q=alk", headers={**HTMX, **more})
    assert "<html" in page.text
    assert "hx-swap-oob" not in page.text


def test_htmx_puts_the_tidy_address_in_the_bar(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?q=alk&provincie=&sorteer=naam", headers=HTMX)
    assert answer.headers["HX-Push-Url"] == "/deelnemers?q=alk"
    typing = client.get("/deelnemers?q=alk&provincie=", headers={**HTMX, "HX-Trigger": "q"})
    assert typing.headers["HX-Replace-Url"] == "/deelnemers?q=alk"  # no step back for each letter
    assert "HX-Push-Url" not in typing.headers


def test_the_map_stands_beside_a_list_that_filters(client: FlaskClient) -> None:
    page = client.get("/deelnemers").text
    assert 'href="/deelnemers?provincie=pv27"' in page
    chosen = client.get("/deelnemers?provincie=pv27").text
    assert 'aria-current="true"' in chosen


def test_in_english_the_same_list_is_under_en(client: FlaskClient) -> None:
    page = client.get("/en/deelnemers?q=alkmaar").text
    assert '<html lang="en"' in page
    assert 'href="/en/deelnemers/gemeente-alkmaar"' in page
    assert "Manifesto on Socially Responsible Commissioning and Procurement 2022-2025" in page
    assert client.get("/en/deelnemers?q=&provincie=").location == "/en/deelnemers"


@pytest.mark.parametrize("address", ["/deelnemers", MVI, EXAMPLE])
def test_the_list_takes_few_queries_and_a_second_look_fewer(app: Flask, client: FlaskClient, address: str) -> None:
    with counted_queries(app) as first:
        client.get(address)
    with counted_queries(app) as next_letter:
        client.get(address + ("&" if "?" in address else "?") + "q=a", headers=HTMX)
    assert len(first) <= 8
    assert len(next_letter) <= 3
