"""What is too old goes, what is younger stays; the privacy page says the same; no table is forgotten."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

import website.tables  # noqa: F401  all tables in one metadata
from accounts import staff_roles
from accounts.models import Invitation, Membership, StaffRole, User
from accounts.privacy import ERASED_NAME
from accounts.sign_in_models import BrowserSession, SecurityEvent, SignInWait
from common import outbox
from common.clock import local, now
from common.database import Base
from common.files.models import Attachment, StoredFile
from common.ledger import SYSTEM, LedgerEntry, LedgerSalt, first_broken
from common.outbox import MailState, OutboxMail
from common.unsaved import UnsavedInput
from kb.discussion.models import UsefulVote
from kb.guides.models import Revision
from kb.proposals.models import Proposal, ProposalKind, ProposalPreview
from kb.search.models import SearchMiss
from registry.editions.models import Edition
from registry.reminders.models import ReminderKind, ReminderRound
from registry.reports.models import Report
from registry.reports.sheets.models import SheetUpload
from registry.reports.together.models import Presence
from tests.factories_comments import add_comment
from tests.factories_review import make_account, make_person
from tests.factories_signing import left_signing, refused_signature, withdrawn_signing
from tests.factories_together import old_link
from tests.factories_votes import guide_id
from tests.mail.letters import mail_file
from website.mailing import show_as_files
from website.privacy import NOT_A_PERSON, SECTIONS
from website.retention import RULES, clean_by

BY_KEY = {rule.key: rule for rule in RULES}
DAY = timedelta(days=1)
Make = Callable[[Session, User, datetime], object]


def _mail(session: Session, person: User, moment: datetime) -> OutboxMail:
    made = outbox.queue(session, "digest", person.email, "nl", parts=("Bericht", "Hallo", "<p>Hallo</p>"))
    made.created_at, made.state = moment, MailState.GIVEN_UP
    return made


def _file(session: Session, person: User, moment: datetime) -> Attachment:
    content = session.merge(StoredFile(sha256="a" * 64, media_type="application/pdf", size=1))
    session.flush()
    return Attachment(
        sha256=content.sha256, subject="guide:x", name="x.pdf", added_by_id=person.id,
        added_at=moment, removed_at=moment,
    )  # fmt: skip


MAKERS: dict[str, Make] = {
    "signing_withdrawn": withdrawn_signing,
    "signing_left": left_signing,
    "signature_refused": refused_signature,
    "browser_session": lambda s, p, at: BrowserSession(
        user_id=p.id, key_hash=str(at), means="password", device="Firefox", started_at=at, seen_at=at, ended_at=at
    ),
    "security_event": lambda s, p, at: SecurityEvent(user_id=p.id, kind="session.began", at=at),
    "sign_in_wait": lambda s, p, at: SignInWait(key=str(at), failures=3, changed_at=at),
    "invitation": lambda s, p, at: Invitation(
        token_hash=str(at), email="a@b.example", name="A", role="invuller", expires_at=at
    ),
    "mail": _mail,
    "unsaved_input": lambda s, p, at: UnsavedInput(user_id=p.id, path="/x", fields={}, kept_at=at),
    "file": _file,
    "presence": lambda s, p, at: Presence(
        report_id=s.scalars(select(Report.id)).first(),
        user_id=make_person(s, f"bezig-{at:%d}").id,
        section="C",
        seen_at=at,
    ),
    "reminder": lambda s, p, at: ReminderRound(
        edition_id=s.scalars(select(Edition.id)).first(), kind=ReminderKind.EXTRA, planned_on=at.date(), made_at=at
    ),
    # Of an answer only the day is kept, so that half a day tells nothing.
    "guide_vote": lambda s, p, at: UsefulVote(
        id=int(at.timestamp()) % 2**31,
        guide_id=guide_id(s),
        revision_number=1,
        useful=True,
        sentence="Fijn.",
        day=local(at - DAY / 2).date(),
    ),
    "proposal_left": lambda s, p, at: Proposal(
        key=f"oud-{at:%d%H}", kind=ProposalKind.NEW, content={}, author_id=p.id, saved_at=at
    ),
    "preview_link": lambda s, p, at: ProposalPreview(
        token_hash=str(at), revision_id=s.scalars(select(Revision.id)).first(), made_by_id=p.id, expires_at=at
    ),
    "guest": old_link,
    "guest_left": old_link,
    "guide_comment": lambda s, p, at: add_comment(s, p, said_at=at, resolved_at=at),
    "search_miss": lambda s, p, at: SearchMiss(asked=f"vraag {at:%d}", language="nl", day=(at - DAY / 2).date()),
    "sheet_upload": lambda s, p, at: SheetUpload(
        report_id=s.scalars(select(Report.id)).first(),
        user_id=make_person(s, f"lezer-{at:%d}").id,
        name="a.ods",
        content={},
        uploaded_at=at,
    ),
}


@pytest.fixture
def person(session: Session) -> User:
    return make_person(session, "petra")


@pytest.mark.parametrize("key", sorted(MAKERS))
def test_what_is_too_old_goes_and_what_is_younger_stays(session: Session, person: User, key: str) -> None:
    rule = BY_KEY[key]
    clean_by(session, rule)
    session.add(MAKERS[key](session, person, now() - rule.kept + DAY / 2))
    session.flush()
    assert clean_by(session, rule) == 0
    old = MAKERS[key](session, person, now() - rule.kept - DAY / 2)
    session.add(old)
    session.flush()
    assert clean_by(session, rule) == 1
    assert clean_by(session, rule) == 0


def test_every_rule_that_cleans_by_time_has_its_case_here() -> None:
    with_own_test = {"account", "contact_person"}  # below, and tests/registry/test_review_contact.py
    assert {rule.key for rule in RULES if rule.clean or rule.clean_one} == set(MAKERS) | with_own_test


def test_a_session_that_was_never_ended_goes_by_when_it_was_seen(session: Session, person: User) -> None:
    old = now() - timedelta(days=40)
    row = BrowserSession(user_id=person.id, key_hash="k", means="password", device="x", started_at=old, seen_at=old)
    session.add(row)
    session.flush()
    assert clean_by(session, BY_KEY["browser_session"]) >= 1
    assert session.scalars(select(BrowserSession).where(BrowserSession.key_hash == "k")).first() is None


def test_mail_that_went_keeps_its_number_and_loses_who_and_what(session: Session, person: User) -> None:
    mail = _mail(session, person, now() - timedelta(days=100))
    mail.state = MailState.SENT
    session.flush()
    clean_by(session, BY_KEY["mail"])
    assert (mail.to_address, mail.subject, mail.body_text, mail.body_html) == ("", "", "", "")
    assert mail.message_id


def _account(session: Session, app: Flask, name: str, *, years: float, seen: float | None) -> User:
    user = make_account(session, app, name)
    user.created_at = now() - timedelta(days=365 * years)
    user.last_sign_in_at = now() - timedelta(days=365 * seen) if seen is not None else None
    return user


def test_accounts_that_nobody_uses_are_erased_and_others_stay(session: Session, app: Flask) -> None:
    gone = _account(session, app, "gerda", years=5, seen=2.1)
    never = _account(session, app, "nora", years=2.1, seen=None)
    idle = _account(session, app, "ida", years=5, seen=2.1)
    ended = {"started_at": now() - 900 * DAY, "ended_at": now() - 800 * DAY}
    session.add(Membership(user_id=idle.id, authority_code="vb001", role="invuller", **ended))
    fresh = _account(session, app, "fred", years=0.1, seen=None)
    busy = _account(session, app, "bert", years=5, seen=0.1)
    session.add(Membership(user_id=busy.id, authority_code="vb001", role="invuller", started_at=now() - 900 * DAY))
    session.flush()
    session.expire_all()
    assert clean_by(session, BY_KEY["account"]) == 3
    assert [one.name == ERASED_NAME for one in (gone, never, idle, fresh, busy)] == [True, True, True, False, False]


def test_who_signed_in_or_lost_a_role_in_these_two_years_stays(session: Session, app: Flask) -> None:
    roleless = _account(session, app, "rob", years=2.5, seen=0.0001)
    left = _account(session, app, "lies", years=5, seen=3)
    ended = {"started_at": now() - 1500 * DAY, "ended_at": now() - 100 * DAY}
    session.add(Membership(user_id=left.id, authority_code="vb001", role="invuller", **ended))
    staff = _account(session, app, "stef", years=5, seen=3)
    staff_roles.grant(session, staff, StaffRole.EDITOR, actor=SYSTEM)
    staff_roles.change(session, staff, [], actor=SYSTEM, reason="Hij werkt hier niet meer.")
    session.flush()
    session.expire_all()
    assert clean_by(session, BY_KEY["account"]) == 0
    assert ERASED_NAME not in {one.name for one in (roleless, left, staff)}
    entries = select(LedgerEntry.seq).where(LedgerEntry.event.like("staff.%"))
    session.execute(delete(LedgerSalt).where(LedgerSalt.seq.in_(entries)))  # without the ledger nobody knows of it
    assert clean_by(session, BY_KEY["account"]) == 1


def test_the_last_beheerder_and_the_example_world_are_never_cleaned_away(session: Session, app: Flask) -> None:
    for one in session.scalars(select(User)):
        one.roles.clear()
    boss = make_account(session, app, "bea", StaffRole.ADMINISTRATOR)
    boss.created_at = boss.last_sign_in_at = now() - timedelta(days=3650)
    session.flush()
    assert clean_by(session, BY_KEY["account"]) == 0


def test_the_command_says_what_went_and_is_safe_to_repeat(app: Flask, session: Session) -> None:
    person = make_person(session, "petra")
    session.add(MAKERS["security_event"](session, person, now() - timedelta(days=400)))
    session.commit()
    first, again = (app.test_cli_runner().invoke(args=["privacy", "clean"]) for _time in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), repr(first.exception)
    assert re.search(r"security_event +1\n", first.output)
    assert re.search(r"security_event +0\n", again.output)
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "account.cleaned")).all()
    said = [json.loads(one.payload) for one in entries]
    assert (1, "security_event") in [(one["number"], one["rule"]) for one in said]
    assert not any(one.is_public for one in entries)
    assert first_broken(session) is None


def test_the_file_of_old_mail_goes_and_that_of_newer_mail_stays(app: Flask, session: Session) -> None:
    person = make_person(session, "petra")
    old, new = (_mail(session, person, now() - age * DAY) for age in (100, 10))
    for mail in (old, new):
        mail.state = MailState.WAITING
    session.commit()
    show_as_files(session, app.extensions["settings"])
    assert app.test_cli_runner().invoke(args=["privacy", "clean"]).exit_code == 0
    assert [mail_file(session, mail).exists() for mail in (old, new)] == [False, True]


def test_a_part_that_fails_leaves_the_others_done_and_ends_with_1(app: Flask, session: Session) -> None:
    person = make_person(session, "petra")
    session.add(MAKERS["file"](session, person, now() - timedelta(days=400)))
    session.commit()
    session.execute(text("DROP TABLE security_event"))  # so that this rule, and what follows from it, fails
    session.commit()
    app.extensions["file_storage"] = None  # no storage that answers
    done = app.test_cli_runner().invoke(args=["privacy", "clean"])
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True)
    assert re.search(r"security_event +mislukt: OperationalError", done.output)
    assert re.search(r"\nfile +[1-9]", done.output)
    assert re.search(r"file_contents +mislukt: ", done.output)
    assert "Niet alles is opgeruimd" in done.output


@pytest.mark.parametrize(("path", "language"), [("/privacy", "nl"), ("/en/privacy", "en")])
def test_the_privacy_page_shows_the_same_rules(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(path).text.replace("&#34;", '"')
    for rule in RULES:
        assert rule.what[language] in page
        assert rule.how_long[language] in page


PERSONAL = re.compile(
    r"(^|_)(user_id|email|name|to_address)$|_by_id$|^by_id$|^author_id$|_user_id$|(^|_)(phone|address)$"
)


def tables_with_people() -> set[str]:
    """Return the tables with a column that names a person, or points at one."""
    found = set()
    for table in Base.metadata.sorted_tables:
        points = any(key.column.table.name == "user" for key in table.foreign_keys)
        if points or table.name == "user" or any(PERSONAL.search(column.name) for column in table.columns):
            found.add(table.name)
    return found


def test_every_table_with_a_person_is_handed_out_cleaned_or_said_to_hold_none() -> None:
    handed_out = {table for section in SECTIONS for table in section.tables}
    ruled = {table for rule in RULES for table in rule.tables}
    people = tables_with_people()
    assert people - handed_out - set(NOT_A_PERSON) == set(), "add the table to SECTIONS in website/privacy.py"
    assert people - ruled - set(NOT_A_PERSON) == set(), "add the table to RULES in website/retention.py"
    assert handed_out - people - {"mail_choice"} == set()
    assert len(people) > 15


def test_a_new_table_with_a_person_would_be_noticed() -> None:
    assert PERSONAL.search("owner_user_id")
    assert PERSONAL.search("approved_by_id")
    assert PERSONAL.search("email")
    assert not PERSONAL.search("signed_on")
