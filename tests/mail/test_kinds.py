"""Every kind of mail: its folder and its row, both languages, a subject that fits, a reason, a link to the place."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from accounts.mail_kinds import KINDS
from common.web.languages import format_day, in_language
from common.web.mails import site_link, tidy, write_mail
from tests.mail.samples import LINK, sample

FOLDERS = sorted(path.name for path in (Path(__file__).parents[2] / "templates" / "mail").iterdir() if path.is_dir())


def test_every_folder_has_its_kind_and_every_kind_its_folder() -> None:
    assert sorted(KINDS) == FOLDERS


def written(app: Flask, kind: str, language: str) -> tuple[str, str, str]:
    """A mail of this kind; a value that a template asks and nobody gives is an error here."""
    strict = app.jinja_env.undefined
    app.jinja_env.undefined = StrictUndefined
    try:
        with app.app_context():
            return write_mail(kind, language, sample())
    finally:
        app.jinja_env.undefined = strict
        app.jinja_env.cache.clear()  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_says_in_both_languages_what_why_and_where(app: Flask, language: str) -> None:
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    reason = {"nl": "U krijgt dit bericht", "en": "You (get|receive) this message"}[language]
    for kind in KINDS:
        subject, text, html = written(app, kind, language)
        assert 10 < len(subject) <= 78, kind
        assert LINK in text, kind
        assert LINK.replace("&", "&amp;") in html, kind
        assert f'<html lang="{language}">' in html, kind
        if not KINDS[kind].optional:
            assert re.search(reason, text.split("-- \n")[1]), kind
            assert re.search(reason, html), kind
        assert not re.search(r"\bNone\b|{{|{%|Undefined", subject + text + html), kind


def test_a_plain_text_has_no_stray_blank_lines_spaces_or_entities(app: Flask) -> None:
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    for kind in KINDS:
        text = written(app, kind, "nl")[1]
        assert "\n\n\n" not in text, kind
        assert not re.search(r"[ \t]\n", text.replace("\n-- \n", "")), kind
        assert not re.search(r"&(amp|lt|#39);", text), kind
        assert text.startswith("Beste Zoë"), kind
        assert text.endswith("\n"), kind


def test_the_english_text_of_every_kind_is_another_than_the_dutch(app: Flask) -> None:
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    same = [kind for kind in KINDS if written(app, kind, "nl")[0] == written(app, kind, "en")[0]]
    assert same == []


def test_names_of_people_are_text_and_no_html(app: Flask) -> None:
    assert "<b>" not in written(app, "report_published", "nl")[2].replace("<body>", "")


def test_dates_in_a_mail_follow_its_reader_and_not_the_page(app: Flask) -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC).date()
    with app.test_request_context("/"), in_language("en"):
        assert format_day(day) == "2\u00a0March 2026"
    with app.test_request_context("/"):
        assert format_day(day) == "2\u00a0maart 2026"


def test_a_link_has_the_host_of_the_settings_and_not_of_the_request(app: Flask) -> None:
    with app.test_request_context("/", headers={"Host": "kwaad.example"}):
        assert site_link("/mijn", "en") == "http://localhost/en/mijn"


def test_tidying_keeps_the_line_that_ends_a_letter() -> None:
    assert tidy("\n\nDag  \n\n\n\n-- \nOm\n\n") == "Dag\n\n-- \nOm\n"
