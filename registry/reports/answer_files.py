"""Files at a question of type "file": attachments of the authority that an answer names. The views keep the content."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_, Refused
from common.files import attaching
from common.files.accepting import Accepted
from common.files.models import Attachment
from common.ledger import Actor
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.editions.form import Question
from registry.editions.models import Edition
from registry.reports.content import answers_of, form_of
from registry.reports.drafting import current_answers, save_answers
from registry.reports.models import AnswerState, Publication, Report
from registry.reports.values import BLANK, AnswerInput, AnswerLike, files

NOUN = "answer"
"""Files of answers have the subject "answer:<authority>/<agreement>/<year>/<question>"."""
MOST = 5
"""How many files one answer holds."""


def subject_of(report: Report, key: str) -> str:
    """Return with what the files of this question are kept."""
    return f"{NOUN}:{report.subject.removeprefix('report:')}/{key}"


def add_file(
    session: Session, report: Report, question: Question, accepted: Accepted, name: str, *, actor: Actor
) -> None:
    """Put a file, whose content the storage has already, with the answer.

    Raises Refused where the answer holds the most already, Locked where the report was handed in.
    """
    found = files(_answer(session, report, question).value)
    if len(found) >= MOST:
        raise Refused(N_("Voeg hooguit %(most)s bestanden toe."), most=MOST)
    attachment = attaching.attach(session, subject_of(report, question.key), accepted, name, None, actor=actor)
    named = {"id": attachment.id, "name": attachment.name, "sha256": attachment.sha256}
    _save(session, report, question, [*found, named], actor)


def take_file_away(session: Session, report: Report, question: Question, attachment_id: int, *, actor: Actor) -> bool:
    """Take a file from the answer; False where it is not in it. What was handed in once stays readable there."""
    found = files(_answer(session, report, question).value)
    left = [item for item in found if item.get("id") != attachment_id]
    if len(left) == len(found):
        return False
    _save(session, report, question, left, actor)
    attachment = attaching.find_attachment(session, attachment_id)
    handed_in = any(_names(answers_of(one).get(question.key), attachment_id) for one in report.submissions)
    if attachment is not None and attachment.subject == subject_of(report, question.key) and not handed_in:
        attaching.remove(session, attachment, actor=actor)
    return True


def shown_by_report(session: Session, attachment_id: int) -> bool:
    """Say whether a published report shows this file now, at a question that is public."""
    attachment = attaching.find_attachment(session, attachment_id)
    path, _slash, key = attachment.subject.partition(":")[2].rpartition("/") if attachment else ("", "", "")
    query = select(Publication).where(Publication.superseded_at.is_(None), Publication.withdrawn.is_(False))
    for row in session.scalars(query.where(Publication.report_id == _report_id(session, path))):
        question = form_of(row.submission).question(key)
        public = question is not None and question.publish == "yes" and not question.after_editing
        if public and _names(answers_of(row.submission).get(key), attachment_id):
            return True
    return False


def was_handed_in(session: Session, attachment: Attachment) -> bool:
    """Say whether staff have this file before them: a submission names it, or they enter the report from paper."""
    path, _slash, key = attachment.subject.partition(":")[2].rpartition("/")
    report = session.get(Report, _report_id(session, path))
    if report is None:
        return False
    return report.on_paper or any(_names(answers_of(one).get(key), attachment.id) for one in report.submissions)


def _report_id(session: Session, path: str) -> int:
    """Return the report of "<authority>/<agreement>/<year>", 0 where there is none."""
    code, slug, year = ("///" + path).split("/")[-3:]
    query = select(Report.id).join(Authority, Authority.id == Report.authority_id)
    query = query.join(Edition, Edition.id == Report.edition_id).join(Agreement, Agreement.id == Edition.agreement_id)
    wanted = (Authority.code == code, Agreement.slug == slug, Edition.year == (int(year) if year.isdecimal() else 0))
    return session.scalar(query.where(*wanted)) or 0


def _answer(session: Session, report: Report, question: Question) -> AnswerLike:
    return current_answers(session, report).get(question.key, BLANK)


def _save(session: Session, report: Report, question: Question, found: list[dict[str, object]], actor: Actor) -> None:
    before = _answer(session, report, question)
    state = AnswerState.GIVEN if found else AnswerState.BLANK
    given = AnswerInput(state, {"files": found} if found else None, before.reason, before.remark)
    save_answers(session, report, {question.key: given}, report.version, actor=actor)


def _names(answer: AnswerLike | None, attachment_id: int) -> bool:
    return answer is not None and any(item.get("id") == attachment_id for item in files(answer.value))
