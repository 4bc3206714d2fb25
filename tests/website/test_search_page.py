"""Searching the site: one page over guides, authorities and agreements, always at what was published."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import today
from common.ledger import SYSTEM, public_head, record
from kb.guides.fields import fields_of
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from kb.search.index import IndexUnusable, SearchIndex
from registry.authorities.reading import find_authority, version_on
from website.search_choice import KIND_OF, label
from website.search_upkeep import bring_up_to_date


def index_of(app: Flask) -> SearchIndex:
    found = app.extensions["search_index"]
    assert isinstance(found, SearchIndex)
    return found


def test_set_up_leaves_an_index_at_the_ledger(app: Flask, session: Session) -> None:
    head = index_of(app).head()
    assert head is not None
    assert head.number == public_head(session)


def test_guides_authorities_and_agreements_stand_on_one_page(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=manifest").text
    assert 'href="/afspraken/mvoi-2022-2025"' in page
    assert "/kennisbank/" in page
    for name in ("Gidsen", "Afspraken"):
        assert name in page


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("gunningscriteria", "/kennisbank/"),
        ("actieplannen", "/kennisbank/actieplan-schrijven"),
        ("Gemeente Alkmaar", "/deelnemers/"),
        ("alkmaar", "/deelnemers/"),
        ("Fryslan", "/deelnemers/"),
        ("Friesland", "/deelnemers/"),
        ("manifest mvoi", "/afspraken/mvoi-2022-2025"),
    ],
)
def test_the_first_result_is_the_one_that_was_meant(client: FlaskClient, typed: str, path: str) -> None:
    page = client.get("/zoeken", query_string={"q": typed}).text
    results = page[page.index('class="results"') :]
    assert results[results.index('href="') + 6 :].startswith(path)


def results_of(page: str) -> str:
    """Return the list of results in a page."""
    return page[page.index('class="results"') :].split("</ol>")[0]


def test_what_is_chosen_narrows_down_shows_as_chips_and_leaves_the_counts(client: FlaskClient) -> None:
    everything = client.get("/zoeken?q=klimaat").text
    assert re.search(r'id="soort-gidsen" name="soort" value="gidsen">', everything)
    only = client.get("/zoeken?q=klimaat&soort=gidsen&thema=klimaat&taal=nl").text
    assert re.search(r'name="soort" value="gidsen" checked>', only)
    assert re.search(r'id="soort-(afspraken|ambities)"', only)  # another kind can still be chosen
    assert 'href="/zoeken?q=klimaat&amp;soort=gidsen&amp;taal=nl"' in only  # the chip that takes the theme away
    assert 'href="/zoeken?q=klimaat"' in only
    assert 'href="/kennisbank/thema-klimaat' in results_of(only)
    assert "/deelnemers/" not in results_of(only)


def test_a_filter_that_nobody_knows_counts_for_nothing(client: FlaskClient) -> None:
    asked = "/zoeken?q=klimaat&soort=onzin&thema=zwart&jaar=abc&jaar=99999&productgroep=%00&taal=xx"
    asked += "&pagina=" + 5000 * "9"
    page = client.get(asked)
    assert page.status_code == 200
    assert "Gekozen filters" not in page.text


def test_filters_without_a_result_say_how_to_get_rid_of_them(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=klimaat&soort=overheden&thema=social-return").text
    assert "Niets gevonden met deze filters" in page
    assert 'href="/zoeken?q=klimaat">Toon alle resultaten' in page


def test_a_typing_error_shows_what_was_meant(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=Actiepaln").text
    assert "Over Actiepaln vonden wij niets." in page
    assert 'href="/zoeken?q=Actieplan"' in page
    assert 'href="/kennisbank/actieplan-schrijven' in results_of(page)


@pytest.mark.parametrize("page", ["0", "-1", "999999", "abc", ""])
def test_any_page_number_gives_a_page(client: FlaskClient, page: str) -> None:
    assert client.get(f"/zoeken?q=gemeente&pagina={page}").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "de het een",
        '"',
        "((",
        "AND",
        "😀",
        "x" * 5000,
        "<script>alert(1)</script>",
        "\x00",
        "title:*",
        "é" * 300,
    ],
)
def test_nothing_that_is_typed_breaks_the_page(client: FlaskClient, typed: str) -> None:
    response = client.get("/zoeken", query_string={"q": typed})
    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_a_long_question_is_cut_with_a_notice(client: FlaskClient) -> None:
    assert "Uw zoekvraag is ingekort" in client.get("/zoeken", query_string={"q": "klimaat " * 100}).text


def test_no_result_helps_the_reader_on(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=zqxzqx").text
    assert "Niets gevonden voor zqxzqx" in page
    assert "Alle gidsen" in page
    assert "Bedoelde u" in client.get("/zoeken?q=gunningscriteruim").text
    assert "Typ een woord om op te zoeken" in client.get("/zoeken?q=de+het").text
    assert "Typ ook een woord om op te zoeken" in client.get("/zoeken?q=-inkoop").text


def test_an_index_that_cannot_be_made_is_no_error(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_more: object) -> None:
        raise IndexUnusable

    monkeypatch.setattr(SearchIndex, "search", fails)
    page = client.get("/zoeken?q=klimaat")
    assert page.status_code == 200
    assert "Zoeken lukt nu even niet" in page.text


def test_htmx_gets_the_results_with_their_address_and_the_counts_at_the_filters(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Target": "resultaten"}
    response = client.get("/zoeken?q=klimaat&soort=&soort=gidsen&taal=", headers=headers)
    assert "<html" not in response.text
    assert '<div id="keuzes-velden" hx-swap-oob="innerHTML">' in response.text
    assert response.headers["HX-Push-Url"] == "/zoeken?q=klimaat&soort=gidsen"


class Marks(HTMLParser):
    """Collects what is marked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside, self.found = False, []  # type: ignore[var-annotated]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)


def test_the_words_are_marked_in_any_form(client: FlaskClient) -> None:
    found = {mark.lower() for mark in Marks(client.get("/zoeken?q=gunningscriteria").text).found}
    assert "gunningscriterium" in found


def test_hostile_words_of_a_guide_are_shown_as_words(app: Flask, client: FlaskClient, session: Session) -> None:
    publish(session, "thema-klimaat", "## Kop <b>\n\nkwispel `<script>alert(1)</script>` kwispel")
    page = client.get("/zoeken?q=kwispel").text
    assert "<script>alert" not in page
    assert "<mark>kwispel</mark>" in page


def publish(session: Session, slug: str, body: str, **other: str) -> None:
    """Publish another text of a guide, and other fields, as an import would."""
    guide = find_guide(session, slug)
    assert guide is not None
    said = fields_of(newest_revision(session, guide))
    saved = save_guide(
        session,
        guide,
        type(said)(**{**vars(said), "body": body, **other}),
        newest_revision(session, guide).number,
        actor=SYSTEM,
    )
    publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()


def test_a_change_beside_the_site_is_found_at_the_next_search(client: FlaskClient, session: Session) -> None:
    assert "thema-keten" not in client.get("/zoeken?q=kwispelstaart").text
    publish(session, "thema-klimaat", "Een kwispelstaart.")
    assert 'href="/kennisbank/thema-klimaat' in client.get("/zoeken?q=kwispelstaart").text


def test_an_answer_from_before_a_change_is_not_kept(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.search.SHORT_WAIT", 0.05)
    publish(session, "thema-klimaat", "Een kwispelstaart.")
    with index_of(app).writing():  # another process writes, and this one will not wait for it
        assert "/kennisbank/thema-klimaat" not in client.get("/zoeken?q=kwispelstaart").text
    assert 'href="/kennisbank/thema-klimaat' in client.get("/zoeken?q=kwispelstaart").text


def test_every_kind_that_the_ledger_names_is_taken_in_again(app: Flask, session: Session) -> None:
    authority = find_authority(session, "gemeente-alkmaar") or find_authority(session, "alkmaar")
    assert authority is not None
    version_on(authority, today()).name = "Gemeente Zwaluwveer"
    record(session, "authority.changed", f"authority:{authority.code}", {}, actor=SYSTEM)
    session.commit()
    assert bring_up_to_date(session, index_of(app))
    assert index_of(app).search("zwaluwveer").hits[0].key == f"authority:{authority.code}"
    assert not bring_up_to_date(session, index_of(app))


def test_a_load_of_content_makes_the_index_anew(app: Flask, session: Session) -> None:
    index = index_of(app)
    index.update([], removed=["agreement:mvoi-2022-2025"])
    assert "agreement:mvoi-2022-2025" not in [hit.key for hit in index.search("manifest mvoi").hits]
    record(session, "authorities.loaded", "content:authorities.csv", {}, actor=SYSTEM)
    session.commit()
    bring_up_to_date(session, index)
    assert index.search("manifest mvoi").hits[0].key == "agreement:mvoi-2022-2025"


def test_a_damaged_index_mends_itself_at_the_next_search(app: Flask, client: FlaskClient) -> None:
    (index_of(app).folder / "state.json").write_text("{")
    assert "/kennisbank/" in client.get("/zoeken?q=klimaat").text


def test_an_index_of_another_database_is_made_anew(app: Flask, session: Session) -> None:
    state: Path = index_of(app).folder / "state.json"
    kept = json.loads(state.read_text())
    kept["head"]["hash"] = "een-andere-geschiedenis"
    state.write_text(json.dumps(kept))
    assert bring_up_to_date(session, index_of(app))


def test_the_command_makes_the_index_anew(app: Flask) -> None:
    outcome = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert outcome.exit_code == 0, outcome.output
    assert "opnieuw gemaakt" in outcome.output


def test_authorities_of_the_example_say_so(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=voorbeeldafspraak").text
    assert "voorbeeld</span>" in page


def test_every_kind_of_the_index_has_a_word_in_the_address_and_on_the_page(client: FlaskClient, app: Flask) -> None:
    found = index_of(app).search("inkopen").facets["kind"]
    assert set(found) <= set(KIND_OF.values())
    with app.test_request_context():
        assert all(label("kind", value) != value for value in KIND_OF)


def test_authorities_of_today_come_before_those_that_ended(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=gemeente&soort=overheden").text
    assert "bestaat niet meer" not in page
    assert "Gemeente Ambt Montfort" in client.get("/zoeken?q=ambt+montfort").text
