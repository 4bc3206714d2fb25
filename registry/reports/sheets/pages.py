"""The page at which a spreadsheet is fetched and read in, for the views here and the one that takes files."""

from dataclasses import dataclass, field, replace

from flask import Response
from flask_babel import gettext as _
from flask_login import current_user

from accounts.models import User
from common.web.database import db, no_store
from common.web.rendering import render
from registry.reports.checking import Problem, Reading, check
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.mails import coordinators
from registry.reports.models import Answer
from registry.reports.sheets import uploads
from registry.reports.sheets.cells import Refusal
from registry.reports.sheets.comparing import Difference, Kind, differences
from registry.reports.sheets.grids import WrongFile
from registry.reports.sheets.models import SheetUpload
from registry.reports.sheets.offering import Stand, stand_of
from registry.reports.values import AnswerLike
from registry.reports.views.desk import Desk, started


@dataclass(frozen=True)
class Looked:
    """A file that was read, laid beside what is saved now."""

    upload: SheetUpload
    differences: list[Difference]
    refused: list[Refusal]
    problems: list[Problem]
    """Everything that stands in the way of submitting once the file is saved, without what is still to be confirmed."""
    reading: Reading = field(repr=False)

    @property
    def mark(self) -> str:
        """Which file this is, for the form that saves it: another may be read in meanwhile, in another window."""
        return self.upload.uploaded_at.isoformat()

    def of(self, kind: str) -> list[Difference]:
        """Return the differences of one kind."""
        return [one for one in self.differences if one.kind == kind]

    @property
    def told(self) -> list[Problem]:
        """What the checks say of the answers in the file; what is only still open is no fault of it."""
        keys = {one.key for one in self.differences if one.kind != Kind.CONFIRM} & {q.key for q in self.reading.asked}
        return [one for one in self.problems if one.key in keys and one.blocks]

    def who(self, one: Difference) -> str:
        """Return who saved what stands there now."""
        person = (
            db().get(User, one.now.changed_by_id) if isinstance(one.now, Answer) and one.now.changed_by_id else None
        )
        return person.name if person else ""

    def both_in_words(self, one: Difference) -> tuple[ShownAnswer, ShownAnswer]:
        """Return what the file says and what is saved, in words."""
        return shown_answer(one.question, one.mine, self.reading), shown_answer(one.question, one.now, self.reading)


def stand(desk: Desk) -> Stand:
    """Return how the report on the desk stands now."""
    found = stand_of(db(), started(desk), desk.questionnaire, desk.circumstances)
    return found if desk.may_fill_in else replace(found, offered={})


def look(desk: Desk) -> Looked | None:
    """Return what this person read in and did not save yet, None where there is nothing."""
    upload = uploads.find(db(), started(desk), current_user.id)
    if upload is None:
        return None
    now, held = stand(desk), uploads.held_in(upload)
    before = uploads.answers_at(db(), started(desk), held.basis)
    found = differences(now.layout, held, now.saved, before, now.offered)
    taken = {one.key: one.mine for one in found if one.kind is not Kind.CONFIRM}
    answers: dict[str, AnswerLike] = {**now.saved, **taken}
    return Looked(
        upload=upload,
        differences=found,
        refused=uploads.refused_in(upload),
        problems=check(desk.questionnaire, answers, desk.circumstances),
        reading=Reading(desk.questionnaire, answers, desk.circumstances),
    )


def page(desk: Desk, *, status: int = 200, error: str = "") -> Response:
    """Return the page; `error` is what is the matter with a file that was sent."""
    looked = look(desk)
    return no_store(
        render(
            "registry/reports/sheets/sheet.html",
            status=status,
            failed=status != 200,
            desk=desk,
            report=desk.report,
            is_example=desk.authority.is_example,
            looked=looked,
            error=error,
            coordinators=[person.name for person in coordinators(db(), desk.authority.code)],
        )
    )


def reason_of(error: WrongFile) -> str:
    """Say in the reader's language why a file is not taken in."""
    return str(_(error.sentence, **error.values))
