"""Reading the register on another day: the two times in the address, the picker, the banner, and what cannot be."""

from datetime import date, timedelta

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from common import clock
from common.versions import AsOf
from common.web.as_of import asked_as_of
from tests.factories_participants import HTMX, names, words

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("query", "day", "moment"),
    [
        ("", TODAY, None),
        ("geldigOp=2024-02-29", date(2024, 2, 29), None),
        ("geldigOp=29-2-2024", date(2024, 2, 29), None),
        ("geldigOp=2030-01-01", date(2030, 1, 1), None),
        ("beschikbaarOp=2025-05-05T12:00:00Z", date(2025, 5, 5), "2025-05-05T12:00:00+00:00"),
        ("beschikbaarOp=2025-05-05T23:30:00-05:00", date(2025, 5, 6), "2025-05-06T04:30:00+00:00"),
        ("beschikbaarOp=2025-05-05T00:30:00+02:00", date(2025, 5, 5), "2025-05-04T22:30:00+00:00"),
        ("beschikbaarOp=2025-05-05T00:30:00%2B02:00", date(2025, 5, 5), "2025-05-04T22:30:00+00:00"),
        ("beschikbaarOp=2025-05-05", date(2025, 5, 5), "2025-05-05T21:59:59.999999+00:00"),
        ("beschikbaarOp=2025-12-31", date(2025, 12, 31), "2025-12-31T22:59:59.999999+00:00"),
        ("geldigOp=2020-01-01&beschikbaarOp=2025-05-05", date(2020, 1, 1), "2025-05-05T21:59:59.999999+00:00"),
        ("beschikbaarOp=2026-11-21", TODAY, None),
        ("geldigOp=&beschikbaarOp=", TODAY, None),
    ],
)
def test_the_two_times_are_read_as_the_dutch_clock_has_them(
    app: Flask, query: str, day: date, moment: str | None
) -> None:
    noon = clock.datetime(2026, 11, 21, 12, tzinfo=clock.UTC)
    with clock.frozen_at(noon), app.test_request_context(f"/deelnemers?{query}"):
        at = asked_as_of()
        assert (at.day, at.moment.isoformat() if at.moment else None) == (day, moment)
        assert not g.asked_times.wrong


@pytest.mark.parametrize(
    "query",
    [
        "geldigOp=gisteren", "geldigOp=2024-02-30", "geldigOp=0001-01-01", "geldigOp=9999-12-31",
        "geldigOp=" + "9" * 500,
        "beschikbaarOp=2026-11-22", "beschikbaarOp=2026-11-21T12:00:01Z", "beschikbaarOp=2025-05-05T12:00:00",
        "beschikbaarOp=0001-01-01T00:00:00+14:00", "beschikbaarOp=9999-12-31T23:59:59-14:00", "beschikbaarOp=%01",
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_refused_of_a_file(app: Flask, query: str) -> None:
    noon = clock.datetime(2026, 11, 21, 12, tzinfo=clock.UTC)
    with clock.frozen_at(noon), app.test_request_context(f"/deelnemers?{query}"):
        at = asked_as_of()
        assert (at.day, at.moment) == (TODAY, None)
        assert len(g.asked_times.wrong) == 1
        with pytest.raises(HTTPException) as refused:
            asked_as_of(download=True)
        assert refused.value.get_response().status_code == 400


def test_a_page_of_another_day_says_so_keeps_the_day_and_stays_out_of_search(client: FlaskClient) -> None:
    page = client.get("/deelnemers?soort=gemeente&geldigOp=2023-03-01").text
    assert "zoals het gold op 1 maart 2023, met wat deze site nu weet. Terug naar vandaag" in words(page)
    assert 'href="/deelnemers?soort=gemeente">Terug naar vandaag' in page
    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="canonical" href="/deelnemers?soort=gemeente">' in page
    assert '<input type="hidden" name="soort" value="gemeente">' in page
    assert 'href="/deelnemers/gemeente-alkmaar?geldigOp=2023-03-01"' in page
    assert 'href="/deelnemers.csv?geldigOp=2023-03-01&amp;soort=gemeente"' in page
    detail = client.get("/deelnemers/gemeente-alkmaar?geldigOp=2023-03-01").text
    assert 'href="/afspraken/mvoi-2022-2025?geldigOp=2023-03-01"' in detail
    assert 'href="/deelnemers?geldigOp=2023-03-01"' in detail


def test_the_page_of_today_has_a_picker_and_no_banner(client: FlaskClient) -> None:
    for path in ("/deelnemers", "/deelnemers/gemeente-alkmaar", "/afspraken", "/wijzigingen", "/", "/en/deelnemers"):
        page = client.get(path).text
        assert page.count('id="peildatum"') == 1, path
        assert 'id="andere-dag"' not in page, path
        assert "noindex" not in page, path
    assert 'id="peildatum"' not in client.get("/kennisbank").text


def test_who_signed_later_is_not_on_the_list_of_an_earlier_day(client: FlaskClient) -> None:
    now, before = (client.get(f"/deelnemers?{query}q=ermelo").text for query in ("", "geldigOp=2025-12-01&"))
    assert names(now) == ["Gemeente Ermelo"]
    assert names(before) == []
    fragment = client.get("/deelnemers?geldigOp=2025-12-01&q=ermelo", headers=HTMX)
    assert "geldigOp=2025-12-01" in fragment.text or names(fragment.text) == []


def test_a_day_that_cannot_be_is_told_at_the_picker_and_the_list_is_that_of_today(client: FlaskClient) -> None:
    answer = client.get("/deelnemers?q=alkmaar&geldigOp=2024-13-99")
    assert answer.status_code == 200
    assert "Bij geldigOp past een dag" in answer.text
    assert 'value="2024-13-99"' in answer.text
    assert names(answer.text) == ["Gemeente Alkmaar"]
    file = client.get("/deelnemers.csv?geldigOp=2024-13-99")
    assert (file.status_code, file.mimetype) == (400, "text/plain")
    assert "Bij geldigOp past een dag" in file.text


def test_what_lies_ahead_is_refused_until_it_is_there(client: FlaskClient) -> None:
    soon = (clock.now() + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    assert "weten wij nog niet" in client.get(f"/deelnemers?beschikbaarOp={soon}").text
    with clock.frozen_at(clock.now() + timedelta(minutes=6)):
        assert "weten wij nog niet" not in client.get(f"/deelnemers?beschikbaarOp={soon}").text


def test_before_the_register_there_was_nothing(client: FlaskClient) -> None:
    for path in ("/deelnemers", "/afspraken", "/wijzigingen", "/"):
        assert client.get(f"{path}?beschikbaarOp=2001-01-01").status_code == 200, path
    assert "Toen stond hier nog niets" in client.get("/deelnemers?beschikbaarOp=2001-01-01").text
    assert client.get("/deelnemers.csv?beschikbaarOp=2001-01-01").text.count("\n") == 1
    unknown = client.get("/deelnemers/gemeente-alkmaar?beschikbaarOp=2001-01-01")
    assert unknown.status_code == 404
    assert 'href="/deelnemers/gemeente-alkmaar">Terug naar vandaag' in unknown.text


def test_an_authority_that_did_not_exist_yet_says_from_which_it_came(client: FlaskClient) -> None:
    page = client.get("/deelnemers/gemeente-hoeksche-waard?geldigOp=2010-01-01").text
    assert "Deze organisatie bestond toen nog niet" in page
    assert "Gemeente Hoeksche Waard bestaat sinds 1 januari 2019. Daarvoor waren er: Gemeente Binnenmaas" in words(page)
    assert 'href="/deelnemers/gemeente-binnenmaas?geldigOp=2010-01-01"' in page


def test_the_last_minute_is_read_as_now_because_a_change_may_be_on_its_way(app: Flask) -> None:
    def asked(back: int) -> AsOf:
        moment = (clock.now() - timedelta(seconds=back)).isoformat().replace("+00:00", "Z")
        with app.test_request_context(f"/?beschikbaarOp={moment}"):
            return asked_as_of()

    assert asked(30) == AsOf(clock.today())
    assert asked(90).moment is not None
