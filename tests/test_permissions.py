"""The table of who may do what is made from the code, and says the same."""

import ast
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from website.config import ROOT
from website.permissions_table import DOMAINS, FILE, CannotCall, columns, functions, rows, write


def test_the_file_is_what_the_code_says(app: Flask) -> None:
    assert FILE.read_text() == write(), "run: flask --app wsgi permissions table"
    assert app.test_cli_runner().invoke(args=["permissions", "table", "--check"]).exit_code == 0


def test_it_is_the_same_each_time() -> None:
    assert write() == write()


def test_the_check_fails_when_the_file_says_something_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    stale = tmp_path / "permissions.md"
    stale.write_text(FILE.read_text().replace("yes", "", 1))
    monkeypatch.setattr("website.permissions_table.FILE", stale)
    outcome = app.test_cli_runner().invoke(args=["permissions", "table", "--check"])
    assert (outcome.exit_code, "not what the code says" in outcome.output) == (1, True)


def _module(function: Callable[..., bool]) -> ModuleType:
    made = ModuleType("beyond.permissions")
    function.__module__ = made.__name__
    setattr(made, function.__name__, function)
    return made


def test_a_function_that_cannot_be_called_fails_with_a_clear_message() -> None:
    def may_fly_kite(user: object, kite: object) -> bool:
        """A beheerder."""
        return bool(user and kite)

    with pytest.raises(CannotCall, match=r"beyond\.permissions\.may_fly_kite takes kite: add examples .* CASES"):
        list(rows(_module(may_fly_kite)))


def test_a_function_without_words_fails() -> None:
    def may_fly(user: object) -> bool:
        return bool(user)

    with pytest.raises(CannotCall, match="has no docstring"):
        list(rows(_module(may_fly)))


def test_no_stranger_may_do_anything_that_is_guarded() -> None:
    people = [name for name, _person in columns()]
    assert people[0] == "stranger"
    for _title, module in DOMAINS:
        assert functions(module)
        open_to_all = {(row.name, row.case) for row in rows(module) if row.answers[0]}
        assert open_to_all <= {("may_read_guide_file", "on the site")}


def test_every_function_of_every_domain_is_in_the_table() -> None:
    text = FILE.read_text()
    missing = [
        one.__name__ for _title, module in DOMAINS for one in functions(module) if f"`{one.__name__}`" not in text
    ]
    assert missing == []


OWN_ROWS = {
    # What is one's own needs no role: the record itself says whose it is.
    "row is not None and row.user_id == current_user.id": "a browser session of one's own",
    "found is not None and found.user_id == current_user.id": "a passkey of one's own",
    "identities.has_another_way_in(database, current_user, identity, passwords=passwords)": "a link of one's own",
    "bool(codes) and wanted in {'', *codes}": "one of the organisations that one works for",
    "found is not None": "a record that is not there",
    "found is not None and found.authority_code == place.code": "a record of the place that was authorised before",
}


def test_views_ask_the_functions_of_the_table_and_no_roles_of_their_own() -> None:
    own_rules = []
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.parts[len(ROOT.parts)] not in {"accounts", "kb", "registry", "website"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "authorise":
                asked = ast.unparse(node.args[0])
                if "may_" not in asked and asked not in OWN_ROWS:
                    own_rules.append(f"{path.relative_to(ROOT)}:{node.lineno} {asked}")
    assert own_rules == []
