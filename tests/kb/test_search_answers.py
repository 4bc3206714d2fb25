"""What the index answers: facets, sections, both languages, compounds, words left out and words mistyped."""

from pathlib import Path
from typing import Any

import pytest

from kb.search.analysis import row_of
from kb.search.compounds import Compounds, parts_in
from kb.search.documents import Asked, Document, Hit, Section, Translation
from kb.search.index import Head, SearchIndex
from kb.search.question import Circumstances, read_question
from kb.search.suggesting import distance, in_the_case_of


def guide(key: str, title: str, *texts: str, **more: Any) -> Document:
    """Return a guide with a section per text."""
    sections = tuple(Section(f"deel-{number}", f"Deel {number}", text) for number, text in enumerate(texts, 1))
    return Document("guide", f"guide:{key}", title, f"/kennisbank/{key}", sections=sections, **more)


PAGES = [
    guide("beleid", "Vastleggen", "Schrijf beleid voor inkoop op. Dat werkt.", "Iets over schoonmaak.", year=2024),
    guide("kort", "Inkoopbeleid in het kort", "Een pagina over afval.", themes=("circulair",), year=2025),
    guide("ver", "Losse eindjes", "Het beleid. " + "Een zin ertussen die lang is. " * 5 + "De inkoop.", year=2025),
    guide(
        "meubels", "Kantoor", "Bureaustoelen in bruikleen.", themes=("circulair", "milieu"), product_groups=("papier",)
    ),
    guide("uk", "Sustainable purchasing", "Procuring policies for buyers.", language="en", themes=("milieu",)),
    Document("authority", "authority:gm1", "Gemeente Coevorden", "/deelnemers/coevorden", language=""),
    Document(
        "agreement",
        "agreement:manifest",
        "Manifest",
        "/afspraken/manifest",
        summary="Afspraken van overheden.",
        translations=(Translation("en", "The pledge", "Agreements between authorities."),),
        year=2022,
    ),
    Document(
        "ambition",
        "ambition:gm1/klimaat",
        "Klimaat: Gemeente Coevorden",
        "/deelnemers/coevorden/plannen/manifest#ambities",
        subject="plan:gm1/manifest",
        summary="In 2030 rijden alle wagens zonder uitstoot, thema's doen mee.",
        themes=("klimaat",),
    ),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("zoeken") / "index")
    made.rebuild(PAGES, Head(1, "een"))
    return made


def keys(index: SearchIndex, typed: str, **more: Any) -> list[str]:
    return [hit.key.partition(":")[2] for hit in index.search(typed, **more).hits]


def marked(hit: Hit) -> list[str]:
    return [piece.text for piece in hit.excerpt if piece.marked]


def test_a_compound_finds_its_parts_where_they_stand_near_and_the_parts_find_the_compound(index: SearchIndex) -> None:
    assert keys(index, "inkoopbeleid") == ["kort", "beleid"]
    assert set(keys(index, "beleid voor inkoop")) == {"beleid", "kort", "ver"}
    assert marked(index.search("inkoopbeleid").hits[1]) == ["beleid", "inkoop"]


def test_parts_of_compounds_come_from_our_own_texts() -> None:
    own = Compounds(parts_in(["De blorf is er. Beleid ook."]))
    assert own.stems_in("Blorfbeleid") == ("blorf", "beleid")
    assert Compounds().stems_in("blorfbeleid") == ()
    assert own.stems_in("rapportages") == ()
    assert own.stems_in("x" * 5000) == ()


def test_a_result_leads_to_the_section_that_holds_the_words(index: SearchIndex) -> None:
    hit = index.search("schoonmaak").hits[0]
    assert (hit.path, hit.anchor, hit.section, marked(hit)) == (
        "/kennisbank/beleid",
        "deel-2",
        "Deel 2",
        ["schoonmaak"],
    )
    first = index.search("beleid inkoop schrijven").hits[0]
    assert (first.anchor, "".join(piece.text for piece in first.excerpt)) == (
        "deel-1",
        "Schrijf beleid voor inkoop op. Dat werkt.",
    )


def test_a_minus_leaves_out_a_word_or_a_phrase_and_asks_nothing_alone(index: SearchIndex) -> None:
    assert "kort" not in keys(index, "inkoop -afval")
    assert "beleid" not in keys(index, 'inkoop -"beleid voor inkoop"')
    assert index.search("-inkoop").empty
    assert "beleid" in keys(index, "schoon-maak inkoop") or index.search("e-mail").total == 0


def test_facets_count_under_what_is_chosen_at_the_others(index: SearchIndex) -> None:
    found = index.search("kantoor afval procuring", Asked(themes=("circulair",)))
    assert found.facets["theme"]["circulair"] == 2
    assert found.facets["theme"]["milieu"] == 2
    assert found.facets["kind"] == {"guide": 2}
    assert found.facets["product_group"] == {"papier": 1}
    assert (found.total, {hit.key for hit in found.hits}) == (2, {"guide:kort", "guide:meubels"})
    both = index.search("kantoor afval procuring", Asked(themes=("circulair", "milieu"), years=(2025,)))
    assert [hit.key for hit in both.hits] == ["guide:kort"]
    assert both.facets["year"] == {"2025": 1}


def test_english_texts_have_english_forms_and_a_page_in_two_languages_is_one_result(
    index: SearchIndex,
) -> None:
    assert keys(index, "procured policy", language="en") == ["uk"]
    assert keys(index, "procurement", language="nl")[0] == "uk"
    hit = index.search("agreement", language="en").hits[0]
    assert (hit.title, hit.language, marked(hit)) == ("The pledge", "en", ["Agreements"])
    assert index.search("afspraak").hits[0].title == "Manifest"
    assert index.search("manifest pledge").total == 1
    assert index.search("Coevorden").facets["language"] == {"nl": 2, "en": 1}
    assert index.search("Coevorden", language="en").hits[0].language == ""


def test_words_that_staff_added_mean_the_same(index: SearchIndex) -> None:
    assert keys(index, "zitmeubels") == []
    assert keys(index, "zitmeubels", synonyms=[["zitmeubel", "bureaustoel"]]) == ["meubels"]


@pytest.mark.parametrize("typed", ["thema's", "thema’s", "themas", "Thema"])
def test_an_apostrophe_makes_no_other_word(index: SearchIndex, typed: str) -> None:
    assert "gm1/klimaat" in keys(index, typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Burostoelen", "Bureaustoelen"),
        ("COEVODREN", "COEVORDEN"),
        ('"schoonmaek" iets', '"schoonmaak" iets'),
        ("schoonmaeck", "schoonmaak"),
        ("beleidinkoop", ""),
        ("kantoorafvl", ""),
        ("xyzzyx", ""),
    ],
)
def test_a_suggestion_stands_as_it_was_typed(index: SearchIndex, typed: str, meant: str) -> None:
    assert index.search(typed).suggestion == meant


def test_letters_that_changed_places_are_one_mistake() -> None:
    assert distance("klimaat", "kilmaat", 2) == 1
    assert distance("klimaat", "kat", 2) == 3
    assert [in_the_case_of(typed, "inkoop") for typed in ("INKOP", "Inkop", "inkop")] == ["INKOOP", "Inkoop", "inkoop"]


def test_a_word_without_its_accents_and_a_word_half_typed_are_found(index: SearchIndex, tmp_path: Path) -> None:
    other = SearchIndex(tmp_path / "index")
    other.rebuild([guide("eu", "Risicocategorieën", "Coördinatie.")], Head(1))
    assert keys(other, "risicocategorieen") == ["eu"]
    assert keys(other, "risicocat") == ["eu"]
    assert keys(index, "bureaust") == ["meubels"]


def test_a_question_of_many_words_may_miss_some_and_says_so(index: SearchIndex) -> None:
    found = index.search("schoonmaak iets beleid onvindbaarwoord")
    assert found.some_words
    assert found.hits[0].key == "guide:beleid"
    assert not index.search("schoonmaak iets beleid").some_words
    assert index.search('"Deel 1" "onvindbaar woord" schoonmaak').total == 0


def test_a_question_is_read_in_the_order_in_which_it_was_typed() -> None:
    question = read_question('beleid "goede inkoop" -afval EN', Circumstances("nl", Compounds()))
    assert [clause.word for clause in question.clauses] == ["beleid", ""]
    assert [len(question.without), question.clauses[1].required, question.exact] == [1, True, ""]
    assert row_of("beleid voor inkoop", "nl") == (("beleid", "inkoop"), (0, 2))
