"""Measures searching at 500 and 10,000 guides, beside SQLite FTS5 on the same texts in the same run.

    .venv/bin/python -m tools.measure_search [--guides 500 10000] [--queries 300]

Each size gets a site of its own (real content, then made-up guides of about 6 kB until there are enough). One
process; first pass thrown away; the clock, and in brackets the processor, which others on the machine do not
lengthen. A query is one or two words that stand in 0.5 to 20 % of the guides, ten results with passages and all
facets. FTS5 is `unicode61 remove_diacritics 2` without stems, bm25 with title times three, `snippet`, and a count per
kind: the least that an engine does, not what the site needs. Suggestions are whole requests (SQL, JSON) for
beginnings of two to five letters, none asked twice.
"""

import argparse
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from common.database import Database
from common.ledger import SYSTEM
from kb.guides.fields import fields_of
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from kb.search.documents import Document
from kb.search.index import SearchIndex
from tests.sites import make_site, set_up_site
from tools.many_guides import add_guides
from tools.search_quality import text_of
from website.search_documents import all_documents
from website.search_upkeep import keep_up, rebuild


@dataclass(frozen=True)
class Took:
    """Milliseconds of the clock on the wall, and of the processor: the first grows where others share the machine."""

    wall: float
    processor: float


PUBLISHED = 40
WARMING_UP = 40
_WORD = re.compile(r"[a-z]{4,}")


def clocked(work: Callable[[], object]) -> Took:
    """Return how long something takes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Took(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor))


def shown(times: Sequence[Took]) -> str:
    """Return p50 and p99 of the clock, and of the processor in brackets."""
    return f"{_middle_and_end([one.wall for one in times])} ({_middle_and_end([one.processor for one in times])})"


def _middle_and_end(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{statistics.median(ordered):.1f} / {ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]:.1f}"


def in_seconds(took: Took) -> str:
    """Return the seconds of the clock, and of the processor in brackets."""
    return f"{took.wall / 1000:.1f} ({took.processor / 1000:.1f}) s"


def size_of(folder: Path) -> float:
    """Return how many MB the files of a folder are."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def queries(documents: Sequence[Document], number: int) -> list[str]:
    """Return questions of one and of two words that stand in 0.5 to 20 % of the documents."""
    seen = Counter(word for one in documents for word in set(_WORD.findall(text_of(one).lower())))
    fewest, most = 0.005 * len(documents), 0.2 * len(documents)
    words = sorted(word for word, times in seen.items() if fewest <= times <= most)
    chance = random.Random(6)  # noqa: S311
    return [" ".join(chance.sample(words, 1 + place % 2)) for place in range(number)]


class Fts5:
    """SQLite's own search on the same texts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._db = sqlite3.connect(file)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE VIRTUAL TABLE page USING fts5(title, text, key UNINDEXED, kind UNINDEXED, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )

    def fill(self, documents: Iterable[Document]) -> None:
        """Put all documents in."""
        rows = ((one.title, text_of(one), one.key, one.kind) for one in documents)
        self._db.executemany("INSERT INTO page (title, text, key, kind) VALUES (?, ?, ?, ?)", rows)
        self._db.commit()

    def size(self) -> float:
        """Return how many MB it takes."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file.stat().st_size / 1e6

    def replace(self, document: Document, word: str) -> None:
        """Put another text in the place of a document, and ask until it is found."""
        self._db.execute("DELETE FROM page WHERE key = ?", (document.key,))
        self.fill([replace(document, summary=f"{document.summary} {word}")])
        assert self.ask(word)

    def ask(self, typed: str) -> list[tuple[str, str]]:
        """Return ten titles with a passage, after a count per kind."""
        match = " ".join(f'"{word}"' for word in typed.split())
        self._db.execute("SELECT kind, count(*) FROM page WHERE page MATCH ? GROUP BY kind", (match,)).fetchall()
        best = (
            "SELECT title, snippet(page, 1, '<mark>', '</mark>', '…', 24) FROM page WHERE page MATCH ? "
            "ORDER BY bm25(page, 3.0, 1.0) LIMIT 10"
        )
        return self._db.execute(best, (match,)).fetchall()


def publish(engine: Engine, index: SearchIndex, slug: str, number: int) -> tuple[Took, Took]:
    """Publish another text of a guide; return what saving and publishing took, and from then until it is found."""
    word = f"zwaluwstaart{number}"
    return clocked(partial(save_with, engine, slug, word)), clocked(partial(wait_for, engine, index, slug, word))


def save_with(engine: Engine, slug: str, word: str) -> None:
    """Add a word to a guide, and publish it."""
    with Session(engine) as session:
        guide = find_guide(session, slug)
        assert guide is not None
        before = newest_revision(session, guide)
        said = replace(fields_of(before), body=f"{before.body}\n\nEen {word}.\n")
        saved = save_guide(session, guide, said, before.number, actor=SYSTEM)
        publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
        session.commit()


def wait_for(engine: Engine, index: SearchIndex, slug: str, word: str) -> None:
    """Bring the index along, as a request does, and find the guide."""
    assert keep_up(engine, index)
    assert [hit.key for hit in index.search(word).hits] == [f"guide:{slug}"]


def beginnings(documents: Sequence[Document]) -> list[str]:
    """Return beginnings of words in titles, two to five letters long; each once, in no order."""
    words = {word for one in documents for word in _WORD.findall(one.title.lower())}
    found = sorted({word[:length] for word in words for length in (2, 3, 4, 5)})
    random.Random(6).shuffle(found)  # noqa: S311
    return found[:500]


def asked_all(ask: Callable[[str], object], typed: Sequence[str]) -> str:
    """Ask all questions, after some to warm up; return p50 and p99."""
    for one in typed[:WARMING_UP]:
        ask(one)
    return shown([clocked(partial(ask, one)) for one in typed])


def measure(guides: int, number: int, folder: Path) -> dict[str, str]:
    """Return the figures of one size, by what they are of."""
    set_up_site(folder, with_example=False)
    app = make_site(folder)
    database: Database = app.extensions["database"]
    with Session(database.engine) as session:
        slugs = add_guides(session, guides)
        session.commit()
        index = SearchIndex(folder / "index")
        found = {"index made": in_seconds(clocked(partial(rebuild, session, index)))}
        documents = list(all_documents(session))
    asked, fts = queries(documents, number), Fts5(folder / "fts5.sqlite")
    found["FTS5: index made"] = in_seconds(clocked(partial(fts.fill, documents)))
    found["index size"] = f"{size_of(index.folder):.1f} MB"
    found["FTS5: index size, with the texts"] = f"{fts.size():.1f} MB"
    counted = "with passages and counts, p50 / p99 ms"
    found[f"query, {counted}"] = asked_all(index.search, asked)
    found[f"FTS5: query, {counted}"] = asked_all(fts.ask, asked)
    times = [publish(database.engine, index, slug, place) for place, slug in enumerate(slugs[:PUBLISHED])]
    found["one guide saved and published, p50 / p99 ms"] = shown([saved for saved, _found in times])
    found["from published until found, p50 / p99 ms"] = shown([until for _saved, until in times])
    changed = [one for one in documents if one.kind == "guide"][:PUBLISHED]
    again = [clocked(partial(fts.replace, one, f"zwaluw{place}")) for place, one in enumerate(changed)]
    found["FTS5: one guide replaced and found, p50 / p99 ms"] = shown(again)
    client = app.test_client()
    found["suggestions: names read for the first time"] = in_seconds(suggested(client, "ac"))
    found["suggestions, p50 / p99 ms"] = shown([suggested(client, typed) for typed in beginnings(documents)])
    publish(database.engine, index, slugs[-1], 999)
    found["suggestions: the first after a guide was published"] = in_seconds(suggested(client, "ad"))
    return {"documents": f"{len(documents)}", **found}


def suggested(client: FlaskClient, typed: str) -> Took:
    """Return how long a whole request for suggestions takes."""
    return clocked(partial(client.get, "/zoeken/suggesties", query_string={"q": typed}))


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guides", type=int, nargs="+", default=[500, 10_000])
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    columns = {}
    for guides in options.guides:
        with tempfile.TemporaryDirectory() as name:
            columns[guides] = measure(guides, options.queries, Path(name) / "data")
    print("| what | " + " | ".join(f"{guides:,} guides" for guides in columns) + " |")
    print("| --- " * (len(columns) + 1) + "|")
    for what in next(iter(columns.values())):
        print(f"| {what} | " + " | ".join(found[what] for found in columns.values()) + " |")


if __name__ == "__main__":
    main()
