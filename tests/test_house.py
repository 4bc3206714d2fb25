"""The rules of the house, kept by machine (docs/architecture.md)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from common.web.access import ACCESS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("common", "accounts", "registry", "kb", "website", "tools")
PYTHON = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NOT_OURS = ("security.", "static")
FORBIDDEN_NAMES = {"utils", "helpers", "misc", "core", "site", "platform"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def is_view(node: ast.FunctionDef) -> bool:
    return any(re.match(r"blueprint\.(get|post|route)", ast.unparse(mark)) for mark in node.decorator_list)


def test_every_view_says_who_may_use_it(app: Flask) -> None:
    silent = []
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(NOT_OURS):
            continue
        if not hasattr(view, ACCESS):
            silent.append(endpoint)
    assert silent == []


def test_every_view_beyond_reading_for_all_authorises_or_is_for_whoever_is_signed_in() -> None:
    silent = []
    for path in PYTHON:
        for node in functions(path):
            marks = {ast.unparse(mark) for mark in node.decorator_list}
            if is_view(node) and "public" not in marks and "signed_in" not in marks:
                silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == []


@pytest.mark.parametrize("path", PYTHON + TESTS, ids=name_of)
def test_files_stay_under_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_stay_under_150_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_functions_stay_under_40_lines_and_views_under_25_and_take_few_parameters(path: Path) -> None:
    too_long = []
    for node in functions(path):
        size = (node.end_lineno or 0) - node.lineno + 1
        named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        parameters = [argument for argument in named if argument.arg not in {"self", "cls"}]
        if size > (25 if is_view(node) else 40) or len(parameters) > 6:
            too_long.append(f"{node.name}: {size} lines, {len(parameters)} parameters")
    assert too_long == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_only_views_and_commands_commit(path: Path) -> None:
    allowed = re.search(
        r"tools/|views(\.py$|/)|commands\.py$|_views\.py$|website/(setup|staff|pages|mailing|migrating)\.py$|common/web/",
        str(path),
    )
    assert allowed or ".commit()" not in path.read_text()


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_public_functions_and_classes_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), f"{name_of(path)} does not say what it is"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in PYTHON if path.stem in FORBIDDEN_NAMES] == []


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text() for path in PYTHON + TEMPLATES)
    unused = [
        str(path.relative_to(ROOT / "templates"))
        for path in TEMPLATES
        if str(path.relative_to(ROOT / "templates")) not in sources
        and path.name != "base.html"
        and not str(path.relative_to(ROOT / "templates")).startswith("mail/")
    ]
    assert unused == []


def test_every_macro_is_used() -> None:
    text = {path: path.read_text() for path in TEMPLATES}
    everything = "\n".join(text.values())
    unused = [
        f"{name_of(path)}: {macro}"
        for path, content in text.items()
        for macro in re.findall(r"{%-? macro (\w+)\(", content)
        if len(re.findall(rf"\b{macro}\(", everything)) - len(re.findall(rf"macro {macro}\(", everything)) <= 0
        or not re.search(rf"{{[{{%][^}}]*\b{macro}\(", everything.replace(f"macro {macro}(", ""))
    ]
    assert unused == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_run_nothing_inline(path: Path) -> None:
    content = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:|hx-on|hx-boost|hx-inherit", content)
    assert not re.search(r"<script(?![^>]*\bsrc=)", content)


def test_no_route_vanished(app: Flask) -> None:
    kept = set((ROOT / "tests" / "routes.txt").read_text().split("\n")) - {""}
    present = {f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule}" for rule in app.url_map.iter_rules()}
    assert kept - present == set(), "a route vanished; when it was meant, redirect it and take it off tests/routes.txt"
    assert present - kept == set(), "add the new route to tests/routes.txt"


def test_imports_go_downwards_only() -> None:
    outcome = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout


def test_no_file_names_a_machine_or_a_registry_host() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    hosts = [
        "registry." + "npmjs.org",
        "files." + "pythonhosted.org",
        "deb." + "debian.org",
        "/" + "root/",
        "/" + "work/",
    ]
    named = [
        f"{name}: {host}"
        for name in listed
        if (ROOT / name).is_file() and not name.endswith((".png", ".woff2"))
        for host in hosts
        if host in (ROOT / name).read_text(errors="replace")
    ]
    assert named == []
