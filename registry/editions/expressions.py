"""The small language of conditions and checks in a form: parsed to a tree of our own, never executed by Python.

An answer may be missing or unknown, so every expression has three outcomes: true, false, or None for "unknown".
content/README.md describes the language for whoever writes a form.
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Final

LONGEST: Final = 500
DEEPEST: Final = 20
LARGEST: Final = Decimal(10) ** 15
_SAID_AS: Final = {"from": "start", "to": "end"}
"""Parts of a period, because `from` is a word of the syntax."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


class Missing(Enum):
    """An answer that was given as "unknown": not even `zero()` makes a number of it."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Missing.UNKNOWN
Value = bool | Decimal | str | date | None
Values = Mapping[str, object]
"""Name -> value. Absent or None: left open or not applicable. UNKNOWN: not known. Lists are options or rows.
The functions without arguments stand in it as "today()" and so on, last year's answers as "last(D1)"."""
Node = Callable[[Values], Value]


@dataclass(frozen=True)
class Expression:
    """A condition or a calculation over answers."""

    text: str
    names: frozenset[str]
    """The answers it reads, such as "D1" and "B3.klimaat"."""
    last_names: frozenset[str]
    """The answers of last year that it reads."""
    _node: Node = field(repr=False, compare=False)

    def evaluate(self, values: Values) -> Value:
        """Return the outcome, or None when it is unknown."""
        return self._node(values)

    def holds(self, values: Values) -> bool | None:
        """Return whether the condition is true, None when that is unknown."""
        outcome = self._node(values)
        return outcome if isinstance(outcome, bool) else None


def name_of(key: str, cell: str) -> str:
    """Return what a part or row of a question is called: "B3.social_return", and "C9.start" for the part "from"."""
    return f"{key}.{_SAID_AS.get(cell, cell)}".replace("-", "_")


def parse(text: str) -> Expression:
    """Read an expression; raise ValueError with the reason for anything outside the language."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("de uitdrukking is leeg")
    if len(text) > LONGEST:
        raise ValueError(f"de uitdrukking is langer dan {LONGEST} tekens")
    if not text.isprintable() or "\\" in text or "#" in text:
        raise ValueError("er staat een teken in dat hier niet mag")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        raise ValueError("de uitdrukking is niet te lezen") from error
    builder = _Builder()
    node = builder.build(tree, 0)
    return Expression(text, frozenset(builder.names), frozenset(builder.last_names), node)


class _Builder:
    """Turns Python's syntax tree into our own, and refuses every kind of node that is not in the language."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.last_names: set[str] = set()

    def build(self, tree: ast.AST, depth: int) -> Node:
        if depth > DEEPEST:
            raise ValueError(f"de uitdrukking gaat meer dan {DEEPEST} lagen diep")
        deeper = depth + 1
        match tree:
            case ast.Constant():
                value = _constant(tree)
                return lambda _values: value
            case ast.Name() | ast.Attribute():
                name = self.name(tree)
                return lambda values: _scalar(values.get(name))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _arithmetic(_ARITHMETIC[type(op)], self.build(left, deeper), self.build(right, deeper))
            case ast.Compare(left=left, ops=[ast.In()], comparators=[options]):
                return _one_of(self.build(left, deeper), _options(options))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return _comparison(_COMPARISONS[type(op)], self.build(left, deeper), self.build(right, deeper))
            case ast.BoolOp(op=op, values=parts):
                return _joined([self.build(part, deeper) for part in parts], isinstance(op, ast.Or))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _negation(self.build(operand, deeper))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self.call(function, arguments, deeper)
        raise ValueError(f"{type(tree).__name__} hoort niet bij deze taal")

    def call(self, function: str, arguments: list[ast.expr], depth: int) -> Node:
        if function in _GIVEN and not arguments:
            return lambda values: _scalar(values.get(f"{function}()"))
        if function == "last" and len(arguments) == 1:
            last = self.last(arguments[0])
            return lambda values: _scalar(values.get(last))
        if function == "round" and len(arguments) == 1:
            return _rounded(self.build(arguments[0], depth))
        if function in _FUNCTIONS and len(arguments) == 1:
            name, apply = self.answer(arguments[0]), _FUNCTIONS[function]
            return lambda values: apply(values.get(name))
        raise ValueError(f"de functie {function[:40]!r} met {len(arguments)} argumenten bestaat niet")

    def answer(self, tree: ast.AST) -> str:
        """Return where an answer of this year, or of last year, stands."""
        match tree:
            case ast.Call(func=ast.Name(id="last"), args=[argument], keywords=[]):
                return self.last(argument)
        return self.name(tree)

    def last(self, tree: ast.AST) -> str:
        name = _read_name(tree)
        self.last_names.add(name)
        return f"last({name})"

    def name(self, tree: ast.AST) -> str:
        name = _read_name(tree)
        self.names.add(name)
        return name


def _read_name(tree: ast.AST) -> str:
    match tree:
        case ast.Name(id=whole) if _NAME.fullmatch(whole):
            return whole
        case ast.Attribute(value=ast.Name(id=whole), attr=part) if _NAME.fullmatch(whole) and _NAME.fullmatch(part):
            return f"{whole}.{part}"
    raise ValueError("hier hoort de naam van een vraag te staan")


def _constant(tree: ast.Constant) -> Value:
    if type(tree.value) is str:
        return tree.value
    if type(tree.value) in {int, float}:
        number = Decimal(repr(tree.value))
        if number.is_finite() and abs(number) <= LARGEST:
            return number
    raise ValueError("alleen tekst en gewone getallen mogen")


def _options(tree: ast.expr) -> frozenset[Value]:
    if not isinstance(tree, ast.Tuple | ast.List) or not all(isinstance(item, ast.Constant) for item in tree.elts):
        raise ValueError("achter `in` hoort een rij vaste waarden te staan")
    return frozenset(_constant(item) for item in tree.elts if isinstance(item, ast.Constant))


def _scalar(value: object) -> Value:
    """Return an answer as an expression reads it; whatever has no single value is unknown."""
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return number if number.is_finite() else None
    return value if isinstance(value, str) and value else None


def _arithmetic(apply: Callable[[Decimal, Decimal], Decimal], left: Node, right: Node) -> Node:
    def outcome(values: Values) -> Value:
        a, b = left(values), right(values)
        if not isinstance(a, Decimal) or not isinstance(b, Decimal) or (apply is operator.truediv and b == 0):
            return None
        made = apply(a, b)
        return made if made.is_finite() and abs(made) <= LARGEST * LARGEST else None

    return outcome


def _rounded(operand: Node) -> Node:
    def outcome(values: Values) -> Value:
        value = operand(values)
        return (
            value.quantize(Decimal(1), ROUND_HALF_UP) if isinstance(value, Decimal) and abs(value) < LARGEST else None
        )

    return outcome


def _comparison(apply: Callable[[object, object], bool], left: Node, right: Node) -> Node:
    def outcome(values: Values) -> Value:
        a, b = left(values), right(values)
        # Values of different kinds (a number and a word) cannot be compared, so the outcome is unknown.
        return None if a is None or b is None or type(a) is not type(b) else apply(a, b)

    return outcome


def _one_of(left: Node, options: frozenset[Value]) -> Node:
    def outcome(values: Values) -> Value:
        value = left(values)
        return None if value is None else value in options

    return outcome


def _joined(parts: list[Node], deciding: bool) -> Node:
    """`or` is decided by one true part, `and` by one false part, whatever else is unknown."""

    def outcome(values: Values) -> Value:
        found = [part(values) for part in parts]
        if any(value is deciding for value in found):
            return deciding
        return not deciding if all(value is (not deciding) for value in found) else None

    return outcome


def _negation(operand: Node) -> Node:
    def outcome(values: Values) -> Value:
        value = operand(values)
        return not value if isinstance(value, bool) else None

    return outcome


def _is_empty(value: object) -> Value:
    return value is None or value is UNKNOWN or value in ("", [], {})


def _count(value: object) -> Value:
    if value is UNKNOWN:
        return None
    return Decimal(len(value)) if isinstance(value, list | tuple) else Decimal(0)


def _length(value: object) -> Value:
    return Decimal(len(value)) if isinstance(value, str) and value else None


def _zero(value: object) -> Value:
    return Decimal(0) if value is None else _scalar(value)


_GIVEN: Final = frozenset({"today", "plan_due", "kind"})
_FUNCTIONS: Final[dict[str, Callable[[object], Value]]] = {
    "empty": _is_empty,
    "count": _count,
    "length": _length,
    "zero": _zero,
}
_ARITHMETIC: Final[dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[object, object], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,  # type: ignore[dict-item]
    ast.LtE: operator.le,  # type: ignore[dict-item]
    ast.Gt: operator.gt,  # type: ignore[dict-item]
    ast.GtE: operator.ge,  # type: ignore[dict-item]
}
