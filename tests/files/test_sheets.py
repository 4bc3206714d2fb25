"""Sheets with a hundred thousand cells that are alike: offices pack them a thousand to one, and they come in."""

import io
import time

import pytest
from flask import Flask

from common.files import packages
from common.files.accepting import accept
from common.files.rejecting import Reason, Rejected
from tests.files import making
from tests.files.factories import DOCUMENTS, Sending
from tests.sites import sign_in

ROWS = 25_000
# As LibreOffice 7 writes a column of "Ja", and three cells that have only a style.
_CALC_ROW = (
    '<table:table-row table:style-name="ro1"><table:table-cell table:style-name="ce1" office:value-type="string"'
    ' calcext:value-type="string"><text:p>Ja</text:p></table:table-cell>'
    + '<table:table-cell table:style-name="ce2"/>' * 3
    + "</table:table-row>"
)
_CALC = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Blad1">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
_EXCEL_ROW = '<row r="{0}"><c r="A{0}" t="s"><v>0</v></c><c r="B{0}" s="1"/><c r="C{0}" s="1"/><c s="1"/></row>'
_EXCEL = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet'
    ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
)
CALC = making.open_document(making.ODS, **{"content.xml": _CALC.format(rows=_CALC_ROW * ROWS)})
SHEETS = {
    "blad.ods": CALC,
    "blad.xlsx": making.xlsx(
        **{"xl/worksheets/sheet1.xml": _EXCEL.format(rows="".join(_EXCEL_ROW.format(n) for n in range(1, ROWS + 1)))}
    ),
    "leeg.xlsx": making.xlsx(**{"xl/worksheets/sheet1.xml": _EXCEL.format(rows='<c s="1"/>' * 16 * ROWS)}),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_of_a_hundred_thousand_cells_that_are_alike_comes_in(
    app: Flask, accounts: dict[str, dict[str, str]], name: str
) -> None:
    sending = Sending(sign_in(app, accounts["coordinator"]), DOCUMENTS)
    answer = sending.send(SHEETS[name], name, omschrijving="De inkopen van een jaar")
    assert answer.status_code == 303


def test_such_a_sheet_packs_better_than_another_part_may() -> None:
    assert len(_CALC_ROW) * ROWS > packages.HIGHEST_RATIO * len(CALC)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("<a>" + "<b/>" * 2_100_000 + "</a>", Reason.TOO_MUCH_INSIDE),
        ("<a>" + "x" * 61 * 1024 * 1024 + "</a>", Reason.TOO_MUCH_INSIDE),
    ],
    ids=["elements", "bytes"],
)
def test_the_budget_ends_a_part_that_packs_without_end(part: str, reason: Reason) -> None:
    began = time.process_time()
    with pytest.raises(Rejected) as refused:
        accept(io.BytesIO(making.open_document(making.ODS, **{"content.xml": part})))
    assert refused.value.reason is reason
    assert time.process_time() - began < 10
