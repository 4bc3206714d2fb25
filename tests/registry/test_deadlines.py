"""What staff do with deadlines: who will be late next, and a delay with a reason that everybody reads."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from common.outbox import OutboxMail
from registry.reports.models import Report
from tests.factories_obligations import PLAN_DUE, Signed, make_signed
from tests.factories_participants import words
from tests.factories_review import PASSWORD, credentials, join, make_account, make_report, open_real_edition
from tests.sites import csrf_token, sign_in

LIST = "/redactie/termijnen"
LATER = today() + timedelta(days=90)


@dataclass
class World:
    """A signatory whose plan is late, with a coördinator, and a browser for each of staff."""

    app: Flask
    signed: Signed

    def browser(self, role: StaffRole) -> FlaskClient:
        account = credentials(make_account(self.signed.session, self.app, role.value, role))
        self.signed.session.commit()
        return sign_in(self.app, account)

    def form(self) -> str:
        return f"{LIST}/{self.signed.plan().duty_id}/uitstel"

    def fill_in(self, client: FlaskClient, **typed: str) -> tuple[int, str]:
        page = self.form()
        self.signed.session.rollback()
        data = {
            "csrf_token": csrf_token(client, page), "versie": "1", "datum": f"{LATER:%d-%m-%Y}",
            "reden": "De raad viel.", **typed,
        }  # fmt: skip
        response = client.post(page, data=data)
        return response.status_code, words(response.text)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    signed = make_signed(session)
    join(session, make_account(session, app, "coordinator-elders"), signed.authority, MemberRole.COORDINATOR)
    open_real_edition(session, signed.agreement, 2024)
    make_report(session, signed.authority, signed.edition)
    session.commit()
    return World(app, signed)


def test_staff_see_who_is_late_longest_first_and_who_is_next_and_can_filter(world: World) -> None:
    client = world.browser(StaffRole.REVIEWER)
    late = words(client.get(f"{LIST}?stand=te-laat").text)
    assert "Gemeente gm9301" in late
    assert late.index("Gemeente Kievitshoek") < late.index("Gemeente gm9301")
    assert "Geef uitstel" not in late
    coming = words(client.get(LIST).text)
    assert "Rapportage over 2025 26 december 2026" in coming
    plans = words(client.get(f"{LIST}?wat=action_plan&afspraak=plicht-gm9301").text)
    assert "Geen termijn met dit filter" in plans
    assert client.get(f"{LIST}?stand=quatsch&afspraak=x&wat=y&pagina=9999999999").status_code == 200
    assert "/redactie/termijnen" in client.get("/redactie").text


def test_a_delay_is_public_with_its_reason_and_mailed(world: World) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    status, _page = world.fill_in(client)
    assert status == 303
    public = words(world.app.test_client().get("/deelnemers/gemeente-gm9301").text)
    assert "Uitstel tot en met" in public
    assert "De raad viel. De eerste termijn was 1 februari 2025." in public
    own = sign_in(world.app, {"email": "coordinator-elders@voorbeeld.example", "password": PASSWORD})
    assert "De raad viel." in words(own.get("/mijn").text)
    assert "De raad viel." in words(client.get(f"{LIST}?afspraak=plicht-gm9301").text)
    mails = world.signed.session.scalars(select(OutboxMail).where(OutboxMail.kind == "deadline_moved")).all()
    assert [mail.to_address for mail in mails] == ["coordinator-elders@voorbeeld.example"]
    assert "De raad viel." in mails[0].body_text
    world.signed.session.rollback()
    status, page = world.fill_in(client, reden="Nog eens")
    assert status == 409
    assert "Nog eens" in page


def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays(world: World) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    status, page = world.fill_in(client, datum=f"{PLAN_DUE:%d-%m-%Y}", reden="Mijn reden")
    assert (status, "Kies een dag na de termijn van nu." in page, "Mijn reden" in page) == (422, True, True)
    status, page = world.fill_in(client, datum="ooit", reden=" ")
    assert status == 422
    assert "Vul een datum in" in page
    assert "Schrijf op waarom u uitstel geeft" in page
    assert client.get(f"{LIST}/999999/uitstel").status_code == 404
    assert world.fill_in(client, versie="9" * 5000, reden="Ziekte")[0] == 409


def test_only_a_beheerder_grants_a_delay(world: World) -> None:
    page = world.form()
    for role in (StaffRole.REVIEWER, StaffRole.EDITOR):
        client = world.browser(role)
        assert client.get(page).status_code == 403
        token = csrf_token(client, "/redactie")
        answer = client.post(page, data={"csrf_token": token, "versie": "1", "datum": "1-1-2027", "reden": "x"})
        assert answer.status_code == 403
    assert world.browser(StaffRole.ADMINISTRATOR).get(page).status_code == 200
    own = sign_in(world.app, {"email": "coordinator-elders@voorbeeld.example", "password": PASSWORD})
    assert own.get(page).status_code == 404
    assert world.app.test_client().get(page).status_code in {302, 303}
    assert world.signed.plan().number == 1


def test_a_delay_of_a_report_moves_the_report_that_was_started(world: World) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    session = world.signed.session
    page = f"{LIST}/{world.signed.now()['annual_report', 2025].duty_id}/uitstel"
    later = world.signed.edition.due_on + timedelta(days=30)
    session.rollback()
    typed = {"csrf_token": csrf_token(client, page), "versie": "1", "datum": later.isoformat(), "reden": "Brand"}
    assert client.post(page, data=typed).status_code == 303
    report = session.scalars(select(Report).where(Report.authority_id == world.signed.authority.id)).one()
    session.refresh(report)
    assert report.due_on == later
