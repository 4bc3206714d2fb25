"""/mijn/rapportages/<jaar>/bestanden/<vraag>: the files of one answer of a report, added and taken away."""

from flask import Blueprint, Response, abort, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.editions.form import Question, Section
from registry.reports.answer_files import MOST, add_file, take_file_away
from registry.reports.drafting import current_answers
from registry.reports.forms import SHOWN, field_name
from registry.reports.values import BLANK, files
from registry.reports.views.bench import save_section
from registry.reports.views.desk import Desk, open_desk, section_or_404, started
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("answer_files", __name__)

ADDRESS = "/mijn/rapportages/<int:jaar>/bestanden/<sleutel>"


@blueprint.get(ADDRESS)
@signed_in
def page(jaar: int, sleutel: str) -> BaseResponse:
    """The files of one question, and the form to add one: what the buttons at the question do, on a page of its own."""
    desk, question = _at(jaar, sleutel)
    if not desk.may_edit or question.type != "file":
        return redirect(_back(desk, question), 303)
    return no_store(_page(desk, question, Upload()))


@blueprint.post(ADDRESS)
@signed_in
@takes_files
@limited("upload")
def add(jaar: int, sleutel: str) -> BaseResponse:
    """Save the section that was sent along, and add the file; 422 with what is wrong, 503 when it cannot be kept."""
    authorise(_at(jaar, sleutel)[0].may_fill_in)
    upload = read_upload([], _nothing_more, field=f"{sleutel}__bestand")
    desk, question = _at(jaar, sleutel)  # looking at the file ended the transaction
    if _save_along(desk, question) and upload.accepted:
        try:
            _add(desk, question, upload)
        except Refused as error:
            upload.errors["bestand"] = _(error.sentence, **error.values)
    db().commit()
    if upload.errors:
        return no_store(_page(desk, question, upload, status=upload.status))
    return redirect(_back(desk, question), 303)


@blueprint.post(f"{ADDRESS}/verwijderen")
@signed_in
def remove(jaar: int, sleutel: str) -> BaseResponse:
    """Save the section that was sent along, and take a file from the answer."""
    desk, question = _at(jaar, sleutel)
    authorise(desk.may_fill_in)
    wanted = request.form.get("bestand", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0
    if _save_along(desk, question) and take_file_away(db(), started(desk), question, number, actor=desk.actor):
        flash(_("Het bestand staat niet meer bij dit antwoord."), "success")
    db().commit()
    return redirect(_back(desk, question), 303)


@blueprint.get(f"{ADDRESS}/verwijderen")
@signed_in
def remove_again(jaar: int, sleutel: str) -> BaseResponse:
    """Lead somebody who reloads to the question."""
    return redirect(_back(*_at(jaar, sleutel)), 303)


def _at(year: int, name: str) -> tuple[Desk, Question]:
    """Load the desk with the question that the address names in lower case; 404 where there is none."""
    desk = open_desk(year)
    question = desk.questionnaire.question(name.upper()) if name == name.lower() else None
    if question is None:
        abort(404)
    started(desk)
    return desk, question


def _save_along(desk: Desk, question: Question) -> bool:
    """Save what was typed around the question; False where no file can come: the report was handed in meanwhile.

    What a colleague changed as well is kept for this person, and the section asks him to choose.
    """
    locked = not desk.may_edit
    if SHOWN in request.form:
        locked = save_section(desk, _section(desk, question), request.form).locked
    return not locked and question.type == "file"


def _section(desk: Desk, question: Question) -> Section:
    """Return the screen with the button: the section of the question, or the page with the whole form."""
    return section_or_404(desk, request.args.get("deel", question.section.lower()))


def _add(desk: Desk, question: Question, upload: Upload) -> None:
    assert upload.accepted is not None
    add_file(db(), started(desk), question, upload.accepted, upload.name, actor=desk.actor)
    flash(_("%(name)s is toegevoegd.", name=upload.name), "success")


def _back(desk: Desk, question: Question) -> str:
    here = _section(desk, question).key.lower()
    return desk.url("section", sectie=here, _anchor=f"vraag-{field_name(question.key)}")


def _page(desk: Desk, question: Question, upload: Upload, *, status: int = 200) -> Response:
    answer = current_answers(db(), started(desk)).get(question.key, BLANK)
    return render(
        "website/files/answer.html",
        status=status,
        desk=desk,
        question=question,
        found=files(answer.value),
        most=MOST,
        upload=upload,
        field=f"{field_name(question.key)}__bestand",
        part=_section(desk, question).key.lower(),
        back=_back(desk, question),
        is_example=desk.authority.is_example,
    )


def _nothing_more(_upload: Upload) -> None:
    """The form asks for a file only."""
