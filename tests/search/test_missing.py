"""Questions that found nothing are counted, and what may tell of a person is not."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.database import Database
from kb.search import missing
from kb.search.models import SearchMiss

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Groene   STROOM ", "groene stroom"),
        ("manifest 2022-2025", "manifest 2022-2025"),
        ("iso 20400", "iso 20400"),
        ("100 procent", "100 procent"),
        ("jan@voorbeeld.example", ""),
        ("mail jan @ voorbeeld", ""),
        ("06-12345678", ""),
        ("bel +31 (0)20 123 45 67", ""),
        ("bsn 123456782", ""),
        ("123 456 782", ""),
        ("NL91 ABNA 0417 1643 00", ""),
        ("1234 AB 12", ""),
        ("x" * 81, ""),
        ("een twee drie vier vijf zes zeven acht negen tien elf", ""),
        ("?!", ""),
        ("", ""),
    ],
)
def test_what_may_tell_of_a_person_is_not_kept(typed: str, kept: str) -> None:
    assert missing.as_kept(typed) == kept


def test_counting_adds_up_per_day_and_stops_at_a_bound(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    database: Database = app.extensions["database"]
    for typed in ("Groene stroom", "groene  stroom", "zonnepaneel"):
        assert missing.note(database.engine, typed, "nl", DAY)
    assert missing.note(database.engine, "groene stroom", "nl", date(2026, 3, 11))
    assert [(one.asked, one.times, one.last_day.day) for one in missing.missed(session, 1, 10)[0]] == [
        ("groene stroom", 3, 11),
        ("zonnepaneel", 1, 10),
    ]
    assert missing.missed(session, 2, 1) == ([missing.Missed("zonnepaneel", "nl", 1, DAY)], 2)
    session.rollback()
    monkeypatch.setattr(missing, "MOST_A_DAY", 2)
    assert not missing.note(database.engine, "weer wat anders", "nl", DAY)
    assert missing.note(database.engine, "zonnepaneel", "nl", DAY)


def test_counting_gives_up_at_once_when_others_write(app: Flask, session: Session) -> None:
    database: Database = app.extensions["database"]
    session.execute(select(SearchMiss).with_for_update())  # this session holds SQLite's write lock
    assert not missing.note(database.engine, "groene stroom", "nl", DAY)
    session.rollback()
    assert missing.note(database.engine, "groene stroom", "nl", DAY)
