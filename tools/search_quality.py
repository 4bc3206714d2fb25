"""Says how well the search answers the judged questions of tests/search/judged.yaml, beside plain Whoosh.

    make search-quality            (or: .venv/bin/python -m tools.search_quality [--data FOLDER] [--worst 15])

nDCG@10: 1 when the judged pages stand in the order of their grades, the best first; a page that is not judged
counts nothing. recall@10: which part of the judged pages (at most ten) is on the first page of results. Both are means
over the questions. Plain Whoosh is its own language analyzer (`whoosh.lang` "nl": old Snowball, its stop words) on the
same texts, title times three, once with all words asked and once with any word.
"""

import argparse
import math
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from whoosh import fields, index, qparser
from whoosh.analysis import LanguageAnalyzer

from kb.search.asking import ask
from kb.search.documents import Document, Section
from kb.search.index import SearchIndex

JUDGED = Path(__file__).resolve().parent.parent / "tests" / "search" / "judged.yaml"
HELD_OUT = JUDGED.with_name("held_out.yaml")
"""Questions on which nobody tunes."""
FRESH = JUDGED.with_name("fresh.yaml")
"""Some more, of later: what was corrected since the first lot was written is tried on these."""
DEPTH = 10
ALL = "all"


@dataclass(frozen=True)
class Judged:
    """One question with the pages that should be found."""

    ask: str
    kind: str
    grades: dict[str, int]
    """Page -> 1, 2 or 3."""
    sections: dict[str, str] = field(default_factory=dict)
    """Page -> the section of it that answers."""
    never: frozenset[str] = frozenset()
    """Pages that the question itself leaves out."""

    @property
    def language(self) -> str:
        """The language of the site at which it is asked."""
        return "en" if self.kind == "english" else "nl"


@dataclass(frozen=True)
class Result:
    """What an engine found at one place: the page, and the section that it leads to."""

    page: str
    section: str = ""


Engine = Callable[[Judged], Sequence[Result]]


@dataclass(frozen=True)
class Score:
    """Means over some questions; each from 0 to 1."""

    questions: int
    ndcg: float
    recall: float
    first: float
    """The part of the questions of which a best page stands first."""
    section: float | None
    """Of the found pages with a judged section: the part of which the result leads there. None: nothing to say."""
    wrong: int
    """Results that the question itself left out."""


def read_judged(file: Path = JUDGED) -> list[Judged]:
    """Return the judged questions; raises ValueError for a page that is judged twice at one question."""
    found = []
    for row in yaml.safe_load(file.read_text(encoding="utf-8")):
        grades: dict[str, int] = {}
        sections: dict[str, str] = {}
        for grade in (3, 2, 1):
            for key in row.get(grade, ()):
                page, _, section = str(key).partition("#")
                if page in grades:
                    raise ValueError(f"{row['ask']}: {page} is judged twice")
                grades[page] = grade
                if section:
                    sections[page] = section
        found.append(Judged(str(row["ask"]), row["kind"], grades, sections, frozenset(row.get("never", ()))))
    return found


def page_of(key: str) -> str:
    """Return the name under which a page is judged: a question of the form is the same in every year's form."""
    page = key.partition("#")[0]
    kind, _, rest = page.partition(":")
    return f"{kind}:{rest.replace(':', '/').rpartition('/')[2]}" if kind == "question" else page


def ndcg(pages: Sequence[str], grades: dict[str, int], depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain; the gain of a grade is 2**grade - 1."""
    gained = _gain(grades.get(page, 0) for page in pages[:depth])
    return gained / _gain(sorted(grades.values(), reverse=True)[:depth])


def recall(pages: Sequence[str], grades: dict[str, int], depth: int = DEPTH) -> float:
    """Return which part of the judged pages is among the first; of more than `depth` no more than that can be."""
    return len(set(pages[:depth]) & set(grades)) / min(len(grades), depth)


def _gain(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def score(engine: Engine, questions: Sequence[Judged]) -> dict[str, Score]:
    """Return the scores by kind of question, and of all together."""
    judged = [(question, _once(engine(question))) for question in questions]
    kinds = [ALL, *dict.fromkeys(question.kind for question in questions)]
    return {kind: _score([row for row in judged if kind in {ALL, row[0].kind}]) for kind in kinds}


def _score(rows: Sequence[tuple[Judged, Sequence[Result]]]) -> Score:
    pages = [(question, [result.page for result in results]) for question, results in rows]
    led = [
        result.section == question.sections[result.page]
        for question, results in rows
        for result in results[:DEPTH]
        if result.page in question.sections
    ]
    return Score(
        questions=len(rows),
        ndcg=_mean(ndcg(found, question.grades) for question, found in pages),
        recall=_mean(recall(found, question.grades) for question, found in pages),
        first=_mean(
            bool(found) and question.grades.get(found[0]) == max(question.grades.values()) for question, found in pages
        ),
        section=_mean(led) if led else None,
        wrong=sum(len(question.never & set(found)) for question, found in pages),
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _once(results: Sequence[Result]) -> list[Result]:
    """Leave out what was found before: a page counts at its first place."""
    return list({result.page: result for result in reversed(results)}.values())[::-1]


def ours(index: SearchIndex, synonyms: Sequence[Sequence[str]] = ()) -> Engine:
    """The site's own search on this index, as a reader gets it: with what he may have meant."""

    def answer(question: Judged) -> list[Result]:
        found = ask(index, question.ask, synonyms=synonyms, language=question.language).found
        return [Result(page_of(hit.key), hit.anchor) for hit in found.hits]

    return answer


def plain_whoosh(documents: Iterable[Document], folder: Path, *, any_word: bool) -> Engine:
    """Whoosh as it comes, with its Dutch stemmer, on the same texts."""
    analyzer = LanguageAnalyzer("nl")
    schema = fields.Schema(
        key=fields.ID(stored=True), title=fields.TEXT(analyzer=analyzer), text=fields.TEXT(analyzer=analyzer)
    )
    engine = index.create_in(str(folder), schema)
    writer = engine.writer()
    for document in documents:
        writer.add_document(key=document.key, title=document.title, text=text_of(document))
    writer.commit()
    group = qparser.OrGroup.factory(0.9) if any_word else qparser.AndGroup
    parser = qparser.MultifieldParser(["title", "text"], schema, fieldboosts={"title": 3.0}, group=group)

    def answer(question: Judged) -> list[Result]:
        with engine.searcher() as searcher:
            return [Result(page_of(hit["key"])) for hit in searcher.search(parser.parse(question.ask), limit=DEPTH)]

    return answer


def text_of(document: Document) -> str:
    """Return all words of a document but its title: what any engine gets of it."""
    texts = [*document.keywords, *document.exact, document.summary, *_sections(document.sections)]
    for other in document.translations:
        texts += [other.title, other.summary, *_sections(other.sections), *other.keywords]
    return "\n".join(part for part in texts if part)


def _sections(sections: Iterable[Section]) -> Iterable[str]:
    return (f"{section.title}\n{section.text}" for section in sections)


def lines(scores: dict[str, dict[str, Score]]) -> Iterable[str]:
    """Yield a table in Markdown: per kind of question the figures of each engine."""
    names = list(scores)
    yield "| questions | number | " + " | ".join(f"{name}: nDCG@10 | recall@10" for name in names) + " |"
    yield "| --- " * (2 + 2 * len(names)) + "|"
    for kind, row in scores[names[0]].items():
        cells = [f"{scores[name][kind].ndcg:.3f} | {scores[name][kind].recall:.3f}" for name in names]
        yield f"| {kind} | {row.questions} | " + " | ".join(cells) + " |"


def _worst(engine: Engine, questions: Sequence[Judged], number: int) -> Iterable[str]:
    rows = sorted(((ndcg(_pages(engine, each), each.grades), each) for each in questions), key=lambda row: row[0])
    for value, question in rows[:number]:
        wanted = ", ".join(f"{page}={grade}" for page, grade in question.grades.items())
        yield f"{value:.2f}  {question.ask}\n      wanted: {wanted}"
        yield f"      found:  {', '.join(_pages(engine, question))}"


def _pages(engine: Engine, question: Judged) -> list[str]:
    return [result.page for result in _once(engine(question))]


def _site(folder: Path | None, temporary: Path) -> tuple[SearchIndex, list[Document]]:
    """Return the index and the documents of a site: of this data folder, or of one that is set up for it."""
    from website.search_documents import all_documents  # the site is only put together when it is asked for
    from website.search_upkeep import rebuild

    if folder is None:
        folder = temporary / "site"
        _set_up(folder)
    engine = create_engine(f"sqlite:///{folder / 'manifestkompas.sqlite'}")
    made = SearchIndex(temporary / "index")
    with Session(engine) as session:
        rebuild(session, made)
        documents = list(all_documents(session))
    engine.dispose()
    return made, documents


def _set_up(folder: Path) -> None:
    from tests.sites import set_up_site

    set_up_site(folder)


def main(arguments: Any = None) -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data folder of a site that was set up; without it one is made")
    parser.add_argument("--worst", type=int, default=0, help="show so many questions that are answered worst")
    options = parser.parse_args(arguments)
    questions = read_judged()
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        made, documents = _site(options.data, temporary)
        engines: dict[str, Engine] = {"ours": ours(made)}
        for title, any_word in (("plain Whoosh, all words", False), ("plain Whoosh, any word", True)):
            folder = temporary / ("any" if any_word else "every")
            folder.mkdir()
            engines[title] = plain_whoosh(documents, folder, any_word=any_word)
        scores = {title: score(engine, questions) for title, engine in engines.items()}
        for lot, file in (("held out", HELD_OUT), ("fresh", FRESH)):
            for title, engine in engines.items():
                scores[title][lot] = score(engine, read_judged(file))[ALL]
        print("\n".join(lines(scores)))
        for name in (ALL, "held out", "fresh"):
            mine = scores["ours"][name]
            print(f"\nOurs, {name}: a best page first {mine.first:.3f}; leads to the judged section ", end="")
            print(f"{mine.section or 0:.3f}; results that the question left out {mine.wrong}", end="")
        print(f"\n{len(documents)} documents")
        print("\n".join(_worst(engines["ours"], questions, options.worst)))


if __name__ == "__main__":
    main()
