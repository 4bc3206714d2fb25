"""Home, statement pages, the addresses for machines, errors and headers, as a stranger meets them."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from common.ledger import SYSTEM, record
from tests.sites import csrf_token, sign_in

STATEMENTS = ["/over", "/privacy", "/toegankelijkheid", "/licenties"]


def test_home_gives_key_figures_with_their_date_and_one_search_box(client: FlaskClient) -> None:
    page = client.get("/").text
    # The bar below the menu is hidden until somebody presses "Zoeken".
    assert page[page.index("<main") :].count('type="search"') == 1
    assert 'action="/zoeken"' in page
    assert re.search(r"stand van \d+\s[a-z]+ \d{4}", page)


def test_home_in_english_links_to_english_pages(client: FlaskClient) -> None:
    page = client.get("/en/").text
    assert '<html lang="en"' in page
    assert 'href="/en/deelnemers"' in page
    assert 'hreflang="nl"' in page


def test_the_key_figures_of_a_real_agreement_hold_nothing_of_the_example(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "deelnemers in dit register" in page
    assert "Deze overheden, plannen en cijfers bestaan niet echt" not in page


@pytest.mark.parametrize("path", STATEMENTS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_statement_pages_exist_in_both_languages(client: FlaskClient, path: str, prefix: str) -> None:
    response = client.get(prefix + path)
    assert response.status_code == 200
    assert "<h1>" in response.text


def test_the_licence_page_lists_the_packages_that_are_served(client: FlaskClient) -> None:
    page = client.get("/licenties").text
    assert "htmx.org" in page
    assert "source-sans" in page


def test_security_txt_has_a_contact_and_does_not_expire_unseen(client: FlaskClient) -> None:
    for day in (now(), now() + timedelta(days=900)):
        with frozen_at(day):
            text = client.get("/.well-known/security.txt").text
            assert "Contact: " in text
            expires = datetime.fromisoformat(re.search(r"Expires: (.+)", text).group(1))  # type: ignore[union-attr]
            assert day < expires < day + timedelta(days=366)


def test_robots_and_sitemap_name_public_pages_only(client: FlaskClient) -> None:
    assert "Disallow: /mijn" in client.get("/robots.txt").text
    sitemap = client.get("/sitemap.xml")
    assert sitemap.mimetype == "application/xml"
    assert "/deelnemers/gemeente-alkmaar<" in sitemap.text
    assert "/redactie" not in sitemap.text


def test_healthz_says_ok(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_every_answer_has_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/bestaat-niet", "/healthz", "/mijn"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_does_not_exist_helps_on(client: FlaskClient) -> None:
    response = client.get("/deelnemers/bestaat-niet")
    assert response.status_code == 404
    assert 'action="/zoeken"' in response.text


def test_an_error_for_htmx_is_a_fragment(client: FlaskClient) -> None:
    response = client.get("/bestaat-niet", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert "<html" not in response.text


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/inloggen", data={"email": "a@b.example", "password": "x"}).status_code == 400


def test_signing_in_fails_alike_for_a_known_and_an_unknown_address(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    pages = []
    for email in (accounts["invuller"]["email"], "niemand@nergens.example"):
        client = app.test_client()
        token = csrf_token(client, "/inloggen")
        response = client.post("/inloggen", data={"email": email, "password": "fout wachtwoord", "csrf_token": token})
        assert response.status_code in {200, 422}
        text = re.sub(r'name="csrf_token"[^>]*', "", response.text)
        pages.append(text.replace(email, "ADRES"))
    assert pages[0] == pages[1]
    assert "horen niet bij elkaar" in pages[0]


def test_signing_in_leads_to_the_work_and_signing_out_back_home(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    client = sign_in(app, accounts["invuller"])
    page = client.get("/welkom", follow_redirects=True)
    assert page.request.path == "/mijn"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    client.post("/uitloggen", data={"csrf_token": token})
    assert client.get("/mijn").status_code == 303


def test_the_sign_in_page_leads_nowhere_else(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    client = app.test_client()
    for wanted in ("https://kwaad.example/", "//kwaad.example", "/\\kwaad.example"):
        assert "kwaad" not in client.get("/inloggen", query_string={"next": wanted}).text.split("<main")[1]
        data = {**accounts["invuller"], "csrf_token": csrf_token(client, "/inloggen"), "next": wanted}
        target = client.post("/inloggen", data=data).headers.get("Location", "")
        assert urlsplit(target).netloc == ""
        assert not target.startswith(("//", "/\\"))


def test_a_kept_page_is_made_again_as_soon_as_the_ledger_moves(client: FlaskClient, session: Session) -> None:
    first = client.get("/afspraken")
    again = client.get("/afspraken", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    record(session, "test.happened", "test:1", actor=SYSTEM)
    session.commit()
    assert client.get("/afspraken").status_code == 200


def test_a_page_is_kept_while_somebody_types_in_a_draft(client: FlaskClient, session: Session) -> None:
    etag = client.get("/afspraken").headers["ETag"]
    record(session, "report.saved", "report:vb001/voorbeeldafspraak/2025", actor=SYSTEM)
    session.commit()
    assert client.get("/afspraken", headers={"If-None-Match": etag}).status_code == 304


def test_a_page_for_somebody_signed_in_is_not_kept_for_a_stranger(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    assert "Uitloggen" in sign_in(app, accounts["invuller"]).get("/afspraken").text
    assert "Uitloggen" not in app.test_client().get("/afspraken").text


@pytest.mark.parametrize("moment", [datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)])
def test_public_pages_work_on_odd_days(client: FlaskClient, moment: datetime) -> None:
    with frozen_at(moment):
        for path in ("/", "/deelnemers", "/deelnemers?afspraak=voorbeeldafspraak", "/kennisbank"):
            assert client.get(path).status_code == 200
