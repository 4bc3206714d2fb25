"""Taking over what came through a link: beside the present answer and last year's, by a coördinator, per question.

What is taken over is saved under the coördinator who did it (four eyes count him), by the same way as what he types.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from common import clock, ledger
from common.ledger import Actor
from registry.editions.questionnaire import of_edition
from registry.reports.carry_over import suggestions
from registry.reports.checking import Reading
from registry.reports.circumstances import circumstances_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import current_answers, mark_of, same, save_answers
from registry.reports.models import Answer
from registry.reports.together.guests import as_inputs, given
from registry.reports.together.links import questions_of
from registry.reports.together.models import AnswerLink, LinkAnswer
from registry.reports.values import BLANK, AnswerInput


class What(enum.StrEnum):
    """What becomes of an answer that came; the values are those of the form."""

    TAKE = "overnemen"
    LEAVE = "niet"


class Choice(NamedTuple):
    """What was chosen, and what was on the screen when it was."""

    what: What
    seen: int
    """The version of the answer that stood beside it."""
    read: int
    """The mark of what the guest had written."""


@dataclass(frozen=True)
class Came:
    """One question of a link: what the guest wrote, what stands in the report now, and last year's."""

    row: LinkAnswer | None
    """None where he did not answer."""
    theirs: ShownAnswer
    now: ShownAnswer
    last: ShownAnswer | None
    version: int
    """The version of the answer that stands there now; 0 where there is none."""
    is_same: bool
    offered: ShownAnswer | None = None
    """The rows that the form suggests where nobody answered yet."""

    @property
    def mark(self) -> int:
        """The mark of what the guest wrote: who decides sends back what he read."""
        return mark_of(self.row or BLANK)

    @property
    def replaces(self) -> int:
        """How many rows go when this is taken over."""
        return 0 if self.is_same else len((self.offered or self.now).groups)


def what_came(session: Session, link: AnswerLink) -> list[Came]:
    """Return all questions of a link in the order of the form."""
    current, mine = current_answers(session, link.report), given(link)
    circumstances = circumstances_of(session, link.report)
    reading = Reading(of_edition(link.report.edition), {**current, **mine}, circumstances)
    rows = {one.key: one for one in link.answers}
    of_rows = [one for one in questions_of(link) if one.type == "rows"]
    offered = suggestions(session, link.report, of_rows, current, as_inputs(circumstances.last)) if of_rows else {}
    found = []
    for question in questions_of(link):
        now, last = current.get(question.key), circumstances.last.get(question.key)
        found.append(
            Came(
                row=rows.get(question.key),
                theirs=shown_answer(question, mine.get(question.key, BLANK), reading),
                now=shown_answer(question, now or BLANK, reading),
                last=shown_answer(question, last, reading) if last else None,
                version=now.version if now else 0,
                is_same=_same_answer(mine.get(question.key, BLANK), now),
                offered=shown_answer(question, offered[question.key], reading) if question.key in offered else None,
            )
        )
    return found


def decide(session: Session, link: AnswerLink, choices: Mapping[str, Choice], *, actor: Actor) -> list[str]:
    """Take over or leave aside what was chosen; return the questions of which either text changed meanwhile.

    Those stay undecided: whoever chose saw another text. The guest may write on after he said that he is done.
    Raises Locked when the report was handed in.
    """
    session.refresh(link.report, with_for_update=True)
    current, rows = current_answers(session, link.report), {one.key: one for one in link.answers}
    undecided = {key: one for key, one in rows.items() if one.decided_at is None}
    wanted = {key: choice for key, choice in choices.items() if key in undecided}
    taken = [key for key, choice in wanted.items() if choice.what is What.TAKE]
    changed = [key for key, choice in wanted.items() if _changed(current.get(key), choice, undecided[key])]
    inputs = {key: _input(undecided[key], current.get(key)) for key in taken if key not in changed}
    if inputs:
        save_answers(session, link.report, inputs, _versions(current, inputs), actor=actor)
    settled = [key for key in wanted if key not in changed]
    for key in settled:
        _settle(undecided[key], accepted=key in inputs, actor=actor)
    if settled:
        payload = {"link": link.id, "taken": sorted(inputs), "left": sorted(set(settled) - set(inputs))}
        ledger.record(session, "answer_link.decided", link.report.subject, payload, actor=actor)
    return changed


def _changed(now: Answer | None, choice: Choice, came: LinkAnswer) -> bool:
    """Say whether somebody would decide on what he did not read, or replace what he did not see."""
    if choice.read != mark_of(came):
        return True
    replaced = choice.what is What.TAKE and (now.version if now else 0) != choice.seen
    return replaced and not _same_answer(_input(came, now), now)


def _same_answer(came: AnswerInput, now: Answer | None) -> bool:
    return now is not None and same(replace(came, remark=now.remark), now)


def _input(came: LinkAnswer, now: Answer | None) -> AnswerInput:
    # The sentence that explains an answer to the checks is the authority's, and stays.
    return AnswerInput(came.state, came.value, came.reason, came.remark or (now.remark if now else None))


def _versions(current: Mapping[str, Answer], keys: Mapping[str, object]) -> dict[str, int]:
    return {key: current[key].version if key in current else 0 for key in keys}


def _settle(row: LinkAnswer, *, accepted: bool, actor: Actor) -> None:
    row.decided_at, row.decided_by_id, row.accepted = clock.now(), actor.user_id, accepted


def undecided(came: Sequence[Came]) -> list[Came]:
    """Return what waits for a decision."""
    return [one for one in came if one.row and one.row.decided_at is None]
