"""The pages of agreements, and reading them."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from common.vocabulary import CONTENT
from registry.agreements.reading import all_agreements, current_version, find_agreement, in_force_among
from registry.signatures.models import Signature, SignatureVersion
from tests.factories_participants import counted_queries, total, words


def test_all_agreements_stand_on_one_page_and_the_example_is_marked(client: FlaskClient) -> None:
    text = words(client.get("/afspraken").text)
    newest = text.index("Nieuwste afspraak Manifest MVOI 2022-2025")
    assert newest < text.index("Eerdere afspraak Manifest MVI 2016-2020")
    assert "Voorbeeld: verzonnen gegevens Voorbeeldafspraak" in text
    assert "49 deelnemers in dit register" in text


def test_an_agreement_says_what_it_asks_by_when(client: FlaskClient) -> None:
    text = words(client.get("/afspraken/mvoi-2022-2025").text)
    assert "Binnen een jaar na ondertekening" in text
    assert "Elk jaar" in text
    assert "Ketenverantwoordelijkheid" in text
    assert "Wat wij niet weten" in text
    assert "Deze periode is voorbij" in text
    earlier = words(client.get("/afspraken/mvi-2016-2020").text)
    assert "Binnen een half jaar na ondertekening" in earlier
    assert "Geen lijst" not in earlier


def test_counts_of_sources_stand_with_day_and_source_beside_our_own(client: FlaskClient) -> None:
    page = client.get("/afspraken/mvi-2016-2020").text
    text = words(page)
    assert "62 deelnemers bij de eerste ondertekening" in text
    assert "8 december 2016" in text
    assert "februari 2020" in text
    assert "zonder datum" in text
    assert "https://altura.io/blog/Nationaal-Plan-MVI-inschrijver/" in page


def test_parties_by_kind_lead_to_the_list_with_that_filter(client: FlaskClient) -> None:
    page = client.get("/afspraken/mvi-2016-2020").text
    assert 'href="/deelnemers?afspraak=mvi-2016-2020&amp;soort=gemeente"' in page
    listed = total(client.get("/deelnemers?afspraak=mvi-2016-2020&soort=gemeente").text)
    assert f'ranked__value">{listed}<' in page


def test_predecessor_and_successor_link_to_each_other(client: FlaskClient) -> None:
    assert 'href="/afspraken/mvi-2016-2020"' in client.get("/afspraken/mvoi-2022-2025").text
    assert 'href="/afspraken/mvoi-2022-2025"' in client.get("/afspraken/mvi-2016-2020").text
    assert "Een opvolger is ons niet bekend" in client.get("/afspraken/mvoi-2022-2025").text


def test_every_page_of_the_example_agreement_says_that_it_is_invented(client: FlaskClient) -> None:
    assert "example-banner" in client.get("/afspraken/voorbeeldafspraak").text
    assert "example-banner" not in client.get("/afspraken/mvoi-2022-2025").text


def test_agreements_exist_in_english(client: FlaskClient) -> None:
    page = client.get("/en/afspraken/mvoi-2022-2025").text
    assert "What is this manifesto?" in page
    assert 'href="/en/deelnemers?soort=gemeente"' in page


@pytest.mark.parametrize("address", ["/afspraken", "/afspraken/mvoi-2022-2025", "/afspraken/voorbeeldafspraak"])
def test_the_pages_take_few_queries(app: Flask, client: FlaskClient, address: str) -> None:
    with counted_queries(app) as seen:
        assert client.get(address).status_code == 200
    assert len(seen) <= 4


def test_an_unknown_agreement_is_a_404(client: FlaskClient) -> None:
    assert client.get("/afspraken/verdrag-van-rome").status_code == 404


def test_the_newest_real_agreement_that_has_begun_is_in_force(session: Session) -> None:
    for day, slug in ((date(2026, 11, 21), "mvoi-2022-2025"), (date(2022, 11, 23), "mvi-2016-2020")):
        found = in_force_among(all_agreements(session), AsOf(day))
        assert found is not None
        assert found.slug == slug


def test_examples_come_last_and_an_unknown_slug_gives_nothing(session: Session) -> None:
    assert [agreement.is_example for agreement in all_agreements(session)] == [False, False, True]
    assert find_agreement(session, "nergens") is None
    found = find_agreement(session, "mvoi-2022-2025")
    assert found is not None
    assert current_version(found).predecessor_slug == "mvi-2016-2020"


def test_every_page_gives_the_same_count_and_explains_it(client: FlaskClient) -> None:
    said = "49 deelnemers door 28 ondertekeningen, geteld op"
    assert "deelnemers in dit register 49 ondertekeningen 28" in words(client.get("/").text)
    assert "Eén ondertekening kan voor meer organisaties gelden." in words(client.get("/").text)
    for page in ("/deelnemers", "/afspraken/mvoi-2022-2025"):
        text = words(client.get(page).text)
        assert "deelnemers in dit register 49" in text, page
        assert said in text, page
    assert "49 deelnemers in dit register" in words(client.get("/afspraken").text)
    assert total(client.get("/deelnemers").text) == 49
    then = words(client.get("/afspraken/mvoi-2022-2025?geldigOp=2022-11-20").text)
    assert "deelnemers in dit register 0" in then
    assert "0 ondertekeningen" not in then


def test_the_statement_counts_the_signatures_as_the_register_does(session: Session) -> None:
    """58 of two manifestos in content/pages/over.*.md: 29 of each, of which one is not confirmed."""
    query = select(Signature.key, SignatureVersion.confirmed).join(SignatureVersion)
    real = [(key, sure) for key, sure in session.execute(query) if not key.startswith("voorbeeldafspraak")]
    assert [sum(key.startswith(f"{slug}/") for key, _sure in real) for slug in ("mvoi-2022-2025", "mvi-2016-2020")] == [
        29, 29,
    ]  # fmt: skip
    assert sum(not sure for _key, sure in real) == 1
    assert "58 ondertekeningen" in (CONTENT / "pages" / "over.nl.md").read_text(encoding="utf-8")
