"""Writes docs/permissions.md from the code: who may do what, by calling each function as each kind of person."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from types import ModuleType
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup
from flask_login import AnonymousUserMixin

import accounts.permissions
import kb.permissions
import registry.permissions
from accounts.models import Invitation, MemberRole, Membership, Role, StaffRole, User
from common.clock import now
from kb.discussion.models import Comment
from kb.proposals.models import Proposal, ProposalState
from registry.authorities.models import Authority
from registry.reports.models import Report, ReportState
from website.config import ROOT

FILE: Final = ROOT / "docs" / "permissions.md"
DOMAINS: Final[tuple[tuple[str, ModuleType], ...]] = (
    ("The register", registry.permissions),
    ("The knowledge base", kb.permissions),
    ("People", accounts.permissions),
)
_OWN, _OTHER = "own", "other"
_ANOTHER: Final = 1
"""The number of somebody else; the persons of this table have none."""
_ADDRESS: Final = "iemand@voorbeeld.example"

Column = tuple[str, Any]
"""What stands above a column, and the person."""
Case = tuple[str, Any]
"""What a record is, in words (empty where there is only one kind), and the record."""


class CannotCall(Exception):
    """A function asks for something of which this table has no example."""


@dataclass(frozen=True)
class Row:
    """One function called with one kind of record: what it is, and the answer for each column."""

    name: str
    case: str
    words: str
    answers: tuple[bool, ...]


def columns() -> list[Column]:
    """Return a person of each kind: a stranger, the roles of the authority concerned and of another, and staff."""
    members = [
        (f"{role.value} {'' if code == _OWN else 'elsewhere'}".strip(), _person(memberships=[_membership(code, role)]))
        for code in (_OWN, _OTHER)
        for role in MemberRole
    ]
    staff = [(role.value, _person(roles=[Role(name=role.value)])) for role in StaffRole]
    return [("stranger", AnonymousUserMixin()), *members, *staff]


def _person(**more: Any) -> User:
    return User(email=_ADDRESS, name="Iemand", active=True, **more)


def _membership(code: str, role: MemberRole) -> Membership:
    return Membership(authority_code=code, role=role, started_at=now())


def _report(state: ReportState) -> Report:
    return Report(authority=Authority(code=_OWN, slug=_OWN), state=state, due_on=date(2026, 12, 26))


def _invitation(email: str) -> Invitation:
    return Invitation(email=email, name="Iemand", role=MemberRole.CONTRIBUTOR.value)


CASES: Final[dict[str, tuple[Case, ...]]] = {
    "authority_code": (("", _OWN),),
    "report": tuple((f"report: {state.value}", _report(state)) for state in ReportState),
    "is_public": (("on the site", True), ("not on the site", False)),
    "proposal": (
        *((f"one's own: {state.value}", Proposal(author_id=None, state=state)) for state in ProposalState),
        *((f"of another: {state.value}", Proposal(author_id=_ANOTHER, state=state)) for state in ProposalState),
    ),
    "comment": (("one's own", Comment(author_id=None)), ("of another", Comment(author_id=_ANOTHER))),
    "invitation": (("sent to this person", _invitation(_ADDRESS)), ("sent to another", _invitation("x@x.example"))),
}
"""By the name of a parameter: examples of what it takes. The authority concerned is the one with the code "own"."""


def rows(module: ModuleType) -> Iterator[Row]:
    """Yield the rows of a domain, in the order of its file; raise CannotCall where an example is missing."""
    for function in functions(module):
        words = " ".join((inspect.getdoc(function) or "").split())
        if not words:
            raise CannotCall(f"{module.__name__}.{function.__name__} has no docstring; its words stand in the table.")
        found = [
            Row(function.__name__, case, words, tuple(bool(function(person, *given)) for _name, person in columns()))
            for case, given in _cases(module, function)
        ]
        yield from _merged(found)


def functions(module: ModuleType) -> list[Callable[..., bool]]:
    """Return the module's own may_ functions, in the order of its file."""
    found = [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("may_") and function.__module__ == module.__name__
    ]
    return sorted(found, key=lambda function: function.__code__.co_firstlineno)


def _cases(module: ModuleType, function: Callable[..., bool]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    first, *names = inspect.signature(function).parameters
    unknown = [name for name in names if name not in CASES]
    if first != "user" or unknown:
        raise CannotCall(
            f"{module.__name__}.{function.__name__} takes {', '.join(unknown) or first}: "
            "add examples of it to CASES in website/permissions_table.py, or docs/permissions.md cannot say who may."
        )
    for combination in product(*(CASES[name] for name in names)):
        yield ", ".join(words for words, _value in combination if words), tuple(value for _words, value in combination)


def _merged(found: list[Row]) -> list[Row]:
    """Take records together for which the answers are the same."""
    by_answers: dict[tuple[bool, ...], list[Row]] = {}
    for row in found:
        by_answers.setdefault(row.answers, []).append(row)
    if len(by_answers) == 1:
        return [Row(found[0].name, "", found[0].words, found[0].answers)]
    return [
        Row(same[0].name, _case_words([row.case for row in same]), same[0].words, same[0].answers)
        for same in by_answers.values()
    ]


def _case_words(cases: list[str]) -> str:
    heads = {case.rpartition(": ")[0] for case in cases}
    if len(heads) == 1 and (head := heads.pop()):
        return f"{head}: {', '.join(case.removeprefix(f'{head}: ') for case in cases)}"
    return "; ".join(cases)


def write() -> str:
    """Return docs/permissions.md as the code says it."""
    names = [name for name, _person in columns()]
    lines = [
        "# Who may do what",
        "",
        "Made from the code by `flask --app wsgi permissions table`; a test compares it. Do not edit it: change the",
        "`permissions.py` of the domain. Each answer is that of the function, called with a person of that role alone;",
        "who has several roles may do what any of them may. `elsewhere`: at another authority than the one concerned.",
    ]
    for title, module in DOMAINS:
        lines += ["", f"## {title}", "", f"`{module.__name__.replace('.', '/')}.py`", ""]
        lines += ["| Action | " + " | ".join(names) + " |", "| --- |" + " :-: |" * len(names)]
        words: dict[str, str] = {}
        for row in rows(module):
            words[row.name] = row.words
            action = row.name.removeprefix("may_").replace("_", " ") + (f" ({row.case})" if row.case else "")
            lines.append(f"| {action} | " + " | ".join("yes" if one else "" for one in row.answers) + " |")
        lines += ["", *(f"* `{name}`: {said}" for name, said in words.items())]
    return "\n".join(lines) + "\n"


permissions = AppGroup("permissions", help="Who may do what.")


@permissions.command("table")
@click.option("--check", is_flag=True, help="Change nothing; fail when the file is not what the code says.")
def table_command(check: bool) -> None:
    """Write docs/permissions.md."""
    try:
        made = write()
    except CannotCall as error:
        raise click.ClickException(str(error)) from error
    if check and (not FILE.exists() or FILE.read_text() != made):
        raise click.ClickException(
            "docs/permissions.md is not what the code says: run flask --app wsgi permissions table."
        )
    if not check:
        FILE.write_text(made)
    click.echo(f"{FILE.name}: {sum(len(functions(module)) for _title, module in DOMAINS)} actions")


def init_permissions_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(permissions)
