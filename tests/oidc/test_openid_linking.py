"""Signing in by a real, certified provider on loopback: who gets in, and to which account."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Invitation, Membership, User
from accounts.sign_in_models import BrowserSession, ExternalIdentity, SecurityEvent
from common.clock import now
from common.ledger import sha256
from common.outbox import OutboxMail
from tests.oidc.visits import at_provider, begin, begin_anew, is_in, reason, sign_in_by
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]


def identities(session: Session) -> list[tuple[str, str]]:
    found = session.execute(
        select(User.email, ExternalIdentity.subject).join(User, User.id == ExternalIdentity.user_id)
    ).all()
    session.rollback()
    return [(one.email, one.subject) for one in found]


def test_a_verified_address_of_an_account_links_and_signs_in(
    oidc_client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    email = accounts["invuller"]["email"]
    answer = sign_in_by(oidc_client, f"s1 {email}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/welkom"
    assert is_in(oidc_client)
    assert identities(session) == [(email, f"s1 {email}")]
    assert session.scalars(select(BrowserSession.means)).all()[-1] == "stad"
    assert "account.identity-linked" in session.scalars(select(SecurityEvent.kind)).all()
    mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "account_identity_linked")).one()
    assert mail.to_address == email
    assert "http://localhost/mijn/instellingen" in mail.body_text
    assert "de proefstad" in mail.subject
    session.rollback()


def test_the_second_time_the_subject_opens_the_account_whatever_its_address_is_now(
    oidc_site: Flask, accounts: Accounts, session: Session
) -> None:
    person = f"s2 {accounts['invuller']['email']}"
    sign_in_by(oidc_site.test_client(), person)
    user = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    user.email = "intussen-anders@voorbeeld.example"
    session.commit()
    client = oidc_site.test_client()
    sign_in_by(client, person)
    assert is_in(client)
    mails = session.scalar(select(func.count()).where(OutboxMail.kind == "account_identity_linked"))
    assert mails == 1
    session.rollback()


def test_the_address_is_compared_without_regard_to_case(oidc_client: FlaskClient, accounts: Accounts) -> None:
    sign_in_by(oidc_client, f"s3 {accounts['invuller']['email'].upper()}")
    assert is_in(oidc_client)


def test_an_unverified_address_links_to_nothing(oidc_client: FlaskClient, accounts: Accounts, session: Session) -> None:
    answer = sign_in_by(oidc_client, f"s4 {accounts['invuller']['email']} unverified")
    assert reason(answer) == "niet-bevestigd"
    assert not is_in(oidc_client)
    assert identities(session) == []


def test_an_unverified_address_gets_the_same_answer_whether_an_account_has_it(
    oidc_client: FlaskClient, accounts: Accounts
) -> None:
    known = sign_in_by(oidc_client, f"s5 {accounts['invuller']['email']} unverified")
    unknown = sign_in_by(oidc_client, "s6 niemand@elders.example unverified")
    assert known.headers["Location"] == unknown.headers["Location"]


def test_who_is_unknown_gets_no_account_and_hears_how_to_get_one(oidc_client: FlaskClient, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(User))
    session.rollback()
    answer = sign_in_by(oidc_client, "s7 niemand@elders.example")
    page = oidc_client.get(answer.headers["Location"])
    assert page.status_code == 403
    assert "U hebt nog geen account" in page.text
    assert "coördinator van uw organisatie" in page.text
    assert session.scalar(select(func.count()).select_from(User)) == before
    session.rollback()


def test_an_account_that_was_switched_off_is_refused_as_if_it_were_not_there(
    oidc_client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    user = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    user.active = False
    session.commit()
    off = sign_in_by(oidc_client, f"s8 {accounts['invuller']['email']}")
    unknown = sign_in_by(oidc_client, "s9 niemand@elders.example")
    assert off.headers["Location"] == unknown.headers["Location"]
    assert identities(session) == []


def test_a_linked_account_that_was_switched_off_stays_shut(
    oidc_site: Flask, accounts: Accounts, session: Session
) -> None:
    person = f"s10 {accounts['invuller']['email']}"
    sign_in_by(oidc_site.test_client(), person)
    session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one().active = False
    session.commit()
    client = oidc_site.test_client()
    assert reason(sign_in_by(client, person)) == "geen-account"
    assert not is_in(client)


def test_another_subject_with_the_same_address_is_not_linked_as_well(
    oidc_site: Flask, accounts: Accounts, session: Session
) -> None:
    email = accounts["invuller"]["email"]
    sign_in_by(oidc_site.test_client(), f"first {email}")
    client = oidc_site.test_client()
    assert reason(sign_in_by(client, f"second {email}")) == "geen-account"
    assert not is_in(client)
    assert identities(session) == [(email, f"first {email}")]
    assert "account.identity-refused" in session.scalars(select(SecurityEvent.kind)).all()
    session.rollback()


def test_an_open_invitation_makes_the_account_and_the_role_is_that_of_the_invitation(
    oidc_client: FlaskClient, session: Session
) -> None:
    session.add(invitation("nieuw@voorbeeld.example", days=3))
    session.commit()
    sign_in_by(oidc_client, "s11 Nieuw@voorbeeld.example")
    assert is_in(oidc_client)
    user = session.scalars(select(User).where(User.email == "nieuw@voorbeeld.example")).one()
    assert user.password is None
    assert session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all() == ["invuller"]
    assert session.scalars(select(Invitation)).one().accepted_by_id == user.id
    session.rollback()


def test_an_invitation_that_is_over_or_was_withdrawn_makes_no_account(
    oidc_client: FlaskClient, session: Session
) -> None:
    session.add(invitation("laat@voorbeeld.example", days=-1))
    withdrawn = invitation("terug@voorbeeld.example", days=3)
    withdrawn.withdrawn_at = now()
    session.add(withdrawn)
    session.commit()
    for number, name in enumerate(("laat", "terug")):
        assert reason(sign_in_by(oidc_client, f"gone{number} {name}@voorbeeld.example")) == "geen-account"
    assert identities(session) == []


def invitation(email: str, *, days: int) -> Invitation:
    return Invitation(
        token_hash=sha256(email),
        email=email,
        name="Voorbeeld Nieuw",
        authority_code="vb001",
        role="invuller",
        expires_at=now() + timedelta(days=days),
    )


def test_whoever_stops_at_the_provider_hears_that_nothing_happened(oidc_client: FlaskClient) -> None:
    browser = requests.Session()
    page = browser.get(begin(oidc_client), timeout=5)
    found = re.search(r'href="([^"]+/abort)"', page.text)
    assert found
    back = browser.get(urljoin(page.url, found.group(1)), allow_redirects=False, timeout=5)
    while "/terug" not in back.headers["Location"]:
        back = browser.get(urljoin(page.url, back.headers["Location"]), allow_redirects=False, timeout=5)
    answer = oidc_client.get(back.headers["Location"].removeprefix("http://localhost"))
    assert reason(answer) == "afgebroken"
    assert "U bent niet ingelogd" in oidc_client.get(answer.headers["Location"]).text


def test_next_leads_to_a_page_of_this_site_only(oidc_site: Flask, accounts: Accounts) -> None:
    person = f"s12 {accounts['invuller']['email']}"
    ways = {
        "/mijn": "/mijn",
        "https://elders.example/": "/welkom",
        "//elders.example": "/welkom",
        "/\\e.example": "/welkom",
    }
    for wanted, where in ways.items():
        assert sign_in_by(oidc_site.test_client(), person, next=wanted).headers["Location"] == where


def test_a_link_is_taken_away_while_the_password_remains(
    oidc_site: Flask, accounts: Accounts, session: Session
) -> None:
    client = sign_in(oidc_site, accounts["invuller"])
    sign_in_by(oidc_site.test_client(), f"s13 {accounts['invuller']['email']}")
    path = f"/mijn/instellingen/koppelingen/{session.scalars(select(ExternalIdentity.id)).one()}/verwijderen"
    session.rollback()
    token = csrf_token(client, "/mijn/instellingen")
    assert sign_in(oidc_site, accounts["coordinator"]).post(path, data={"csrf_token": "x"}).status_code == 400
    assert client.post(path, data={"csrf_token": token}).status_code == 303
    assert identities(session) == []
    assert "account.identity-unlinked" in session.scalars(select(SecurityEvent.kind)).all()
    session.rollback()


def test_the_last_way_in_cannot_be_taken_away(oidc_client: FlaskClient, accounts: Accounts, session: Session) -> None:
    sign_in_by(oidc_client, f"s14 {accounts['invuller']['email']}")
    user = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    user.password = None
    number = session.scalars(select(ExternalIdentity.id)).one()
    session.commit()
    token = csrf_token(oidc_client, "/mijn/instellingen")
    path = f"/mijn/instellingen/koppelingen/{number}/verwijderen"
    assert oidc_client.post(path, data={"csrf_token": token}).status_code == 403
    assert len(identities(session)) == 1


def test_signing_in_anew_asks_the_provider_again_and_counts_as_fresh(
    oidc_client: FlaskClient, accounts: Accounts
) -> None:
    person = f"s15 {accounts['invuller']['email']}"
    sign_in_by(oidc_client, person)
    with oidc_client.session_transaction() as cookie:
        cookie["fs_paa"] = 1.0
    address = begin_anew(oidc_client)
    assert "prompt=login" in address
    assert "max_age=0" in address
    oidc_client.get(at_provider(address, person))
    with oidc_client.session_transaction() as cookie:
        assert cookie["fs_paa"] > 1.0


def test_signing_in_anew_as_somebody_else_does_not_count(oidc_client: FlaskClient, accounts: Accounts) -> None:
    sign_in_by(oidc_client, f"s16 {accounts['invuller']['email']}")
    with oidc_client.session_transaction() as cookie:
        cookie["fs_paa"] = 1.0
    answer = oidc_client.get(at_provider(begin_anew(oidc_client), f"s17 {accounts['coordinator']['email']}"))
    assert reason(answer) == "iemand-anders"
    with oidc_client.session_transaction() as cookie:
        assert cookie["fs_paa"] == 1.0
