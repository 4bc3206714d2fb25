"""What a reader means: typing errors that are corrected and words that are left alone, few results, and many alike."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.guides.sections import words_of
from kb.search.documents import Asked, Document
from kb.search.index import Head, SearchIndex

NEAR = "Weinig pagina's hebben al uw woorden."


def links(client: FlaskClient, typed: str) -> list[str]:
    page = client.get("/zoeken", query_string={"q": typed}).text
    return re.findall(r'<h3 class="result__title"[^>]*><a href="([^"#]+)', page)


def test_a_typing_error_beside_a_hyphen_is_corrected(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=co2-prestatielader").text
    assert "<strong>co2-prestatieladder</strong>" in page
    assert "/kennisbank/co2-prestatieladder" in links(client, "co2-prestatielader")


@pytest.mark.parametrize("typed", ["kinderarbijd", "kinderarbied", "Kinderabeid", "dwangarbied"])
def test_a_mistyped_word_that_only_editors_wrote_is_corrected(client: FlaskClient, typed: str) -> None:
    page = client.get("/zoeken", query_string={"q": typed}).text
    assert re.search(r"<strong>(kinderarbeid|dwangarbeid)</strong>", page, re.I)
    assert links(client, typed)[0] == "/kennisbank/thema-ketenverantwoordelijkheid"


def test_american_spelling_finds_what_british_does(client: FlaskClient) -> None:
    pages = [client.get("/en/zoeken", query_string={"q": f"child {word}"}).text for word in ("labor", "labour")]
    assert all("/en/kennisbank/thema-ketenverantwoordelijkheid" in page for page in pages)


def test_a_word_of_editors_is_found_typed_apart_and_no_compound_is_cut_for_the_reader(client: FlaskClient) -> None:
    whole = links(client, "milieukostenindicator")
    assert "/kennisbank/thema-circulair" in whole
    for typed in ("milieukosten indicator", "milieu kosten indicator"):
        assert links(client, typed) == whole
    assert links(client, "denhaag")[0] == links(client, "den haag")[0]
    for typed in ("milieukosten indicator", "aanbestedingswet", "tussenevaluatie"):
        assert "Bedoelde u" not in client.get("/zoeken", query_string={"q": typed}).text
    assert "/kennisbank/praktijk-terugkijken-en-bijsturen" in links(client, "tussenevaluatie")


def test_a_place_that_looks_like_the_subject_stands_below_it(client: FlaskClient) -> None:
    for typed in ("duurzaam hout", "houten meubels"):
        assert not any(link.startswith("/deelnemers/") for link in links(client, typed)[:3])
    for typed in ("Houten", "gemeente houten"):
        assert links(client, typed)[0] == "/deelnemers/gemeente-houten"
    assert links(client, "inkoop Groningen")[0] == "/deelnemers/gemeente-groningen"


@pytest.mark.parametrize(
    "typed", ["zzzzqq", "emvi", "catering vlees", "hoeveel besteedt mijn gemeente", "good procurement practice"]
)
def test_a_word_that_is_known_or_like_no_other_is_not_corrected(client: FlaskClient, typed: str) -> None:
    assert "Bedoelde u" not in client.get("/zoeken", query_string={"q": typed}).text


def test_all_corrections_are_of_one_language(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    dutch = Document("guide", "nl", "x", "/x", summary="Praktijk van goede inkoop.")
    index.rebuild([dutch, Document("guide", "en", "y", "/y", summary="Good practices.", language="en")], Head(1))
    assert index.search("goede praktijc", language="en").suggestion == "goede praktijk"
    assert index.search("municipal practicse").suggestion == "municipal practices"
    assert index.search("municipal praktijc").suggestion == ""


def test_below_few_results_stand_near_matches_and_the_page_says_so(client: FlaskClient) -> None:
    page = client.get("/zoeken?q=social+return+schoonmaak").text
    assert NEAR in page
    found = links(client, "social return schoonmaak")
    assert found[0] == "/kennisbank/jaarrapportage-in-een-half-uur"
    assert "/kennisbank/thema-social-return" in found[:3]
    assert links(client, "meubels tweedehands")[0] == "/kennisbank/thema-circulair"
    assert "Few pages have all your words." in client.get("/en/zoeken?q=social+return+schoonmaak").text
    assert NEAR not in client.get("/zoeken?q=klimaat").text
    assert links(client, "Bergen op Zoom") == ["/deelnemers/gemeente-bergen-op-zoom"]


def test_words_of_practice_find_the_guide_about_it(client: FlaskClient) -> None:
    for typed in ("kinderarbeid", "dwangarbeid", "leefbaar loon"):
        assert links(client, typed)[0] == "/kennisbank/thema-ketenverantwoordelijkheid"


def test_at_most_two_results_of_a_page_say_the_same_and_none_is_lost(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    same = [Document("ambition", f"a{place}", f"Nr {place}", "/", summary="Wij kopen meubels.") for place in range(14)]
    other = [
        Document("ambition", f"b{place}", f"Nr {place}", "/", summary=f"Plan {place}: meubels.", weight=0.1)
        for place in range(18)
    ]
    index.rebuild([*same, *other], Head(1))
    pages = [[hit.key for hit in index.search("meubels", page=page).hits] for page in (1, 2, 3, 4)]
    assert [Counter(key[0] for key in keys)["a"] for keys in pages] == [2, 2, 8, 2]
    assert len({key for keys in pages for key in keys}) == len(same + other)


def test_who_narrowed_down_gets_the_near_matches_of_what_he_chose(client: FlaskClient) -> None:
    index: SearchIndex = client.application.extensions["search_index"]
    found = index.search("social return schoonmaak", Asked(kinds=("question",)))
    assert found.total == found.near == found.facets["kind"]["question"] > 0


def test_the_items_of_a_list_stand_apart_in_a_passage() -> None:
    items = "<li>beleid</li><li><p>kalender</p></li><li><b>Klaar?</b></li><li>x</li>"
    title = '<p class="admonition-title">Let op: <em>nieuw</em></p>\n'
    assert words_of(f"{title}<p>Kijk.</p>{title.replace('</em>', '?</em>')}<p>Ja.</p>") == (
        "Let op: nieuw. Kijk. Let op: nieuw? Ja."
    )
    assert words_of(f"<p>Kijk naar:</p><ul>{items}</ul>Om.") == "Kijk naar: beleid, kalender, Klaar? x. Om."
