"""axe on every kind of page, for every kind of visitor: nothing found (WCAG 2.2 AA)."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import OpenPage, sign_in

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = [
    "/",
    "/en/",
    "/deelnemers",
    "/deelnemers?afspraak=voorbeeldafspraak",
    "/deelnemers?q=bestaatniet",
    "/deelnemers/gemeente-alkmaar",
    "/deelnemers/gemeente-lindenveen",
    "/deelnemers/gemeente-groningen",
    "/deelnemers/gemeente-noordwijkerhout",
    "/en/deelnemers/gemeente-lindenveen",
    "/afspraken",
    "/afspraken/mvoi-2022-2025",
    "/afspraken/voorbeeldafspraak",
    "/kennisbank",
    "/kennisbank/actieplan-schrijven",
    "/kennisbank/meten-en-rapporteren",
    "/zoeken",
    "/zoeken?q=social+return",
    "/zoeken?q=xyzzy",
    "/over",
    "/privacy",
    "/toegankelijkheid",
    "/licenties",
    "/inloggen",
    "/inloggen/passkey",
    "/inloggen/vergeten",
    "/inloggen/vergeten?verstuurd=1",
    "/inloggen/herstellen",
    "/bestaat-niet",
    "/uitnodiging/verzonnen",
    "/en/kennisbank",
]
EMPLOYEE = ["/mijn", "/mijn/documenten", "/en/mijn/documenten", "/mijn/mensen", "/mijn/mensen/1", "/en/mijn/mensen",
            "/mijn/rapportages/{year}", *(f"/mijn/rapportages/{{year}}/{key}" for key in "abcdefgh"),
            "/mijn/rapportages/{year}/controleren", "/en/mijn/rapportages/{year}/b"]  # fmt: skip
SETTINGS = [
    f"/mijn/instellingen{page}"
    for page in ("", "/sessies", "/tweede-stap", "/herstelcodes", "/passkeys", "/wachtwoord", "/e-mailadres")
] + ["/inloggen/opnieuw", "/mijn/instellingen/e-mailadres/bevestigen"]
STAFF = {
    "beoordelaar": ["/redactie", "/redactie/rapportages", "/redactie/rapportages?stand=teruggestuurd"],
    "redacteur": ["/redactie", "/redactie/gidsen", "/redactie/gidsen/nieuw", "/redactie/gidsen/actieplan-schrijven",
                  "/redactie/gidsen/actieplan-schrijven/versies", "/redactie/gidsen/actieplan-schrijven/bestanden"],
    "beheerder": ["/redactie/berichten", "/mijn/instellingen/berichten",
                  "/redactie/mensen/1/verwijderen", "/mijn/instellingen/gegevens",
                  "/mijn/instellingen/gegevens/verwijderen",
                  "/redactie/mensen", "/redactie/mensen?q=lindenveen", "/redactie/mensen?q=xyzzy",
                  "/redactie/mensen/vb001", "/redactie/mensen/gm0361", "/redactie/mensen/redactie",
                  "/redactie/mensen/redactie/1", "/redactie/mensen/vb001/1", "/redactie/ondertekeningen"],
}  # fmt: skip


def findings(open_page: OpenPage, paths: list[str], width: int, account: dict[str, str] | None = None) -> list[str]:
    page = open_page("/", width=width, bypass_csp=True)
    if account:
        sign_in(page, account)
    found = []
    for path in paths:
        page.goto(path)
        outcome = Axe().run(page, options={"runOnly": TAGS}).response
        found += [
            f"{path}: {one['id']}: {json.dumps([node['html'] for node in one['nodes']][:2])}"
            for one in outcome["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path}: wider than the window of {width}")
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_public_pages(open_page: OpenPage, width: int) -> None:
    assert findings(open_page, PUBLIC, width) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_form(
    open_page: OpenPage, people: dict[str, dict[str, str]], year: int, width: int
) -> None:
    paths = [path.format(year=year) for path in EMPLOYEE]
    assert findings(open_page, paths, width, people["coordinator"]) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_settings(open_page: OpenPage, people: dict[str, dict[str, str]], width: int) -> None:
    assert findings(open_page, [*SETTINGS, f"/en{SETTINGS[0]}"], width, people["bestuurder"]) == []


@pytest.mark.parametrize("role", sorted(STAFF))
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_at_the_desk(
    open_page: OpenPage, people: dict[str, dict[str, str]], role: str, width: int
) -> None:
    assert findings(open_page, STAFF[role], width, people[role]) == []
