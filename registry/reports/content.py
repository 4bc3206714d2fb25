"""What a submission holds: canonical JSON of edition, authority and every answer with its state.

An answer that names a person stands beside it: the JSON has only its salted hash, so that the person can be
erased and the fingerprint stays whole (docs/decisions/0007-people-beside-the-fingerprint.md).
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import object_session

from common import ledger
from registry.editions.form import Questionnaire
from registry.editions.questionnaire import of_edition
from registry.editions.reading import questionnaire_of
from registry.reports.checking import Circumstances, asked
from registry.reports.models import AnswerState, Report, Submission
from registry.reports.values import ERASED, AnswerInput, AnswerLike

NOT_ASKED: Final = "not_asked"
SCHEMA: Final = 3
"""1: every answer readable in the JSON. 2: answers of type "person" sealed. 3: the circumstances stand in it."""
SEALED: Final = "sealed"

Personal = dict[str, dict[str, Any]]
"""Answers that name a person, by key: {"salt", "value"}."""


def personal_answers(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances
) -> Personal:
    """Return the answers that name a person, each with a salt of its own."""
    return {
        question.key: {"salt": secrets.token_hex(32), "value": answers[question.key].value}
        for question in asked(questionnaire, answers, circumstances)
        if question.type == "person" and _is_given(answers.get(question.key))
    }


def seal(salt: str, value: Any) -> str:
    """Return the salted hash of an answer: SHA-256 of the salt and the canonical JSON of the value."""
    return ledger.sha256(salt + ledger.canonical_json(value))


def write_content(
    questionnaire: Questionnaire,
    report: Report,
    answers: Mapping[str, AnswerLike],
    head: Mapping[str, Any],
    personal: Personal,
    circumstances: Circumstances,
) -> str:
    """Return the canonical JSON of a report as it is handed in. Every question is in it, with one of the states."""
    asked_now = {question.key for question in asked(questionnaire, answers, circumstances)}
    entries: dict[str, dict[str, Any]] = {
        question.key: _entry(answers.get(question.key)) if question.key in asked_now else {"state": NOT_ASKED}
        for question in questionnaire.questions
    }
    for key, kept in personal.items():
        entries[key]["value"] = {SEALED: seal(kept["salt"], kept["value"])}
    return ledger.canonical_json(
        {
            "schema": SCHEMA,
            "agreement": questionnaire.agreement,
            "year": questionnaire.year,
            "edition": {"version": questionnaire.version, "sha256": report.edition.sha256},
            **head,
            "circumstances": {
                "today": _iso(circumstances.today),
                "plan_due": _iso(circumstances.plan_due),
                "kind": circumstances.kind,
            },
            "answers": entries,
        }
    )


def _is_given(answer: AnswerLike | None) -> bool:
    return answer is not None and answer.state is AnswerState.GIVEN


def _entry(answer: AnswerLike | None) -> dict[str, Any]:
    if answer is None:
        return {"state": AnswerState.BLANK.value}
    given = answer.state is AnswerState.GIVEN
    return {
        "state": answer.state.value,
        "value": answer.value if given else None,
        "reason": answer.reason if answer.state is AnswerState.UNKNOWN else None,
        "remark": answer.remark or None,
    }


def answers_of(submission: Submission) -> dict[str, AnswerInput]:
    """Return the answers of a submission. Questions that were not asked are not in it.

    An answer that named a person is readable while it is kept, and ERASED afterwards.
    """
    entries = _told(submission)["answers"]
    return {
        key: AnswerInput(
            AnswerState(entry["state"]),
            _opened(entry.get("value"), (submission.personal or {}).get(key)),
            entry.get("reason"),
            entry.get("remark"),
        )
        for key, entry in entries.items()
        if entry["state"] != NOT_ASKED
    }


def form_of(submission: Submission) -> Questionnaire:
    """Return the form with which a submission was made, also when its texts were corrected since."""
    edition, made_with = submission.report.edition, _told(submission)["edition"].get("sha256")
    session = object_session(submission)
    return questionnaire_of(session, made_with, edition) if session else of_edition(edition)


def circumstances_then(submission: Submission) -> Circumstances:
    """Return the circumstances that the submission itself tells: what was asked, the day, the plan's term, the kind."""
    told = _told(submission)
    then = told.get("circumstances", {})
    return Circumstances(
        today=_day(then.get("today")),
        plan_due=_day(then.get("plan_due")),
        kind=then.get("kind", ""),
        asked=frozenset(key for key, entry in told["answers"].items() if entry["state"] != NOT_ASKED),
    )


def _told(submission: Submission) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(submission.content)
    return told


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _opened(value: Any, kept: Mapping[str, Any] | None) -> Any:
    if not isinstance(value, dict) or value.keys() != {SEALED}:
        return value
    return kept["value"] if kept else dict(ERASED)
