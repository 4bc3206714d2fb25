"""What a guest sees and writes: his questions, with help and last year's answer, and nothing else of the report.

The conditions look at the authority's other answers, so that he is asked what the form would ask. Those answers, and
checks that would tell them, are not shown to him.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common import clock, ledger
from common.ledger import Actor
from registry.editions.form import Section
from registry.editions.questionnaire import of_edition
from registry.reports.checking import FAULT, Problem, Reading, check
from registry.reports.circumstances import circumstances_of
from registry.reports.drafting import current_answers, same
from registry.reports.models import AnswerState
from registry.reports.screens import Around, Screen, build_screen
from registry.reports.together.links import questions_of
from registry.reports.together.models import AnswerLink, LinkAnswer
from registry.reports.values import AnswerInput, AnswerLike, is_blank

GUEST = Actor("gast")
"""How the ledger names somebody who answers by a link."""


@dataclass(frozen=True)
class GuestPage:
    """The questions of a link as the guest finds them."""

    screen: Screen
    decided: frozenset[str]
    """What was taken over: he reads it and can change it no more."""
    answered: int

    @property
    def left(self) -> int:
        """How many of the questions that are asked now have no answer yet."""
        return len([one for one in self.screen.shown if one.key not in self.decided]) - self.answered


def section_of(link: AnswerLink) -> Section:
    """Return the questions of a link as a section of their own."""
    return Section("", {}, {}, tuple(questions_of(link)))


def given(link: AnswerLink) -> dict[str, AnswerInput]:
    """Return what the guest answered so far."""
    return {one.key: AnswerInput(one.state, one.value, one.reason, one.remark) for one in link.answers}


def taken_over(link: AnswerLink) -> frozenset[str]:
    """Return the questions of which his answer was taken over."""
    return frozenset(one.key for one in link.answers if one.accepted)


def open_page(session: Session, link: AnswerLink) -> GuestPage:
    """Return the guest's questions with his own answers, not those that stand in the report."""
    form, mine, section = of_edition(link.report.edition), given(link), section_of(link)
    others: Mapping[str, AnswerLike] = current_answers(session, link.report)
    answers: dict[str, AnswerLike] = {**{key: one for key, one in others.items() if key not in link.keys}, **mine}
    circumstances = circumstances_of(session, link.report)
    reading = Reading(form, answers, circumstances)
    problems = [one for one in check(form, answers, circumstances) if _tells_nothing(one, link)]
    last = {
        key: AnswerInput(one.state, one.value, one.reason, one.remark)
        for key, one in circumstances.last.items()
        if key in link.keys
    }
    screen = build_screen(section, reading, problems, Around(last=last))
    answered = [one for one in screen.shown if one.key in mine and one.key not in taken_over(link)]
    return GuestPage(screen, taken_over(link), len(answered))


def _tells_nothing(problem: Problem, link: AnswerLink) -> bool:
    """Say whether a problem is about what was typed here alone: a check may quote answers of others."""
    return problem.kind == FAULT and problem.key in link.keys


def save(session: Session, link: AnswerLink, inputs: Mapping[str, AnswerInput]) -> list[str]:
    """Keep what the guest wrote beside the report; return the questions that changed.

    What was taken over stays as it is. What was left aside and is written anew waits for a decision again.
    """
    now, changed = {one.key: one for one in link.answers}, []
    for key, one in inputs.items():
        before = now.get(key)
        old = given(link).get(key)
        if key not in link.keys or (before and before.accepted) or (old and same(one, old)):
            continue
        blank = one.state is AnswerState.BLANK or (one.state is AnswerState.GIVEN and is_blank(one.value))
        if blank and before is None:
            continue
        changed.append(key)
        if blank and before:
            link.answers.remove(before)
            session.delete(before)
            continue
        _write(link, before, one, key)
    if changed:
        payload = {"link": link.id, "keys": sorted(changed)}
        ledger.record(session, "answer_link.saved", link.report.subject, payload, actor=GUEST)
    return changed


def _write(link: AnswerLink, before: LinkAnswer | None, one: AnswerInput, key: str) -> None:
    row = before or LinkAnswer(key=key)
    row.state, row.value, row.reason, row.remark = one.state, one.value, one.reason, one.remark
    row.saved_at, row.decided_at, row.decided_by_id, row.accepted = clock.now(), None, None, None
    if before is None:
        link.answers.append(row)


def finish(session: Session, link: AnswerLink) -> bool:
    """Write that the guest is done; False when he said so before and nothing changed since."""
    if link.finished_at and all(one.saved_at <= link.finished_at for one in link.answers):
        return False
    link.finished_at = clock.now()
    ledger.record(session, "answer_link.finished", link.report.subject, {"link": link.id}, actor=GUEST)
    return True
