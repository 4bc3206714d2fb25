"""What the one-page note says of a published report: results, change, standing among others, and what comes next.

It tells only what the public may read, in plain values and in Dutch: a template of staff prints them as they are.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import local
from common.versions import AsOf
from common.vocabulary import vocabulary
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.editions.form import NUMBERS, Part, Question, Questionnaire
from registry.editions.models import Edition, Indicator, IndicatorVersion
from registry.editions.questionnaire import of_edition
from registry.obligations.reading import duties
from registry.reports import words
from registry.reports.content import answers_of
from registry.reports.marks import marks_of
from registry.reports.models import PUBLIC, WITH_STAFF, AnswerState, Report
from registry.reports.peers import Median, medians
from registry.reports.published import PublishedReport, published_reports
from registry.reports.values import AnswerLike, as_cells, is_blank

MOST_RESULTS: Final = 12
MOST_ACTIONS: Final = 5
LONGEST_SUMMARY: Final = 600
"""Characters; the note fits on one page, and the report itself has the rest."""
ADDRESSED_TO: Final = {
    "gemeente": "college van burgemeester en wethouders, en gemeenteraad",
    "provincie": "Gedeputeerde Staten en Provinciale Staten",
    "waterschap": "dagelijks bestuur en algemeen bestuur",
}
"""The daily and the general board: Gemeentewet 6, Provinciewet 6, Waterschapswet 10."""
INVENTED: Final = "Let op: dit is een verzonnen voorbeeld. Deze organisatie bestaat niet."
NO_ANSWER: Final = {
    AnswerState.UNKNOWN: "onbekend", AnswerState.NOT_APPLICABLE: "niet van toepassing",
    AnswerState.BLANK: "opengelaten",
}  # fmt: skip

Answers = Mapping[str, AnswerLike]


@dataclass(frozen=True)
class Result:
    """One figure: what it is, now, the year before, the difference, and the median of others; in words."""

    name: str
    now: str
    before: str = ""
    difference: str = ""
    median: str = ""


@dataclass(frozen=True)
class ThemeLevel:
    """The level that is aimed at in one theme."""

    theme: str
    level: str
    before: str = ""
    """Last year's level where it was another one."""


@dataclass(frozen=True)
class Note:
    """All that the note says."""

    organisation: str
    kind: str
    addressed_to: str
    """For whom the note is: the bodies of this kind of authority."""
    agreement: str
    year: int
    published_on: str
    receipt: str
    fingerprint: str
    summary: str
    results: Sequence[Result]
    levels: Sequence[ThemeLevel]
    actions: Sequence[str]
    coming: Sequence[str]
    previous_year: int | None
    compared_with: str
    """In a sentence, with whom the medians compare; empty where too few reported."""
    corrected_because: str
    assurance: str
    """In a sentence, what the figures rest on."""
    invented: str = ""
    """In a sentence, that this is an example; empty for a real authority."""


@dataclass(frozen=True)
class _Year:
    form: Questionnaire
    answers: Answers


def note_of(session: Session, authority: Authority, found: PublishedReport, at: AsOf) -> Note:
    """Return the note on a published report, as of that day and moment."""
    now = _year_of(found)
    earlier = [one for one in published_reports(session, authority.id, at) if _is_before(one, found)]
    before = _year_of(earlier[0]) if earlier else None
    kind = version_on(authority, at.day, at.moment).kind
    others = medians(session, found.edition, kind, at, without=authority.id)
    names = _names(session)
    return Note(
        organisation=json.loads(found.submission.content)["authority"]["name"],
        kind=_kind(kind),
        addressed_to=ADDRESSED_TO.get(kind, "bestuur"),
        assurance=_sure(session, found, at),
        agreement=_title(found),
        year=found.year,
        published_on=_day(local(found.published_at).date()),
        receipt=found.submission.receipt,
        fingerprint=found.submission.fingerprint,
        summary=_summary(now),
        results=list(_results(now, before, others, names))[:MOST_RESULTS],
        levels=list(_levels(now, before)),
        actions=list(_actions(now))[:MOST_ACTIONS],
        coming=list(_coming(session, authority, found, at)),
        previous_year=earlier[0].year if earlier else None,
        compared_with=_compared(others.values(), kind, found.year),
        corrected_because=found.submission.reason or "",
        invented="Let op: dit is een verzonnen voorbeeld. Deze organisatie bestaat niet."
        if authority.is_example
        else "",
    )


def _is_before(one: PublishedReport, found: PublishedReport) -> bool:
    return one.agreement.id == found.agreement.id and one.year < found.year


def _year_of(found: PublishedReport) -> _Year:
    return _Year(of_edition(found.edition), answers_of(found.submission))


def _title(found: PublishedReport) -> str:
    return next((one.short_title["nl"] for one in found.agreement.versions if one.superseded_at is None), "")


def _names(session: Session) -> dict[tuple[str, int], str]:
    query = select(Indicator.code, IndicatorVersion.number, IndicatorVersion.name).join(Indicator.versions)
    return {(code, number): name["nl"] for code, number, name in session.execute(query)}


def _summary(year: _Year) -> str:
    for question in year.form.questions:
        answer = year.answers.get(question.key)
        if question.summary and answer and isinstance(answer.value, str):
            text = " ".join(answer.value.split())
            return text if len(text) <= LONGEST_SUMMARY else text[:LONGEST_SUMMARY].rsplit(" ", 1)[0] + " …"
    return ""


def _results(
    now: _Year, before: _Year | None, others: Mapping[tuple[str, str], Median], names: Mapping[tuple[str, int], str]
) -> Iterator[Result]:
    """Yield the public figures that have a meaning over the years, in the order of the form."""
    for question in now.form.questions:
        part = question.part(question.indicator_part) if question.indicator_part else question
        answer = now.answers.get(question.key)
        if (
            not question.indicator
            or part is None
            or part.type not in NUMBERS
            or question.publish != "yes"
            or not answer
        ):
            continue
        place = question.indicator_part or ""
        figure, median = _figure(answer, place), others.get((question.key, place))
        older = _older(question, before)
        last = _figure(older, place) if older else None
        yield Result(
            name=_named(names.get((question.indicator, question.indicator_version)) or question.label["nl"], part),
            now=NO_ANSWER.get(answer.state, "opengelaten") if figure is None else _said(part, figure),
            before="" if last is None else _said(part, last),
            difference="" if figure is None or last is None else _difference(part, figure - last),
            median="" if median is None else _said(part, median.value),
        )


def _older(question: Question, before: _Year | None) -> AnswerLike | None:
    """Return last year's answer to what is still the same figure: after a break there is none to lay beside it."""
    if before is None:
        return None
    for one in before.form.questions:
        if one.indicator == question.indicator and one.indicator_version == question.indicator_version:
            return before.answers.get(one.key)
    return None


def _figure(answer: AnswerLike, place: str) -> float | None:
    if answer.state is not AnswerState.GIVEN:
        return None
    value = as_cells(answer.value).get(place) if place else answer.value
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _said(part: Part, figure: float) -> str:
    number = words.number(round(figure, 2), "nl")
    return f"€ {number}" if part.type == "money" else number


def _named(name: str, part: Part) -> str:
    """Return the name of a figure with its unit, so that the columns hold numbers only."""
    unit = "" if part.type == "money" else (part.unit or {}).get("nl", "")
    return name if not unit or unit == "aantal" else f"{name} ({unit})"


def _difference(part: Part, change: float) -> str:
    return f"{'+' if change > 0 else '−'} {_said(part, abs(change))}" if change else "gelijk"


def _levels(now: _Year, before: _Year | None) -> Iterator[ThemeLevel]:
    for question in now.form.questions:
        answer = now.answers.get(question.key)
        if question.type != "matrix" or question.publish != "yes" or answer is None:
            continue
        labels = {choice.code: choice.label["nl"] for choice in question.choices}
        older = _older(question, before)
        last = as_cells(older.value) if older else {}
        for row in question.rows:
            level, was = as_cells(answer.value).get(row.code), last.get(row.code)
            if not is_blank(level):
                older_level = labels.get(str(was), "") if was != level else ""
                yield ThemeLevel(row.label["nl"], labels.get(str(level), ""), older_level)


def _actions(year: _Year) -> Iterator[str]:
    """Yield the actions that are still to be done, soonest first."""
    for question in year.form.questions:
        answer = year.answers.get(question.key)
        if question.type != "rows" or question.filled_from != "plan_actions" or answer is None:
            continue
        rows = [as_cells(row) for row in answer.value] if isinstance(answer.value, list) else []
        gone = set(question.drop_rows.get("codes", ()))
        left = [row for row in rows if row.get("action") and row.get("status") not in gone]
        for row in sorted(left, key=lambda row: str(row.get("ready_by") or "9999")):
            until = f" (klaar: {_day(date.fromisoformat(row['ready_by']))})" if row.get("ready_by") else ""
            yield f"{row['action']}{until}"


def _coming(session: Session, authority: Authority, found: PublishedReport, at: AsOf) -> Iterator[str]:
    """Yield what is asked after this report and is not in yet, soonest first."""
    agreement_id = found.agreement.id
    handed_in = select(Edition.year).join(Report, Report.edition_id == Edition.id).where(
        Report.authority_id == authority.id, Edition.agreement_id == agreement_id, Report.state.in_(WITH_STAFF | PUBLIC)
    )  # fmt: skip
    done = set(session.scalars(handed_in))
    asked = duties(session, at.moment, agreement_id=agreement_id, authority_id=authority.id)
    for one in sorted(asked, key=lambda one: one.term.due_on or date.max):
        if one.term.due_on and one.term.due_on >= at.day and one.year > found.year and one.year not in done:
            yield f"Rapportage over {one.year}: uiterlijk {_day(one.term.due_on)}"


def _day(day: date) -> str:
    return words.day(day, "nl").replace("\u00a0", " ")


def _sure(session: Session, found: PublishedReport, at: AsOf) -> str:
    """Say what the figures rest on: the authority's own word, and at how many answers staff saw more."""
    seen = sum(1 for mark in marks_of(session, found.submission, at).values() if mark.seen_on)
    answers = "1 antwoord" if seen == 1 else f"{seen} antwoorden"
    more = f" Bij {answers} zag de redactie de onderbouwing." if seen else ""
    return f"De cijfers zijn een eigen opgave van de organisatie.{more}"


def _kind(code: str) -> str:
    known = vocabulary().kinds
    return known[code].name["nl"].lower() if code in known else ""


def _compared(others: Iterable[Median], kind: str, year: int) -> str:
    """Say in a sentence whom the medians are of."""
    found = list(others)
    if not found:
        return ""
    known = vocabulary().kinds
    whom = known[kind].plural["nl"].lower() if kind in known else "organisaties"
    most = max(median.count for median in found)
    older = sorted({median.year for median in found} - {year})
    of_year = f", soms over {older[0]}" if older else ""
    return f"Het middelste cijfer is van andere {whom} (hoogstens {most}{of_year})."
