"""What a submission holds: canonical JSON of edition, authority and every answer with its state."""

import json
from collections.abc import Mapping
from typing import Any, Final

from common import ledger
from registry.editions.form import Questionnaire
from registry.reports.checking import asked
from registry.reports.models import AnswerState, Report, Submission
from registry.reports.values import AnswerInput, AnswerLike

NOT_ASKED: Final = "not_asked"
SCHEMA: Final = 1


def write_content(
    questionnaire: Questionnaire, report: Report, answers: Mapping[str, AnswerLike], head: Mapping[str, Any]
) -> str:
    """Return the canonical JSON of a report as it is handed in. Every question is in it, with one of the states."""
    asked_now = {question.key for question in asked(questionnaire, answers)}
    return ledger.canonical_json(
        {
            "schema": SCHEMA,
            "agreement": questionnaire.agreement,
            "year": questionnaire.year,
            "edition": {"version": questionnaire.version, "sha256": report.edition.sha256},
            **head,
            "answers": {
                question.key: _entry(answers.get(question.key)) if question.key in asked_now else {"state": NOT_ASKED}
                for question in questionnaire.questions
            },
        }
    )


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
    """Return the answers of a submission. Questions that were not asked are not in it."""
    entries = json.loads(submission.content)["answers"]
    return {
        key: AnswerInput(AnswerState(entry["state"]), entry.get("value"), entry.get("reason"), entry.get("remark"))
        for key, entry in entries.items()
        if entry["state"] != NOT_ASKED
    }
