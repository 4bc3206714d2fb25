"""Somebody else changed the same person meanwhile: the page says what he is now, and what was typed stays."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import memberships
from accounts.models import MemberRole
from common.ledger import SYSTEM
from tests.factories_people import DEMO, mails, membership
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

CONTRIBUTOR = "invuller@lindenveen.voorbeeld.example"
REASON = "Piet de Vries ging met pensioen"
PLACES = [("beheerder", f"/redactie/mensen/{DEMO}", ""), ("coordinator", "/mijn/mensen", f"?organisatie={DEMO}")]


@pytest.fixture
def desk(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    """A beheerder, signed in."""
    return sign_in(app, accounts["beheerder"])


@pytest.mark.parametrize("verb", ["rol", "stoppen"])
def test_who_got_another_role_meanwhile_is_shown_with_it_and_the_reason_stays(
    desk: FlaskClient, session: Session, verb: str
) -> None:
    old = membership(session, CONTRIBUTOR)
    page = f"/redactie/mensen/{DEMO}/{old.id}"
    form = {**form_on(desk.get(page).text, f"{page}/{verb}"), "rol": "coordinator", "reden": REASON}
    new = memberships.change_role(session, old, MemberRole.EXECUTIVE, actor=SYSTEM).id
    session.commit()
    answer = desk.post(f"{page}/{verb}", data=form)
    assert answer.status_code == 409
    assert "heeft intussen een andere rol: Bestuurder" in answer.text
    target = f"/redactie/mensen/{DEMO}/{new}"
    again = form_on(answer.text, f"{target}/{verb}")
    assert again["reden"] == REASON
    again.setdefault("rol", "coordinator")
    assert desk.post(f"{target}/{verb}", data=again).status_code == 303  # and now it is what he wants


@pytest.mark.parametrize("verb", ["rol", "stoppen"])
def test_who_was_let_go_meanwhile_is_said_to_be_gone_and_the_reason_can_be_read(
    desk: FlaskClient, session: Session, verb: str
) -> None:
    gone = membership(session, CONTRIBUTOR)
    path = f"/redactie/mensen/{DEMO}/{gone.id}/{verb}"
    memberships.end(session, gone, actor=SYSTEM)
    session.commit()
    token = csrf_token(desk, "/redactie/mensen/redactie")
    answer = desk.post(path, data={"rol": "coordinator", "reden": REASON, "csrf_token": token})
    assert answer.status_code == 409
    assert "werkt hier niet meer" in answer.text
    assert REASON in answer.text
    assert f'action="{path}"' not in answer.text


@pytest.mark.parametrize(("who", "page", "query"), PLACES)
def test_a_change_that_came_too_late_changes_nothing_and_mails_nobody(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], who: str, page: str, query: str
) -> None:
    gone = membership(session, CONTRIBUTOR)
    memberships.end(session, gone, actor=SYSTEM)
    session.commit()
    client = sign_in(app, accounts[who])
    form = {"rol": "bestuurder", "reden": REASON, "csrf_token": csrf_token(client, f"{page}{query}")}
    for verb in ("rol", "stoppen"):
        assert client.post(f"{page}/{gone.id}/{verb}{query}", data=form).status_code == 409
    assert mails(session, "account_roles_changed") + mails(session, "account_membership_ended") == []
    session.rollback()
