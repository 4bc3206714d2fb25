"""Spreadsheets that come in: every cell as text with its line, and nothing that attacks the reader."""

import io
import zipfile
from datetime import date

import pytest

from registry.imports.columns import from_options, guess
from registry.imports.outcome import Wrong
from registry.imports.signatures import FIELDS
from registry.imports.tables import MOST_ROWS, WrongTable, column_name, read_table
from tests.factories_imports import as_csv, as_xlsx


def wrong(content: bytes) -> str:
    with pytest.raises(WrongTable) as refused:
        read_table("lijst", content)
    return str(refused.value)


def patched(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a package in which one part was changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            assert info.filename != name or old in part
            target.writestr(info.filename, part.replace(old, new) if info.filename == name else part)
    return made.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_with_the_lines_of_the_file(delimiter: str) -> None:
    content = as_csv(["Naam", "Datum"], ["Zand\noord", "2024-01-02"], ["", ""], ["'=Klei", ""], delimiter=delimiter)
    table = read_table("a.csv", b"\xef\xbb\xbf" + content)
    assert table.header == ("Naam", "Datum")
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("Zand oord", "2024-01-02")), (5, ("=Klei", ""))]


def test_an_xlsx_is_read_as_the_same_texts() -> None:
    table = read_table(
        "a.xlsx", as_xlsx(["Naam", "Datum", "Aantal"], ["Zandoord", date(2024, 1, 2), 3], [None, None, 4.0])
    )
    assert [row.cells for row in table.rows] == [("Zandoord", "2024-01-02", "3"), ("", "", "4")]


def test_a_formula_is_refused_with_line_and_column_and_never_calculated() -> None:
    told = wrong(as_xlsx(["Naam", "Bron"], ["Zandoord", "=1+1"], ["=HYPERLINK(A1)", "x"]))
    assert "regel 2, kolom B: Hier staat een formule" in told
    assert "regel 3, kolom A: Hier staat een formule" in told


WRONG = {
    "empty": (b"", "leeg"),
    "only blanks": (b"\n\n;;\n", "leeg"),
    "latin-1": ("Naam;Soort\nFryslân;x\n".encode("latin-1"), "regel 2: Dit is geen UTF-8"),
    "utf-16": ("Naam;Soort\n".encode("utf-16"), "geen UTF-8"),
    "nul": (b"Naam;Soort\nA;\0\n", "regel 2: Dit is geen tekst"),
    "open quote": (b'Naam;Soort\n"A;b\n', "niet te lezen"),
    "no name": (b"Naam;;Soort\nA;b;c\n", "regel 1, kolom B: Deze kolom heeft geen naam"),
    "twice": (b"Naam;naam\nA;b\n", "kolom B: De kolomnaam naam staat er twee keer"),
    "more cells": (b"Naam;Soort\nA;b;c\n", "regel 2, kolom C: Hier staat een waarde zonder kolomnaam"),
    "long cell": (b"Naam\n" + b"x" * 6000 + b"\n", "regel 2, kolom A: Hier staan meer dan 5000 tekens"),
    "rows": (b"Naam\n" + b"x\n" * (MOST_ROWS + 1), "meer dan 5000 rijen"),
    "columns": (";".join(f"k{n}" for n in range(70)).encode(), "meer dan 60 kolommen"),
    "large": (b"x" * (20 * 1024 * 1024 + 1), "groter dan 20 MB"),
    "no package": (b"PK\x03\x04 and no more", "niet goed lezen"),
    "xlsx rows": (as_xlsx(["Naam"], *[["x"]] * (MOST_ROWS + 2)), "meer dan 5000 rijen"),
    "xlsx columns": (as_xlsx([f"k{n}" for n in range(70)]), "meer dan 60 kolommen"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_table_is_refused_with_its_place_and_reason(name: str) -> None:
    content, reason = WRONG[name]
    assert reason in wrong(content)


def test_a_bomb_and_a_sheet_that_lies_about_its_size_are_refused_or_cheap() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b" " * 200_000_000)
    assert "te veel" in wrong(bomb.getvalue())
    honest = as_xlsx(["Naam"], ["Zandoord"])
    liar = patched(honest, "xl/worksheets/sheet1.xml", b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert len(read_table("a.xlsx", liar).rows) == 1
    far = patched(honest, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1048576"')
    assert "meer dan 5000 rijen" in wrong(far)


def test_an_entity_in_the_xml_is_refused() -> None:
    attack = patched(
        as_xlsx(["Naam"], ["x"]), "xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    )
    assert "niet goed lezen" in wrong(attack)


def test_columns_are_guessed_by_name_and_can_be_given() -> None:
    header = ("Naam", "DATUM", "Bron-adres", "Iets anders")
    assert guess(header, FIELDS) == {0: "name_as_signed", 1: "signed_on"}
    table = read_table("a.csv", as_csv(header, ["a", "b", "c", "d"]))
    chosen = from_options(table, ["Iets anders=source", "DATUM="], FIELDS)
    assert chosen == {0: "name_as_signed", 3: "source"}
    for option in ("Weg=source", "Naam=verzonnen", "Naam"):
        with pytest.raises(Wrong):
            from_options(table, [option], FIELDS)


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    assert [column_name(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
