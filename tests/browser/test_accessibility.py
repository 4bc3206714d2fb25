"""axe on every kind of page, for every kind of visitor: nothing found (WCAG 2.2 AA)."""

import json
import sqlite3
from dataclasses import dataclass
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
from tests.browser.pages import EMPLOYEE, PUBLIC, SETTINGS, STAFF
from tests.factories_deciding import deciding_pages
from tests.factories_people import DEMO, PASSWORD, invite, make_member
from tests.factories_signing import signing_values
from tests.factories_together import link_values
from tests.sites import make_site

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
