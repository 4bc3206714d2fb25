"""What the site said at any past moment can be shown again, whatever happened since: downloads to the byte."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common import clock
from common.ledger import first_broken
from tests.factories_changes import confirm, rename
from tests.factories_changes_more import ALL_CHANGES
from tests.factories_participants import words
from tests.register_pages import FILES, RULES, address_of
from tests.sites import make_site

DOWNLOADS = (
    "/deelnemers.csv?afspraak=voorbeeldafspraak&sorteer=-datum", "/en/deelnemers.csv?afspraak=mvi-2016-2020",
    "/wijzigingen.csv?nieuw=ja",
)  # fmt: skip
PAGES = ("/deelnemers?afspraak=voorbeeldafspraak", "/wijzigingen?nieuw=ja", "/deelnemers/gemeente-noordwijk?")
Said = dict[str, bytes | str]
Where = tuple[list[str], list[str]]


@pytest.fixture
def where(session: Session, last_year: int) -> Where:
    """Return every page of the register, and every file."""
    files, pages = ([f"{address_of(session, rule, last_year)}?" for rule in rules] for rules in (FILES, RULES))
    session.rollback()
    return [*pages, *PAGES], [*files, *DOWNLOADS]


def said(client: FlaskClient, where: Where, when: str = "") -> Said:
    """Return what every page and download says."""
    pages, files = where
    found: Said = {path: without_address(client.get(path + when).data) for path in files}
    for path in pages:
        answer = client.get(path + when, follow_redirects=True)
        found[path] = f"{answer.status_code} {content(answer.text)}"
    return found


def said_at(client: FlaskClient, where: Where, moment: datetime) -> Said:
    """Return what every page and download said at a moment."""
    return said(client, where, f"&beschikbaarOp={moment.isoformat().replace('+00:00', 'Z')}")


def without_address(body: bytes) -> bytes:
    """Return a feed without the moment in its own address and links; every other file as it is."""
    return re.sub(rb"[?]beschikbaarOp=[^&\"<]*|&amp;beschikbaarOp=[^&\"<]*", b"", body)


def content(page: str) -> str:
    """Return the words of a page, without banner, picker and figures of the knowledge base."""
    main = page[page.index("<main") : page.index("</main>")]
    for part in (r'<div class="example-banner[^"]*".*?</div>', r'<section class="card as-of".*?</section>'):
        main = re.sub(part, "", main, flags=re.DOTALL)
    # The guides, examples and groups on the page of a theme come from the knowledge base, which is of now only.
    for name in ("gidsen", "praktijk", "groepen"):
        main = re.sub(rf'<section class="card[^>]*"{name}(?:-titel)?"[^>]*>.*?</section>', "", main, flags=re.DOTALL)
    main = re.sub(
        r'<p class="band__note">.*?</p>|<div class="tile">(?:(?!</div>).)*gidsen.*?</div>', "", main, flags=re.DOTALL
    )
    return words(main).replace("stand op die dag", "stand nu")  # the label says which of the two is read


def test_whatever_happens_what_was_said_before_can_be_said_again(app: Flask, session: Session, where: Where) -> None:
    rng, client = Random(1), app.test_client()
    start = clock.now() + timedelta(days=1)
    remembered: dict[datetime, Said] = {}
    told = start
    for number, make in enumerate(rng.sample(ALL_CHANGES, k=len(ALL_CHANGES))):
        moment = max(start + timedelta(days=number * rng.choice([1, 1, 9])), told + timedelta(hours=1))
        with clock.frozen_at(moment):
            make(session, rng)
            session.commit()
        told = moment + timedelta(minutes=30)
        if number % 7 == 0:  # every page is read twice for each moment that is remembered
            with clock.frozen_at(told):
                remembered[told] = said(client, where)
    later = app.test_client()
    with clock.frozen_at(max(remembered) + timedelta(days=400)):
        for moment, before in remembered.items():
            assert said_at(later, where, moment) == before, moment
    assert first_broken(session) is None
    listed = "/deelnemers.csv?afspraak=voorbeeldafspraak&sorteer=-datum"
    assert len({saying[listed] for saying in remembered.values()}) > 2, "the changes changed nothing"


def test_another_process_that_kept_nothing_says_the_same(
    app: Flask, session: Session, where: Where, data_folder: Path
) -> None:
    client, rng = app.test_client(), Random(7)
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        moment, before = clock.now(), said(client, where)
    with clock.frozen_at(moment + timedelta(days=3)):
        rename(session, rng)
        confirm(session, rng)
        session.commit()
        assert said(client, where)["/deelnemers.csv?"] != before["/deelnemers.csv?"]
        assert said_at(make_site(data_folder).test_client(), where, moment) == before
