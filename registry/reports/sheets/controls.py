"""The column that checks: for each line a formula with the words of the checks, made from the form itself. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from string import Formatter
from typing import Final

from common.vocabulary import Text
from registry.editions.form import NUMBERS, Check, Part, Question
from registry.reports import words
from registry.reports.messages import message, too_precise
from registry.reports.sheets.book import Rule
from registry.reports.sheets.formulas import LONGEST, Dialect, Formula, Known, Translator, Untranslatable, quoted
from registry.reports.sheets.layout import Kind, Line
from registry.reports.sheets.words import word
from registry.reports.values import LARGEST

_HERE: Final = "\x01"
"""Stands in a message where the spreadsheet puts a figure of its own."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
Test = tuple[str, str]
"""A formula that is TRUE where something is the matter, and a formula that says what."""


def control(line: Line, known: Known) -> Formula | None:
    """Return the formula of the column "Controle" on this line, None where there is nothing to check."""
    if line.kind not in {Kind.WHOLE, Kind.HEAD, Kind.CELL}:
        return None

    def formula(dialect: Dialect) -> str:
        made = _Control(line, known, dialect)
        whole = made.nested(list(made.tests()))
        return whole if len(whole) <= LONGEST else made.nested(list(made.tests(short=True)))

    return formula


def rule_of(
    part: Part | None, language: str, lists: Mapping[tuple[str, ...], str], labels: tuple[str, ...]
) -> Rule | None:
    """Return what may be typed in the cell of this part."""
    if part is None:
        return None
    if part.type == "choice":
        return Rule("list", list_name=lists[labels], message=_said(message("choice"), language))
    if part.type in NUMBERS:
        low = str(-LARGEST if part.min is None else part.min)
        high = str(LARGEST if part.max is None else part.max)
        name = "decimal" if part.decimals else "whole"
        return Rule(name, low, high, message=_said(message("number" if part.decimals else "whole"), language))
    if part.type == "date":
        return Rule("day", FIRST_DAY.isoformat(), LAST_DAY.isoformat(), message=_said(message("date"), language))
    if part.max_length:
        told = message("long", length="> " + str(part.max_length), most=part.max_length)
        return Rule("length", "0", str(part.max_length), message=_said(told, language))
    return None


def _said(text: Text, language: str) -> str:
    return text.get(language) or text.get("nl", "")


class _Control:
    """Writes the formula of one line."""

    def __init__(self, line: Line, known: Known, dialect: Dialect) -> None:
        self.line, self.known, self.to = line, known, dialect
        self.language = known.language
        self.translator = Translator(known, dialect, own=line.key)
        self.head = known.layout.heads[line.key]

    def nested(self, tests: list[Test]) -> str:
        """Return the first message whose test is TRUE."""
        made = '""'
        for test, said in reversed(tests):
            made = self.to.call("IF", test, said, made)
        return made

    def cell(self, column: str, line: Line | None = None) -> str:
        return self.to.ref((line or self.line).address(column))

    def tests(self, *, short: bool = False) -> Iterator[Test]:
        question = self.line.question
        assert question is not None
        if self.line.kind is Kind.CELL:
            yield from self.of_cell(question)
            return
        yield from self.not_asked(question)
        yield from self.of_state(question)
        if self.line.kind is Kind.WHOLE:
            yield from self.faults(question)
        elif question.max_choices:
            yield from self.too_many(question)
        for check in question.checks:
            yield from self.failing(check, short=short)

    def not_asked(self, question: Question) -> Iterator[Test]:
        said = quoted(word("not_asked", self.language))
        if question.relevant is not None:
            with suppress(Untranslatable):
                yield self.to.call("NOT", self.translator.is_true(question.relevant)), said

    def of_state(self, question: Question) -> Iterator[Test]:
        state, call = self.cell("empty"), self.to.call
        told = quoted(_said(message("reason", key=question.key), self.language))
        is_unknown = f"{state}={quoted(word('unknown', self.language))}"
        is_not_applicable = f"{state}={quoted(word('not_applicable', self.language))}"
        refused = self.said(message("not_unknown", key=question.key))
        for chosen, may_be in (
            (is_unknown, question.may_be_unknown), (is_not_applicable, question.may_be_not_applicable),
        ):  # fmt: skip
            if not may_be:
                yield chosen, refused
        yield call("AND", is_unknown, f'{self.cell("reason")}=""'), told
        yield f'{state}<>""', '""'
        is_blank = (
            f"{self.translator.filled(self.line)}=0" if self.line.kind is Kind.HEAD else f'{self.cell("answer")}=""'
        )
        if question.required:
            yield is_blank, quoted(word("open", self.language))
        elif self.line.kind is Kind.WHOLE:
            yield is_blank, '""'

    def of_cell(self, question: Question) -> Iterator[Test]:
        """Check a part, a row of a matrix or a cell of a repeating row."""
        part, call = self.line.part, self.to.call
        assert part is not None
        head_check = self.cell("check", self.head)
        yield call("OR", f"{head_check}={quoted(word('not_asked', self.language))}",
                   f'{self.cell("empty", self.head)}<>""'), '""'  # fmt: skip
        if part.relevant is not None and self.line.index < 0:
            with suppress(Untranslatable):
                yield call("NOT", self.translator.is_true(part.relevant)), quoted(word("not_asked", self.language))
        is_blank = f'{self.cell("answer")}=""'
        needed = (part.required and part.relevant is None) if self.line.index >= 0 else part.required
        if (needed or (question.type == "matrix" and question.required)) and self.line.place != "anders":
            begun = self.begun(question)
            yield call("AND", is_blank, begun), quoted(word("open", self.language))
        yield is_blank, '""'
        yield from self.faults(part)

    def begun(self, question: Question) -> str:
        """Return a formula that is TRUE where this cell is needed: its row was begun, or the question is required."""
        if self.line.index >= 0:
            row = [line for line in self.known.layout.of_key[question.key] if line.index == self.line.index]
            return f"{self.to.call('COUNTA', self.to.span(row[0].address('answer'), row[-1].address('answer')))}>0"
        return "TRUE()" if question.required else f"{self.translator.filled(self.head)}>0"

    def faults(self, part: Part) -> Iterator[Test]:
        """Check the type of one cell."""
        cell, call = self.cell("answer"), self.to.call
        if part.type in NUMBERS:
            kind = message("number" if part.decimals else "whole")
            yield call("NOT", call("ISNUMBER", cell)), self.said(kind)
            if part.min is not None:
                yield f"{cell}<{part.min}", self.said(message("small", least=words.both(part.min)))
            if part.max is not None:
                yield f"{cell}>{part.max}", self.said(message("most", most=words.both(part.max)))
            least = too_precise(part.decimals) if part.decimals else message("whole")
            yield f"{call('ROUND', cell, str(part.decimals))}<>{cell}", self.said(least)
            yield f"{call('ABS', cell)}>{LARGEST}", self.said(message("large"))
        elif part.type == "choice":
            yield call("NOT", self.translator.is_option(part, cell)), self.said(message("choice"))
        elif part.type == "date":
            yield call("NOT", call("ISNUMBER", cell)), self.said(message("date"))
            yield from self.order(part)
        elif part.type == "email":
            yield call("ISERROR", call("FIND", '"@"', cell)), self.said(message("email"))
        elif part.type == "url":
            yield f'{call("LEFT", cell, "4")}<>"http"', self.said(message("url"))
        elif part.max_length:
            length = call("LEN", cell)
            yield f"{length}>{part.max_length}", self.said(message("long", length=_HERE, most=part.max_length), length)

    def order(self, part: Part) -> Iterator[Test]:
        """Check that the last day of a period does not come before its first."""
        before = f"{self.line.index}." if self.line.index >= 0 else ""
        first = self.known.layout.by_id.get(f"{self.line.key}/{before}{part.not_before}") if part.not_before else None
        if first is not None:
            from_cell = self.cell("answer", first)
            test = self.to.call("AND", self.to.call("ISNUMBER", from_cell), f"{self.cell('answer')}<{from_cell}")
            yield test, quoted(word("period_order", self.language))

    def too_many(self, question: Question) -> Iterator[Test]:
        try:
            count = self.translator.count(question.key)
        except Untranslatable:
            return
        told = message("many", most=question.max_choices, count=_HERE)
        yield self.to.call("IFERROR", f"{count}>{question.max_choices}", "FALSE()"), self.said(told, count)

    def said(self, text: Text, figure: str = '""') -> str:
        """Write a message, with the figure of this file where it belongs."""
        return f"&{figure}&".join(quoted(piece) for piece in _said(text, self.language).split(_HERE))

    def failing(self, check: Check, *, short: bool) -> Iterator[Test]:
        try:
            test = self.translator.is_false(check.expression)
            said = quoted(word("does_not_fit", self.language)) if short else self.check_words(check)
        except Untranslatable:
            return
        if not check.hard:
            before, _, after = word("explain", self.language, message=_HERE).partition(_HERE)
            said = f"{quoted(before)}&{said}" + (f"&{quoted(after)}" if after else "")
            test = self.to.call("AND", test, f'{self.cell("remark")}=""')
        yield test, said

    def check_words(self, check: Check) -> str:
        """Return the message of a check with the figures of this file in it."""
        pieces = []
        for literal, name, _spec, _conversion in Formatter().parse(_said(check.message, self.language)):
            if literal:
                pieces.append(quoted(literal))
            if name is not None:
                pieces.append(self.translator.shown(check.values[name]))
        return "&".join(pieces) or '""'
