"""An account with a second step: the provider alone links nothing to it, and lets nobody in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.sign_in_models import ExternalIdentity, SecurityEvent
from common.outbox import OutboxMail
from tests.accounts.second_steps import CODE, Telephone, give_code, set_up_app
from tests.oidc.liar import Liar
from tests.oidc.visits import begin, is_in, reason
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def app_and_codes(liar_site: Flask, liar: Liar, accounts: Accounts) -> tuple[Telephone, list[str]]:
    """The app and the recovery codes of the invuller, whom the provider says to be there."""
    liar.email = accounts["invuller"]["email"]
    return set_up_app(sign_in(liar_site, accounts["invuller"]))


@pytest.fixture
def telephone(app_and_codes: tuple[Telephone, list[str]]) -> Telephone:
    return app_and_codes[0]


def come_back(site: Flask, liar: Liar, wanted: str = "") -> FlaskClient:
    """Return a browser that came back from the provider and has the second step to go."""
    client = site.test_client()
    answer = client.get(liar.hears(begin(client, next=wanted)))
    assert answer.headers["Location"] == CODE
    return client


def traces(session: Session) -> list[int]:
    """Count the links, the events of linking and the mails about it."""
    found = [
        session.scalar(select(func.count()).select_from(ExternalIdentity)),
        session.scalar(select(func.count()).where(SecurityEvent.kind == "account.identity-linked")),
        session.scalar(select(func.count()).where(OutboxMail.kind == "account_identity_linked")),
    ]
    session.rollback()
    return [number or 0 for number in found]


def test_the_provider_is_linked_only_when_the_second_step_is_given(
    liar_site: Flask, liar: Liar, telephone: Telephone, session: Session
) -> None:
    client = come_back(liar_site, liar, "/mijn/instellingen")
    assert traces(session) == [0, 0, 0]
    assert give_code(client, code="000000").status_code == 422
    assert traces(session) == [0, 0, 0]
    assert give_code(client, code=telephone.code(later=1)).headers["Location"] == "/mijn/instellingen"
    assert is_in(client)
    assert traces(session) == [1, 1, 1]


def test_what_is_linked_already_is_not_linked_again(
    liar_site: Flask, liar: Liar, accounts: Accounts, session: Session
) -> None:
    liar.email = accounts["invuller"]["email"]
    first = liar_site.test_client()
    first.get(liar.hears(begin(first)))
    telephone, _codes = set_up_app(first)
    client = come_back(liar_site, liar)
    give_code(client, code=telephone.code(later=1))
    assert is_in(client)
    assert traces(session) == [1, 1, 1]


def test_of_two_identities_that_wait_for_one_account_the_second_gets_nothing(
    liar_site: Flask, liar: Liar, app_and_codes: tuple[Telephone, list[str]], session: Session
) -> None:
    telephone, codes = app_and_codes
    one = come_back(liar_site, liar)
    liar.token = lambda claims: liar.signed({**claims, "sub": "another"})
    two = come_back(liar_site, liar)
    give_code(one, code=telephone.code(later=1))
    answer = give_code(two, herstelcode=codes[0])
    assert reason(answer) == "geen-account"
    assert not is_in(two)
    assert traces(session) == [1, 1, 1]
    kinds = session.scalars(select(SecurityEvent.kind)).all()
    session.rollback()
    assert "account.identity-refused" in kinds


def test_signing_in_by_a_provider_leaves_nothing_of_the_session_before_and_notes_who_went_out(
    liar_site: Flask, liar: Liar, accounts: Accounts, session: Session
) -> None:
    liar.email = accounts["coordinator"]["email"]
    client = liar_site.test_client()
    back = liar.hears(begin(client))
    with client.session_transaction() as cookie:
        begun = {key: value for key, value in cookie.items() if key.startswith("_state_")}
    client.post("/inloggen", data={**accounts["invuller"], "csrf_token": csrf_token(client, "/inloggen")})
    with client.session_transaction() as cookie:  # as a slow answer in the first tab puts it back
        cookie.update({**begun, "of_before": "x"})
    assert client.get(back).headers["Location"] == "/welkom"
    with client.session_transaction() as cookie:
        assert not [key for key in cookie if key == "of_before" or key.startswith("_state_")]
    out = select(User.email).join(SecurityEvent, SecurityEvent.user_id == User.id)
    assert session.scalars(out.where(SecurityEvent.kind == "session.signed-out")).all() == [
        accounts["invuller"]["email"]
    ]
    session.rollback()
