"""Every page and file of the register takes the two times, keeps them in links and forms, and refuses bad ones."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from common import clock
from common.web.as_of import SAID_AT, VALID_ON, _reads
from tests.register_pages import FILES, RULES, address_of, rules_that_read_as_of

BAD = (
    "geldigOp=2025-02-31", "geldigOp=0000-01-01", "geldigOp=" + "9" * 10_000, "geldigOp=%01",
    "geldigOp=2025-01-01T00:00Z",
    "beschikbaarOp=2999-01-01", "beschikbaarOp=2025-05-05T12:00:00", "beschikbaarOp=2025-05-05T12:00:00%2B99:00",
    "beschikbaarOp=0000-01-01T00:00:00Z", "beschikbaarOp=" + "a" * 10_000,
)  # fmt: skip


def test_every_route_of_the_register_that_everybody_may_read_is_tried_here(app: Flask) -> None:
    assert rules_that_read_as_of(app) == {*RULES, *FILES}


def links_of(page: str) -> list[str]:
    """Return where the links, and what htmx asks, lead to."""
    return [unescape(found) for found in re.findall(r'(?:href|hx-get)="(/[^"#]*)', page)]


def reads_as_of(app: Flask, address: str) -> bool:
    """Say whether an address is one that takes a day, or both times."""
    with app.app_context():
        try:
            endpoint, _values = app.url_map.bind("localhost").match(address.split("?")[0])
        except HTTPException:
            return False
        return _reads(str(endpoint), VALID_ON)


def forgotten(app: Flask, page: str, name: str) -> list[str]:
    """Return the links in a page to the register that do not stay on the day that was chosen."""
    return [one for one in links_of(page) if f"{name}=" not in one and reads_as_of(app, one)]


@pytest.mark.parametrize("rule", RULES)
def test_a_page_of_another_day_says_so_and_all_it_leads_to_stays_there(
    app: Flask, client: FlaskClient, session: Session, last_year: int, rule: str
) -> None:
    day = (clock.today() - timedelta(days=1)).isoformat()
    address = address_of(session, rule, last_year)
    name = VALID_ON if reads_as_of(app, address) else SAID_AT
    answer = client.get(f"{address}?{name}={day}", follow_redirects=True)
    assert answer.status_code == 200
    page = answer.text
    assert 'id="andere-dag"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' in page
    main = re.sub(r'<div class="example-banner as-of.*?</div>', "", page[page.index("<main") :], flags=re.DOTALL)
    assert forgotten(app, main[: main.index("</main>")], name) == []
    for form in re.findall(r"<form[^>]*>.*?</form>", main, flags=re.DOTALL):
        action = re.search(r'action="([^"]*)"', form)
        if 'method="post"' not in form and action and reads_as_of(app, action[1]):
            assert f'name="{name}"' in form, action[1]
    target = re.search(r'hx-get="([^"]+)"[^>]*hx-target="#([^"]+)"', main)
    if target:
        headers = {"HX-Request": "true", "HX-Target": target[2]}
        assert forgotten(app, client.get(f"{address}?{name}={day}", headers=headers).text, name) == []


@pytest.mark.parametrize("rule", [*RULES, *FILES])
def test_what_cannot_be_is_told_of_a_page_and_refused_of_a_file(
    client: FlaskClient, session: Session, last_year: int, rule: str
) -> None:
    address = address_of(session, rule, last_year)
    for query in BAD:
        answer = client.get(f"{address}?{query}", follow_redirects=True)
        name = query.split("=")[0]
        assert answer.status_code == (400 if rule in FILES else 200), query
        assert name in answer.text, query
        if rule in RULES:
            assert 'id="peildatum-fout"' in answer.text, query
        else:
            assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("rule", [*RULES, *FILES])
def test_before_the_site_said_anything_it_says_nothing(
    client: FlaskClient, session: Session, last_year: int, rule: str
) -> None:
    answer = client.get(f"{address_of(session, rule, last_year)}?beschikbaarOp=2001-01-01", follow_redirects=True)
    # A theme is a word of the vocabulary: its page is there before the register said anything, and says so.
    assert answer.status_code == (404 if "<" in rule and not rule.startswith("/themas") else 200)
    assert "Lindenveen" not in answer.text
    assert "Voorbeeldafspraak" not in answer.text
