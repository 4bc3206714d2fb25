"""A log without people: what was asked and how it went, and never who, from where, or what was typed."""

import ast
import json
import logging
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Database
from common.web import logs
from common.web.database import db
from common.web.logs import JsonLines, Said, _PresentStderr
from tests.html_forms import form_on
from tests.sites import csrf_token, make_site, read_accounts, sign_in
from tests.test_house import PYTHON, name_of

SECRET = "geheim-9f3b"


class Lines(StringIO):
    """What was written, line by line."""

    def read_all(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """All that goes to standard error."""
    lines = Lines()
    monkeypatch.setattr(_PresentStderr, "stream", lines)
    return lines


def broken() -> None:
    """A view that fails over something that a person typed, deep down and with a cause."""
    try:
        db().execute(text("SELECT nothing FROM nowhere WHERE answer = :answer"), {"answer": SECRET})
    except DBAPIError as error:
        raise ValueError(f"{SECRET} is no answer") from error


def do_what_people_do(app: Flask) -> set[str]:
    """Sign in, fail to, search a name, send a form and meet an error; return every word that no log may hold."""
    accounts = read_accounts(app.extensions["settings"].data)
    client = sign_in(app, accounts["invuller"])
    page = client.get("/mijn/rapportages/2025/a?organisatie=vb001")
    form = form_on(page.text, "/mijn/rapportages/2025/a") if 'action="/mijn/rapportages' in page.text else {}
    typed = {**form, "a1": SECRET, "naam": "Mevrouw Jansen"}
    client.post(f"/mijn/rapportages/2025/a?organisatie=vb001&x={SECRET}", data=typed)
    client.get(
        "/zoeken?q=Pietersen", headers={"User-Agent": "Kenmerk/7", "Referer": "http://localhost/zoeken?q=Klaassen"}
    )
    client.get(f"/deelnemers/{SECRET}", environ_base={"REMOTE_ADDR": "192.0.2.123"})
    wrong = {
        "email": "jan.pietersen@example.org",
        "password": "Hendriksen-42!",
        "csrf_token": csrf_token(app.test_client(), "/inloggen"),
    }
    app.test_client().post("/inloggen", data=wrong)
    app.view_functions["website.home"] = broken
    app.test_client().get(f"/?q={SECRET}")
    people = {one[key] for one in accounts.values() for key in ("email", "password")}
    return {
        *people,
        SECRET,
        "Jansen",
        "Pietersen",
        "pietersen",
        "Klaassen",
        "Hendriksen",
        "192.0.2.123",
        "127.0.0.1",
        "Kenmerk",
        "csrf",
    }


def test_the_log_holds_no_name_address_answer_or_token(app: Flask, written: Lines) -> None:
    secrets = do_what_people_do(app)
    assert len(written.read_all()) > 8
    assert [word for word in secrets if word in written.getvalue()] == []


def test_a_formatter_that_writes_what_it_is_given_would_tell_them(
    app: Flask, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JsonLines, "format", logging.Formatter().format)
    do_what_people_do(app)
    assert SECRET in written.getvalue()


def test_a_request_is_one_line_with_its_rule_and_not_its_path(app: Flask, written: Lines) -> None:
    answer = app.test_client().get("/en/deelnemers/gemeente-alkmaar?q=naam")
    (line,) = written.read_all()
    assert (line["method"], line["rule"], line["status"]) == ("GET", "/deelnemers/<slug>", answer.status_code)
    assert line["id"] == answer.headers["X-Request-Id"]
    assert line["bytes"] == int(answer.headers["Content-Length"])
    assert isinstance(line["ms"], float)
    assert set(line) == {"time", "level", "log", "id", "method", "rule", "status", "ms", "bytes"}


@pytest.mark.parametrize(
    ("path", "method", "rule"),
    [
        ("/wp-login.php", "GET", "-"), ("/static/geheim.css", "GET", "/static/<path:filename>"), ("/", "GEHEIM", "-"),
        ("/uitloggen", "GET", "-"),
    ],
)  # fmt: skip
def test_what_does_not_exist_leaves_no_word_of_the_visitor(
    app: Flask, written: Lines, path: str, method: str, rule: str
) -> None:
    app.test_client().open(path, method=method)
    (line,) = written.read_all()
    assert line["rule"] in {rule, "before-views"}
    assert line["method"] in {"GET", "other"}


def test_the_page_of_an_error_shows_the_id_under_which_the_log_tells_what_happened(app: Flask, written: Lines) -> None:
    app.view_functions["website.home"] = broken
    answer = app.test_client().get("/", headers={"X-Request-Id": "van-buiten"})
    error, request = written.read_all()
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert error["id"] == request["id"] == answer.headers["X-Request-Id"] != "van-buiten"
    assert error["exception"] == ["ValueError", "sqlalchemy.exc.OperationalError", "sqlite3.OperationalError"]
    assert any("broken" in str(place) for place in error["places"])  # type: ignore[attr-defined]


def test_every_request_has_an_id_of_its_own(app: Flask) -> None:
    client = app.test_client()
    assert len({client.get("/over").headers["X-Request-Id"] for _ in range(20)}) == 20


def test_an_error_of_the_database_holds_no_values(app: Flask) -> None:
    database: Database = app.extensions["database"]
    with pytest.raises(DBAPIError) as caught, database.engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": SECRET})
    assert SECRET not in str(caught.value)


def test_what_matters_to_safety_has_lines_and_a_file_of_its_own(
    app: Flask, tmp_path: Path, accounts: dict[str, dict[str, str]], written: Lines
) -> None:
    path = tmp_path / "security.log"
    site = make_site(app.extensions["settings"].data, settings={"security_log": str(path)})
    sign_in(site, accounts["redacteur"])
    apart = [json.loads(line) for line in path.read_text().splitlines()]
    also = [line for line in written.read_all() if line["log"] == logs.SECURITY]
    assert apart == also
    assert {line["event"] for line in apart} == {"session.signed-in"}
    assert accounts["redacteur"]["email"] not in path.read_text()
    make_site(app.extensions["settings"].data)  # closes the file


def test_only_numbers_are_filled_into_a_message(written: Lines) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s: %d of %s", ("Jansen", 3, 4.5), None)
    assert json.loads(JsonLines().format(record))["message"] == "…: 3 of 4.5"
    whole = logging.LogRecord("x", logging.WARNING, "", 0, "%(naam)s", ({"naam": "Jansen"},), None)
    assert "Jansen" not in JsonLines().format(whole)


def test_a_word_of_our_own_is_filled_in_and_an_exception_is_told_by_its_type(written: Lines) -> None:
    try:
        raise OSError(SECRET)
    except OSError as error:
        logging.getLogger("proef").error("storage %s of %s", Said("s3"), SECRET, exc_info=error)
    (line,) = written.read_all()
    assert (line["message"], line["exception"]) == ("storage s3 of …", ["OSError"])
    assert SECRET not in written.getvalue()


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_code_writes_values_into_the_words_of_a_log_line(path: Path) -> None:
    filled = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and ast.unparse(node.func.value).lower().endswith(("log", "logger"))
        and node.args
        and not (isinstance(node.args[0], ast.Constant) or ast.unparse(node.args[0]) == "event")
    ]
    assert filled == []
