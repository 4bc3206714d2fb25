"""Invitations: one link, fourteen days, used once, only its hash kept, and no two answers at once."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import invitations
from accounts.addresses import normal_address
from accounts.invitations import State, state_of
from accounts.memberships import NotPossible, Why
from accounts.models import Invitation, MemberRole, Membership, StaffRole
from common.clock import frozen_at, now
from common.database import Database
from common.ledger import SYSTEM, LedgerEntry, first_broken, sha256
from tests.factories_people import DEMO, invite, make_member, person


def test_only_the_hash_of_the_secret_is_kept(session: Session) -> None:
    sent = invite(session)
    session.commit()
    row = session.execute(text("SELECT * FROM invitation WHERE id = :id"), {"id": sent.invitation.id}).one()
    assert sent.invitation.token_hash == sha256(sent.token)
    assert sent.token not in [str(value) for value in row]
    assert len(sent.token) >= 43  # 256 bits


def test_a_link_is_open_for_fourteen_days_and_not_a_second_longer(session: Session) -> None:
    invitation = invite(session).invitation
    for seconds, state in ((-1, State.OPEN), (0, State.EXPIRED)):
        with frozen_at(invitation.sent_at + timedelta(days=14, seconds=seconds)):
            assert state_of(invitation) is state
    session.rollback()


def test_sending_again_kills_the_old_link_and_gives_fourteen_new_days(session: Session) -> None:
    first = invite(session)
    with frozen_at(now() + timedelta(days=20)):
        second = invitations.send_again(session, first.invitation, by=None, actor=SYSTEM)
        assert state_of(second.invitation) is State.OPEN
        assert invitations.find(session, first.token) is None
        assert invitations.find(session, second.token) is second.invitation
    session.rollback()


def test_who_was_asked_for_the_same_before_gets_one_invitation_and_not_two(session: Session) -> None:
    first, second = invite(session), invite(session, "NIEUW@organisatie.example".lower())
    assert second.again
    assert first.invitation.id == second.invitation.id
    session.rollback()


def test_an_address_is_kept_in_one_form_and_what_is_none_is_refused() -> None:
    assert normal_address(" Jan.Jansen@Gemeente.NL ") == "jan.jansen@gemeente.nl"
    hostile = [
        "",
        "geen adres",
        "a@b.nl\nBcc: c@d.nl",
        "a@b.nl\r\nSubject: x",
        "a@b.nl, c@d.nl",
        "a@b.nl\x00",
        "<a@b.nl>",
    ]
    assert [normal_address(address) for address in hostile] == [None] * len(hostile)


@pytest.mark.parametrize("ending", ["accepted", "withdrawn"])
def test_what_was_answered_cannot_be_answered_again(app: Flask, session: Session, ending: str) -> None:
    user = make_member(app, session, "nieuw@organisatie.example")
    invitation = invite(session).invitation
    if ending == "accepted":
        invitations.accept(session, invitation, user)
    else:
        invitations.withdraw(session, invitation, actor=SYSTEM)
    for change in (
        lambda: invitations.accept(session, invitation, user),
        lambda: invitations.withdraw(session, invitation, actor=SYSTEM),
        lambda: invitations.send_again(session, invitation, by=None, actor=SYSTEM),
    ):
        with pytest.raises(NotPossible) as refused:
            change()
        assert refused.value.why is Why.NOT_OPEN
    session.rollback()


def test_somebody_elses_invitation_cannot_be_accepted(app: Flask, session: Session) -> None:
    invitation = invite(session).invitation
    with pytest.raises(NotPossible) as refused:
        invitations.accept(session, invitation, make_member(app, session, "ander@organisatie.example"))
    assert refused.value.why is Why.OTHER_ADDRESS
    session.rollback()


def test_who_has_the_role_is_not_asked_for_it(app: Flask, session: Session) -> None:
    make_member(app, session, "nieuw@organisatie.example", (DEMO, MemberRole.CONTRIBUTOR), StaffRole.EDITOR)
    for role in (MemberRole.CONTRIBUTOR, StaffRole.EDITOR):
        with pytest.raises(NotPossible) as refused:
            invite(session, role=role)
        assert refused.value.why is Why.ALREADY_THERE
    assert invite(session, role=MemberRole.COORDINATOR).again is False
    session.rollback()


def test_only_open_invitations_are_found_by_address(session: Session) -> None:
    kept = invite(session, role=MemberRole.CONTRIBUTOR).invitation
    withdrawn = invite(session, role=MemberRole.EXECUTIVE).invitation
    invitations.withdraw(session, withdrawn, actor=SYSTEM)
    with frozen_at(now() - timedelta(days=15)):
        invite(session, role=StaffRole.EDITOR)
    assert invitations.open_for_address(session, "Nieuw@Organisatie.example") == [kept]
    session.rollback()


def test_the_ledger_names_an_invitation_by_its_number_and_nobody_by_name(app: Flask, session: Session) -> None:
    sent = invite(session)
    user = make_member(app, session, "nieuw@organisatie.example")
    invitations.accept(session, sent.invitation, user)
    session.flush()
    query = select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(3)
    entries = session.scalars(query).all()
    assert [entry.event for entry in entries] == ["membership.started", "invitation.accepted", "invitation.sent"]
    assert not any(entry.is_public or "organisatie.example" in entry.payload for entry in entries)
    assert "Nieuwe Collega" not in "".join(entry.payload for entry in entries)
    assert first_broken(session) is None
    session.rollback()


def test_two_who_use_one_link_at_the_same_moment_do_not_both_come_in(app: Flask, session: Session) -> None:
    make_member(app, session, "nieuw@organisatie.example")
    number = invite(session).invitation.id
    session.commit()
    assert sorted(at_once(app, number, people=4)) == ["in", "refused", "refused", "refused"]
    user = person(session, "nieuw@organisatie.example")
    assert len(session.scalars(select(Membership).where(Membership.user_id == user.id)).all()) == 1
    session.rollback()


def at_once(app: Flask, number: int, people: int) -> list[str]:
    """Let as many browsers accept one invitation in the same moment; return what became of each."""
    database: Database = app.extensions["database"]
    start, outcomes = threading.Barrier(people), []

    def answer() -> None:
        with Session(database.engine, expire_on_commit=False) as own:
            start.wait()
            try:
                user = person(own, "nieuw@organisatie.example")
                invitations.accept(own, own.get_one(Invitation, number), user)
                own.commit()
                outcomes.append("in")
            except NotPossible:
                outcomes.append("refused")

    threads = [threading.Thread(target=answer) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
