"""Which rows of a report can become a good example in the knowledge base, and with what text the proposal begins.

No question has a name here. A form says it by its shape: a question with rows whose answer becomes public "after
editing" (`after_editing`, content/README.md). Its parts say the rest: the first short text is the title, a choice of
themes the themes, another short text that is the name of a product group that group. The text begins as that of any
good example does (content/guide_templates/example.nl.md): the first long text stands at its beginning, the second at
what came of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from common.joining import digest
from common.vocabulary import product_group_names, vocabulary
from kb.guides.beginnings import template_for
from kb.guides.fields import LONGEST_SUMMARY, LONGEST_TITLE
from kb.proposals.models import Proposal
from kb.proposals.reading import by_origin
from registry.editions.form import Part, Question, Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.drafting import current_answers
from registry.reports.models import Report
from registry.reports.values import is_raw

LANGUAGE = "nl"
"""People answer a report in Dutch; the headings that come from the form are so too."""
OUTCOME = "Wat leverde het op?"
"""The heading of the template at which the second long text of a row stands."""


@dataclass(frozen=True)
class Example:
    """One row of a report: its mark, its title, the guide that it begins with, and what was proposed of it already."""

    mark: str
    """Of the question and the title: a row that moves up in the list stays the same row."""
    origin: str
    title: str
    content: Mapping[str, Any] = field(compare=False)
    proposal: Proposal | None = field(default=None, compare=False)


def example_questions(form: Questionnaire) -> list[Question]:
    """Return the questions whose rows may become a good example."""
    return [one for one in form.questions if becomes_example(one)]


def becomes_example(question: Question) -> bool:
    """Say whether the rows of this question may become a good example."""
    return question.type == "rows" and question.after_editing


def examples_of(session: Session, report: Report) -> list[Example]:
    """Return the good examples that a report tells of, in their order. No query where its form asks for none."""
    questions = example_questions(of_edition(report.edition))
    if not questions:
        return []
    answers = current_answers(session, report)
    found = {
        one.mark: one
        for question in questions
        if question.key in answers
        for one in _rows(report, question, answers[question.key].value)
    }
    proposed = by_origin(session, [one.origin for one in found.values()])
    return [Example(one.mark, one.origin, one.title, one.content, proposed.get(one.origin)) for one in found.values()]


def _rows(report: Report, question: Question, value: Any) -> Iterator[Example]:
    for row in value if isinstance(value, list) else []:
        cells = {key: text for key, text in row.items() if isinstance(text, str)} if not is_raw(row) else {}
        content = content_of(question, cells)
        if content["title"]:
            mark = f"{question.key}-{digest(content['title'].casefold())}"
            yield Example(mark, f"{report.subject}#{mark}", content["title"], content)


def content_of(question: Question, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a guide that a row fills in; every word of the row is in one of them."""
    title_part = next((part for part in question.parts if part.type == "text"), None)
    title = " ".join(cells.get(title_part.key, "").split()) if title_part else ""
    themes: list[str] = []
    groups: list[str] = []
    told: list[tuple[Part, str]] = []
    for part in question.parts:
        text = cells.get(part.key, "").strip()
        group = _product_group(text) if part.type == "text" and part is not title_part else None
        if part is title_part or not text:
            continue
        if part.type == "choice" and text in vocabulary().themes:
            themes.append(text)
        elif group:
            groups.append(group)
        else:
            told.append((part, text))
    summary = _first_sentence(told)
    body = _story(told, [part for part in question.parts if part.type == "long_text"], summary)
    whole = {"themes": themes, "product_groups": groups, "summary": summary, "body": body}
    if len(title) > LONGEST_TITLE:  # no form of ours takes one so long; nothing of it goes
        return {**whole, "title": title[:LONGEST_TITLE], "body": f"{title}\n\n{whole['body']}"}
    return {**whole, "title": title}


def _product_group(text: str) -> str | None:
    """Return the code of the product group that has this name, in either language."""
    names = product_group_names().items()
    return next((code for code, name in names if text.casefold() in {one.casefold() for one in name.values()}), None)


def _first_sentence(told: list[tuple[Part, str]]) -> str:
    text = next((text for part, text in told if part.type == "long_text"), "")
    first = text.split("\n")[0].partition(". ")
    sentence = f"{first[0]}." if first[1] else first[0]
    return sentence if len(sentence) <= LONGEST_SUMMARY else ""


def _story(told: list[tuple[Part, str]], long: list[Part], summary: str) -> str:
    """Return the text of any good example with these texts in it; what it has no place for, below its own label.

    What is the summary already, is not said once more: there the author finds what to write.
    """
    body = template_for("example", LANGUAGE)
    for part, text in told:
        if part in long[:1]:
            body = body if text == summary else _put(body, "", text)
        else:
            heading = OUTCOME if part in long[1:2] else part.label.get(LANGUAGE) or part.key
            body = _put(body, f"## {heading}\n\n", _words(part, text))
    return body


def _put(body: str, start: str, text: str) -> str:
    """Return the text with another in the place of what the template asks below `start`, or at its end."""
    made, found = re.subn(rf"^{re.escape(start)}\[[^\]\n]+\]$", lambda _asks: start + text, body, count=1, flags=re.M)
    return made if found else f"{body.rstrip()}\n\n{start}{text}\n"


def _words(part: Part, text: str) -> str:
    chosen = next((choice for choice in part.choices if choice.code == text), None)
    return chosen.label.get(LANGUAGE, text) if chosen else text
