"""The index: Dutch forms meet, nothing typed breaks it, and two processes can write at once."""

import gc
import logging
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import TOC

from kb.search.analysis import stem, tokens
from kb.search.compounds import Compounds
from kb.search.documents import Asked, Document, Section
from kb.search.index import Head, IndexBusy, IndexUnusable, SearchIndex
from kb.search.question import LONGEST, Circumstances, read_question


def document(key: str, title: str, text: str = "", *, kind: str = "guide", **more: Any) -> Document:
    """Return a page with one section."""
    sections = (Section("", "", "Vooraf."), Section("kop", "Een kop", text))
    return Document(kind, f"{kind}:{key}", title, f"/pagina/{key}", sections=sections, **more)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    made = SearchIndex(tmp_path / "index")
    made.rebuild(
        [
            document("gunnen", "Gunnen", "Met een gunningscriterium beloont u wie duurzaam werkt. Stuur een e-mail."),
            document("klimaat", "Thema klimaat", "De uitstoot van CO2 en financiële gevolgen. Bewaren kan ook."),
            document("ladder", "De CO2-Prestatieladder", "Een prestatieladder heeft treden. Vraag het de coördinator."),
            document("mvi", "Maatschappelijk verantwoord inkopen", "Elke provincie maakt een actieplan."),
            document("alkmaar", "Gemeente Alkmaar", kind="authority", exact=("alkmaar",)),
            document("buur", "Buurgemeente van Alkmaar en Alkmaar-Zuid", "Alkmaar Alkmaar Alkmaar", kind="authority"),
        ],
        Head(1, "een"),
    )
    return made


def titles(index: SearchIndex, typed: str, **more: Any) -> list[str]:
    return [hit.title for hit in index.search(typed, **more).hits]


PAIRS = [
    ("gunningscriterium", "gunningscriteria"),
    ("gunningscriterium", "gunningscriteriums"),
    ("gunningscriterium", "Gunningscriterium"),
    ("archief", "archieven"),
    ("bewaren", "bewaard"),
    ("financieel", "financiële"),
    ("financieel", "financiele"),
    ("coördinator", "coordinatoren"),
    ("aanbesteding", "aanbestedingen"),
    ("rapportage", "rapportages"),
    ("klimaatdoel", "klimaatdoelen"),
    ("duurzaam", "duurzame"),
    ("gemeente", "gemeenten"),
]
STRANGERS = [
    ("register", "regie"),
    ("gemeente", "gemeen"),
    ("openbaar", "openen"),
    ("plan", "plant"),
    ("manifest", "manier"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_word_with_a_hyphen_is_found_joined_too() -> None:
    assert {token.word for token in tokens("e-mail")} == {"email", "mail"}


SEARCHES = [
    ("gunningscriteria", "Gunnen"),
    ("criterium", "Gunnen"),
    ("email", "Gunnen"),
    ("e-mail", "Gunnen"),
    ("mail", "Gunnen"),
    ("financiele", "Thema klimaat"),
    ("FINANCIËLE gevolg", "Thema klimaat"),
    ("bewaard", "Thema klimaat"),
    ("prestatieladder", "De CO2-Prestatieladder"),
    ("co2-prestatieladder", "De CO2-Prestatieladder"),
    ("ladder", "De CO2-Prestatieladder"),
    ("coordinatoren", "De CO2-Prestatieladder"),
    ("MVI", "Maatschappelijk verantwoord inkopen"),
    ("mvoi", "Maatschappelijk verantwoord inkopen"),
    ("provinciale", "Maatschappelijk verantwoord inkopen"),
    ('"verantwoord inkopen"', "Maatschappelijk verantwoord inkopen"),
    ("klim", "Thema klimaat"),
]


@pytest.mark.parametrize(("typed", "first"), SEARCHES)
def test_the_best_page_comes_first(index: SearchIndex, typed: str, first: str) -> None:
    assert titles(index, typed)[0] == first


def test_an_exact_title_comes_before_a_page_that_says_it_more_often(index: SearchIndex) -> None:
    assert titles(index, "alkmaar")[0] == "Gemeente Alkmaar"
    assert titles(index, "gemeente alkmaar")[0] == "Gemeente Alkmaar"


def test_a_phrase_between_quotes_must_stand_so(index: SearchIndex) -> None:
    assert titles(index, '"inkopen verantwoord maatschappelijk gunnen"') == []


def test_a_hit_leads_to_its_section_with_the_words_marked(index: SearchIndex) -> None:
    hit = index.search("gunningscriteria").hits[0]
    assert (hit.anchor, hit.section) == ("kop", "Een kop")
    assert "gunningscriterium" in [piece.text for piece in hit.excerpt if piece.marked]


def test_marks_never_carry_markup(index: SearchIndex) -> None:
    index.update([document("x", "Kwaad", "<script>alert(1)</script> zeldzaam <b>woord</b>")])
    hit = index.search("zeldzaam").hits[0]
    assert "".join(piece.text for piece in hit.excerpt).startswith("<script>")
    assert all(type(piece.text) is str for piece in hit.excerpt)


def test_counts_are_of_every_kind_and_the_total_of_the_kind_asked_for(index: SearchIndex) -> None:
    found = index.search("alkmaar gunnen")
    assert found.some_words
    assert found.counts == {"authority": 2, "guide": 1}
    only = index.search("alkmaar gunnen", asked=Asked(kinds=("guide",)))
    assert (only.total, len(only.hits), only.counts) == (1, 1, found.counts)


def test_pages_hold_every_hit_once(index: SearchIndex) -> None:
    index.update([document(f"n{number}", f"Nummer {number}", "pagineren") for number in range(23)])
    seen = [hit.key for page in (1, 2, 3) for hit in index.search("pagineren", page=page).hits]
    assert len(seen) == len(set(seen)) == 23
    assert index.search("pagineren", page=999).page == 3
    assert index.search("pagineren", page=-4).page == 1


STRANGE = [
    "", " ", "de het een van", '"', '""', '"" ""', "AND", "OR NOT (", "((((", "a AND", "*", "?", "title:*", "[* TO *]",
    "~5 ^3", "-klimaat", "klimaat^1000", "😀", "😀 klimaat 😀", "\x00", "klimaat\x00", "'; DROP TABLE guide; --",
    "<script>alert(1)</script>", "é" * 300, "x" * 10_000, "klimaat " * 2_000, "\\", "%", "klimaat*", "%s%n{}",
    "\u202eklimaat",    "а" * 50, "كلمة", "中文", "1", "a", "ß İ ı", "-", "e-", "-'-'-", "'s-Gravenhage",
]  # fmt: skip


@pytest.mark.parametrize("typed", STRANGE, ids=range(len(STRANGE)))
def test_nothing_that_is_typed_breaks_the_search(index: SearchIndex, typed: str) -> None:
    found = index.search(typed)
    assert found.total >= len(found.hits) >= 0


def test_a_long_question_is_cut_and_says_so(index: SearchIndex) -> None:
    at = Circumstances("nl", Compounds())
    assert read_question("klimaat " * 100, at).cut
    assert not read_question("k" * LONGEST, at).cut
    assert index.search("klimaat " * 100).hits[0].title == "Thema klimaat"


def test_stop_words_alone_are_no_question(index: SearchIndex) -> None:
    assert index.search("de het een").empty


def test_a_typing_error_gets_a_suggestion(index: SearchIndex) -> None:
    assert index.search("gunningscriteruim").suggestion == "gunningscriterium"
    assert index.search("zzzzzzzzzz").suggestion == ""


def test_an_update_replaces_and_removes(index: SearchIndex) -> None:
    index.update([document("klimaat", "Heel iets anders")], removed=["guide:ladder"], head=Head(2, "twee"))
    assert titles(index, "klimaat") == []
    assert titles(index, "prestatieladder") == []
    assert titles(index, "iets anders") == ["Heel iets anders"]
    assert index.head() == Head(2, "twee")


def test_an_index_that_is_missing_damaged_or_of_another_version_says_so(tmp_path: Path, index: SearchIndex) -> None:
    assert SearchIndex(tmp_path / "nieuw").head() is None
    with pytest.raises(IndexUnusable):
        SearchIndex(tmp_path / "nieuw").search("klimaat")
    state = index.folder / "state.json"
    state.write_text(state.read_text().replace('"version": "', '"version": "oud-'))
    assert index.head() is None
    state.write_text("{")
    assert index.head() is None


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the engine leaves a damaged file open
def test_a_damaged_index_is_made_anew(index: SearchIndex, caplog: pytest.LogCaptureFixture) -> None:
    # A kept log line would hold the error, and with it the open file, until some later test.
    caplog.set_level(logging.CRITICAL, logger="kb.search.index")
    for file in index.folder.glob("*.seg"):
        file.write_bytes(b"kapot" * 100)
    with pytest.raises(IndexUnusable) as error:
        index.search("klimaat")
    del error
    index.forget()
    index.update([document("klimaat", "Thema klimaat")], head=Head(3))
    assert titles(index, "klimaat") == ["Thema klimaat"]
    gc.collect()  # here, so that the file is not found open during another test


def test_a_reader_tries_again_when_a_commit_took_a_file_away(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, failures = TOC.read, iter([FileNotFoundError("weg"), FileNotFoundError("weg")])

    def read(*args: Any, **kwargs: Any) -> Any:
        for failure in failures:
            raise failure
        return really(*args, **kwargs)

    monkeypatch.setattr(TOC, "read", read)
    assert titles(index, "klimaat") == ["Thema klimaat"]


def test_a_writer_does_not_wait_for_ever(index: SearchIndex) -> None:
    with index.writing(), pytest.raises(IndexBusy), SearchIndex(index.folder).writing(wait=0.05):
        pass


def _write_many(folder: str, name: str, times: int) -> None:
    for number in range(times):
        SearchIndex(Path(folder)).update([document(f"{name}{number}", f"Geschreven {name} {number}", "samen")])


@pytest.fixture
def processes() -> Iterator[list[Any]]:
    started: list[Any] = []
    yield started
    for process in started:
        process.terminate()
        process.join()
        process.close()


def test_two_processes_that_write_at_once_lose_nothing(index: SearchIndex, processes: list[Any]) -> None:
    context = multiprocessing.get_context("spawn")
    for name in ("a", "b"):
        processes.append(context.Process(target=_write_many, args=(str(index.folder), name, 12)))
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert titles(index, "klimaat") == ["Thema klimaat"]
    assert [process.exitcode for process in processes] == [0, 0]
    assert index.search("samen").total == 24
