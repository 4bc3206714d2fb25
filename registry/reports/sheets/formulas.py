"""The conditions and checks of a form as formulas of a spreadsheet, made from the same expressions. Pure.

Unknown is an error value there (#N/A): calculating and comparing pass it on, as the expressions do, and "and" and "or"
are decided by one part as there. What cannot be said in a spreadsheet is left to the website: `Untranslatable`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from registry.editions.expressions import UNKNOWN, Expression, name_of, parse
from registry.editions.form import NUMBERS, Part, Question
from registry.reports.sheets.cells import label_of
from registry.reports.sheets.layout import LETTER, Kind, Layout, Line
from registry.reports.sheets.words import word

LONGEST: Final = 7500
"""Characters of one formula; Excel takes 8,192."""
_LONGEST_TEXT: Final = 240
"""Characters of one text in a formula; Excel takes 255."""
NOWHERE: Final = "NA()"


class Untranslatable(ValueError):
    """This expression cannot be said in a spreadsheet."""


@dataclass(frozen=True)
class Dialect:
    """How a kind of file writes a formula."""

    before: str
    between: str
    ref: Callable[[str], str]
    span: Callable[[str, str], str]
    of_sheet: Callable[[str, str, str], str]

    def call(self, name: str, *arguments: str) -> str:
        """Write a function with its arguments."""
        return f"{name}({self.between.join(arguments)})"


XLSX: Final = Dialect("=", ",", str, lambda one, other: f"{one}:{other}", lambda name, a, b: f"'{name}'!{a}:{b}")
ODS: Final = Dialect(
    "of:=", ";", lambda cell: f"[.{cell}]", lambda one, other: f"[.{one}:.{other}]",
    lambda name, a, b: f"[$'{name}'.{a}:.{b}]",
)  # fmt: skip

Formula = Callable[[Dialect], str]
"""A formula without its beginning, in the dialect of the file."""


def quoted(text: str) -> str:
    """Write a text as part of a formula."""
    pieces = [text[start : start + _LONGEST_TEXT] for start in range(0, len(text), _LONGEST_TEXT)] or [""]
    return "&".join('"{}"'.format(piece.replace('"', '""')) for piece in pieces)


@dataclass(frozen=True)
class Known:
    """What the formulas know besides the cells: constants at the moment the file is made."""

    layout: Layout
    language: str
    constants: Mapping[str, object]
    """Values of "plan_due()", "kind()" and "last(X)", as the checks read them."""


class Translator:
    """Writes expressions for one file."""

    def __init__(self, known: Known, dialect: Dialect, own: str) -> None:
        """`own` is the question at which the formula stands: it never asks itself whether it is asked."""
        self.known, self.to, self.own = known, dialect, own

    def write(self, expression: Expression) -> str:
        """Return the expression as a formula whose outcome is a value, or #N/A where it is unknown."""
        return self.node(ast.parse(expression.text.strip(), mode="eval").body)

    def is_true(self, expression: Expression) -> str:
        """Return a formula that is TRUE where the condition holds, and FALSE where not or where it is unknown."""
        return self.to.call("IFERROR", self.write(expression), "FALSE()")

    def is_false(self, expression: Expression) -> str:
        """Return a formula that is TRUE where the check fails for certain."""
        return self.to.call("NOT", self.to.call("IFERROR", self.write(expression), "TRUE()"))

    def node(self, tree: ast.AST) -> str:
        match tree:
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.Name() | ast.Attribute():
                return self.value(_name(tree))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return f"({self.node(left)}{_ARITHMETIC[type(op)]}{self.node(right)})"
            case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=items) | ast.List(elts=items)]):
                value = self.node(left)
                return self.to.call("OR", *(f"{value}={self.beside(item, left)}" for item in items))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return f"({self.beside(left, right)}{_COMPARISONS[type(op)]}{self.beside(right, left)})"
            case ast.BoolOp(op=op, values=parts):
                return self.joined([self.node(part) for part in parts], isinstance(op, ast.Or))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.to.call("NOT", self.node(operand))
            case ast.Call(func=ast.Name(id="empty"), args=[argument]) if _is_last(argument):
                is_empty = parse(ast.unparse(tree)).holds(self.known.constants)
                return "TRUE()" if is_empty else "FALSE()"
            case ast.Call(args=arguments) if _is_last(tree) or any(_is_last(one) for one in arguments):
                return self.constant(self.fixed(tree))
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, arguments)
        raise Untranslatable(type(tree).__name__)

    def joined(self, parts: Sequence[str], is_or: bool) -> str:
        """`or` is decided by one true part and `and` by one false, whatever else is unknown; else unknown stays."""
        call, decided = self.to.call, "TRUE()" if is_or else "FALSE()"
        sure = [call("IFERROR", part, "FALSE()" if is_or else "TRUE()") for part in parts]
        together = "OR" if is_or else "AND"
        test = call("OR", *sure) if is_or else call("NOT", call("AND", *sure))
        return call("IF", test, decided, call(together, *parts))

    def beside(self, tree: ast.AST, other: ast.AST) -> str:
        """Write a value; a code beside a question with options is the words that stand in the cell."""
        code = tree.value if isinstance(tree, ast.Constant) else self.fixed(tree) if _is_last(tree) else None
        if isinstance(code, str) and isinstance(other, ast.Name | ast.Attribute):
            choices = self.line(_name(other)).part
            option = next((one for one in (choices.choices if choices else ()) if one.code == code), None)
            if option and choices:
                return quoted(label_of(option, choices.choices, self.known.language))
        return self.node(tree)

    def constant(self, value: object) -> str:
        if value is None or value is UNKNOWN:
            return NOWHERE
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, date):
            return self.to.call("DATE", str(value.year), str(value.month), str(value.day))
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return f"{value}" if value >= 0 else f"({value})"
        raise Untranslatable(repr(value))

    def call(self, function: str, arguments: Sequence[ast.expr]) -> str:
        if not arguments:
            if function == "today":
                return "TODAY()"
            if f"{function}()" not in self.known.constants:
                raise Untranslatable(function)
            return self.constant(self.known.constants[f"{function}()"])
        if function == "round":
            return self.to.call("ROUND", self.node(arguments[0]), "0")
        if function not in {"empty", "zero", "count", "length"}:
            raise Untranslatable(function)
        return str(getattr(self, function)(_name(arguments[0])))

    def fixed(self, tree: ast.AST) -> object:
        """Return the outcome of something that asks last year's answers, which this file knows already."""
        outcome = parse(ast.unparse(tree)).evaluate(self.known.constants)
        if isinstance(outcome, bool):
            raise Untranslatable(ast.unparse(tree))
        return outcome

    def line(self, name: str) -> Line:
        """Return the line on which the answer with this name stands."""
        for line in self.known.layout.of_key.get(name.partition(".")[0], ()):
            if (name_of(line.key, line.place) if line.place else line.key) == name:
                return line
        raise Untranslatable(name)

    def cell(self, line: Line, column: str = "answer") -> str:
        return self.to.ref(line.address(column))

    def given(self, name: str) -> str:
        """Return a formula that is TRUE where a usable answer stands there: asked, not unknown, and of its type."""
        line = self.line(name)
        head, cell = self.known.layout.heads[line.key], self.cell(line)
        tests = [f'{self.cell(head, "empty")}=""']
        if line.kind is Kind.HEAD:
            tests.append(f"{self.filled(line)}>0")
        elif line.part and line.part.type == "choice":
            tests.append(self.is_option(line.part, cell))
        elif _is_counted(line.part):
            tests.append(self.to.call("ISNUMBER", cell))
        else:
            tests.append(f'{cell}<>""')
        if line.key != self.own and head.question and _may_hide(head.question):
            tests.append(f"{self.cell(head, 'check')}<>{quoted(word('not_asked', self.known.language))}")
        if line.part and line.part is not line.question and line.part.relevant and line.index < 0:
            tests.append(self.is_true(line.part.relevant))
        return self.to.call("AND", *tests)

    def is_option(self, part: Part, cell: str) -> str:
        """Return a formula that is TRUE where one of the options stands in the cell."""
        labels = (label_of(choice, part.choices, self.known.language) for choice in part.choices)
        return self.to.call("OR", *(f"{cell}={quoted(label)}" for label in labels))

    def filled(self, head: Line) -> str:
        """Return how many cells of a question of several cells are filled in."""
        lines = self.known.layout.of_key[head.key]
        return self.to.call("COUNTA", self.to.span(lines[1].address("answer"), lines[-1].address("answer")))

    def value(self, name: str) -> str:
        line = self.line(name)
        if line.kind is Kind.HEAD:
            return NOWHERE
        return self.to.call("IF", self.given(name), self.cell(line), NOWHERE)

    def empty(self, name: str) -> str:
        return self.to.call("NOT", self.given(name))

    def zero(self, name: str) -> str:
        line, call = self.line(name), self.to.call
        head = self.known.layout.heads[line.key]
        otherwise = call("IF", f'{self.cell(line)}=""', "0", NOWHERE)
        is_unknown = f"{self.cell(head, 'empty')}={quoted(word('unknown', self.known.language))}"
        if line.place:  # parts of an unknown whole are absent
            return call("IF", self.given(name), self.cell(line), call("IF", is_unknown, "0", otherwise))
        return call("IF", is_unknown, NOWHERE, call("IF", self.given(name), self.cell(line), otherwise))

    def count(self, name: str) -> str:
        head = self.line(name)
        lines = self.known.layout.of_key[head.key]
        if lines[1:] and lines[1].kind is Kind.OPTION:
            options = [line for line in lines if line.kind is Kind.OPTION]
            span = self.to.span(options[0].address("answer"), options[-1].address("answer"))
            number = self.to.call("COUNTIF", span, quoted(word("yes", self.known.language)))
        else:
            number = self.rows_filled(lines)
        is_unknown = f"{self.cell(head, 'empty')}={quoted(word('unknown', self.known.language))}"
        return self.to.call("IF", is_unknown, NOWHERE, self.to.call("IF", self.given(name), number, "0"))

    def rows_filled(self, lines: Sequence[Line]) -> str:
        spans: dict[int, list[Line]] = {}
        for line in lines:
            if line.index >= 0:
                spans.setdefault(line.index, []).append(line)
        if not spans:
            raise Untranslatable(lines[0].key)
        counts = (
            self.to.call("COUNTA", self.to.span(f"{LETTER['answer']}{row[0].row}", f"{LETTER['answer']}{row[-1].row}"))
            for row in spans.values()
        )
        return "+".join(f"({count}>0)" for count in counts)

    def length(self, name: str) -> str:
        line = self.line(name)
        return self.to.call("IF", self.given(name), self.to.call("LEN", self.cell(line)), NOWHERE)

    def is_day(self, tree: ast.AST) -> bool:
        match tree:
            case ast.Call(func=ast.Name(id="today" | "plan_due")):
                return True
            case ast.Call(func=ast.Name(id="last")):
                return isinstance(self.fixed(tree), date)
            case ast.Name() | ast.Attribute():
                part = self.line(_name(tree)).part
                return part is not None and part.type == "date"
        return False

    def shown(self, expression: Expression) -> str:
        """Return a formula that writes the outcome in words, for a message."""
        made, call = self.write(expression), self.to.call
        tree = ast.parse(expression.text.strip(), mode="eval").body
        if self.is_day(tree):  # the codes of TEXT() differ by the language of the program
            made = f'{call("DAY", made)}&"-"&{call("MONTH", made)}&"-"&{call("YEAR", made)}'
        return call("IFERROR", made, '"?"')


def _is_counted(part: Part | None) -> bool:
    return part is not None and (part.type in NUMBERS or part.type == "date")


def _is_last(tree: ast.AST) -> bool:
    """Say whether this is an answer of last year."""
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "last"


def _may_hide(question: Question) -> bool:
    return question.relevant is not None


def _name(tree: ast.AST) -> str:
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=whole), attr=part):
            return f"{whole}.{part}"
    raise Untranslatable(type(tree).__name__)


_ARITHMETIC: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
