"""A form as a workbook: out and in without losing a character, and a wrong file refused with sheet, row and reason."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from common.ledger import canonical_json
from registry.editions.sheet_in import LARGEST, read_form
from registry.editions.sheet_out import as_workbook
from registry.editions.written import add, by_name, move, put, take_away
from registry.imports.tables import WrongTable
from tests.factories_editions import base_form
from tests.files.making import docx, overlapping_bomb, pdf


def edited(change: Callable[[Any], Any]) -> bytes:
    """Return the workbook of a form after somebody changed something in it."""
    book, content = openpyxl.load_workbook(io.BytesIO(as_workbook(base_form()))), io.BytesIO()
    change(book)
    book.save(content)
    return content.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(WrongTable) as error:
        read_form("proef.xlsx", content)
    return "; ".join(str(problem) for problem in error.value.problems)


def row_of(book: Any, name: str) -> int:
    return next(row for row in range(1, 400) if book["survey"].cell(row, 2).value == name)


def test_export_import_export_gives_the_same_bytes_of_content() -> None:
    form = base_form()
    question = {**by_name(form)["A4"], "label": {"nl": '=1+1 "aan" | é\nregel', "en": "-x"}, "vreemd": {"a": [1, None]}}
    form = move(take_away(put(form, "A4", question), "G4", {"nl": "Weg.", "en": "Gone."}), "C2", -1)
    form = {**form, "indicators": {"BORG-03": {"comparable": "formula", "formula": "x / 2", "allowed": {"least": 0}}}}
    form = add(form, {"name": "G9", "section": "G", "type": "share", "label": {"nl": "Deel", "en": "Share"},
                      "publish": "no", "carry_over": "empty", "required": "advised", "max": 99.5})  # fmt: skip
    once = read_form("proef.xlsx", as_workbook(form))
    assert canonical_json(once) == canonical_json(form)
    assert canonical_json(read_form("proef.xlsx", as_workbook(once))) == canonical_json(form)


def test_the_columns_are_those_of_xlsform() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(base_form())))
    assert book.sheetnames == ["survey", "choices", "settings"]
    head = [cell.value for cell in book["survey"][1]]
    assert head[:4] == ["type", "name", "label::Nederlands (nl)", "label::English (en)"]
    assert {"hint::English (en)", "relevant", "constraint", "required"} <= set(head)
    kinds = {row[0].value for row in book["survey"].iter_rows(min_row=2)}
    assert {"begin_group", "end_group", "select_one A5", "select_multiple B6", "integer", "date"} <= kinds
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda book: book["survey"].cell(row_of(book, "C2"), 1, "raadsel"), "blad survey, regel"),
        (lambda book: book["survey"].cell(row_of(book, "C2"), 1, "raadsel"), "onbekend type 'raadsel'"),
        (lambda book: book["survey"].cell(1, 5, "toelichting"), "Deze kolom kennen wij niet"),
        (lambda book: book["survey"].cell(1, 4, "type"), "Deze kolom staat er twee keer"),
        (lambda book: book["survey"].cell(row_of(book, "C2"), 3, "=1+1"), "Hier staat een formule"),
        (lambda book: book["survey"].cell(row_of(book, "C3"), 2, "C2"), "vraag C2 staat er twee keer"),
        (lambda book: book["survey"].delete_rows(2), "staat in geen onderdeel"),
        (lambda book: book["survey"].delete_rows(row_of(book, "B2")), "hoort direct onder vraag B2"),
        (lambda book: book["choices"].delete_rows(2, 6), "de lijst A5 staat niet op het blad choices"),
        (lambda book: book["choices"].append(["XX", "x", "X", "X"]), "deze lijsten horen bij geen vraag: XX"),
        (lambda book: book["settings"].cell(2, 1, "zomaar"), "schrijf afspraak/jaar"),
        (lambda book: book["settings"].append(["voorbeeldafspraak/2026"]), "hier hoort één rij te staan"),
        (lambda book: book.remove(book["choices"]), "blad choices: Dit blad ontbreekt"),
        (lambda book: book.create_sheet("geheim"), "blad geheim: Dit blad kennen wij niet"),
        (lambda book: book["survey"].cell(1, 60, "type"), "zonder kolomnaam"),
    ],
)
def test_a_wrong_workbook_is_refused_with_the_place_and_the_reason(change: Callable[[Any], Any], reason: str) -> None:
    assert reason in refusal(edited(change))


def test_a_file_that_is_no_workbook_is_refused() -> None:
    assert "Dit is geen XLSX" in refusal(docx())
    assert "Dit is geen XLSX" in refusal(pdf())
    assert "te groot" in refusal(b"PK" + bytes(LARGEST))
    assert refusal(b"type,name\n")
    assert refusal(as_workbook(base_form())[:9000])
    assert refusal(overlapping_bomb())


def test_more_rows_than_a_form_has_are_refused_before_they_are_read() -> None:
    assert "meer dan 3000 rijen" in refusal(edited(lambda book: book["choices"].cell(900_000, 1, "ver weg")))
