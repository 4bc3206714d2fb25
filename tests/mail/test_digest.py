"""The weekly mails: to who wants them, once a week, and only when there is something to say."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import choose
from accounts.models import User
from common.clock import frozen_at, now
from common.database import reading_only
from common.ledger import LedgerEntry
from common.outbox import MailState, OutboxMail
from common.sender_lock import SenderLock
from tests.mail.letters import sent_text
from website import mail_commands
from website.config import ROOT
from website.digests import StaffWork, readers, write_to_staff

Accounts = dict[str, dict[str, str]]


def run(app: Flask) -> Result:
    outcome = app.test_cli_runner().invoke(args=["mail", "digest"])
    assert outcome.exit_code == 0, outcome.output
    return outcome


def digests(session: Session, kind: str) -> list[OutboxMail]:
    found = list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))
    session.expunge_all()
    session.rollback()
    return found


def next_monday() -> datetime:
    return (now() + timedelta(days=7 - now().weekday())).replace(hour=8)


def ask(session: Session, account: dict[str, str], kind: str) -> None:
    user = session.scalars(select(User).where(User.email == account["email"])).unique().one()
    choose(session, user, kind, True)
    session.commit()
    session.expunge_all()


def test_a_coordinator_gets_what_is_open_for_his_organisation(app: Flask, session: Session, accounts: Accounts) -> None:
    run(app)
    mails = digests(session, "digest_authority")
    mine = [mail for mail in mails if mail.to_address == accounts["coordinator"]["email"]]
    assert len(mine) == 1
    assert "http://localhost/mijn?organisatie=vb001" in mine[0].body_text
    assert "Gemeente Lindenveen" in mine[0].body_text
    assert mine[0].end_link
    assert mine[0].end_link in sent_text(session, mine[0])
    addresses = [mail.to_address for mail in mails]
    assert len(addresses) == len(set(addresses))


def test_staff_who_asked_for_it_get_what_waits_and_others_do_not(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    ask(session, accounts["beoordelaar"], "digest_staff")
    run(app)
    (mail,) = digests(session, "digest_staff")
    assert mail.to_address == accounts["beoordelaar"]["email"]
    assert "wachten op een besluit." in mail.body_text
    assert "http://localhost/redactie" in mail.body_text


def test_a_second_run_in_the_same_week_writes_nothing(app: Flask, session: Session) -> None:
    run(app)
    before = len(digests(session, "digest_authority"))
    assert "al gemaakt" in run(app).output
    assert len(digests(session, "digest_authority")) == before > 0
    assert session.scalars(select(LedgerEntry.event).where(LedgerEntry.event == "mail.digested")).all() == [
        "mail.digested"
    ]


def test_a_run_that_was_cut_off_goes_on_and_writes_to_nobody_twice(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter(range(3))
    whole = mail_commands._digest

    def cut_off(*arguments: object) -> bool:
        next(written)
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(mail_commands, "_digest", cut_off)
    assert app.test_cli_runner().invoke(args=["mail", "digest"]).exit_code != 0
    monkeypatch.undo()
    run(app)
    addresses = [mail.to_address for mail in digests(session, "digest_authority")]
    assert len(addresses) == len(set(addresses)) > 3


def test_two_runs_at_the_same_time_write_to_nobody_twice(app: Flask, session: Session) -> None:
    data = str(app.extensions["settings"].data)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "digest"]
    environment = {"PATH": os.environ["PATH"], "MANIFESTKOMPAS_DATA": data}
    runs = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    told = [one.communicate(timeout=120)[1] for one in runs]
    assert [one.returncode for one in runs] == [0, 0], told
    numbers = [mail.to_user_id for mail in digests(session, "digest_authority")]
    assert len(numbers) == len(set(numbers)) > 0
    assert len(session.scalars(select(LedgerEntry.event).where(LedgerEntry.event == "mail.digested")).all()) == 1


def test_while_another_process_makes_them_a_run_does_nothing(app: Flask, session: Session) -> None:
    lock = SenderLock(app.extensions["database"].engine, app.extensions["settings"].data, "mail-digest")
    assert lock.take()
    assert "Een ander proces" in run(app).output
    assert digests(session, "digest_authority") == []
    lock.release()
    assert "weekberichten gemaakt" in run(app).output


def test_who_got_it_from_another_run_meanwhile_gets_none_in_his_turn(app: Flask, session: Session) -> None:
    with reading_only():
        people = readers(session, "digest_authority", with_example=True)
        session.rollback()
    run(app)
    before = len(digests(session, "digest_authority"))
    with app.app_context():
        assert not any(mail_commands._digest(session, one) for one in people)
    assert len(digests(session, "digest_authority")) == before


def test_the_next_week_writes_again(app: Flask, session: Session) -> None:
    monday = next_monday()
    with frozen_at(monday - timedelta(hours=12)):
        run(app)
    before = len(digests(session, "digest_authority"))
    with frozen_at(monday):
        run(app)
    assert len(digests(session, "digest_authority")) > before


def test_nothing_is_written_when_there_is_nothing_to_say(app: Flask, session: Session, accounts: Accounts) -> None:
    ask(session, accounts["beoordelaar"], "digest_staff")
    user = session.scalars(select(User).where(User.email == accounts["beoordelaar"]["email"])).unique().one()
    with app.app_context():
        assert write_to_staff(session, user, StaffWork(0, 0, 0, 0, 0, 0)) is False
    session.rollback()


def test_without_a_mail_server_the_digests_are_files_and_sending_says_so(app: Flask, session: Session) -> None:
    run(app)
    mails = digests(session, "digest_authority")
    assert {mail.state for mail in mails} == {MailState.SENT}
    folder = app.extensions["settings"].data / "mail"
    assert len(list(folder.glob("*-digest_authority.eml"))) == len(mails)
    assert "Er is geen MAIL_URL" in app.test_cli_runner().invoke(args=["mail", "send"]).output


def test_the_clock_of_the_week_is_dutch() -> None:
    from website.digests import monday

    with frozen_at(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)):  # half past midnight on Monday in the Netherlands
        assert monday() == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
