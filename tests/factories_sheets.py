"""Spreadsheets of a form for tests: made, changed as somebody would in a program of his own, and sent in."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.editions.form import Questionnaire
from registry.editions.questionnaire import parse, with_labels
from registry.reports.models import AnswerState
from registry.reports.sheets.identity import Identity
from registry.reports.sheets.layout import layout_of
from registry.reports.sheets.making import Filling
from registry.reports.values import AnswerInput, AnswerLike
from tests.factories_form import form_data
from tests.files.factories import Sending

SHEET = "Formulier"


def the_form() -> Questionnaire:
    """Return the form as it stands in content/."""
    return parse(with_labels(form_data()))


def given(value: Any, **more: Any) -> AnswerInput:
    """An answer that was given."""
    return AnswerInput(AnswerState.GIVEN, value, **more)


def filling(
    answers: Mapping[str, AnswerLike], questionnaire: Questionnaire | None = None, language: str = "nl", **more: Any
) -> Filling:
    """Return what a file of an invented report holds."""
    form = questionnaire or the_form()
    versions = dict.fromkeys(answers, 1)
    identity = Identity("gm9001", "proef", 2025, "ab" * 32, language, layout_of(form).hash, 3, versions)
    values = {
        "suggested": {}, "last": {}, "organisation": "Gemeente Proefdorp", "address": "https://proef.example/",
         "kind": "gemeente", "constants": {"kind()": "gemeente"}, **more,
    }  # fmt: skip
    return Filling(form, answers, identity=identity, **values)


def rows_of(book: Workbook) -> dict[str, int]:
    """Return the row of each answer, by what the hidden column says."""
    return {cell.value: cell.row for (cell,) in book[SHEET].iter_rows(min_col=13, max_col=13) if cell.value}


def changed(content: bytes, cells: Mapping[str, Any], also: Callable[[Workbook], None] | None = None) -> bytes:
    """Return an XLSX in which cells were typed over: "C2" is its answer, "C1:H" another column of its row."""
    book = load_workbook(io.BytesIO(content))
    rows = rows_of(book)
    for name, value in cells.items():
        place, _, column = name.partition(":")
        type_in(book[SHEET], f"{column or 'F'}{rows[place]}", value)
    if also:
        also(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def type_in(sheet: Worksheet, address: str, value: Any) -> None:
    """Type in a cell; a text is a text, but where a formula is meant ("=" with a function)."""
    sheet[address] = value
    if isinstance(value, str) and not value.startswith("=SUM"):
        sheet[address].data_type = "s"


def with_part(content: bytes, name: str, change: Callable[[str], str], *, end: bool = False) -> bytes:
    """Return a package in which one part was changed, or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            text = change(text.decode()).encode() if info.filename == name else text
            new.writestr(info.filename, text, zipfile.ZIP_STORED if info.filename == "mimetype" else None)
        if end:
            new.writestr(name, change(""))
    return made.getvalue()


def send_sheet(browser: FlaskClient, path: str, content: bytes, name: str = "formulier.xlsx") -> Any:
    """Send a file on the page of the form as a spreadsheet."""
    return Sending(browser, f"{path}/formulier").send(content, name)


def take_over(browser: FlaskClient, path: str, button: str = "bewaar", **fields: str) -> Any:
    """Press a button under what a file would change."""
    shown = browser.get(f"{path}/formulier").text
    token, read_in = (re.search(rf'name="{name}"[^>]*value="([^"]+)"', shown) for name in ("csrf_token", "ingelezen"))
    assert token
    data = {"csrf_token": token[1], "ingelezen": read_in[1] if read_in else "", "actie": button, **fields}
    return browser.post(f"{path}/formulier/overnemen", data=data)
