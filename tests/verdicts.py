"""What each way of filling in says of a set of answers: the form's fragment, submitting, a spreadsheet, and JSON."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.database import reading_only
from registry.authorities.models import Authority
from registry.editions.form import Questionnaire
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.checking import MISSING, Circumstances, Problem, check
from registry.reports.circumstances import circumstances_of
from registry.reports.forms import field_name
from registry.reports.models import Report
from registry.reports.sheets import ods, xlsx
from registry.reports.sheets.cells import read_back
from registry.reports.sheets.making import Filling, make_book
from registry.reports.sheets.offering import filling_of, stand_of
from registry.reports.sheets.reading import read_file
from registry.reports.values import BLANK, AnswerInput, AnswerLike
from tests.random_answers import browser_fields

Told = tuple[str, str, str, bool]
"""Key, place, kind and whether it is hard."""


def told(problems: Sequence[Problem]) -> list[Told]:
    """Return the problems as they are compared."""
    return [(one.key, one.part, one.kind, one.hard) for one in problems]


@dataclass
class Ways:
    """One report with a browser at it, and what its form depends on."""

    browser: FlaskClient
    path: str
    token: str
    questionnaire: Questionnaire
    circumstances: Circumstances
    known: Mapping[str, AnswerLike]
    """The answers that stand there already and that nobody fills in."""
    filling: Filling
    """Of an empty file of this report."""
    version: str = ""
    """Of each answer, as the form last had it."""
    seen: int = 0
    """Of the report, as JSON last told it."""

    def expected(self, answers: Mapping[str, AnswerInput]) -> list[Problem]:
        """Return what the rules say, asked directly."""
        return check(self.questionnaire, {**self.known, **answers}, self.circumstances)

    def fragment(self, answers: Mapping[str, AnswerInput]) -> dict[str, list[str]]:
        """Save by the form with all questions, as the browser does by itself; return what stands at each question."""
        fields = browser_fields(self.questionnaire, answers)
        fields["version"], fields["csrf_token"] = self.version, self.token
        page = self.browser.post(f"{self.path}/alles/concept", data=fields)
        assert page.status_code == 200, (page.status_code, page.text[:500])
        found = re.search(r'id="version" value="([^"]*)"', page.text)
        self.version = found[1] if found else ""
        return _lines(page.text, answers)

    def shown(self, answers: Mapping[str, AnswerInput], problems: Sequence[Problem]) -> dict[str, list[str]]:
        """Return what the fragment must say of these problems: all but what is only still open."""
        found: dict[str, list[str]] = {}
        for key in answers:
            own = [one for one in problems if one.key == key]
            places = {one.part: one.message["nl"] for one in reversed(own) if one.hard and one.kind != MISSING}
            hard = list(places.values())
            reasons = [one.message["nl"] for one in own if one.part == "reden"][:1]
            found[key] = hard + reasons + [one.message["nl"] for one in own if not one.hard]
        return {key: sorted(map(_plain, lines)) for key, lines in found.items() if lines}

    def submission(self) -> list[tuple[str, str]]:
        """Try to hand in without declaring anything; return the points on the page: the field, and the words."""
        page = self.browser.post(f"{self.path}/indienen", data={"csrf_token": self.token, "version": self.seen})
        assert page.status_code == 422, (page.status_code, page.text[:500])
        box = re.search(r'<div class="error-summary" role="alert" tabindex="-1">(.*?)</ul>', page.text, re.S)
        points = re.findall(r'<li><a href="[^"#]*#([^"]+)">(.*?)</a></li>', box[1] if box else "", re.S)
        return [(anchor, _plain(words)) for anchor, words in points]

    def blocking(self, problems: Sequence[Problem]) -> list[tuple[str, str]]:
        """Return the points that submitting must name."""
        return [(_anchor(one), _plain(one.message["nl"])) for one in problems if one.blocks]

    def json(self, answers: Mapping[str, AnswerInput]) -> list[Told]:
        """Send the answers as JSON to be checked and not saved; it also tells the version of the report."""
        sent = {
            key: {"state": one.state.value, "value": one.value, "reason": one.reason, "remark": one.remark}
            for key, one in answers.items()
        }
        body = {"edition": self.filling.identity.edition, "answers": sent, "save": False}
        answer = self.browser.post(f"{self.path}/antwoorden.json", json=body, headers={"X-CSRFToken": self.token})
        assert answer.status_code == 200, answer.text[:500]
        told: dict[str, Any] = answer.get_json()
        self.seen = told["version"]
        return [(one["key"], one["place"], one["kind"], one["hard"]) for one in told["problems"]]

    def sheet(self, answers: Mapping[str, AnswerInput], *, as_ods: bool) -> list[Told]:
        """Write a file with these answers, read every cell of it back, and check what came back."""
        given: Any = Filling(**{**vars(self.filling), "answers": {**self.known, **answers}, "suggested": {}})
        content = (ods.write_ods if as_ods else xlsx.write_xlsx)(make_book(given))
        came_back = read_file(content, self.questionnaire, self.filling.identity)
        read: dict[str, AnswerInput] = {}
        for key, lines in came_back.layout.of_key.items():
            read[key], refused = read_back(lines, came_back.cells, "nl", answers.get(key, BLANK))
            assert refused == [], refused
        return told(self.expected(read))


def compare(ways: Ways, answers: Mapping[str, AnswerInput], *, as_ods: bool) -> tuple[int, list[str]]:
    """Return how many problems the rules find in these answers, and the ways that say something else."""
    problems = ways.expected(answers)
    said: dict[str, tuple[object, object]] = {
        "fragment": (ways.fragment(answers), ways.shown(answers, problems)),
        "json": (ways.json(answers), told(problems)),
        "sheet": (ways.sheet(answers, as_ods=as_ods), told(problems)),
        "submission": (ways.submission(), ways.blocking(problems)),
    }
    return len(problems), [way for way, (found, wanted) in said.items() if found != wanted]


def _anchor(one: Problem) -> str:
    plain = not one.part or one.part == "reden"
    return f"vraag-{one.key.lower()}" if plain else field_name(one.key, one.part)


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def _lines(page: str, answers: Mapping[str, AnswerInput]) -> dict[str, list[str]]:
    """Return the messages in the block of notes of each question."""
    found = {}
    for key in answers:
        block = re.search(rf'<div class="notes" id="let-op-{field_name(key)}"[^>]*>(.*?)</div>', page, re.S)
        lines = re.findall(r'<p class="notes__line[^"]*"[^>]*>(.*?)</p>', block[1], re.S) if block else []
        words = [
            re.sub(r"<a .*?</a>", "", re.sub(r"<svg.*?</svg>", "", line, flags=re.S), flags=re.S) for line in lines
        ]
        if words:
            found[key] = sorted(_plain(line) for line in words)
    return found


def ways_of(app: Flask, browser: FlaskClient, code: str) -> Ways:
    """Return the ways to fill in the newest report of this authority, for a coördinator at a browser."""
    with reading_only(), Session(app.extensions["database"].engine, expire_on_commit=False) as session:
        query = select(Report).join(Report.authority).join(Report.edition).where(Authority.code == code)
        report = session.scalars(query.order_by(Edition.year.desc())).first()
        assert report is not None
        questionnaire, circumstances = of_edition(report.edition), circumstances_of(session, report)
        stand = stand_of(session, report, questionnaire, circumstances)
        filling = filling_of(stand, "nl", organisation="Proef", address="/")
        path = f"/mijn/rapportages/{report.edition.year}"
    known = {key: one for key, one in stand.saved.items() if not questionnaire.by_key[key].takes_answer}
    page = browser.get(f"{path}/alles").text
    version = re.search(r'id="version" value="([^"]*)"', page)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert version
    assert token
    return Ways(browser, path, token[1], questionnaire, circumstances, known, filling, version[1])
