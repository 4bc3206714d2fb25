"""What a person read in from a spreadsheet: kept until he saves or drops it, at most a week."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import now
from common.ledger import Actor
from registry.reports.drafting import SaveConflict, current_answers, save_answers
from registry.reports.models import Answer, AnswerState, Report
from registry.reports.sheets.cells import Refusal
from registry.reports.sheets.comparing import Held
from registry.reports.sheets.models import SheetUpload
from registry.reports.sheets.reading import CameBack, Changes
from registry.reports.values import AnswerInput, AnswerLike

KEPT_FOR: Final = timedelta(days=7)


def keep(session: Session, report: Report, user_id: int, name: str, read: tuple[CameBack, Changes]) -> SheetUpload:
    """Keep what was read from a file; it replaces what this person read in before."""
    drop(session, report, user_id)
    file, changes = read
    made = SheetUpload(
        report_id=report.id,
        user_id=user_id,
        name=name[-200:],
        content={
            "sheet": file.sheet,
            "basis": dict(file.identity.versions),
            "suggested": sorted(file.identity.suggested),
            "answers": {key: _as_json(given) for key, given in changes.inputs.items()},
            "refused": [[one.key, one.address, one.sentence] for one in changes.refused],
        },
        uploaded_at=now(),
    )
    session.add(made)
    session.flush()
    return made


def find(session: Session, report: Report, user_id: int) -> SheetUpload | None:
    """Return what this person read in for this report and did not save or drop yet."""
    query = select(SheetUpload).filter_by(report_id=report.id, user_id=user_id)
    return session.scalars(query.where(SheetUpload.uploaded_at > now() - KEPT_FOR)).first()


def drop(session: Session, report: Report, user_id: int) -> None:
    """Drop what this person read in for this report."""
    session.execute(delete(SheetUpload).filter_by(report_id=report.id, user_id=user_id))


def forget_old(session: Session, before: datetime) -> int:
    """Drop what was read in before that moment; return how many."""
    return int(getattr(session.execute(delete(SheetUpload).where(SheetUpload.uploaded_at <= before)), "rowcount", 0))


def kept_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return what a person read in and did not save yet, to hand out: references and his own answers."""
    rows = session.execute(
        select(SheetUpload, Report)
        .join(Report, Report.id == SheetUpload.report_id)
        .where(SheetUpload.user_id == user.id)
    )
    return [
        {
            "report": report.subject,
            "name": upload.name,
            "uploaded_at": upload.uploaded_at.isoformat(timespec="seconds"),
            "answers": upload.content["answers"],
        }
        for upload, report in rows
    ]


def held_in(upload: SheetUpload) -> Held:
    """Return what a file that was read holds."""
    content = upload.content
    return Held(
        inputs={key: _from_json(said) for key, said in content["answers"].items()},
        basis=content["basis"],
        suggested=frozenset(content["suggested"]),
        sheet=content["sheet"],
    )


def refused_in(upload: SheetUpload) -> list[Refusal]:
    """Return the cells that were not taken over, and why."""
    return [Refusal(*said) for said in upload.content["refused"]]


def answers_at(session: Session, report: Report, versions: Mapping[str, int]) -> dict[str, AnswerLike]:
    """Return each answer as it was at its version; a question that had none then is not in it."""
    current = current_answers(session, report)
    found: dict[str, AnswerLike] = {
        key: answer for key, answer in current.items() if answer.version <= versions.get(key, 0)
    }
    changed = [key for key in current if key not in found and versions.get(key, 0)]
    if changed:
        wanted = or_(*(and_(Answer.key == key, Answer.version <= versions[key]) for key in changed))
        rows = select(Answer).where(Answer.report_id == report.id, wanted).order_by(Answer.version)
        found |= {answer.key: answer for answer in session.scalars(rows)}
    return found


def save_upload(
    session: Session,
    report: Report,
    upload: SheetUpload,
    chosen: Mapping[str, tuple[str, int]],
    *,
    leave: Collection[str] = (),
    actor: Actor,
) -> int:
    """Save what the file changes, and return how many answers that were.

    `chosen` says, per answer that somebody else changed too, which stays ("mijn" or "ander") and which version of the
    other one was seen; `leave` are answers that are not taken over now. What is in conflict and not decided raises
    SaveConflict, after the rest was saved; it stays in the upload. Raises Locked where the report was handed in.
    """
    held = held_in(upload)
    basis = dict(held.basis)
    inputs = {key: given for key, given in held.inputs.items() if key not in leave}
    for key, (choice, seen) in chosen.items():
        if choice == "ander":
            inputs.pop(key, None)
        elif key in inputs:
            basis[key] = seen
    before = report.version
    try:
        save_answers(session, report, inputs, {key: basis.get(key, 0) for key in inputs}, actor=actor)
    except SaveConflict as conflict:
        left = {item.key for item in conflict.conflicts}
        kept = {key: said for key, said in upload.content["answers"].items() if key in left}
        upload.content = {**upload.content, "answers": kept}
        raise
    session.delete(upload)
    return _saved(session, report, before)


def _saved(session: Session, report: Report, before: int) -> int:
    if report.version == before:
        return 0
    return sum(1 for answer in current_answers(session, report).values() if answer.version == report.version)


def _as_json(given: AnswerInput) -> dict[str, Any]:
    return {
        "state": given.state.value,
        "value": given.value,
        "reason": given.reason,
        "remark": given.remark,
        "touched": given.touched,
    }


def _from_json(said: Mapping[str, Any]) -> AnswerInput:
    return replace(AnswerInput(AnswerState(said["state"])), **{key: said[key] for key in said if key != "state"})


def note_partly_saved(upload: SheetUpload) -> None:
    """Remember that all but the conflicts was saved, so that the page does not say that nothing was."""
    upload.content = {**upload.content, "partly": True}
