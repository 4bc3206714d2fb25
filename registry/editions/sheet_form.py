"""Puts the rows of a workbook together as a form. Pure: it knows no file, only rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.editions.sheet_words import (
    BEGIN,
    CHECK,
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
    WrongCell,
    flag_of,
    read_fields,
    required_of,
    text_of,
)
from registry.editions.written import NEW_INDICATORS, Form, Item

_OURS = {word: kind for kind, word in LIST_TYPES.items()}


def form_of_rows(sheets: Mapping[str, Sequence[Any]]) -> tuple[Form, dict[str, int]]:
    """Return the form, and the row on which each question stands. Raises WrongCell, whose column is the place."""
    lists = _lists(sheets[CHOICES])
    builder = _Builder(lists)
    for line in sheets[SURVEY]:
        builder.row = line.number
        _at(line, builder.take)
    builder.finish()
    if len(sheets[SETTINGS]) != 1:
        raise WrongCell("blad settings", "hier hoort één rij te staan")
    form: Form = _at(sheets[SETTINGS][0], _settings)
    form |= {"sections": builder.sections, "questions": builder.questions, "dropped": builder.dropped}
    unused = set(lists) - builder.used
    if unused:
        raise WrongCell("blad choices", f"deze lijsten horen bij geen vraag: {', '.join(sorted(unused))}")
    if sheets[INDICATORS]:
        form[NEW_INDICATORS] = dict(_at(line, _version) for line in sheets[INDICATORS])
    return form, builder.places


def _at(line: Any, read: Any) -> Any:
    """Read a row; say of what is wrong where it stands."""
    try:
        return read(line.cells)
    except WrongCell as error:
        where = f"blad {line.sheet}, regel {line.number}"
        raise WrongCell(where, f"{error.column}: {error.reason}" if error.column else error.reason) from error


def _lists(lines: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for line in lines:
        name, option = _at(line, _option)
        found.setdefault(name, []).append(option)
    return found


def _option(cells: Mapping[str, Any]) -> tuple[str, Any]:
    list_name, name = text_of(cells.get("list_name")), text_of(cells.get("name"))
    if not list_name or not name:
        raise WrongCell("list_name", "list_name en name zijn nodig")
    said = read_fields(cells, OPTION)
    return list_name, {**said, "name": name} if said else name


def _settings(cells: Mapping[str, Any]) -> Form:
    agreement, sign, year = text_of(cells.get("form_id")).partition("/")
    if not agreement or not sign or not (year.isdecimal() and len(year) == 4):
        raise WrongCell("form_id", "schrijf afspraak/jaar, zoals voorbeeldafspraak/2026")
    return {**read_fields(cells, SETTING), "agreement": agreement, "year": int(year)}


def _version(cells: Mapping[str, Any]) -> tuple[str, Item]:
    code = text_of(cells.get("code"))
    if not code or len(code) > 16:
        raise WrongCell("code", "een code heeft 1 tot 16 tekens")
    return code, read_fields(cells, VERSION)


class _Builder:
    """Takes the rows of the sheet survey in their order."""

    def __init__(self, lists: Mapping[str, list[Any]]) -> None:
        self.lists, self.used = lists, set[str]()
        self.sections: list[Item] = []
        self.questions: list[Item] = []
        self.dropped: list[Item] = []
        self.places: dict[str, int] = {}
        self.section = ""
        self.row = 0

    def take(self, cells: Mapping[str, Any]) -> None:
        kind, name = text_of(cells.get("type")), text_of(cells.get("name"))
        if not kind or not name:
            raise WrongCell("type", "type en name zijn nodig")
        if kind == BEGIN:
            self.begin(name, cells)
        elif kind == END:
            self.end()
        elif kind == DROPPED:
            said = read_fields(cells, {"label": "text"})
            reason = {"reason": said.pop("label")} if "label" in said else {}
            self.dropped.append({**said, **reason, "name": name})
        elif kind == CHECK:
            self.question(name).setdefault("constraint", []).append(_check(cells))
        elif "." in name:
            self.part(name, kind, cells)
        else:
            self.add(name, kind, cells)

    def begin(self, name: str, cells: Mapping[str, Any]) -> None:
        if self.section:
            raise WrongCell("type", f"onderdeel {self.section} is nog niet gesloten met {END}")
        said = read_fields(cells, {"label": "text", "hint": "text"})
        texts = {of: said.pop(column) for column, of in (("label", "title"), ("hint", "intro")) if column in said}
        self.sections.append({**said, **texts, "key": name})
        self.section = name

    def end(self) -> None:
        if not self.section:
            raise WrongCell("type", f"hier staat {END} zonder {BEGIN}")
        self.section = ""

    def add(self, name: str, kind: str, cells: Mapping[str, Any]) -> None:
        if not self.section:
            raise WrongCell("name", f"vraag {name} staat in geen onderdeel")
        if any(one["name"] == name for one in self.questions):
            raise WrongCell("name", f"vraag {name} staat er twee keer")
        question = {**self.item(name, kind, cells), "name": name, "section": self.section}
        if text_of(cells.get("constraint")):
            question["constraint"] = [_check(cells)]
        self.questions.append(question)
        self.places[name] = self.row

    def part(self, name: str, kind: str, cells: Mapping[str, Any]) -> None:
        whole, _dot, part = name.partition(".")
        made = {**self.item(name, kind, cells), "name": part}
        self.question(whole).setdefault("parts", []).append(made)

    def question(self, name: str) -> Item:
        if not self.questions or self.questions[-1]["name"] != name:
            raise WrongCell("name", f"deze rij hoort direct onder vraag {name} te staan")
        return self.questions[-1]

    def item(self, name: str, kind: str, cells: Mapping[str, Any]) -> Item:
        said = read_fields(cells, QUESTION)
        word, _space, list_name = kind.partition(" ")
        if word in _OURS and list_name:
            if list_name not in self.lists:
                raise WrongCell("type", f"de lijst {list_name} staat niet op het blad {CHOICES}")
            said |= {"type": _OURS[word], "choices": self.options(list_name)}
        else:
            said["type"] = kind
            if name in self.lists:
                said["choices"] = self.options(name)
        if rows := text_of(cells.get("rows")):
            if rows not in self.lists:
                raise WrongCell("rows", f"de lijst {rows} staat niet op het blad {CHOICES}")
            said["rows"] = self.options(rows)
        required = required_of(text_of(cells.get("required")))
        return {**said, "required": required} if required else said

    def options(self, name: str) -> list[Any]:
        self.used.add(name)
        return list(self.lists[name])

    def finish(self) -> None:
        if self.section:
            raise WrongCell("blad survey", f"onderdeel {self.section} is niet gesloten met {END}")


def _check(cells: Mapping[str, Any]) -> Item:
    message = {code: text_of(cells.get(f"constraint_message::{word}")) for code, word in LANGUAGES.items()}
    values = {}
    for line in text_of(cells.get("constraint_values")).split("\n"):
        name, sign, text = line.partition("=")
        if line.strip() and not sign:
            raise WrongCell("constraint_values", "schrijf per regel naam = uitdrukking")
        if sign:
            values[name.strip()] = text.strip()
    return {
        "check": text_of(cells.get("constraint")),
        "hard": flag_of(text_of(cells.get("hard")), "hard"),
        "message": message,
        "values": values,
    }
