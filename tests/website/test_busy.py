"""Others are writing and the database does not let one in: that is said, and nothing that was typed is lost."""

import re
import sqlite3
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from common import database as databases
from common.database import is_busy
from tests.sites import csrf_token

PAGE = "/en/inloggen/vergeten"


def test_who_is_not_let_in_is_told_so_and_sends_the_same_again(
    app: Flask, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    typed = {"csrf_token": csrf_token(client, "/en/inloggen/vergeten"), "email": "els@x.example", "note": 'a "b" <c>'}
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_MS", 50)
    app.extensions["database"].engine.dispose()
    writer = sqlite3.connect(data_folder / "manifestkompas.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    answer = client.post(PAGE, data=typed)
    piece = client.post(PAGE, data=typed, headers={"HX-Request": "true"})
    writer.execute("ROLLBACK")
    writer.close()
    assert (answer.status_code, piece.status_code, answer.headers.get("Retry-After")) == (503, 503, "5")
    assert "too busy" in answer.text
    assert "<html" not in piece.text
    form = re.search(r'<form method="post" action="([^"]+)">(.*?)</form>', answer.text, re.DOTALL)
    assert form is not None
    assert form[1] == PAGE
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2]))
    assert {name: unescape(value) for name, value in again.items()} == typed
    assert client.post(PAGE, data=typed).status_code < 500


def test_only_a_database_that_others_hold_is_busy() -> None:
    assert is_busy(OperationalError("", None, sqlite3.OperationalError("database is locked")))
    assert not is_busy(OperationalError("", None, sqlite3.OperationalError("no such table: report")))
