"""Giving a role by invitation asks who one is once more, and loses nothing of what was typed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from tests.factories_people import DEMO, count_invitations, invite, mails
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
WISH = {"naam": "Nieuwe Collega", "e-mailadres": "nieuw@organisatie.example", "taal": "en"}
PLACES = [
    ("coordinator", f"/mijn/mensen?organisatie={DEMO}", "bestuurder"),
    ("beheerder", f"/redactie/mensen/{DEMO}", "bestuurder"),
    ("beheerder", "/redactie/mensen/redactie", "redacteur"),
]


def keeper(client: FlaskClient, page: str) -> dict[str, str]:
    """Return the hidden fields of the form to invite, as the browser sends them."""
    form = client.get(page).text.partition('id="uitnodigen"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form))


def let_it_be_long_ago(client: FlaskClient) -> None:
    """Make the sign-in of this browser too old for what asks a fresh one."""
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = 0


def prove(client: FlaskClient, address: str, account: dict[str, str]) -> str:
    """Give the password again; return where that leads."""
    answer = client.post(address, data={"password": account["password"], "csrf_token": csrf_token(client, address)})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


@pytest.mark.parametrize(("who", "page", "role"), PLACES)
def test_an_invitation_waits_for_a_fresh_sign_in_and_keeps_what_was_typed(
    app: Flask, session: Session, accounts: Accounts, who: str, page: str, role: str
) -> None:
    client, before = sign_in(app, accounts[who]), count_invitations(session)
    session.rollback()
    form = {**WISH, "rol": role, **keeper(client, page)}
    let_it_be_long_ago(client)
    asked = client.post(page, data=form)
    assert asked.headers["Location"].startswith("/inloggen/opnieuw")
    assert prove(client, asked.headers["Location"], accounts[who]) == page
    shown = client.get(page).text
    assert all(f'value="{WISH[name]}"' in shown for name in ("naam", "e-mailadres"))
    assert re.search(rf'value="{role}"[^>]*checked', shown)
    assert count_invitations(session) == before
    session.rollback()
    assert client.post(page, data={**form, **keeper(client, page)}).headers["Location"] == page
    assert WISH["naam"] not in client.get(page).text.partition('id="uitnodigen"')[2]


@pytest.mark.parametrize(("who", "page", "role"), PLACES)
def test_sending_again_waits_for_a_fresh_sign_in_and_leads_back_to_the_list(
    app: Flask, session: Session, accounts: Accounts, who: str, page: str, role: str
) -> None:
    sent = invite(session, role=StaffRole.EDITOR) if role == "redacteur" else invite(session)
    session.commit()
    client = sign_in(app, accounts[who])
    form = re.search(r'action="([^"]+/opnieuw[^"]*)">(.*?)</form>', client.get(page).text)
    assert form
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form.group(2)))
    let_it_be_long_ago(client)
    asked = client.post(form.group(1), data=fields)
    assert asked.headers["Location"].startswith("/inloggen/opnieuw")
    assert prove(client, asked.headers["Location"], accounts[who]) == page
    assert client.get(page).status_code == 200
    assert client.get(f"/uitnodiging/{sent.token}").status_code == 200  # the old link lives: nothing was sent
    assert mails(session, "account_invitation") == []
    session.rollback()
