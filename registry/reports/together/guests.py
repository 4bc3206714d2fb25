"""What a guest sees and writes: his questions, with help and last year's answer, and nothing else of the report.

The conditions look at the authority's other answers, so that he is asked what the form would ask. Those answers, and
checks that would tell them, are not shown to him.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from common import clock, ledger
from common.ledger import Actor
from common.vocabulary import Text
from registry.editions.form import Question, Section
from registry.editions.questionnaire import of_edition
from registry.reports.carry_over import suggestions
from registry.reports.checking import FAULT, MISSING, Problem, Reading, check
from registry.reports.circumstances import circumstances_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import current_answers, mark_of, same
from registry.reports.forms import field_name
from registry.reports.models import AnswerState
from registry.reports.screens import Around, Screen, build_screen
from registry.reports.together.links import questions_of
from registry.reports.together.models import AnswerLink, LinkAnswer
from registry.reports.values import BLANK, AnswerInput, AnswerLike, is_blank

GUEST = Actor("gast")
"""How the ledger names somebody who answers by a link."""


@dataclass(frozen=True)
class Clash:
    """What was typed in one window, and what another window of the same link saved meanwhile."""

    mine: AnswerInput
    theirs: AnswerInput


@dataclass(frozen=True)
class Dispute:
    """A clash in words."""

    mine: ShownAnswer
    theirs: ShownAnswer
    seen: int
    """The mark of what was saved."""


@dataclass(frozen=True)
class GuestPage:
    """The questions of a link as the guest finds them."""

    screen: Screen
    decided: frozenset[str]
    """What was taken over: he reads it and can change it no more."""
    answered: int
    gaps: tuple[tuple[str, str, Text], ...] = ()
    """What he left open of what is asked: number of the question, id of the field, and message."""
    disputes: Mapping[str, Dispute] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many of the questions that are asked now have no answer yet."""
        return len([one for one in self.screen.shown if one.key not in self.decided]) - self.answered

    def basis(self, sent: Mapping[str, int], inputs: Mapping[str, AnswerInput]) -> dict[str, int]:
        """Return the mark of each answer for the form, where `inputs` are still on the screen.

        What the screen does not show keeps the mark that it had: else the next save would wipe it unseen.
        """
        marks = {one.key: mark_of(one.answer) for one in self.screen.questions}
        old = {key for key, one in inputs.items() if mark_of(one) != marks.get(key)} | self.disputes.keys()
        return {key: sent.get(key, mark_of(BLANK)) if key in old else mark for key, mark in marks.items()}


def section_of(link: AnswerLink) -> Section:
    """Return the questions of a link as a section of their own."""
    return Section("", {}, {}, tuple(questions_of(link)))


def given(link: AnswerLink) -> dict[str, AnswerInput]:
    """Return what the guest answered so far."""
    return as_inputs({one.key: one for one in link.answers})


def taken_over(link: AnswerLink) -> frozenset[str]:
    """Return the questions of which his answer was taken over."""
    return frozenset(one.key for one in link.answers if one.accepted)


def starts_of(session: Session, link: AnswerLink, answers: Mapping[str, AnswerLike]) -> dict[str, AnswerInput]:
    """Return the rows that he starts with until he wrote some: those of the report, or else what its form suggests.

    Taking over replaces all rows, so who starts with none would wipe them. Of other questions he sees last year's.
    """
    questions = [one for one in questions_of(link) if one.type == "rows"]
    if not questions:
        return {}
    found = {one.key: answers[one.key] for one in questions if one.key in answers}
    standing = {key: AnswerInput(one.state, one.value) for key, one in found.items() if one.state is AnswerState.GIVEN}
    last = circumstances_of(session, link.report).last
    return {**suggestions(session, link.report, questions, answers, as_inputs(last)), **standing}


def as_inputs(answers: Mapping[str, AnswerLike]) -> dict[str, AnswerInput]:
    """Return answers, wherever they stand, as somebody would give them."""
    return {key: AnswerInput(one.state, one.value, one.reason, one.remark) for key, one in answers.items()}


def open_page(
    session: Session, link: AnswerLink, extra_row: str = "", clashes: Mapping[str, Clash] | None = None
) -> GuestPage:
    """Return the guest's questions with his own answers, not those that stand in the report."""
    typed = {key: one.mine for key, one in (clashes or {}).items()}
    form, mine, section = of_edition(link.report.edition), {**given(link), **typed}, section_of(link)
    others: Mapping[str, AnswerLike] = current_answers(session, link.report)
    answers: dict[str, AnswerLike] = {**{key: one for key, one in others.items() if key not in link.keys}, **mine}
    circumstances = circumstances_of(session, link.report)
    reading = Reading(form, answers, circumstances)
    problems = [one for one in check(form, answers, circumstances) if _tells_nothing(one, link)]
    last = {key: one for key, one in as_inputs(circumstances.last).items() if key in link.keys}
    starts = {key: one for key, one in starts_of(session, link, others).items() if key not in mine}
    around = Around(last=last, suggested=starts, extra_row=extra_row)
    screen, decided = build_screen(section, reading, problems, around), taken_over(link)
    answered = [one for one in screen.shown if one.key in mine and one.key not in decided]
    gaps = [one for one in problems if one.kind == MISSING and one.key not in decided]
    places = tuple((one.key, field_name(one.key, one.part), one.message) for one in gaps)
    disputes = {key: _in_words(form.by_key[key], one, reading) for key, one in (clashes or {}).items()}
    return GuestPage(screen, decided, len(answered), places, disputes)


def _in_words(question: Question, clash: Clash, reading: Reading) -> Dispute:
    mine, theirs = (shown_answer(question, one, reading) for one in (clash.mine, clash.theirs))
    return Dispute(mine, theirs, mark_of(clash.theirs))


def _tells_nothing(problem: Problem, link: AnswerLink) -> bool:
    """Say whether a problem is about what was typed here alone: a check may quote answers of others."""
    return problem.kind in {FAULT, MISSING} and problem.key in link.keys


def save(
    session: Session,
    link: AnswerLink,
    inputs: Mapping[str, AnswerInput],
    *,
    basis: Mapping[str, int] | None = None,
    confirmed: bool = True,
) -> dict[str, Clash]:
    """Keep what the guest wrote beside the report; return what another window changed to something else meanwhile.

    `basis` is the mark of each answer as it stood on the form: what he left as it was is left alone. What was taken
    over stays as it is. What was left aside and is written anew waits for a decision again.
    `confirmed`: he pressed a button, so that rows he started with and did not touch are his answer too.
    """
    now, stood, changed = {one.key: one for one in link.answers}, given(link), []
    seen = basis if basis is not None else {key: mark_of(one) for key, one in stood.items()}
    starts = starts_of(session, link, current_answers(session, link.report))
    clashes: dict[str, Clash] = {}
    for key, one in inputs.items():
        before, stands, mark = now.get(key), stood.get(key, BLANK), seen.get(key, mark_of(BLANK))
        if key not in link.keys or (before and before.accepted):
            continue
        if before is None and key in starts:
            if not confirmed and (same(one, starts[key]) or mark_of(one) == mark):
                continue
        elif same(one, stands) or mark_of(one) == mark:
            continue
        elif mark_of(stands) != mark:
            clashes[key] = Clash(one, stands)
            continue
        if _keep(session, link, one, key, blank=_is_nothing(one) and key not in starts):
            changed.append(key)
    if changed:
        payload = {"link": link.id, "keys": sorted(changed)}
        ledger.record(session, "answer_link.saved", link.report.subject, payload, actor=GUEST)
    return clashes


def _is_nothing(one: AnswerInput) -> bool:
    return one.state is AnswerState.BLANK or (one.state is AnswerState.GIVEN and is_blank(one.value))


def _keep(session: Session, link: AnswerLink, one: AnswerInput, key: str, *, blank: bool) -> bool:
    """Write one answer, or remove it where it is `blank`: where he started with rows, none is an answer."""
    before = next((row for row in link.answers if row.key == key), None)
    if blank and before is None:
        return False
    if blank and before:
        _remove(session, link, before)
    else:
        _write(link, before, one, key)
    return True


def _remove(session: Session, link: AnswerLink, row: LinkAnswer) -> None:
    link.answers.remove(row)
    session.delete(row)
    link.finished_at = None  # he changed something, so he tells anew that he is done


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
