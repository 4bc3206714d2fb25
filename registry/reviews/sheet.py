"""One submission as a reviewer reads it: beside each answer last year, the plan and others; on top what stands out."""

import enum
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from common.clock import local, today
from common.versions import AsOf
from common.vocabulary import Text
from registry.authorities.reading import version_on
from registry.editions.form import COMPARABLE, Part, Question, Questionnaire
from registry.reports.checking import Circumstances, Reading, check
from registry.reports.circumstances import circumstances_of
from registry.reports.content import NOT_ASKED, answers_of, circumstances_then, form_of
from registry.reports.display import STAFF, ShownAnswer, leaf_words, shown_answer, shown_sections
from registry.reports.marks import OWN_WORD, Mark, marks_of
from registry.reports.models import AnswerState, EvidenceMark, Submission
from registry.reports.peers import Median, Place, medians
from registry.reports.published import publication_of
from registry.reports.values import BLANK, AnswerLike, is_erased
from registry.reviews.comparing import SAME, Comparison, compare
from registry.reviews.evidence import notes_of
from registry.reviews.planned import Planned, planned
from registry.reviews.threads import Thread, Threads, threads_of


class Flag(enum.StrEnum):
    """Why to look twice at an answer."""

    CHANGED = "changed"
    NO_LONGER_KNOWN = "no_longer_known"
    DROPPED = "dropped"
    SOFT = "soft"


@dataclass(frozen=True)
class MedianLine:
    """A median of comparable authorities in words, with the label of its part or row."""

    label: Text
    words: Text
    median: Median


@dataclass(frozen=True)
class SheetRow:
    """One question: what was answered now and last year, what stands beside it, and why to look twice."""

    question: Question
    now: ShownAnswer
    before: Sequence[ShownAnswer]
    """Last year's answer; several where this question was merged out of more, none where it is new."""
    comparison: Comparison
    warnings: Sequence[Text] = ()
    """The sentences of the soft checks."""
    plan: Planned = field(default_factory=Planned)
    medians: Sequence[MedianLine] = ()
    mark: Mark = OWN_WORD
    evidence: EvidenceMark | None = None
    """What staff noted at it last, also where it was taken back."""
    threads: Sequence[Thread] = ()

    @property
    def key(self) -> str:
        """The question's key."""
        return self.question.key

    @property
    def flags(self) -> list[Flag]:
        """Why to look twice, the weightiest first."""
        reasons = {
            Flag.NO_LONGER_KNOWN: self.comparison.no_longer_known,
            Flag.DROPPED: self.comparison.dropped,
            Flag.CHANGED: any(change.big for change in self.comparison.changes),
            Flag.SOFT: bool(self.warnings),
        }
        return [flag for flag, holds in reasons.items() if holds]


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
    threads: Threads

    @property
    def flagged(self) -> list[SheetRow]:
        """The rows to look at twice, in the order of the form."""
        return [row for one in self.sections for row in one.rows if row.flags]

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

    @cached_property
    def shown(self) -> Mapping[str, ShownAnswer]:
        """The answers to what was asked, in words, by key."""
        reading = Reading(self.form, self.answers, self.told)
        return {one.key: shown_answer(one, self.answers.get(one.key, BLANK), reading) for one in reading.asked}


@dataclass(frozen=True)
class _Beside:
    """All that stands beside the answers, by key."""

    before: _Year | None
    warnings: Mapping[str, Sequence[Text]]
    plan: Mapping[str, Planned]
    medians: Mapping[Place, Median]
    marks: Mapping[str, Mark]
    evidence: Mapping[str, EvidenceMark]
    threads: Threads


def _year(submission: Submission) -> _Year:
    return _Year(form_of(submission), answers_of(submission), circumstances_then(submission))


def sheet_keys(submission: Submission) -> list[str]:
    """Return the keys of all questions of its form: those at which staff may ask something."""
    return [question.key for question in form_of(submission).questions]


def sheet_of(session: Session, submission: Submission) -> Sheet:
    """Return a submission for review, beside what the public sees of the year before."""
    year, now = submission.report.edition.year, _year(submission)
    beside = _beside(session, submission, now)
    sections = [
        SheetSection(shown.section.key, shown.section.title, [_row(answer, now, beside) for answer in shown.answers])
        for shown in shown_sections(now.form, now.answers, now.told, audience=STAFF)
    ]
    kept = [SheetSection(one.key, one.title, [row for row in one.rows if _worth_showing(row)]) for one in sections]
    return Sheet([one for one in kept if one.rows], year, year - 1 if beside.before else None, beside.threads)


def _beside(session: Session, submission: Submission, now: _Year) -> _Beside:
    report, at = submission.report, AsOf(today())
    found = publication_of(session, report.authority, report.edition.agreement, report.edition.year - 1, at)
    kind = version_on(report.authority, at.day).kind
    return _Beside(
        before=_year(found.submission) if found else None,
        warnings=_warnings(session, submission, now),
        plan=planned(session, report, now.form),
        medians=medians(session, report.edition, kind, at, without=report.authority_id),
        marks=marks_of(session, submission, at),
        evidence=notes_of(session, submission),
        threads=threads_of(session, submission),
    )


def _row(answer: ShownAnswer, now: _Year, beside: _Beside) -> SheetRow:
    key, question, last = answer.key, answer.question, beside.before.shown if beside.before else {}
    return SheetRow(
        question=question,
        now=answer,
        before=[last[one] for one in question.before if one in last],
        comparison=_compare(question, now, beside.before),
        warnings=beside.warnings.get(key, ()),
        plan=beside.plan.get(key, Planned()),
        medians=list(_median_lines(question, beside.medians)) if answer.state != NOT_ASKED else (),
        mark=beside.marks.get(key, OWN_WORD),
        evidence=beside.evidence.get(key),
        threads=beside.threads.at(key),
    )


def _compare(question: Question, now: _Year, before: _Year | None) -> Comparison:
    """Compare where the form of last year had the same question in the same shape."""
    older = before.form.question(question.before[0]) if before and question.relation in COMPARABLE else None
    if before is None or older is None or older.type != question.type:
        return SAME
    return compare(question, now.answers.get(question.key), before.answers.get(older.key))


def _median_lines(question: Question, found: Mapping[Place, Median]) -> list[MedianLine]:
    places: list[tuple[str, Text, Part]] = [("", {}, question)]
    places += [(row.code, row.label, Part(row.code, "integer", row.label)) for row in question.rows]
    places += [(part.key, part.label, part) for part in question.parts]
    return [
        MedianLine(label, leaf_words(part, found[question.key, place].value), found[question.key, place])
        for place, label, part in places
        if (question.key, place) in found
    ]


def _worth_showing(row: SheetRow) -> bool:
    """Leave out what was asked in neither year."""
    return row.now.state != NOT_ASKED or any(one.state != AnswerState.BLANK for one in row.before) or bool(row.threads)


def _warnings(session: Session, submission: Submission, now: _Year) -> dict[str, list[Text]]:
    """Return the sentences of the checks that did not block: as they were on the day of submitting."""
    day = local(submission.submitted_at).date()
    circumstances = circumstances_of(session, submission.report, day=day)
    found: dict[str, list[Text]] = defaultdict(list)
    for problem in check(now.form, now.answers, circumstances):
        if not is_erased(now.answers.get(problem.key, BLANK).value):  # it was there when the report was handed in
            found[problem.key].append(problem.message)
    return found
