"""Says in words when a question is asked: the shapes that forms use, and else only on which answers it depends."""

import ast
from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _

from common.errors import N_
from common.web.languages import text_in_language
from registry.editions.expressions import Expression, name_of
from registry.editions.form import Choice, Question, Questionnaire

_COMPARED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: N_("%(name)s is %(value)s"),
    ast.NotEq: N_("%(name)s niet is %(value)s"),
    ast.Gt: N_("%(name)s meer is dan %(value)s"),
    ast.GtE: N_("%(name)s %(value)s of meer is"),
    ast.Lt: N_("%(name)s minder is dan %(value)s"),
    ast.LtE: N_("%(name)s %(value)s of minder is"),
}


Answer = tuple[str, tuple[Choice, ...]]
"""What an answer is called, and from what it was chosen."""


class _NotSimple(Exception):
    """A shape for which there are no words here."""


def words_of(form: Questionnaire) -> Callable[[Expression], str]:
    """Return what says a condition of this form as a whole sentence, in the language of the page."""
    answers = {name: found for question in form.questions for name, found in _answers(question)}
    return lambda condition: _sentence(condition, answers)


def _sentence(condition: Expression, answers: Mapping[str, Answer]) -> str:
    try:
        return str(_("Alleen gevraagd als %(condition)s.", condition=_said(_tree(condition), answers)))
    except (_NotSimple, SyntaxError):
        keys = sorted({name.partition(".")[0] for name in condition.names})
        if not keys:
            return str(_("Niet iedereen krijgt deze vraag."))
        return str(_("Of u deze vraag krijgt, hangt af van uw antwoord op %(keys)s.", keys=", ".join(keys)))


def _tree(condition: Expression) -> ast.AST:
    if condition.last_names:
        raise _NotSimple
    return ast.parse(condition.text.strip(), mode="eval").body


def _answers(question: Question) -> list[tuple[str, Answer]]:
    """Return the names by which expressions know the answers of a question, with what they are called."""
    cells = [(row.code, row.label, question.choices) for row in question.rows]
    cells += [(part.key, part.label, part.choices) for part in question.parts]
    inside = [
        (name_of(question.key, code), (f"{question.key} ({text_in_language(label)})", choices))
        for code, label, choices in cells
    ]
    return [(question.key, (question.key, question.choices)), *inside]


def _said(tree: ast.AST, answers: Mapping[str, Answer], inside: type[ast.boolop] | None = None) -> str:
    match tree:
        case ast.BoolOp(op=op, values=parts) if inside in {None, type(op)}:
            word = _("en") if isinstance(op, ast.And) else _("of")
            return f" {word} ".join(dict.fromkeys(_said(part, answers, type(op)) for part in _needed(parts, op)))
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=value)]) if type(op) in _COMPARED:
            name, choices = _answer(left, answers)
            return str(_(_COMPARED[type(op)], name=name, value=_value(value, choices)))
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=items) | ast.List(elts=items)]):
            name, choices = _answer(left, answers)
            values = [_value(item.value, choices) for item in items if isinstance(item, ast.Constant)]
            return str(_("%(name)s is %(value)s", name=name, value=f" {_('of')} ".join(values)))
        case ast.Call(func=ast.Name(id="empty"), args=[argument]):
            return str(_("%(name)s niet is ingevuld", name=_answer(argument, answers)[0]))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="empty"), args=[argument])):
            return str(_("%(name)s is ingevuld", name=_answer(argument, answers)[0]))
    raise _NotSimple


def _needed(parts: list[ast.expr], op: ast.boolop) -> list[ast.expr]:
    """Leave out "is filled in" of an answer of which more is said: that it is filled in goes without saying."""
    if not isinstance(op, ast.And):
        return parts
    told = {ast.dump(part.left) for part in parts if isinstance(part, ast.Compare)}

    def goes_without_saying(part: ast.expr) -> bool:
        match part:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="empty"), args=[argument])):
                return ast.dump(argument) in told
        return False

    return [part for part in parts if not goes_without_saying(part)]


def _answer(tree: ast.AST, answers: Mapping[str, Answer]) -> Answer:
    name = ast.unparse(tree) if isinstance(tree, ast.Name | ast.Attribute) else ""
    if name not in answers:
        raise _NotSimple
    return answers[name]


def _value(value: object, choices: tuple[Choice, ...]) -> str:
    if not isinstance(value, str):
        return str(value)
    label = next((text_in_language(one.label) for one in choices if one.code == value), value)
    return f"“{label}”"
