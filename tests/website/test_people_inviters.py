"""An invitation lasts no longer than the right to invite of the person who sent it."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import invitations, inviters, memberships, privacy, staff_roles
from accounts.invitations import Sent, Wish
from accounts.memberships import NotPossible, Why
from accounts.models import Invitation, MemberRole, StaffRole, User
from common.ledger import SYSTEM, Actor, LedgerEntry
from tests.factories_people import DEMO, PASSWORD, credentials, invite, mails, make_member, person
from tests.mail.letters import sent_text
from tests.sites import csrf_token, sign_in

DESK = "/redactie/mensen/redactie"
HERE = f"/mijn/mensen?organisatie={DEMO}"
REASON = "ontslagen wegens misbruik"
WISH = {"naam": "Tweede ik", "e-mailadres": "prive@elders.example", "taal": "nl"}
NEW = {"naam": "Tweede ik", "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}


def send(app: Flask, user: dict[str, str], page: str, role: str) -> None:
    client = sign_in(app, user)
    answer = client.post(page, data={**WISH, "rol": role, "csrf_token": csrf_token(client, page)})
    assert answer.status_code == 303


def use_link(app: Flask, session: Session) -> TestResponse:
    """Open the link of the newest invitation in a new browser, and join."""
    link = sent_text(session, mails(session, "account_invitation")[-1]).split("http://localhost")[1].split()[0]
    session.rollback()
    client = app.test_client()
    return client.post(link, data={**NEW, "csrf_token": csrf_token(client, "/inloggen")})


def test_a_beheerder_who_lost_his_role_brings_no_accomplice_in(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    bad = make_member(app, session, "boos@redactie.example", StaffRole.ADMINISTRATOR)
    session.commit()
    send(app, credentials(bad), DESK, "beheerder")
    boss, path = sign_in(app, accounts["beheerder"]), f"{DESK}/{bad.id}"
    assert boss.post(path, data={"reden": REASON, "csrf_token": csrf_token(boss, path)}).status_code == 303
    answer = use_link(app, session)
    assert (answer.status_code, "is ingetrokken" in answer.text) == (410, True)
    assert session.scalars(select(User.id).where(User.email == WISH["e-mailadres"])).first() is None
    assert WISH["e-mailadres"] not in boss.get(DESK).text
    session.rollback()


@pytest.mark.parametrize(("verb", "fields"), [("stoppen", {}), ("rol", {"rol": "invuller"})])
def test_a_coordinator_who_is_one_no_longer_brings_nobody_in(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], verb: str, fields: dict[str, str]
) -> None:
    bad = make_member(app, session, "boos@organisatie.example", (DEMO, MemberRole.COORDINATOR))
    session.commit()
    send(app, credentials(bad), HERE, "coordinator")
    colleague, path = sign_in(app, accounts["coordinator"]), f"/mijn/mensen/{bad.memberships[0].id}/{verb}"
    form = {**fields, "csrf_token": csrf_token(colleague, HERE)}
    assert colleague.post(f"{path}?organisatie={DEMO}", data=form).status_code == 303
    assert use_link(app, session).status_code == 410


def test_an_erased_inviter_brings_nobody_in(app: Flask, session: Session) -> None:
    bad = make_member(app, session, "boos@redactie.example", StaffRole.ADMINISTRATOR)
    session.commit()
    send(app, credentials(bad), DESK, "redacteur")
    privacy.erase(session, person(session, bad.email))
    session.commit()
    assert use_link(app, session).status_code == 410


def test_the_ledger_names_each_invitation_that_was_taken_back_and_who_did_it(app: Flask, session: Session) -> None:
    bad = make_member(app, session, "boos@redactie.example", StaffRole.ADMINISTRATOR)
    sent = invite_by(session, bad, StaffRole.ADMINISTRATOR)
    staff_roles.change(session, bad, [], actor=Actor("beheerder", 1), reason=REASON)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "invitation.withdrawn")).one()
    assert sent.invitation.withdrawn_at is not None
    details = json.loads(entry.payload)
    assert str(sent.invitation.id) in json.dumps(details)
    assert entry.actor_role == "beheerder"
    session.rollback()


def invite_by(session: Session, by: User, role: StaffRole | MemberRole, email: str = "nieuw@elders.example") -> Sent:
    where = None if isinstance(role, StaffRole) else DEMO
    return invitations.invite(session, Wish(email, "Nieuw", role, where), by=by, actor=SYSTEM)


def test_what_another_sent_or_the_command_line_or_another_role_allows_stays(app: Flask, session: Session) -> None:
    bad = make_member(app, session, "boos@x.example", StaffRole.ADMINISTRATOR, (DEMO, MemberRole.COORDINATOR))
    good = make_member(app, session, "goed@x.example", StaffRole.ADMINISTRATOR)
    kept = [
        invite(session, "een@x.example", StaffRole.EDITOR),
        invite_by(session, good, StaffRole.EDITOR, "twee@x.example"),
        invite_by(session, bad, MemberRole.CONTRIBUTOR, "drie@x.example"),
    ]
    taken_over = invite_by(session, bad, StaffRole.EDITOR, "vier@x.example").invitation
    kept.append(invitations.send_again(session, taken_over, by=good, actor=SYSTEM))
    gone = invite_by(session, bad, StaffRole.EDITOR, "vijf@x.example").invitation
    staff_roles.change(session, bad, [], actor=SYSTEM, reason=REASON)
    assert [one.invitation.withdrawn_at for one in kept] == [None] * 4
    assert gone.withdrawn_at is not None
    memberships.end(session, bad.memberships[0], actor=SYSTEM)
    assert [one.invitation.withdrawn_at is None for one in kept] == [True, True, False, True]
    session.rollback()


def lose_role(user: User) -> None:
    """Take a role away past every rule, as an old version or a hand in the database does."""
    user.roles.clear()


@pytest.mark.parametrize("change", [lose_role, lambda user: setattr(user, "active", False)])
def test_accepting_looks_again_whether_the_inviter_may_invite(
    app: Flask, session: Session, change: Callable[[User], None]
) -> None:
    bad = make_member(app, session, "boos@redactie.example", StaffRole.ADMINISTRATOR)
    friend = make_member(app, session, "vriend@elders.example")
    invitation = invite_by(session, bad, StaffRole.ADMINISTRATOR, friend.email).invitation
    change(bad)
    session.flush()
    with pytest.raises(NotPossible) as refused:
        invitations.accept(session, invitation, friend)
    assert refused.value.why is Why.NOT_OPEN
    assert session.get_one(Invitation, invitation.id).accepted_at is None
    assert invitations.open_for_address(session, friend.email) == []
    session.rollback()


def test_without_the_guards_the_accomplice_would_come_in(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = make_member(app, session, "boos@redactie.example", StaffRole.ADMINISTRATOR)
    session.commit()
    send(app, credentials(bad), DESK, "beheerder")
    monkeypatch.setattr(inviters, "may_invite_for", lambda _user, _invitation: True)
    staff_roles.change(session, person(session, bad.email), [], actor=SYSTEM, reason=REASON)
    session.commit()
    assert use_link(app, session).status_code == 303
