"""Writes a workbook as ODS with odfdo. No text in it is ever calculated."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document, Element, Paragraph

from common.spreadsheets import harmless
from registry.reports.sheets.book import OPEN_STYLES, STYLES, Book, BookCell, Rule, Sheet
from registry.reports.sheets.formulas import ODS
from registry.reports.sheets.xlsx import COLOURS, FILLS, column_letter

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_CM_OF_CHARACTER: Final = 0.2
_DAY_ZERO: Final = date(1899, 12, 30)
_NOT_NEEDED: Final = ("Configurations2/accelerator/current.xml", "Thumbnails/thumbnail.png", "manifest.rdf")
_PLACED: Final = """<config:config-item config:name="HorizontalSplitMode" config:type="short">2</config:config-item>
<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>
<config:config-item config:name="HorizontalSplitPosition" config:type="int">2</config:config-item>
<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>
<config:config-item config:name="PositionRight" config:type="int">2</config:config-item>
<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>"""
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" office:version="1.3"><office:settings>
<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">
<config:config-item-map-entry><config:config-item config:name="ViewId" config:type="string">view1</config:config-item>
<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>
</config:config-item-map-entry>
</config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"""


def write_ods(book: Book) -> bytes:
    """Return the workbook as the bytes of a file."""
    made = Document("ods")
    made.set_part("settings.xml", _settings(book).encode())
    made.meta.title, made.meta.language = book.title, book.language
    body = made.body
    body.clear()
    body.set_attribute("table:structure-protected", "true")
    rules = _rules(book)
    body.append(Element.from_tag(_validations(book, rules)))
    for index, sheet in enumerate([*book.sheets, _lists(book)]):
        body.append(Element.from_tag(_table(sheet, index, rules)))
    styles = made.content.get_element("//office:automatic-styles")
    assert styles is not None
    styles.clear()
    for style in _styles(book):
        styles.append(Element.from_tag(style))
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _lists(book: Book) -> Sheet:
    longest = max((len(labels) for _name, labels in book.lists), default=0)
    rows = [
        [BookCell(labels[row] if row < len(labels) else None) for _name, labels in book.lists] for row in range(longest)
    ]
    return Sheet(book.lists_sheet, rows, hidden=True)


def _settings(book: Book) -> str:
    tables = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(sheet.name)}>{_PLACED}</config:config-item-map-entry>"
        for sheet in book.sheets if sheet.frozen
    )  # fmt: skip
    return _SETTINGS.format(tables=tables)


def _rules(book: Book) -> dict[Rule, str]:
    found: dict[Rule, str] = {}
    for sheet in book.sheets:
        for row in sheet.rows:
            for cell in row:
                if cell.rule:
                    found.setdefault(cell.rule, f"regel_{len(found) + 1}")
    return found


def _validations(book: Book, rules: Mapping[Rule, str]) -> str:
    places = {
        name: f"[$'{book.lists_sheet}'.${column_letter(at)}$1:.${column_letter(at)}${len(labels)}]"
        for at, (name, labels) in enumerate(book.lists)
    }
    base = quoteattr(f"'{book.sheets[0].name}'.A1")
    made = (
        f'<table:content-validation table:name="{name}" table:condition={quoteattr("of:" + _condition(rule, places))}'
        f' table:allow-empty-cell="true" table:display-list="unsorted" table:base-cell-address={base}>'
        '<table:error-message table:display="true" table:message-type="stop">'
        f"<text:p>{escape(rule.message)}</text:p></table:error-message></table:content-validation>"
        for rule, name in rules.items()
    )
    return f"<table:content-validations>{''.join(made)}</table:content-validations>"


def _condition(rule: Rule, places: Mapping[str, str]) -> str:
    low, high = rule.low, rule.high
    if rule.kind == "list":
        return f"cell-content-is-in-list({places[rule.list_name]})"
    if rule.kind == "length":
        return f"cell-content-text-length-is-between({low},{high})"
    if rule.kind == "day":
        low, high = (str((date.fromisoformat(day) - _DAY_ZERO) // timedelta(days=1)) for day in (low, high))
    kinds = {"whole": "whole-number", "decimal": "decimal-number", "day": "date"}
    return f"cell-content-is-{kinds[rule.kind]}() and cell-content-is-between({low},{high})"


def _table(sheet: Sheet, index: int, rules: Mapping[Rule, str]) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="kolom_{width}"'
        + (' table:visibility="collapse"' if not width else "")
        + "/>"
        for width in sheet.widths
    )
    rows = "".join(
        f'<table:table-row table:style-name="rij">{_cells(row, rules)}</table:table-row>' for row in sheet.rows
    )
    style = "blad_verborgen" if sheet.hidden else "blad"
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{style}" table:protected="true">'
        f"{columns or '<table:table-column/>'}{rows}</table:table>"
    )


def _cells(row: Sequence[BookCell], rules: Mapping[Rule, str]) -> str:
    return "".join(_cell(cell, rules) for cell in row) or "<table:table-cell/>"


def _cell(cell: BookCell, rules: Mapping[Rule, str]) -> str:
    attributes = f' table:style-name="cel_{cell.style}"'
    if cell.rule:
        attributes += f' table:content-validation-name="{rules[cell.rule]}"'
    value = cell.value
    if cell.formula is not None:
        return f"<table:table-cell{attributes} table:formula={quoteattr(ODS.before + cell.formula(ODS))}/>"
    if isinstance(value, str) and value:
        text = "".join(str(Paragraph(line).serialize()) for line in harmless(value).split("\n"))
        return f'<table:table-cell{attributes} office:value-type="string">{text}</table:table-cell>'
    if isinstance(value, date):
        day = f' office:value-type="date" office:date-value="{value.isoformat()}"'
        return f"<table:table-cell{attributes}{day}><text:p>{value:%d-%m-%Y}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        number = f' office:value-type="float" office:value="{value!r}"'
        return f"<table:table-cell{attributes}{number}><text:p>{value!r}</text:p></table:table-cell>"
    return f"<table:table-cell{attributes}/>"


def _styles(book: Book) -> Iterator[str]:
    yield (
        '<number:date-style style:name="dag"><number:day number:style="long"/><number:text>-</number:text>'
        '<number:month number:style="long"/><number:text>-</number:text><number:year number:style="long"/>'
        "</number:date-style>"
    )
    yield '<number:text-style style:name="tekst"><number:text-content/></number:text-style>'
    for name, shown in (("blad", "true"), ("blad_verborgen", "false")):
        yield (
            f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
            "</style:style>"
        )
    yield (
        '<style:style style:name="rij" style:family="table-row">'
        '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
    )
    for width in sorted({width for sheet in book.sheets for width in sheet.widths}):
        yield (
            f'<style:style style:name="kolom_{width}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{max(width, 1) * _CM_OF_CHARACTER:.2f}cm"/>'
            "</style:style>"
        )
    for name in STYLES:
        yield _cell_style(name)


def _cell_style(name: str) -> str:
    kept = "none" if name in OPEN_STYLES else "protected"
    fill = (
        f' fo:background-color="#{COLOURS[FILLS[name]]}" fo:border="0.5pt solid #{COLOURS["line"]}"'
        if name in FILLS
        else ""
    )
    bold = ' fo:font-weight="bold"' if name in {"title", "head", "section", "label"} else ""
    colour = COLOURS["white"] if name == "head" else COLOURS["muted"] if name in {"help", "fixed"} else COLOURS["text"]
    size = "18pt" if name == "title" else "11pt"
    data = ' style:data-style-name="dag"' if name.endswith("day") else ""
    data = ' style:data-style-name="tekst"' if name in {"answer", "suggested", "last"} else data
    wrap = "" if name == "hidden" else ' fo:wrap-option="wrap"'
    return (
        f'<style:style style:name="cel_{name}" style:family="table-cell"{data}>'
        f'<style:table-cell-properties style:cell-protect="{kept}" style:vertical-align="top"{wrap}{fill}/>'
        f'<style:text-properties fo:font-size="{size}" fo:color="#{colour}"{bold}/></style:style>'
    )
