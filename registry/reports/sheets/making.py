"""Makes the workbook of a report: an explanation, the form with the answers, and hidden whose it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.spreadsheets import Cell
from registry.editions.form import NUMBERS, Part, Question, Questionnaire
from registry.reports.messages import message
from registry.reports.models import AnswerState
from registry.reports.sheets.book import Book, BookCell, Rule, Sheet
from registry.reports.sheets.cells import Place, label_of, write_value, written
from registry.reports.sheets.controls import control, rule_of
from registry.reports.sheets.formulas import Dialect, Formula, Known, quoted
from registry.reports.sheets.identity import Identity, identity_rows
from registry.reports.sheets.layout import COLUMNS, FIRST_ROW, LETTER, Kind, Layout, Line, layout_of
from registry.reports.sheets.words import word
from registry.reports.values import AnswerLike, files

_WIDTHS = (9, 52, 26, 13, 13, 44, 18, 20, 32, 32, 44, 64, 0)
_HELP_WIDTH = 110


@dataclass(frozen=True)
class Filling:
    """What stands in a file when it is made."""

    questionnaire: Questionnaire
    answers: Mapping[str, AnswerLike]
    suggested: Mapping[str, AnswerLike]
    """Last year's answers and the plan's rows that the reader is to look at."""
    last: Mapping[str, AnswerLike]
    identity: Identity
    organisation: str
    address: str
    """Where the file is read in."""
    constants: Mapping[str, object] = field(default_factory=dict)
    kind: str = ""
    """The kind of the authority: a question that is not for it is not asked."""


def make_book(filling: Filling) -> Book:
    """Return the workbook of this report, ready to be written."""
    return _Maker(filling).book()


class _Maker:
    """Builds one workbook."""

    def __init__(self, filling: Filling) -> None:
        self.filling = filling
        self.language = filling.identity.language
        self.layout: Layout = layout_of(filling.questionnaire)
        self.known = Known(self.layout, self.language, filling.constants)
        self.lists: dict[tuple[str, ...], str] = {}
        self.yes = (word("yes", self.language),)
        self.list_of(self.yes)

    def word(self, name: str, **values: Any) -> str:
        return word(name, self.language, **values)

    def book(self) -> Book:
        form = Sheet(self.word("sheet_form"), list(self.form_rows()), _WIDTHS, f"C{FIRST_ROW}")
        hidden = Sheet(self.filling.identity.sheet, identity_rows(self.filling.identity), (20, 60), hidden=True)
        title = self.filling.questionnaire
        name = self.word("title", title=title.title.get(self.language, ""), year=title.year)
        return Book(
            title=name,
            language=self.language,
            sheets=[self.start(name), form, hidden],
            lists=[(name, labels) for labels, name in self.lists.items()],
            lists_sheet=self.word("sheet_lists"),
        )

    def start(self, title: str) -> Sheet:
        form = self.word("sheet_form")
        rows = [
            [BookCell(title, "title")],
            [BookCell(f"{self.word('organisation')} {self.filling.organisation}", "plain")],
            [BookCell(f"{self.word('still_open')}", "plain", formula=self.still_open(form))],
            [],
            *(
                [BookCell(self.word(name, form=form, address=self.filling.address), "plain")]
                for name in ("fill_in", "lists", "empties", "suggested", "checks", "values", "keep_form", "send_back")
            ),
        ]
        return Sheet(self.word("sheet_start"), rows, (_HELP_WIDTH,))

    def still_open(self, form: str) -> Formula:
        """Return a formula that counts the lines on which the column that checks says something to do."""
        first, last = (f"{LETTER['check']}{row}" for row in (FIRST_ROW, self.layout.lines[-1].row))

        def formula(to: Dialect) -> str:
            span = to.of_sheet(form, first, last)
            said = to.call("SUMPRODUCT", f"(LEN({span})>0)*({span}<>{quoted(self.word('not_asked'))})")
            return f"{quoted(self.word('still_open') + ' ')}&{said}"

        return formula

    def form_rows(self) -> Iterator[list[BookCell]]:
        yield [BookCell(self.word(name), "head") for name in COLUMNS] + [BookCell("", "hidden")]
        cells: dict[Place, Cell] = {}
        before: dict[Place, Cell] = {}
        for key, lines in self.layout.of_key.items():
            answer = self.filling.answers.get(key) or self.filling.suggested.get(key)
            cells |= written(lines, answer, self.language) if answer else {}
            last = self.filling.last.get(key)
            before |= written(lines, last, self.language) if last else {}
        for line in self.layout.lines:
            if line.kind is Kind.SECTION:
                yield self.section(line)
            else:
                yield self.line(line, cells, before)

    def section(self, line: Line) -> list[BookCell]:
        assert line.section is not None
        words = (line.section.key, line.label.get(self.language, ""))
        texts = [*words, *[""] * (len(COLUMNS) - 3), line.section.intro.get(self.language, "")]
        return [BookCell(text, "section") for text in texts] + [BookCell(line.id, "hidden")]

    def line(self, line: Line, cells: Mapping[Place, Cell], before: Mapping[Place, Cell]) -> list[BookCell]:
        question = line.question
        assert question is not None
        is_head = line.kind in {Kind.WHOLE, Kind.HEAD, Kind.FIXED}
        made = {
            "number": BookCell(line.key, "fixed"),
            "question": BookCell(
                ("" if is_head else "    ") + line.label.get(self.language, ""), "label" if is_head else "fixed"
            ),
            "last": self.last(line, before),
            "level": BookCell(self.level(question) if is_head else "", "fixed"),
            "public": BookCell(self.public(question) if is_head else "", "fixed"),
            "answer": self.answer(line, cells),
            "unit": BookCell(self.unit(line), "fixed"),
            **self.states(line, cells),
            "check": BookCell(None, "check", formula=self.control(line)),
            "help": BookCell(question.hint.get(self.language, "") if is_head else "", "help"),
        }
        return [made[name] for name in COLUMNS] + [BookCell(line.id, "hidden")]

    def is_for(self, question: Question) -> bool:
        """Say whether this question is for authorities of this kind."""
        return not question.kinds or self.filling.kind in question.kinds

    def control(self, line: Line) -> Formula | None:
        assert line.question is not None
        if not self.is_for(line.question):
            said = quoted(self.word("not_asked"))
            return (lambda _dialect: said) if line.has_state else None
        return control(line, self.known)

    def answer(self, line: Line, cells: Mapping[Place, Cell]) -> BookCell:
        if line.kind is Kind.FIXED:
            return BookCell(self.fixed(line), "fixed")
        value = cells.get((line.id, "answer"))
        assert line.question is not None
        if line.kind is Kind.HEAD or not self.is_for(line.question):
            return BookCell(value, "fixed")
        suggested = line.key not in self.filling.answers and line.key in self.filling.suggested and value is not None
        style = _style(line.part, "answer")
        style = f"suggested_{style}".removesuffix("_answer") if suggested else style
        return BookCell(value, style, rule=self.rule(line))

    def rule(self, line: Line) -> Rule | None:
        if line.kind is Kind.OPTION:
            told = message("choice").get(self.language, "")
            return Rule("list", list_name=self.list_of(self.yes), message=told)
        labels: tuple[str, ...] = ()
        if line.part and line.part.type == "choice":
            labels = tuple(label_of(choice, line.part.choices, self.language) for choice in line.part.choices)
            self.list_of(labels)
        return rule_of(line.part, self.language, self.lists, labels)

    def list_of(self, labels: tuple[str, ...]) -> str:
        """Return the name of a list of choices; equal ones share theirs."""
        return self.lists.setdefault(labels, f"keuze_{len(self.lists) + 1}")

    def states(self, line: Line, cells: Mapping[Place, Cell]) -> dict[str, BookCell]:
        """Return the cells for unknown, the reason and the remark: open where this question has them."""
        question = line.question
        assert question is not None
        value = {name: cells.get((line.id, name)) for name in ("empty", "reason", "remark")}
        if not line.has_state or not self.is_for(question):
            return {name: BookCell(value[name], "fixed") for name in value}
        allowed = tuple(
            self.word(name)
            for name, may in (("unknown", question.may_be_unknown), ("not_applicable", question.may_be_not_applicable))
            if may
        )
        told = message("choice").get(self.language, "")
        rule = Rule("list", list_name=self.list_of(allowed), message=told) if allowed else None
        explains = any(not check.hard for check in question.checks)
        return {
            "empty": BookCell(value["empty"], "answer" if allowed or value["empty"] else "fixed", rule=rule),
            "reason": BookCell(value["reason"], "answer" if question.may_be_unknown or value["reason"] else "fixed"),
            "remark": BookCell(value["remark"], "answer" if explains or value["remark"] else "fixed"),
        }

    def last(self, line: Line, before: Mapping[Place, Cell]) -> BookCell:
        value = before.get((line.id, "answer"))
        if value is None and line.has_state:
            value = before.get((line.id, "empty"))
        return BookCell(value, _style(line.part, "last") if value is not None else "last")

    def fixed(self, line: Line) -> Cell:
        question = line.question
        assert question is not None
        if question.type == "declaration":
            return self.word("declared")
        answer = self.filling.answers.get(question.key)
        if question.type == "file":
            return ", ".join(str(one.get("name", "")) for one in files(answer.value if answer else None)) or self.word(
                "files"
            )
        given = answer is not None and answer.state is AnswerState.GIVEN
        return write_value(question, answer.value, self.language) if answer and given else self.word("on_site")

    def level(self, question: Question) -> str:
        return self.word(question.level)

    def public(self, question: Question) -> str:
        return self.word("public_edited" if question.after_editing else f"public_{question.publish}")

    def unit(self, line: Line) -> str:
        part = line.part
        if part is None:
            return ""
        if part.type == "share":
            return "%"
        return (part.unit or {}).get(self.language, "")


def _style(part: Part | None, before: str) -> str:
    """Return the style of a cell by what stands in it."""
    if part is None or part.type not in NUMBERS | {"date"}:
        return before
    name = "day" if part.type == "date" else "number"
    return name if before == "answer" else f"{before}_{name}"
