"""One submission as a reviewer reads it: each answer in words, beside last year's, with what stands out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common.clock import local, today
from common.versions import AsOf
from common.vocabulary import Text
from registry.editions.form import Question, Questionnaire
from registry.reports.checking import Circumstances, check
from registry.reports.circumstances import circumstances_of
from registry.reports.content import NOT_ASKED, answers_of, circumstances_then, form_of
from registry.reports.display import STAFF, ShownAnswer, shown_sections
from registry.reports.models import Submission
from registry.reports.published import publication_of
from registry.reports.values import BLANK, AnswerLike, is_erased
from registry.reviews.comparing import SAME, Comparison, compare


@dataclass(frozen=True)
class SheetRow:
    """One question: what was answered now and last year, and why to look twice."""

    question: Question
    now: ShownAnswer
    before: ShownAnswer | None
    comparison: Comparison
    warnings: Sequence[Text]
    """The sentences of the soft checks."""

    @property
    def key(self) -> str:
        """The question's key."""
        return self.question.key


@dataclass(frozen=True)
class SheetSection:
    """A section of the form with its rows."""

    key: str
    title: Text
    rows: Sequence[SheetRow]


@dataclass(frozen=True)
class Sheet:
    """A whole submission for review."""

    sections: Sequence[SheetSection]
    year: int
    previous_year: int | None

    @property
    def flagged(self) -> list[SheetRow]:
        """The rows to look at twice, in the order of the form."""
        return [row for one in self.sections for row in one.rows if row.warnings or row.comparison.big]

    @property
    def keys(self) -> list[str]:
        """The keys of the questions that are on the sheet."""
        return [row.key for one in self.sections for row in one.rows]


@dataclass(frozen=True)
class _Year:
    """A submission, read by its own form."""

    form: Questionnaire
    answers: Mapping[str, AnswerLike]
    told: Circumstances

    def shown(self) -> Iterator[tuple[str, Text, Sequence[ShownAnswer]]]:
        for shown in shown_sections(self.form, self.answers, self.told, audience=STAFF):
            yield shown.section.key, shown.section.title, shown.answers


def _year(submission: Submission) -> _Year:
    return _Year(form_of(submission), answers_of(submission), circumstances_then(submission))


def sheet_of(session: Session, submission: Submission) -> Sheet:
    """Return a submission for review, beside what the public sees of the year before."""
    report = submission.report
    year = report.edition.year
    now = _year(submission)
    found = publication_of(session, report.authority, report.edition.agreement, year - 1, AsOf(today()))
    before = _year(found.submission) if found else None
    last = {answer.key: answer for _key, _title, answers in before.shown() for answer in answers} if before else {}
    warnings = _warnings(session, submission, now)
    sections = [
        SheetSection(key, title, [_row(answer, last.get(answer.key), warnings, now, before) for answer in answers])
        for key, title, answers in now.shown()
    ]
    kept = [SheetSection(one.key, one.title, [row for row in one.rows if _worth_showing(row)]) for one in sections]
    return Sheet([one for one in kept if one.rows], year, year - 1 if found else None)


def _row(
    answer: ShownAnswer,
    last: ShownAnswer | None,
    warnings: Mapping[str, Sequence[Text]],
    now: _Year,
    before: _Year | None,
) -> SheetRow:
    return SheetRow(answer.question, answer, last, _compare(answer.question, now, before), warnings.get(answer.key, []))


def _compare(question: Question, now: _Year, before: _Year | None) -> Comparison:
    """Compare where the form of last year had the same question in the same shape."""
    older = before.form.question(question.key) if before else None
    if before is None or older is None or older.type != question.type:
        return SAME
    return compare(question, now.answers.get(question.key), before.answers.get(question.key))


def _worth_showing(row: SheetRow) -> bool:
    """Leave out what was asked in neither year."""
    return row.now.state != NOT_ASKED or (row.before is not None and row.before.state != NOT_ASKED)


def _warnings(session: Session, submission: Submission, now: _Year) -> dict[str, list[Text]]:
    """Return the sentences of the checks that did not block: as they were on the day of submitting."""
    day = local(submission.submitted_at).date()
    circumstances = circumstances_of(session, submission.report, day=day)
    found: dict[str, list[Text]] = defaultdict(list)
    for problem in check(now.form, now.answers, circumstances):
        if not is_erased(now.answers.get(problem.key, BLANK).value):  # it was there when the report was handed in
            found[problem.key].append(problem.message)
    return found
