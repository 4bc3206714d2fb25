"""The index after what goes wrong: a writer that is killed, files that are gone, several readers and writers."""

import errno
import gc
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.search.documents import Document, Section
from kb.search.index import Head, IndexUnusable, SearchIndex

ALL = 40


def page(number: int, text: str) -> Document:
    """Return a page with a word of its own, in a text that is long enough to take a moment."""
    body = f"{text} woord{number} " + "Een lange zin over inkoop en beleid. " * 40
    return Document("guide", f"guide:g{number}", f"Gids {number}", f"/g/{number}", sections=(Section("a", "A", body),))


def _changing(folder: str) -> None:
    """Write one change after another, until it is killed."""
    index, number = SearchIndex(Path(folder)), 1
    while True:
        number += 1
        index.update([page(number % ALL, f"versie{number}")], head=Head(number, "x"))


def _making_anew(folder: str) -> None:
    """Make everything anew again and again, until it is killed."""
    index, number = SearchIndex(Path(folder)), 1
    while True:
        number += 1
        index.rebuild([page(one, f"versie{number}") for one in range(ALL)], Head(number, "x"))


@pytest.fixture
def start() -> Iterator[Callable[..., Any]]:
    started: list[Any] = []

    def begin(work: Callable[[str], None], folder: Path) -> Any:
        process = multiprocessing.get_context("fork").Process(target=work, args=(str(folder),))
        process.start()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.join()
        process.close()


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    made = SearchIndex(tmp_path / "index")
    made.rebuild([page(number, "versie1") for number in range(ALL)], Head(1, "x"))
    return made


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("work", "changes"), [(_changing, 3), (_changing, 8), (_making_anew, 2), (_making_anew, 3)])
def test_a_writer_that_is_killed_leaves_an_index_that_is_whole(
    index: SearchIndex, start: Callable[..., Any], work: Callable[[str], None], changes: int
) -> None:
    process = start(work, index.folder)
    while (index.head() or Head(0)).number <= changes:  # it is writing; now it is in the middle of the next change
        assert index.search("inkoop").total == ALL
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    fresh = SearchIndex(index.folder)
    head = fresh.head()
    assert head is not None
    assert fresh.search("inkoop").total == ALL
    assert fresh.search(f"versie{head.number}").total >= 1
    # What was told of is there, and the next writer need not wait for one that is gone.
    fresh.update([page(1, "daarna")], head=Head(head.number + 1, "x"))
    assert [hit.key for hit in index.search("daarna").hits] == ["guide:g1"]
    assert index.search("inkoop").total == ALL


def test_an_index_that_is_half_made_is_never_taken_for_the_whole(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in index.folder.glob("*.toc"):
        file.unlink()  # the state still tells of an index

    def killed(*_all: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("kb.search.index.make_anew", killed)
    with pytest.raises(KeyboardInterrupt):
        index.rebuild([page(1, "x")], Head(2))
    assert index.head() is None
    with pytest.raises(IndexUnusable):
        index.search("inkoop")


def test_a_writer_that_finds_damage_lets_the_next_one_start_anew(
    index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="kb.search.index")
    for file in index.folder.glob("parts-*.txt"):
        file.unlink()
    with pytest.raises(FileNotFoundError):
        index.update([page(1, "x")], head=Head(2))
    assert index.head() is None
    index.update([page(1, "nieuw")], head=Head(3))
    assert index.search("nieuw").total == index.search("inkoop").total == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the engine leaves open what it could not finish
def test_making_anew_mends_what_cannot_be_read(index: SearchIndex) -> None:
    for file in index.folder.glob("*.toc"):
        file.write_bytes(b"kapot")
    assert index.head() == Head(1, "x")
    index.rebuild([page(1, "nieuw")], Head(2))
    assert index.search("nieuw").total == index.search("inkoop").total == 1
    gc.collect()  # here, so that no file is found open during another test


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the engine leaves open what it could not finish
def test_after_a_full_disk_the_old_answers_stand_and_the_next_writer_waits_for_nobody(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_all: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    index.search("inkoop")
    with monkeypatch.context() as patch:
        patch.setattr("whoosh.index.TOC.write", full)
        with pytest.raises(OSError, match="No space left"):
            index.rebuild([page(1, "nieuw")], Head(2))
        with pytest.raises(OSError, match="No space left") as kept:  # and with it the writer that failed
            index.update([page(1, "nieuw")], head=Head(2))
    for reader in (index, SearchIndex(index.folder)):
        assert (reader.head(), reader.search("inkoop").total, reader.search("nieuw").total) == (Head(1, "x"), ALL, 0)
    monkeypatch.setattr("kb.search.committing.WAIT", 0.1)
    index.update([page(1, "nieuw")], head=Head(2))
    assert (index.search("nieuw").total, index.search("inkoop").total) == (1, ALL)
    assert kept.value.errno == errno.ENOSPC
    del kept
    gc.collect()


def test_an_opened_reader_knows_the_parts_of_compounds_of_an_index_that_was_made_anew(tmp_path: Path) -> None:
    reader, writer = SearchIndex(tmp_path / "index"), SearchIndex(tmp_path / "index")

    def texts(first: str) -> list[Document]:
        texts = (f"{first} zwonk", "kwispelzwonk")
        return [Document("guide", f"guide:{n}", "Gids", "/g", summary=text) for n, text in enumerate(texts)]

    writer.rebuild(texts("vlonder"), Head(1))
    assert reader.search("kwispelzwonken zwonk").total
    writer.rebuild(texts("kwispel"), Head(2))  # as many words, and others
    assert reader.search("kwispelzwonk").total == SearchIndex(reader.folder).search("kwispelzwonk").total == 2


def test_an_opened_reader_sees_every_change_and_few_segments_stay(index: SearchIndex) -> None:
    for number in range(2, 30):
        index.update([page(number % 7, f"versie{number}")], head=Head(number, "x"))
        assert index.search(f"versie{number}").total == 1
    assert index.search("inkoop").total == ALL
    assert len(list(index.folder.glob("*.seg"))) < 8
    assert len(list(index.folder.glob("parts-*.txt"))) == 1


def test_every_page_of_a_subject_goes_together(index: SearchIndex) -> None:
    plans = [Document("ambition", f"a{one}", f"Doel {one}", "/p", subject=f"plan:gm1/{one % 2}") for one in range(4)]
    index.update(plans, head=Head(2))
    index.update([], removed=["plan:gm1/0"], head=Head(3))
    assert {hit.key for hit in index.search("doel").hits} == {"a1", "a3"}
    index.update([], removed=["plan:*"], head=Head(4))
    assert index.search("doel").total == 0
