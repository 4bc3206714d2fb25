"""Which files are refused as a form, each with the reason: another's, another form's, a changed one, a hostile one."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook

from registry.reports.sheets import ods, xlsx
from registry.reports.sheets.grids import MOST_ROWS, WrongFile, open_grid
from registry.reports.sheets.identity import Identity
from registry.reports.sheets.making import make_book
from registry.reports.sheets.reading import changes_of, read_file
from tests.factories_sheets import SHEET, changed, filling, given, rows_of, the_form, with_part
from tests.files.making import BOMB_OF_LAUGHS, EXTERNAL, docx, open_document, pdf, picture

FORM = the_form()
MINE = filling({"C2": given(3)}, FORM)
XLSX = xlsx.write_xlsx(make_book(MINE))
ODS = ods.write_ods(make_book(MINE))


def refusal(content: bytes, expected: Identity = MINE.identity) -> str:
    with pytest.raises(WrongFile) as error:
        read_file(content, FORM, expected)
    return str(error.value)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"authority": "gm0002"}, "andere organisatie"),
        ({"year": 2024}, "gaat over 2025, en niet over 2024"),
        ({"agreement": "anders"}, "andere afspraak"),
        ({"edition": "cd" * 32}, "sindsdien verbeterd"),
        ({"layout": "00" * 32}, "oude opzet"),
    ],
)
def test_a_file_of_another_report_is_refused_with_the_reason(other: dict[str, Any], why: str) -> None:
    for content in (XLSX, ODS):
        assert why in refusal(content, replace(MINE.identity, **other))


def _insert_row(book: Workbook) -> None:
    book[SHEET].insert_rows(20)


def _swap_rows(book: Workbook) -> None:
    rows, sheet = rows_of(book), book[SHEET]
    for column in "ABCDEFM":
        one, other = (sheet[f"{column}{rows[key]}"] for key in ("D1", "D2"))
        one.value, other.value = other.value, one.value


def _insert_column(book: Workbook) -> None:
    book[SHEET].insert_cols(3)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_insert_row, "regel 20 is een andere"),
        (_swap_rows, "is een andere"),
        (_insert_column, "kolom C is een andere"),
        (lambda book: book.remove(book[SHEET]), "blad Formulier is weg"),
        (lambda book: book.remove(book["manifestkompas"]), "niet het formulier van deze site"),
        (lambda book: book["manifestkompas"].delete_rows(1), "niet het formulier van deze site"),
    ],
)
def test_a_changed_structure_is_refused_with_the_place(change: Callable[[Workbook], None], why: str) -> None:
    assert why in refusal(changed(XLSX, {}, change))


@pytest.mark.parametrize("said", ["", "C2=x", "C2=-1", "=1", "C2=99999999999", "C2", "C2=1" + ",C2=1" * 9000])
def test_an_identity_that_cannot_be_is_refused(said: str) -> None:
    def tamper(book: Workbook) -> None:
        for name, value in book["manifestkompas"].iter_rows(max_col=2):
            if name.value == "versions":
                value.value = said

    if said:
        assert "niet het formulier" in refusal(changed(XLSX, {}, tamper))
    else:
        assert read_file(changed(XLSX, {}, tamper), FORM, MINE.identity).identity.versions == {}


def _many_elements(text: str) -> str:
    return text.replace("<office:body>", "<office:body>" + "<a/>" * 500_000)


def _macro(content: bytes) -> bytes:
    return with_part(content, "xl/vbaProject.bin", lambda _text: "x", end=True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is leeg"), (b"a;b\r\n1;2", "soort bestand"), (b"PK\x03\x04rubbish", "niet goed lezen"),
        (pdf(), "geen XLSX en geen ODS"), (picture(), "geen XLSX en geen ODS"), (docx(), "geen XLSX en geen ODS"),
        (open_document(), "geen XLSX en geen ODS"), (_macro(XLSX), "macro's"), (XLSX[:-200], "niet goed lezen"),
        (with_part(XLSX, "xl/externalLinks/externalLink1.xml", lambda _text: "<a/>", end=True), "een ander bestand"),
        (with_part(XLSX, "xl/worksheets/sheet2.xml", lambda _text: BOMB_OF_LAUGHS.decode()), "niet goed lezen"),
        (with_part(ODS, "content.xml", lambda _text: EXTERNAL.decode()), "niet goed lezen"),
        (with_part(XLSX, "xl/media/x.bin", lambda _text: "0" * 200_000_000, end=True), "te veel"),
        (with_part(ODS, "content.xml", _many_elements), "te veel"),
        (b"PK\x03\x04" + b"x" * 4_000_000, "te groot"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "file",
)  # fmt: skip
def test_what_is_no_form_or_attacks_its_reader_is_refused_with_the_reason(content: bytes, why: str) -> None:
    assert why in refusal(content)


def test_a_sheet_that_claims_a_million_rows_or_columns_costs_no_time() -> None:
    started = time.process_time()
    wide = 'table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576"><table:table-cell {wide}</table:table-row>'
    grid = open_grid(with_part(ODS, "content.xml", lambda text: text.replace("</table:table>", f"{row}</table:table>")))
    assert max(row for row, _column in grid[SHEET]) == MOST_ROWS
    far = changed(XLSX, {}, lambda book: book[SHEET].cell(1_048_576, 16_384, "x"))
    open_grid(far)
    assert time.process_time() - started < 8


def test_what_stands_beside_the_form_is_told_and_the_rest_is_read() -> None:
    def scribble(book: Workbook) -> None:
        sheet = book[SHEET]
        sheet["N3"], sheet[f"F{sheet.max_row + 2}"] = "los", "onder"
        sheet[f"I{rows_of(book)['B2/link']}"] = "reden op een lagere regel"

    file = read_file(changed(XLSX, {"C2": 4}, scribble), FORM, MINE.identity)
    changes, rows = changes_of(file, {"C2": given(3)}), file.layout.by_id
    assert [one.address for one in changes.refused] == ["N3", f"I{rows['B2/link'].row}", f"F{rows['H3'].row + 2}"]
    assert changes.inputs == {"C2": given(4)}


def test_a_file_that_calls_itself_otherwise_is_known_by_what_is_inside() -> None:
    assert set(open_grid(ODS)) == set(open_grid(XLSX))
    assert io.BytesIO(ODS).read(4) == b"PK\x03\x04"
