"""The answers of a report as JSON, for a signed-in person's own scripts: the same rules as in the browser."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from common.errors import N_
from common.vocabulary import Text
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from registry.editions.form import Question
from registry.reports.checking import Problem, Reading, check
from registry.reports.content import NOT_ASKED
from registry.reports.drafting import KeyConflict, Locked, SaveConflict, current_answers, save_answers
from registry.reports.models import Answer, AnswerState
from registry.reports.sheets.shapes import WrongShape, read_answer, read_json
from registry.reports.values import AnswerInput, AnswerLike
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started

_FIELDS = {"edition", "version", "save", "answers"}
_GIVEN_BACK = {"state", "problems", "saved", "year", "authority"}
"""What a GET gives besides; who sends that along is not refused for it."""


@blueprint.get("/mijn/rapportages/<int:jaar>/antwoorden.json")
@signed_in
def answers_json(jaar: int) -> BaseResponse:
    """All answers with their states and versions, and what stands in the way of submitting."""
    desk = open_desk(jaar)
    response = _answer(desk, _stand(desk, current_answers(db(), started(desk))))
    response.headers["X-CSRFToken"] = generate_csrf()
    return response


@blueprint.post("/mijn/rapportages/<int:jaar>/antwoorden.json")
@signed_in
def check_or_save_json(jaar: int) -> BaseResponse:
    """Check answers, and save them where `save` is true: 200 with the problems, 409 with both, 422 with why not."""
    db().rollback()  # what is sent may come in slowly, and nobody waits for the database meanwhile
    sent = request.get_data()
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    started(desk)
    try:
        body = _body(desk, sent)
        inputs, basis = _inputs(desk, body["answers"], body.get("version"))
    except WrongShape as error:
        return _answer(desk, {"error": _(error.sentence, **error.values)}, 422)
    except _WrongAnswers as error:
        return _answer(desk, {"error": _("Niet alles is te lezen. Er is niets bewaard."), "wrong": error.wrong}, 422)
    if not body.get("save"):
        current = current_answers(db(), started(desk))
        return _answer(desk, {**_stand(desk, {**current, **inputs}), "saved": False})
    return _save(desk, inputs, basis)


class _WrongAnswers(Exception):
    """Answers of a wrong shape, by key, in the reader's language."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        self.wrong = wrong
        super().__init__(", ".join(wrong))


def _body(desk: Desk, sent: bytes) -> dict[str, Any]:
    """Return what was sent. Raises WrongShape for what is no such object, or of another form."""
    body = read_json(sent)
    if (
        not isinstance(body, dict)
        or not body.keys() <= _FIELDS | _GIVEN_BACK
        or not isinstance(body.get("answers"), dict)
    ):
        raise WrongShape(N_("Geef een object met edition, answers, version en save."))
    if not isinstance(body.get("save", False), bool):
        raise WrongShape(N_("save is true of false."))
    version = body.get("version")
    if version is not None and (type(version) is not int or not 0 <= version < 10**9):
        raise WrongShape(N_("version is een heel getal."))
    if body.get("edition") != desk.edition.sha256:
        raise WrongShape(N_("edition is niet de SHA-256 van deze vragenlijst. Haal de antwoorden opnieuw op."))
    return body


def _inputs(
    desk: Desk, answers: Mapping[str, Any], version: int | None
) -> tuple[dict[str, AnswerInput], dict[str, int]]:
    """Return the answers that were sent and what each was made from. Raises _WrongAnswers with all that is wrong.

    An answer that is known already may be sent back as it was. What is not asked is left alone, as in the browser.
    """
    saved, wrong = current_answers(db(), started(desk)), {}
    inputs: dict[str, AnswerInput] = {}
    basis: dict[str, int] = {}
    for key, said in answers.items():
        question = desk.questionnaire.question(key)
        if question is None:
            wrong[key[:40]] = _("Deze vraag is er niet.")
        elif not _is_left_alone(question, said, saved.get(key)):
            try:
                inputs[key], seen = read_answer(question, said, saved.get(key))
            except WrongShape as error:
                wrong[key] = _(error.sentence, **error.values)
                continue
            basis[key] = seen if seen is not None else version or 0
    if wrong:
        raise _WrongAnswers(wrong)
    return inputs, basis


def _is_left_alone(question: Question, said: Any, now: AnswerLike | None) -> bool:
    if not isinstance(said, dict):
        return False
    as_it_was = said.get("value") == (now.value if now else None)
    return said.get("state") == NOT_ASKED or (not question.takes_answer and as_it_was)


def _save(desk: Desk, inputs: Mapping[str, AnswerInput], basis: Mapping[str, int]) -> Response:
    report = started(desk)
    try:
        save_answers(db(), report, inputs, basis, actor=desk.actor)
    except SaveConflict as conflict:
        db().commit()
        told = {**_stand(desk, current_answers(db(), report)), "saved": True}
        told["conflicts"] = {item.key: _both(item) for item in conflict.conflicts}
        return _answer(desk, told, 409)
    except Locked as error:
        return _answer(desk, {"error": _(error.sentence, **error.values)}, 409)
    db().commit()
    return _answer(desk, {**_stand(desk, current_answers(db(), report)), "saved": True})


def _stand(desk: Desk, answers: Mapping[str, AnswerLike]) -> dict[str, Any]:
    """Return all answers with one of the states, and what the checks say of them."""
    reading = Reading(desk.questionnaire, answers, desk.circumstances)
    asked = {question.key for question in reading.asked}
    return {
        "answers": {
            question.key: _entry(answers.get(question.key), asked=question.key in asked)
            for question in desk.questionnaire.questions
            if question.type != "declaration"
        },
        "problems": [_problem(one) for one in check(desk.questionnaire, answers, desk.circumstances)],
    }


def _entry(answer: AnswerLike | None, *, asked: bool) -> dict[str, Any]:
    state = answer.state.value if answer else AnswerState.BLANK.value
    version = answer.version if isinstance(answer, Answer) else None
    return {
        "state": state if asked else NOT_ASKED,
        "value": answer.value if answer else None,
        "reason": answer.reason if answer else None,
        "remark": answer.remark if answer else None,
        **({"version": version or 0} if version is not None or answer is None else {}),
    }


def _problem(one: Problem) -> dict[str, Any]:
    message: Text = one.message
    return {
        "key": one.key, "place": one.part, "kind": one.kind, "hard": one.hard, "blocks": one.blocks,
        "message": dict(message),
    }  # fmt: skip


def _both(item: KeyConflict) -> dict[str, Any]:
    return {"yours": _entry(item.mine, asked=True), "theirs": _entry(item.theirs, asked=True), "who": item.who}


def _answer(desk: Desk, told: Mapping[str, Any], status: int = 200) -> Response:
    report = started(desk)
    head = {
        "authority": desk.authority.code, "year": desk.year, "edition": desk.edition.sha256,
        "state": report.state.value, "version": report.version,
    }  # fmt: skip
    response = jsonify({**head, **told})
    response.status_code = status
    return no_store(response)
