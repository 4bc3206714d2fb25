"""The public pages of the knowledge base."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from common.ledger import SYSTEM
from common.vocabulary import vocabulary
from kb.guides.desk import drafts, review_due
from kb.guides.fields import GuideFields
from kb.guides.overview import Choice, counts, filtered, read_choice
from kb.guides.reading import public_cards
from kb.guides.see_also import most_alike, see_also
from kb.guides.writing import create_guide, publish_guide

MOST_QUERIES = 8


def fields(**changes: object) -> GuideFields:
    """Return what a small guide says."""
    said = {
        "title": "Proefgids",
        "summary": "Een proef.",
        "kind": "guide",
        "themes": ("klimaat",),
        "product_groups": ("catering",),
        "level": "starter",
        "owner": "redacteur",
        "reviewed_on": None,
        "review_due_on": None,
        "related": (),
        "sources": (),
        "body": "## Kop\n\nTekst.\n",
    }
    return GuideFields(**{**said, **changes})  # type: ignore[arg-type]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the queries inside the block."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_the_overview_lists_every_guide_once_in_the_language_of_the_page(client: FlaskClient, session: Session) -> None:
    dutch, english = client.get("/kennisbank").text, client.get("/en/kennisbank").text
    for card in public_cards(session):
        there = card.language == "nl" or not card.translation
        assert dutch.count(f'href="/kennisbank/{card.slug}"') == there
        assert english.count(f'href="/en/kennisbank/{card.slug}"') == (card.language == "en" or not card.translation)


def test_guides_for_beginners_stand_first(session: Session) -> None:
    levels = [card.is_starter for card in public_cards(session)]
    assert levels == sorted(levels, reverse=True)
    assert True in levels
    assert False in levels


def test_filters_of_two_kinds_must_both_fit_and_values_of_one_kind_either(session: Session) -> None:
    cards = public_cards(session)
    klimaat = filtered(cards, Choice({"thema": ("klimaat",)}))
    both = filtered(cards, Choice({"thema": ("klimaat",), "soort": ("instrument",)}))
    either = filtered(cards, Choice({"thema": ("klimaat", "keten")}))
    assert 0 < len(both) < len(klimaat) <= len(either)
    assert all(card.kind == "instrument" and "klimaat" in card.themes for card in both)


def test_each_count_says_how_many_guides_its_value_would_leave(session: Session) -> None:
    cards, choice = public_cards(session), Choice({"thema": ("klimaat",), "productgroep": ("gww",)})
    for name, tally in counts(cards, choice).items():
        for code, number in tally.items():
            assert number == len(filtered(cards, Choice({**choice.values, name: (code,)})))


def test_a_guide_on_a_product_group_is_found_by_its_cluster(session: Session) -> None:
    publish(session, "over-catering", fields())
    found = filtered(public_cards(session), Choice({"productgroep": ("kantoorfaciliteiten",)}))
    assert "over-catering" in {card.slug for card in found}


@pytest.mark.parametrize(
    "query", ["thema=onzin", "soort=%F0%9F%92%A5&thema=", "productgroep='--", "thema=" + "a" * 5000]
)
def test_unknown_filter_values_are_passed_over(client: FlaskClient, query: str) -> None:
    response = client.get(f"/kennisbank?{query}", follow_redirects=True)
    assert response.status_code == 200
    assert "Geen gids past" not in response.text


def test_an_address_with_empty_values_leads_to_the_short_one(client: FlaskClient) -> None:
    response = client.get("/kennisbank?thema=klimaat&soort=")
    assert response.status_code == 302
    assert response.location.endswith("/kennisbank?thema=klimaat")


def test_htmx_gets_the_results_only_with_the_address_that_belongs_to_them(client: FlaskClient) -> None:
    response = client.get("/kennisbank?thema=keten&soort=", headers={"HX-Request": "true", "HX-Target": "resultaten"})
    assert "<html" not in response.text
    assert 'id="resultaten"' in response.text
    assert response.headers["HX-Replace-Url"] == "/kennisbank?thema=keten"
    assert "HX-Target" in response.headers["Vary"]


def test_no_guide_for_a_choice_helps_the_reader_on(client: FlaskClient) -> None:
    page = client.get("/kennisbank?soort=example&productgroep=ict&thema=keten").text
    if "Geen gids past bij deze keuze" in page:
        assert "Toon alle gidsen" in page


def test_a_guide_shows_contents_permalinks_sources_and_reviews(client: FlaskClient) -> None:
    page = client.get("/kennisbank/thema-klimaat").text
    assert '<h2 id="wat-wij-weten">' in page
    assert 'href="#wat-wij-weten"' in page
    assert 'class="headerlink"' in page
    for words in ("Bronnen", "Nagekeken", "Weer uiterlijk", "Versie", "Lees ook", "Op deze pagina"):
        assert words in page
    assert page.count("<h1") == 1


def test_the_english_page_says_that_the_guide_is_dutch_and_leads_to_what_is_translated(client: FlaskClient) -> None:
    page = client.get("/en/kennisbank/thema-klimaat").text
    assert re.search(r'<article[^>]* lang="nl"', page)
    assert 'class="notice notice--info"' in page
    assert 'href="/en/kennisbank/co2-performance-ladder"' in page
    assert 'href="/kennisbank/co2-pre' not in page.split("<main")[1]


@pytest.mark.parametrize("path", ["/kennisbank", "/kennisbank/thema-klimaat"])
def test_a_page_takes_few_queries(app: Flask, path: str) -> None:
    with counted(app) as queries:
        assert app.test_client().get(path).status_code == 200
    assert len(queries) <= MOST_QUERIES, queries


def test_a_guide_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for slug in ("bestaat-niet", "%00", "..", "a" * 3000, "THEMA-KLIMAAT"):
        assert client.get(f"/kennisbank/{slug}").status_code == 404


def test_a_draft_is_invisible(client: FlaskClient, session: Session) -> None:
    create_guide(session, "nog-niet", fields(title="Nog niet af"), None, actor=SYSTEM)
    session.commit()
    assert client.get("/kennisbank/nog-niet").status_code == 404
    assert "Nog niet af" not in client.get("/kennisbank").text
    assert "nog-niet" not in client.get("/zoeken?q=Nog+niet+af").text


def test_named_guides_come_before_those_that_link_and_those_alike_and_each_says_why(session: Session) -> None:
    cards = public_cards(session)
    card = next(card for card in cards if card.slug == "thema-klimaat")
    by_slug = {one.slug: one for one in cards}
    found = see_also(card, by_slug, ["buyer-groups", "thema-klimaat", "bestaat-niet"], most_alike(card, cards))
    assert [one.card.slug for one in found][: len(card.related)] == list(card.related)
    assert [one.reason for one in found] == ["named"] * 4 + ["links", "product_group"]
    assert card not in [one.card for one in found]


def test_every_code_in_the_guides_is_known(session: Session) -> None:
    words = vocabulary()
    for card in public_cards(session):
        assert card.kind in words.guide_kinds
        assert set(card.themes) <= set(words.themes)


def test_a_choice_is_read_in_the_order_of_the_list() -> None:
    known = {"thema": ["a", "b"], "soort": ["x"], "productgroep": []}
    assert read_choice({"thema": ["b", "a", "c"]}, known).query() == "?thema=a&thema=b"


def publish(session: Session, slug: str, said: GuideFields) -> None:
    """Make a guide and publish it."""
    revision = create_guide(session, slug, said, None, actor=SYSTEM)
    publish_guide(session, revision.guide, 1, actor=SYSTEM)
    session.commit()


def test_staff_see_drafts_and_guides_whose_review_is_due(session: Session) -> None:
    before = [row.slug for row in drafts(session)]
    due = date(2020, 1, 1)
    publish(session, "oud", fields(title="Oude gids", review_due_on=due))
    create_guide(session, "concept", fields(title="Concept"), None, actor=SYSTEM)
    assert [row.slug for row in drafts(session)] == ["concept", *before]
    assert [row.slug for row in review_due(session, due)] == ["oud"]
    assert review_due(session, due - timedelta(days=2)) == []
    assert [row.slug for row in review_due(session, due + timedelta(days=5))] == ["oud"]
