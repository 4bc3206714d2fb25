"""Drafts: starting a report, and saving answers so that nothing that anybody typed is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import User
from common import clock, ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.versions import as_of
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.form import Question
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.approving import lapse_agreement
from registry.reports.carry_over import comparable_answers, kept, previous_submission
from registry.reports.deadlines import report_due
from registry.reports.models import WRITABLE, Answer, AnswerState, Report, ReportState
from registry.reports.transitions import Event, Facts, may_move, move
from registry.reports.values import BLANK, AnswerInput, AnswerLike, is_blank

__all__ = ["AnswerInput", "KeyConflict", "Locked", "SaveConflict", "current_answers", "save_answers", "start_report"]

OPEN: Final = WRITABLE


class Locked(Refused):
    """The report was handed in, so its answers stand."""


@dataclass(frozen=True)
class KeyConflict:
    """Two people changed one answer: what one typed beside what the other saved."""

    key: str
    mine: AnswerInput
    theirs: Answer
    who: str


class SaveConflict(Conflict):
    """Some answers were changed by somebody else meanwhile. All other answers of the same form are saved."""

    def __init__(self, conflicts: list[KeyConflict], version: int) -> None:
        self.conflicts, self.version = conflicts, version
        keys = ", ".join(item.key for item in conflicts)
        super().__init__(N_("Iemand anders veranderde intussen: %(keys)s"), keys=keys)


def subject_of(report: Report) -> str:
    """Return what the ledger calls this report."""
    return report.subject


def find_report(session: Session, authority_id: int, edition_id: int) -> Report | None:
    """Return this authority's report for this edition."""
    return session.scalars(select(Report).filter_by(authority_id=authority_id, edition_id=edition_id)).first()


def start_report(session: Session, authority: Authority, edition: Edition, *, actor: Actor) -> Report:
    """Return the authority's report for this edition, made now when it did not exist. There is never a second one.

    Raises Refused for an authority that is no more.
    """
    found = find_report(session, authority.id, edition.id)
    if found:
        return found
    refuse_ended(session, authority)
    moment = clock.now()
    report = Report(
        authority=authority,
        edition=edition,
        due_on=report_due(session, authority.id, edition),
        state=ReportState.DRAFT,
        version=1,
        last_edited_by_id=actor.user_id,
        created_at=moment,
        updated_at=moment,
    )
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError:
        # Somebody else started it in the same instant: the constraint kept one, and that is ours too.
        return session.scalars(select(Report).filter_by(authority_id=authority.id, edition_id=edition.id)).one()
    _write_first_answers(session, report, actor)
    ledger.record(session, "report.started", subject_of(report), {"edition": edition.sha256}, actor=actor)
    return report


def _write_first_answers(session: Session, report: Report, actor: Actor) -> None:
    last = comparable_answers(previous_submission(session, report.authority_id, report.edition), report.edition)
    for question in of_edition(report.edition).questions:
        first = _prefilled(session, report, question) if question.prefilled else kept(question, last.get(question.key))
        if first:
            session.add(_answer(report, question.key, first, actor))
    session.flush()


def _prefilled(session: Session, report: Report, question: Question) -> AnswerInput | None:
    value = {"authority": name_of(session, report.authority), "year": report.edition.year}.get(question.type)
    return AnswerInput(AnswerState.GIVEN, value) if value else None


def name_of(session: Session, authority: Authority) -> str:
    """Return what the authority is called today."""
    name = session.scalars(
        select(AuthorityVersion.name)
        .where(AuthorityVersion.authority_id == authority.id, as_of(AuthorityVersion, clock.today()))
        .limit(1)
    ).first()
    return (
        name
        or session.scalars(
            select(AuthorityVersion.name)
            .where(AuthorityVersion.authority_id == authority.id, as_of(AuthorityVersion, None))
            .order_by(AuthorityVersion.valid_to.desc())
            .limit(1)
        ).first()
        or authority.code
    )


def current_answers(session: Session, report: Report) -> dict[str, Answer]:
    """Return the newest answer to each question; a question that nobody answered is not in it."""
    newest = (
        select(Answer.key, func.max(Answer.version).label("version"))
        .where(Answer.report_id == report.id)
        .group_by(Answer.key)
        .subquery()
    )
    rows = session.scalars(
        select(Answer)
        .join(newest, and_(Answer.key == newest.c.key, Answer.version == newest.c.version))
        .where(Answer.report_id == report.id)
    )
    return {answer.key: answer for answer in rows}


def save_answers(
    session: Session,
    report: Report,
    inputs: Mapping[str, AnswerInput],
    basis: int | Mapping[str, int],
    *,
    actor: Actor,
) -> int:
    """Save what changed since the form was made, and return the report's version.

    `basis` is the version that the form was made from, or the version of each answer on it. What the person left as it
    was is left alone; what two people changed to different answers raises SaveConflict, after the rest was saved.
    """
    session.refresh(report, with_for_update=True)
    if not may_move(report.state, Event.SAVE):
        raise Locked(N_("Deze rapportage is al ingediend. U kunt haar niet meer veranderen."))
    current = current_answers(session, report)
    bases = _basis_answers(session, report, current, inputs, basis)
    changes: dict[str, AnswerInput] = {}
    conflicts: list[KeyConflict] = []
    for key, mine in _own_questions(report, inputs).items():
        now, base = current.get(key), bases.get(key, BLANK)
        if now is None:
            if mine.touched or not same(mine, BLANK):
                changes[key] = mine
        elif same(mine, base) or same(mine, now):
            continue
        elif same(now, base):
            changes[key] = mine
        else:
            conflicts.append(KeyConflict(key, mine, now, _who(session, now)))
    if changes:
        _write(session, report, changes, actor)
        lapse_agreement(session, report, actor=actor)
        # Who may fill in is decided by the view, for an employee and for staff with a report on paper alike.
        report.state = move(report.state, Event.SAVE, Facts(may_fill_in=True))
    if conflicts:
        raise SaveConflict(conflicts, report.version)
    return report.version


def _own_questions(report: Report, inputs: Mapping[str, AnswerInput]) -> dict[str, AnswerInput]:
    """Return the inputs for questions that a person may answer, in the order of the form."""
    questions = of_edition(report.edition).by_key
    strange = inputs.keys() - questions.keys()
    if strange:
        raise ValueError(f"no such questions: {sorted(strange)}")
    return {key: inputs[key] for key, question in questions.items() if key in inputs and question.takes_answer}


def _basis_answers(
    session: Session, report: Report, current: Mapping[str, Answer], inputs: Mapping[str, AnswerInput],
    basis: int | Mapping[str, int],
) -> dict[str, AnswerLike]:  # fmt: skip
    """Return each answer as it was on the form; only those that changed since are looked up."""
    seen = {key: basis if isinstance(basis, int) else basis.get(key, 0) for key in inputs}
    found: dict[str, AnswerLike] = {
        key: answer for key, answer in current.items() if answer.version <= seen.get(key, 0)
    }
    changed = [key for key in inputs if key in current and key not in found]
    if changed:
        wanted = or_(*(and_(Answer.key == key, Answer.version <= seen[key]) for key in changed))
        rows = select(Answer).where(Answer.report_id == report.id, wanted).order_by(Answer.version)
        found |= {answer.key: answer for answer in session.scalars(rows)}
    return found


def same(one: AnswerLike, other: AnswerLike) -> bool:
    """Say whether two answers say the same."""
    return _said(one) == _said(other)


def mark_of(answer: AnswerLike) -> int:
    """Return a number that tells whether an answer still says what stood on a form; it is the same where `same` is."""
    return int(ledger.sha256(_said(answer))[:12], 16) % 10**9


def _said(answer: AnswerLike) -> str:
    value = None if is_blank(answer.value) else answer.value
    state = AnswerState.BLANK if answer.state is AnswerState.GIVEN and value is None else answer.state
    return json.dumps([state, _trimmed(value), answer.reason or None, answer.remark or None], sort_keys=True)


def _trimmed(value: Any) -> Any:
    """Leave out empty parts, so that a form with more fields than last time changes nothing by itself."""
    if isinstance(value, dict):
        return {key: _trimmed(item) for key, item in value.items() if item is not None and item != ""}
    return [_trimmed(item) for item in value] if isinstance(value, list) else value


def _write(session: Session, report: Report, changes: Mapping[str, AnswerInput], actor: Actor) -> None:
    report.version += 1
    report.last_edited_by_id, report.updated_at = actor.user_id, clock.now()
    session.add_all(_answer(report, key, given, actor) for key, given in changes.items())
    questions = of_edition(report.edition).by_key
    # Hashes show that something changed and not what. An answer that the public never reads is salted: it may name a
    # person, or be one of so few that its plain hash would tell it.
    private = {key for key in changes if questions[key].publish != "yes" or questions[key].after_editing}
    said = {key: _said(given) for key, given in changes.items()}
    ledger.record(
        session,
        "report.saved",
        subject_of(report),
        {
            "version": report.version,
            "keys": sorted(changes),
            "hashes": {key: ledger.sha256(text) for key, text in said.items() if key not in private},
        },
        actor=actor,
        personal={key: said[key] for key in private},
    )


def _answer(report: Report, key: str, given: AnswerInput, actor: Actor) -> Answer:
    blank = given.state is AnswerState.GIVEN and is_blank(given.value)
    return Answer(
        report_id=report.id,
        key=key,
        version=report.version,
        state=AnswerState.BLANK if blank else given.state,
        value=None if blank else _trimmed(given.value),
        reason=given.reason or None,
        remark=given.remark or None,
        changed_by_id=actor.user_id,
        changed_at=clock.now(),
    )


def _who(session: Session, answer: Answer) -> str:
    person = session.get(User, answer.changed_by_id) if answer.changed_by_id else None
    return person.name if person else ""
