"""What a report's file holds when somebody fetches it: gathered from the database, for writing and for comparing."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.editions.form import Questionnaire
from registry.reports.carry_over import plan_rows, suggested
from registry.reports.checking import Circumstances, Reading
from registry.reports.drafting import current_answers
from registry.reports.models import Answer, Report
from registry.reports.sheets.identity import Identity
from registry.reports.sheets.layout import Layout, layout_of
from registry.reports.sheets.making import Filling
from registry.reports.values import AnswerInput, AnswerLike


@dataclass(frozen=True)
class Stand:
    """How a report stands now."""

    report: Report
    questionnaire: Questionnaire
    layout: Layout
    saved: Mapping[str, Answer]
    offered: Mapping[str, AnswerInput]
    """Last year's answers and the plan's rows, at questions that nobody answered yet."""
    circumstances: Circumstances

    def identity(self, language: str) -> Identity:
        """Return what a file of this report says of itself."""
        return Identity(
            authority=self.report.authority.code,
            agreement=self.report.edition.agreement.slug,
            year=self.report.edition.year,
            edition=self.report.edition.sha256,
            language=language,
            layout=self.layout.hash,
            version=self.report.version,
            versions={key: answer.version for key, answer in self.saved.items()},
            suggested=frozenset(self.offered),
            # A correction changes words only (registry/editions/correcting.py): who filled in before it need not again.
            earlier=frozenset(version.sha256 for version in self.report.edition.versions),
        )


def stand_of(session: Session, report: Report, questionnaire: Questionnaire, circumstances: Circumstances) -> Stand:
    """Return how a report stands now, with what the form offers."""
    saved = current_answers(session, report)
    offered = {}
    for question in questionnaire.questions:
        if question.key in saved or not question.takes_answer:
            continue
        from_plan = question.filled_from == "plan_actions"
        rows = plan_rows(session, report.authority_id, report.edition.agreement_id) if from_plan else []
        last = circumstances.last.get(question.key)
        given = suggested(question, AnswerInput(last.state, last.value) if last else None, rows)
        if given:
            offered[question.key] = given
    return Stand(report, questionnaire, layout_of(questionnaire), saved, offered, circumstances)


def filling_of(stand: Stand, language: str, *, organisation: str, address: str) -> Filling:
    """Return what a file in this language holds. `address` is where it is read in."""
    answers: dict[str, AnswerLike] = dict(stand.saved)
    known = Reading(stand.questionnaire, answers, stand.circumstances).values
    return Filling(
        questionnaire=stand.questionnaire,
        answers=answers,
        suggested=stand.offered,
        last=stand.circumstances.last,
        identity=stand.identity(language),
        organisation=organisation,
        address=address,
        constants={name: value for name, value in known.items() if name.endswith(")")},
        kind=stand.circumstances.kind,
    )
