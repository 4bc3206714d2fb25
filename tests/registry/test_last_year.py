"""What of last year answers a question of this year, and what only tells; and that the forms of before are read."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from common.ledger import canonical_json, sha256
from registry.editions.formats import modern, schema_of
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition, parse, with_labels
from registry.reports.carry_over import comparable_answers, earlier_questions
from registry.reports.content import circumstances_then
from registry.reports.display import PUBLIC, shown_submission
from registry.reports.models import Report, Submission
from tests.factories_form import make_world
from tests.factories_questions import form, question

BEFORE = [
    question("A1", "integer", indicator="CIRC-01"), question("A2", "integer", indicator="CIRC-02"),
    question("A3", "integer", indicator="CIRC-03"), question("A4", "text"), question("A5", "date"),
    question("A6", "declaration", statement={"nl": "Klopt", "en": "Right"}),
]  # fmt: skip
NOW = [
    question("B1", "integer", indicator="CIRC-01", relation="reworded", was=["A1"]),
    question("B2", "integer", indicator="CIRC-09", relation="merged", was=["A1", "A2"]),
    question("A3", "integer", indicator="CIRC-03", indicator_version=2), question("A4", "text", relation="new"),
    question("A5", "text"), question("A6", "declaration", statement={"nl": "Klopt", "en": "Right"}),
]  # fmt: skip


def edition(*questions: dict[str, Any], year: int = 2024, **fields: Any) -> Edition:
    snapshot = canonical_json(with_labels(form(*questions, **{"year": year, **fields})))
    return Edition(year=year, snapshot=snapshot, sha256=sha256(snapshot))


def submission(of: Edition, values: dict[str, Any], **fields: Any) -> Submission:
    answers = {key: {"state": "given", "value": value} for key, value in values.items()}
    content = canonical_json({"edition": {"sha256": of.sha256}, "answers": answers, **fields})
    return Submission(content=content, report=Report(edition=of))


def test_an_answer_is_comparable_when_the_question_means_the_same() -> None:
    last = submission(edition(*BEFORE), {"A1": 7, "A2": 8, "A3": 9, "A4": "x", "A5": "2024-05-01", "A6": True})
    now = edition(*NOW, year=2025)
    assert {key: answer.value for key, answer in comparable_answers(last, now).items()} == {"B1": 7}
    told = {key: [(one.key, one.text["nl"]) for one in shown] for key, shown in earlier_questions(last, now).items()}
    assert told == {"B2": [("A1", "7"), ("A2", "8")], "A3": [("A3", "9")], "A5": [("A5", "1\u00a0mei 2024")]}
    assert comparable_answers(None, now) == earlier_questions(None, now) == {}


def test_a_submission_is_shown_by_the_form_it_was_made_with_also_after_a_correction(
    app: Flask, session: Session
) -> None:
    label = {"nl": "Oude vraag", "en": "Old"}
    world = make_world(app, session, form(question("A1", "text", label=label)))
    opened = world.edition
    made = submission(opened, {"A1": "x"}, circumstances={})
    made.report = Report(edition=opened, authority=world.authority, due_on=opened.due_on)
    made.number, made.receipt, made.fingerprint = 1, "2025-PROEF", ""
    session.add(made)
    corrected = edition(question("A1", "text", label={"nl": "Nieuwe vraag", "en": "New"}), year=2025, revision=1)
    opened.snapshot, opened.sha256 = corrected.snapshot, corrected.sha256
    session.flush()
    assert of_edition(opened).name == "2025.1"
    assert [one.label for part in shown_submission(made, audience=PUBLIC) for one in part.answers] == [label]
    session.rollback()


def test_a_submission_tells_what_was_asked_so_that_no_condition_is_guessed_again() -> None:
    asked = edition(
        question("A1", "text", kinds=["provincie"]), question("A2", "text", relevant="today() < plan_due()")
    )
    made = submission(asked, {"A1": "ja"}, circumstances={"today": "2025-03-01", "plan_due": None, "kind": "provincie"})
    told = circumstances_then(made)
    assert (told.kind, str(told.today), told.plan_due, told.asked) == ("provincie", "2025-03-01", None, {"A1"})
    assert [one.key for part in shown_submission(made, audience=PUBLIC) for one in part.answers] == ["A1"]


FOLDER = Path(__file__).parent.parent / "website"


@pytest.mark.parametrize("issue", [3, 4])
def test_every_form_that_was_ever_frozen_is_read_and_says_the_same_in_the_words_of_today(issue: int) -> None:
    tables = json.loads(gzip.decompress((FOLDER / f"register_of_issue_{issue}.json.gz").read_bytes()))
    for row in tables["edition"]:
        data = json.loads(row["snapshot"])
        frozen = of_edition(Edition(sha256=row["sha256"], snapshot=row["snapshot"]))
        assert (frozen.version, len(frozen.by_key), schema_of(data)) == (1, 47, 1)
        assert "key" in data["questions"][0]
        rewritten = parse(modern(data))
        assert (rewritten.version, rewritten.sections) == (2, frozen.sections)
        assert modern(modern(data)) == modern(data)
        assert with_labels(data)["schema_version"] == 2
