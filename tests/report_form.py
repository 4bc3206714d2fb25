"""Fills in the form as a person does: open a section, type, press a button."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.html_forms import form_on

PATH = "/mijn/rapportages/2025"
THEMES = ("milieu", "klimaat", "circulair", "keten", "diversiteit", "social-return")
SUMMARY = "Wij vroegen in de helft van onze aanbestedingen om mens, milieu en klimaat. Dat was meer dan vorig jaar."

ALL_ANSWERS: dict[str, dict[str, Any]] = {
    "a": {
        "a3__name": "Anneke Proef", "a3__function": "inkoper", "a3__email": "anneke@proef.example",
        "a4": "wethouder duurzaamheid", "a5": "college", "a6": "2026-01-15",
    },
    "b": {
        "b1": "vastgesteld", "b2__adopted_on": "2025-03-01", "b2__period_from": "2025-01-01",
        "b2__period_to": "2028-12-31", "b2__link": "https://proef.example/plan", "b4": "1,5", "b5": "25.000",
        **{f"b3__{theme}": "significant" for theme in THEMES},
        "b6": ["inkoopbeleid", "opleiding"], "b7__answer": "jaarlijks", "b7__link": "https://proef.example/verslag",
    },
    "c": {
        "c1": "38,5", "c2": "12", "c3": "30", "c4": ["tenderned", "anders"], "c4__anders": "Eigen lijst",
        "c5": "meer-dan-75",
    },
    "d": {
        "d1": "20", "d2": "10", "d3": "8", **{f"d4__{theme}": "3" for theme in THEMES}, "d5": "2",
        "d6": "", "d6__leeg": "onbekend", "d6__reden": "Dat houden wij niet bij.",
    },
    "e": {
        "e1": "1.200,5", "e2": "rivm", "e3__certificate": "trede-1", "e3__valid_until": "2099-12-31",
        "e3__issued_by": "Proefinstelling", "e4": "1", "e5": "4", "e6__amount": "10", "e6__method": "schatting",
        "e7": "0", "e8": "3", "e9": "2", "e10": "1", "e11": "2", "e12": "50.000", "e13": "40.000", "e14": "",
        "e14__leeg": "nvt",
    },
    "f": {
        "f1__0__action": "Inkoopbeleid vernieuwen", "f1__0__theme": "klimaat", "f1__0__status": "loopt-achter",
        "f1__0__note": "Te weinig tijd", "f1__0__ready_by": "2027-01-01", "f2__judgement": "achter",
        "f2__note": "Er was een vacature.",
    },
    "g": {
        "g1": ["data", "anders"], "g1__anders": "Vakantie", "g2__0__title": "Fietsbrug van hout",
        "g2__0__theme": "circulair", "g2__0__summary": "Een brug van hout.", "g3": ["ict"], "g4": "Voorbeelden",
    },
    "h": {"h1": SUMMARY, "h2": "Geen", "h3": "ja"},
}  # fmt: skip


def begin(browser: FlaskClient, path: str = PATH) -> None:
    """Press "Begin met invullen"."""
    fields = form_on(browser.get(path).text, path)
    assert browser.post(path, data=fields).status_code == 303


def opened(browser: FlaskClient, section: str, path: str = PATH) -> MultiDict[str, str]:
    """Open a section and return its form as it stands on the screen."""
    return form_on(browser.get(f"{path}/{section}").text, f"{path}/{section}")


def typed(fields: MultiDict[str, str], answers: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the form with these fields changed."""
    changed = MultiDict(fields)
    for name, value in answers.items():
        changed.setlist(name, value if isinstance(value, list) else [value])
    return changed


def send(
    browser: FlaskClient, section: str, fields: Mapping[str, Any], *, button: str = "bewaar", path: str = PATH
) -> TestResponse:
    """Press a button of a section's form."""
    return browser.post(f"{path}/{section}", data=typed(MultiDict(fields), {"actie": button}))


def fill(
    browser: FlaskClient, section: str, answers: Mapping[str, Any], *, button: str = "bewaar", path: str = PATH
) -> TestResponse:
    """Open a section, type these answers and press a button."""
    return send(browser, section, typed(opened(browser, section, path), answers), button=button, path=path)


def fill_everything(browser: FlaskClient, path: str = PATH) -> None:
    """Answer all questions; twice, because some questions show only after others were saved."""
    for section, answers in ALL_ANSWERS.items():
        for _time in range(2):
            response = fill(browser, section, answers, path=path)
            assert response.status_code == 303, (section, response.text)


def hand_in(browser: FlaskClient, path: str = PATH) -> TestResponse:
    """Look over the report, tick the declaration and press "Dien de rapportage in"."""
    fields = form_on(browser.get(f"{path}/controleren").text, f"{path}/indienen")
    return browser.post(f"{path}/indienen", data=typed(fields, {"h3": "ja"}))
