"""Writes a form as a workbook for a spreadsheet, in the words of XLSForm."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import openpyxl
from openpyxl.styles import Alignment, Font

from registry.editions.sheet_words import (
    BEGIN,
    CHECK,
    CHECK_FIELDS,
    CHOICES,
    DROPPED,
    END,
    INDICATORS,
    LANGUAGES,
    LIST_TYPES,
    OPTION,
    QUESTION,
    SETTING,
    SETTINGS,
    SURVEY,
    VERSION,
    headers,
    write_fields,
)
from registry.editions.written import NEW_INDICATORS, Form, Item, of_section

Cells = dict[str, Any]
_APART: Final = frozenset({"name", "type", "required", "choices", "rows", "parts", "constraint", "section"})


def as_workbook(form: Form) -> bytes:
    """Return a tidy form as XLSX. No cell is a formula."""
    rows = {SURVEY: list(_survey(form)), CHOICES: list(_choices(form)), SETTINGS: [_settings(form)]}
    if form.get(NEW_INDICATORS):
        rows[INDICATORS] = [
            {"code": code, **write_fields(said, VERSION, frozenset())} for code, said in form[NEW_INDICATORS].items()
        ]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in rows.items():
        _sheet(book, name, lines)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet(book: Any, name: str, lines: list[Cells]) -> None:
    sheet, columns = book.create_sheet(name), headers()[name]
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, column)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 48 if "::" in column else 18
    for line, cells in enumerate(lines, 2):
        for place, column in enumerate(columns, 1):
            if column in cells:
                cell = sheet.cell(line, place, cells[column])
                if isinstance(cells[column], str):
                    cell.data_type = "s"  # also what begins with an equals sign is a text
                    cell.alignment = Alignment(wrap_text="::" in column, vertical="top")
    sheet.freeze_panes = "C2"


def _survey(form: Form) -> Iterator[Cells]:
    for section in form["sections"]:
        yield {
            "type": BEGIN,
            "name": section["key"],
            **write_fields(
                {"label": section.get("title", {}), "hint": section.get("intro", {}), **_rest(section)},
                {"label": "text", "hint": "text"},
                frozenset(),
            ),
        }
        for question in of_section(form, section["key"]):
            yield from _question(question)
        yield {"type": END, "name": section["key"]}
    for gone in form.get("dropped", []):
        rest = {name: value for name, value in gone.items() if name not in {"name", "reason"}}
        said = {"label": gone.get("reason", {}), **rest}
        yield {"type": DROPPED, "name": gone["name"], **write_fields(said, {"label": "text"}, frozenset())}


def _rest(section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in section.items() if name not in {"key", "title", "intro"}}


def _question(question: Item) -> Iterator[Cells]:
    checks = question.get("constraint", [])
    plain = all(set(check) <= set(CHECK_FIELDS) and _plain_values(check) for check in checks)
    cells = _item(question, question["name"], plain=plain)
    if plain and checks:
        cells |= _check(checks[0])
    yield cells
    for check in checks[1:] if plain else []:
        yield {"type": CHECK, "name": question["name"], **_check(check)}
    for part in question.get("parts", []):
        yield _item(part, f"{question['name']}.{part['name']}", plain=False)


def _item(item: Item, name: str, *, plain: bool) -> Cells:
    apart = _APART if plain else _APART - {"constraint"}
    cells = write_fields(item, QUESTION, apart)
    kind = str(item.get("type", ""))
    cells |= {
        "name": name,
        "type": f"{LIST_TYPES[kind]} {name}" if kind in LIST_TYPES and item.get("choices") else kind,
    }
    if item.get("required"):
        cells["required"] = "yes" if item["required"] is True else str(item["required"])
    if item.get("rows"):
        cells["rows"] = f"{name}.rows"
    return cells


def _plain_values(check: Mapping[str, Any]) -> bool:
    return all("\n" not in f"{name}{text}" and "=" not in name for name, text in check.get("values", {}).items())


def _check(check: Mapping[str, Any]) -> Cells:
    message = check.get("message", {})
    cells = {f"constraint_message::{word}": message[code] for code, word in LANGUAGES.items() if message.get(code)}
    values = "\n".join(f"{name} = {text}" for name, text in check.get("values", {}).items())
    return {
        **cells, "constraint": check.get("check", ""), "hard": "yes" if check.get("hard") else "no",
        **({"constraint_values": values} if values else {}),
    }  # fmt: skip


def _choices(form: Form) -> Iterator[Cells]:
    for question in form["questions"]:
        items = [(question["name"], question)]
        items += [(f"{question['name']}.{part['name']}", part) for part in question.get("parts", [])]
        for name, item in items:
            for list_name, options in ((name, item.get("choices", [])), (f"{name}.rows", item.get("rows", []))):
                for option in options:
                    yield _option(list_name, option)


def _option(list_name: str, option: Any) -> Cells:
    if not isinstance(option, Mapping):
        return {"list_name": list_name, "name": str(option)}
    return {"list_name": list_name, "name": option["name"], **write_fields(option, OPTION, frozenset({"name"}))}


def _settings(form: Form) -> Cells:
    apart = frozenset({"agreement", "year", "sections", "questions", "dropped", NEW_INDICATORS})
    return {"form_id": f"{form['agreement']}/{form['year']}", **write_fields(form, SETTING, apart)}
