"""axe on every kind of page, for every kind of visitor: nothing found (WCAG 2.2 AA)."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from registry.participants.deadlines import open_deadlines
from registry.reports.models import Report, ReportState, Submission
from tests.accounts.second_steps import Telephone
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.guide_pages import GUIDES
from tests.factories_deciding import deciding_pages
from tests.factories_people import DEMO, PASSWORD, invite, make_member
from tests.factories_signing import signing_values
from tests.factories_together import link_values
from tests.sites import make_site
from website.example.groups import SLUG

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = [
    "/",
    "/en/",
    "/deelnemers",
    "/deelnemers?afspraak=voorbeeldafspraak",
    "/deelnemers?q=bestaatniet",
    "/deelnemers?geldigOp=2024-03-01",
    "/deelnemers?geldigOp=2024-13-99",
    "/deelnemers?beschikbaarOp=2020-01-01",
    "/wijzigingen",
    "/wijzigingen?nieuw=ja",
    "/en/wijzigingen?organisatie=gemeente",
    "/deelnemers/gemeente-alkmaar",
    "/deelnemers/gemeente-lindenveen",
    "/deelnemers/gemeente-groningen",
    "/deelnemers/gemeente-noordwijkerhout",
    "/en/deelnemers/gemeente-lindenveen",
    *(f"/deelnemers/gemeente-noordzegge/rapportages/{today().year - 2}{page}" for page in ("", "/verschil")),
    "/ambities",
    "/ambities?afspraak=voorbeeldafspraak",
    "/ambities?afspraak=voorbeeldafspraak&q=xyzzy",
    "/ambities?afspraak=voorbeeldafspraak&thema=klimaat&niveau=onbekend",
    "/deelnemers/gemeente-torenhaven/plannen/voorbeeldafspraak",
    "/deelnemers/gemeente-torenhaven/plannen/voorbeeldafspraak/1",
    "/deelnemers/gemeente-torenhaven/plannen/voorbeeldafspraak/2?met=1",
    "/en/deelnemers/gemeente-torenhaven/plannen/voorbeeldafspraak",
    "/afspraken",
    "/afspraken/mvoi-2022-2025",
    "/afspraken/voorbeeldafspraak",
    "/afspraken/voorbeeldafspraak/versies",
    "/afspraken/voorbeeldafspraak/versies/2",
    "/indicatoren",
    "/indicatoren/TOEP-01",
    f"/vragenlijsten/voorbeeldafspraak/{today().year - 1}",
    "/buyer-groups",
    "/buyer-groups?productgroep=kantoormeubilair",
    "/buyer-groups?beschikbaarOp=2020-01-01",
    f"/buyer-groups/{SLUG}",
    f"/en/buyer-groups/{SLUG}",
    "/buyer-groups/circulaire-viaducten-en-bruggen",
    "/deelnemers/gemeente-torenhaven",
    "/deelnemers/gemeente-oudelind",
    "/kennisbank",
    "/kennisbank/actieplan-schrijven",
    "/kennisbank/meten-en-rapporteren",
    *GUIDES,
    "/themas",
    "/themas/klimaat",
    "/themas/circulair?afspraak=voorbeeldafspraak",
    "/en/themas/keten",
    "/kennisbank/co2-prestatieladder/nuttig/dank",
    "/zoeken",
    "/zoeken?q=social+return",
    "/zoeken?q=klimaat&soort=gidsen&thema=klimaat",
    "/zoeken?q=klimaat&soort=overheden&thema=social-return",
    "/en/zoeken?q=actiepaln",
    "/zoeken?q=xyzzy",
    "/over",
    "/privacy",
    "/toegankelijkheid",
    "/licenties",
    "/integriteit",
    "/controleer",
    "/controleer?vingerafdruk=" + "0" * 64,
    "/controleer?vingerafdruk=abc",
    "/inloggen",
    "/inloggen/passkey",
    "/inloggen/vergeten",
    "/inloggen/vergeten?verstuurd=1",
    "/inloggen/herstellen",
    "/bestaat-niet",
    "/uitnodiging/verzonnen",
    "/bijdragen/verzonnen",
    "/voorstel/verzonnen",
    "/en/kennisbank",
]
EMPLOYEE = ["/mijn", "/mijn/plan/voorbeeldafspraak", "/mijn/documenten", "/en/mijn/documenten",
            "/mijn/mensen", "/mijn/mensen/1", "/en/mijn/mensen",
            "/mijn/ondertekenen", "/mijn/ondertekenen/voorbeeldafspraak",
            "/mijn/rapportages/{year}", *(f"/mijn/rapportages/{{year}}/{key}" for key in (*"abcdefgh", "alles")),
            "/mijn/certificaten", "/mijn/certificaten/nieuw", "/mijn/certificaten/nieuw?handboek=4.0",
            "/mijn/buyer-groups", "/mijn/rapportages/{year}/samen", "/mijn/rapportages/{year}/samen/c3",
            "/mijn/rapportages/{year}/samen/links/1", "/en/mijn/rapportages/{year}/samen/d",
            "/mijn/rapportages/{year}/formulier", "/en/mijn/rapportages/{year}/formulier",
            "/mijn/rapportages/{year}/voorbeeld", "/mijn/rapportages/{year}/akkoord",
            "/mijn/rapportages/{year}/controleren", "/en/mijn/rapportages/{year}/b",
            "/mijn/voorstellen", "/mijn/voorstellen/nieuw?zoek=klimaat",
            "/en/mijn/voorstellen/nieuw?gids=thema-klimaat",
            "/mijn/voorstellen/{draft}", "/en/mijn/voorstellen/{draft}/nakijken", "/mijn/voorstellen/{changes_asked}",
            "/mijn/voorstellen/{changes_asked}/stand", "/mijn/voorstellen/{approved}/stand",
            "/en/mijn/voorstellen/{merged}/stand"]  # fmt: skip
SETTINGS = [
    f"/mijn/instellingen{page}"
    for page in ("", "/sessies", "/tweede-stap", "/herstelcodes", "/passkeys", "/wachtwoord", "/e-mailadres")
] + ["/inloggen/opnieuw", "/mijn/instellingen/e-mailadres/bevestigen"]
FORM_DESK = ("", "/nieuw", *(f"/1{page}" for page in (
    "", "/titels", "/verschil", "/openen", "/spreadsheet", "/voorbeeld?sectie=b", "/vragen/nieuw", "/vragen/B2",
    "/vragen/C4", "/vragen/D6/weghalen")))  # fmt: skip
NEXT_ROUND = f"/redactie/herinneringen/4/month_before/{today() + timedelta(days=5)}"
"""Of the example world: its form closes five weeks after it was made."""
WAITING = "voorbeeld-afval-bij-schoonmaak"
GUIDE_DESK = (*(f"{WAITING}/{page}" for page in ("beheer", "versies", "vergelijken?van=1&tot=2&naast=1", "publiceren")),
              "voorbeeld-keurmerken-kiezen/beheer", "actieplan-schrijven/nagekeken")  # fmt: skip
STAFF = {
    "beoordelaar": ["/redactie", "/redactie/rapportages", "/redactie/rapportages?stand=teruggestuurd",
                    "/redactie/rapportages/nog-niet-binnen", "/redactie/rapportages/nog-niet-binnen?editie=3",
                    "/redactie/rapportages/seizoen", "/redactie/herinneringen", NEXT_ROUND,
                    "/redactie/herinneringen/sturen?editie=3&alle=te-laat", "/redactie/op-papier",
                    "/redactie/op-papier/nieuw"],
    "redacteur": ["/redactie", "/redactie/buyer-groups", "/redactie/buyer-groups/nieuw",
                  f"/redactie/buyer-groups/{SLUG}", f"/redactie/buyer-groups/{SLUG}/leden",
                  "/redactie/nuttig", "/redactie/nuttig/actieplan-schrijven", "/redactie/nuttig/co2-prestatieladder",
                  "/redactie/gidsen", "/redactie/gidsen/nieuw?soort=guide", "/redactie/gidsen/actieplan-schrijven",
                  *(f"/redactie/gidsen/{page}" for page in GUIDE_DESK),
                  "/redactie/zoekwoorden", "/redactie/opmerkingen", "/kennisbank/meten-en-rapporteren/opmerkingen",
                  "/redactie/gidsen/actieplan-schrijven/versies", "/redactie/gidsen/actieplan-schrijven/bestanden",
                  "/redactie/gidsen/actieplan-schrijven/versies/1/links", "/redactie/voorstellen",
                  "/redactie/voorstellen?stand=klaar", "/redactie/voorstellen/verbeteringen",
                  "/redactie/voorstellen/verbeteringen/actieplan-schrijven"],
    "beheerder": [*(f"/redactie/vragenlijsten{page}" for page in FORM_DESK),
                  "/redactie/afspraken", "/redactie/afspraken/nieuw", "/redactie/afspraken/voorbeeldafspraak",
                  *(f"/redactie/afspraken/voorbeeldafspraak/{page}"
                    for page in ("voorbeeld", "publiceren", "ondertekening", "bestanden")),
                  "/redactie/certificaten", "/redactie/certificaten?q=xyzzy", "/redactie/berichten",
                  "/mijn/instellingen/berichten", "/redactie/mensen/1/verwijderen", "/mijn/instellingen/gegevens",
                  "/mijn/instellingen/gegevens/verwijderen",
                  "/redactie/mensen", "/redactie/mensen?q=lindenveen", "/redactie/mensen?q=xyzzy",
                  "/redactie/mensen/vb001", "/redactie/mensen/gm0361", "/redactie/mensen/redactie",
                  "/redactie/mensen/redactie/1", "/redactie/mensen/vb001/1", "/redactie/ondertekeningen",
                  "/redactie/ondertekeningen?wat=bevestigd", "/redactie/ondertekeningen/nieuw",
                  "/redactie/organisaties", "/redactie/organisaties?q=xyzzy", "/redactie/organisaties/vb901",
                  "/redactie/organisaties/nieuw", "/redactie/herindelingen", "/redactie/herindelingen/1",
                  "/redactie/herindelingen/nieuw", "/redactie/importeren",
                  "/redactie/termijnen", "/redactie/termijnen?stand=te-laat", "/redactie/termijnen/1/uitstel"],
}  # fmt: skip


def findings(open_page: OpenPage, paths: list[str], width: int, account: dict[str, str] | None = None) -> list[str]:
    page = open_page("/", width=width, bypass_csp=True)
    if account:
        sign_in(page, account)
    found = []
    for path in paths:
        page.goto(path)
        found += findings_here(page, path)
    return found


def findings_here(page: Page, path: str) -> list[str]:
    """Return what is wrong with the page that is open, which answers at this path and leads nowhere else."""
    assert page.url.endswith(path), page.url
    outcome = Axe().run(page, options={"runOnly": TAGS}).response
    found = [
        f"{path}: {one['id']}: {json.dumps([node['html'] for node in one['nodes']][:2])}"
        for one in outcome["violations"]
    ]
    width = page.viewport_size["width"] if page.viewport_size else 0
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{path}: wider than the window of {width}")
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_public_pages(open_page: OpenPage, width: int) -> None:
    assert findings(open_page, PUBLIC, width) == []


def proposals_of(site_data: Path, email: str) -> dict[str, str]:
    """Return the keys of somebody's proposals, one for each state."""
    database = sqlite3.connect(site_data / "manifestkompas.sqlite")
    query = "select p.state, p.key from proposal p join user u on u.id = p.author_id where u.email = ?"
    found = dict(database.execute(query, (email,)))
    database.close()
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_form(
    open_page: OpenPage, people: dict[str, dict[str, str]], year: int, site_data: Path, width: int
) -> None:
    proposals = proposals_of(site_data, people["coordinator"]["email"])
    paths = [path.format(year=year, **proposals) for path in EMPLOYEE]
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


@dataclass(frozen=True)
class Cases:
    """People and things on the running site that a page needs before it shows: addresses with their numbers."""

    boss: dict[str, str]
    desk: list[str]
    invitation: str
    guest: str
    newcomer: dict[str, str]


@pytest.fixture
def cases(site_data: Path) -> Cases:
    """A beheerder who worked on a report himself, somebody with a second step, and an open invitation."""
    app = make_site(site_data)
    boss, newcomer, forgetful, guest = (f"{name}-{token_hex(4)}@organisatie.example" for name in "abcd")
    engine = app.extensions["database"].engine
    with Session(engine, expire_on_commit=False) as session:
        chief = make_member(app, session, boss, StaffRole.ADMINISTRATOR)
        make_member(app, session, newcomer, (DEMO, MemberRole.CONTRIBUTOR))
        lost = make_member(app, session, forgetful, (DEMO, MemberRole.CONTRIBUTOR))
        lost.tf_totp_secret = "versleuteld"  # so that there is a second step to take off
        waiting = select(Submission).join(Report, Report.id == Submission.report_id)
        report = session.scalars(waiting.where(Report.state == ReportState.SUBMITTED)).first()
        assert report
        report.last_edited_by_id = chief.id
        reviews = [*review_pages(session), *deciding_pages(session)]
        sent, to_guest = invite(session, guest), link_values(session, DEMO)["geheim"]
        late = open_deadlines(session, today())[0].duty_id
        session.commit()
    engine.dispose()
    pages = [f"/redactie/rapportages/{report.id}/{page}" for page in ("noodpublicatie", "contactpersoon")]
    return Cases(
        boss={"email": boss, "password": PASSWORD},
        desk=[*pages, *reviews, f"/redactie/mensen/{lost.id}/tweede-stap", f"/redactie/termijnen/{late}/uitstel"],
        invitation=f"/uitnodiging/{sent.token}",
        guest=f"/bijdragen/{to_guest}",
        newcomer={"email": newcomer, "password": PASSWORD},
    )


def review_pages(session: Session) -> list[str]:
    """Return the pages of reports in the steps of a review, of what becomes public, and of withdrawing it."""
    newest = select(func.max(Submission.id)).join(Report, Report.id == Submission.report_id)
    steps = [
        (ReportState.IN_REVIEW, ""), (ReportState.QUESTION_SENT, ""), (ReportState.ANSWERED, ""),
        (ReportState.ACCEPTED, ""), (ReportState.ACCEPTED, "/publiceren"), (ReportState.PUBLISHED, "/intrekken"),
    ]  # fmt: skip
    return [f"/redactie/rapportages/{session.scalar(newest.where(Report.state == one))}{page}" for one, page in steps]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_pages_of_a_case_and_on_an_invitation(
    open_page: OpenPage, cases: Cases, width: int
) -> None:
    assert findings(open_page, cases.desk, width, cases.boss) == []
    assert findings(open_page, [cases.invitation, cases.guest], width) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way_from_signing_to_public(
    open_page: OpenPage, site_data: Path, people: dict[str, dict[str, str]], width: int
) -> None:
    engine = make_site(site_data).extensions["database"].engine
    with Session(engine) as session:
        numbers = signing_values(session)
    engine.dispose()
    at_home = f"/mijn/ondertekenen/voorbereid/{numbers['signing_id']}"
    assert findings(open_page, [f"{at_home}{page}" for page in ("/voor-wie", "/wie-tekent", "")], width,
                    people["bestuurder"]) == []  # fmt: skip
    waits, signed = (f"/redactie/ondertekeningen/{numbers[name]}" for name in ("signature_id", "signed_id"))
    pages = [f"{waits}/bevestigen", f"{waits}/weigeren", signed, f"{signed}/corrigeren", f"{signed}/beeindigen"]
    assert findings(open_page, pages, width, people["beheerder"]) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way_in_with_a_second_step(open_page: OpenPage, cases: Cases, width: int) -> None:
    page = open_page("/", width=width, bypass_csp=True)
    sign_in(page, cases.newcomer)
    page.goto("/mijn/instellingen/tweede-stap")
    page.get_by_label("Code uit de app").fill(Telephone(page.content()).code())
    page.get_by_role("button", name="Tweede stap aanzetten").click()
    page.wait_for_url("**/herstelcodes")
    found = findings_here(page, "/mijn/instellingen/herstelcodes")
    assert page.locator("code").count() >= 10
    again = open_page("/inloggen", width=width, bypass_csp=True)
    again.get_by_label("E-mailadres").fill(cases.newcomer["email"])
    again.get_by_label("Wachtwoord").fill(PASSWORD)
    again.get_by_role("button", name="Inloggen", exact=True).click()
    again.wait_for_url("**/inloggen/code")
    found += findings_here(again, "/inloggen/code")
    again.goto("/inloggen/code?herstelcode=1")
    assert found + findings_here(again, "/inloggen/code?herstelcode=1") == []
