"""The example world: invented, whole, dated from the day of set-up, and apart from everything real."""

import csv
import json
import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import website.example
from accounts.models import User
from common.clock import frozen_at, local, today
from common.ledger import LedgerEntry, first_broken
from common.outbox import OutboxMail
from common.versions import AsOf
from common.vocabulary import CONTENT, vocabulary
from registry.agreements.models import Agreement
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import sort_name
from registry.editions.models import Edition
from registry.participants.participants import list_participants
from registry.participants.standings import ParticipantStatus
from registry.plans.models import Ambition, PlanVersion
from registry.reports.drafting import current_answers
from registry.reports.models import Publication, Report, ReportState, Submission
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from tests.sites import make_site, read_accounts, set_up_site, sign_in
from website.example.days import Days
from website.example.names import INVENTED, MERGED


def example(session: Session) -> Agreement:
    return session.scalars(select(Agreement).where(Agreement.slug == "voorbeeldafspraak")).one()


def reports_of(session: Session, year: int) -> list[Report]:
    return list(session.scalars(select(Report).join(Edition).where(Edition.year == year)))


def open_year(session: Session) -> int:
    return session.scalar(select(func.max(Edition.year))) or 0


def test_no_invented_name_is_or_looks_like_a_real_one() -> None:
    with (CONTENT / "authorities.csv").open(encoding="utf-8", newline="") as file:
        real = {sort_name(row["name"]) for row in csv.DictReader(file)}
    alike = {
        (one.name, name)
        for one in (*INVENTED, *MERGED)
        for name in real
        if SequenceMatcher(None, sort_name(one.name.removeprefix("Gemeente ")), name).ratio() >= 0.8
    }
    assert alike == set()


def test_sixty_invented_authorities_are_spread_over_all_provinces(session: Session) -> None:
    found = session.execute(
        select(AuthorityVersion.kind, AuthorityVersion.province)
        .join(Authority)
        .where(Authority.is_example, AuthorityVersion.superseded_at.is_(None))
    ).all()
    assert Counter(row.kind for row in found) == {"gemeente": 47, "waterschap": 9, "overig": 7}
    assert {row.province for row in found if row.province} == set(vocabulary().provinces)


def test_no_signature_binds_an_invented_authority_to_a_real_agreement_or_the_other_way(session: Session) -> None:
    crossed = session.execute(
        select(Signature.key)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .join(Authority, Authority.id == SignatureParty.authority_id)
        .where(Authority.is_example != Agreement.is_example)
    ).all()
    assert crossed == []


def test_signatures_are_by_function_one_binds_five_and_two_wait_for_staff(session: Session) -> None:
    rows = session.execute(
        select(SignatureVersion, Signature)
        .join(Signature)
        .where(Signature.agreement_id == example(session).id, SignatureVersion.superseded_at.is_(None))
    ).all()
    # On the site somebody signs by name: an invented one.
    assert {row.SignatureVersion.signed_by for row in rows if row.SignatureVersion.origin == "source"} == {None}
    assert sorted(len(row.SignatureVersion.parties) for row in rows)[-3:] == [1, 2, 5]  # two: it went over
    assert [row.SignatureVersion.confirmed for row in rows].count(False) == 2
    assert sum(row.SignatureVersion.ended_on is not None for row in rows) == 1


def test_every_plan_has_six_ambitions_and_three_to_six_actions(session: Session) -> None:
    plans = session.scalars(select(PlanVersion).where(PlanVersion.number == 1, PlanVersion.period_from.is_not(None)))
    for plan in plans:
        assert {ambition.theme for ambition in plan.ambitions} == set(vocabulary().themes)
        assert 3 <= len(plan.actions) <= 6
    missing = session.scalar(select(func.count()).select_from(Ambition).where(Ambition.aim.contains("{")))
    assert missing == 0


def test_the_statuses_of_the_participants_are_mixed(session: Session) -> None:
    counted = Counter(one.status for one in list_participants(session, example(session), AsOf(today())))
    assert counted[ParticipantStatus.LATE] >= 5
    assert counted[ParticipantStatus.DUE_SOON] >= 20
    assert counted[ParticipantStatus.ON_TIME] >= 15


def test_three_years_are_published_and_the_open_year_is_under_way(session: Session) -> None:
    year = open_year(session)
    for earlier in range(year - 3, year):
        assert len(reports_of(session, earlier)) > 35
        states = {report.state for report in reports_of(session, earlier)}
        assert states == {ReportState.PUBLISHED} | ({ReportState.CORRECTED} if earlier == year - 1 else set())
    counted = Counter(report.state for report in reports_of(session, year))
    assert counted == {
        ReportState.PUBLISHED: 12, ReportState.SUBMITTED: 5, ReportState.QUESTION_SENT: 2, ReportState.DRAFT: 11,
        ReportState.ANSWERED: 1, ReportState.IN_REVIEW: 1, ReportState.ACCEPTED: 1, ReportState.AGREED: 1,
    }  # fmt: skip
    edition = session.scalars(select(Edition).where(Edition.year == year)).one()
    assert edition.opens_on < today() < edition.due_on


def test_one_report_waits_for_staff_for_twenty_days(session: Session) -> None:
    waiting = session.scalars(
        select(Submission).join(Report).where(Report.state == ReportState.SUBMITTED).order_by(Submission.submitted_at)
    ).all()
    ages = [(today() - local(submission.submitted_at).date()).days for submission in waiting]
    assert ages[0] in {20, 21, 22}
    assert len(set(ages)) >= 4


def test_the_demo_authority_has_last_year_published_and_a_draft_up_to_section_c(session: Session) -> None:
    year = open_year(session)
    reports = {
        report.edition.year: report
        for report in session.scalars(select(Report).join(Authority).where(Authority.slug == "gemeente-lindenveen"))
    }
    assert reports[year - 1].state is ReportState.PUBLISHED
    assert reports[year].state is ReportState.DRAFT
    keys = set(current_answers(session, reports[year]))
    assert {"A3", "A4", "B1", "B3", "C1", "C2"} <= keys
    assert not {key for key in keys if key[0] in "DEFGH"}
    assert "C5" not in keys


def test_the_share_of_tenders_grows_over_the_years(session: Session) -> None:
    sums: dict[int, list[int]] = {}
    for year, content in session.execute(
        select(Edition.year, Submission.content).join(Submission.report).join(Report.edition)
    ):
        answers = json.loads(content)["answers"]
        of_year = sums.setdefault(year, [0, 0])
        of_year[0] += answers["D1"]["value"]
        of_year[1] += answers["C2"]["value"] + answers["C3"]["value"]
    shares = [used / tenders for _year, (used, tenders) in sorted(sums.items())]
    assert shares == sorted(shares)


def test_publications_were_recorded_when_they_happened_and_the_chain_is_whole(session: Session) -> None:
    moments = session.scalars(select(Publication.recorded_at)).all()
    assert min(moments).year <= open_year(session) - 2
    assert max(moments) < datetime.now(UTC)
    assert first_broken(session) is None


def test_every_account_signs_in_and_the_file_is_for_its_owner_only(
    app: Flask, data_folder: Path, accounts: dict[str, dict[str, str]]
) -> None:
    assert list(accounts) == ["invuller", "coordinator", "bestuurder", "redacteur", "beoordelaar", "beheerder"]
    assert stat.S_IMODE((data_folder / "example-accounts.json").stat().st_mode) == 0o600
    for account in accounts.values():
        assert account.keys() == {"email", "password"}
        assert len(account["password"]) == 20
        sign_in(app, account)


def test_other_accounts_of_the_example_world_have_no_password_and_get_no_mail(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(User).where(User.password.is_not(None))) == 6
    assert session.scalar(select(func.count()).where(User.is_example.is_(False))) == 0
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0


def test_a_second_set_up_changes_nothing(app: Flask, data_folder: Path, session: Session) -> None:
    before = session.scalar(select(func.max(LedgerEntry.seq)))
    passwords = read_accounts(data_folder)
    session.rollback()
    set_up_site(data_folder)
    assert session.scalar(select(func.max(LedgerEntry.seq))) == before
    assert read_accounts(data_folder) == passwords


def test_without_example_there_is_none(tmp_path: Path) -> None:
    set_up_site(tmp_path, with_example=False)
    assert not (tmp_path / "example-accounts.json").exists()


@pytest.mark.parametrize("day", [datetime(2028, 2, 29, 8, tzinfo=UTC), datetime(2028, 3, 1, 8, tzinfo=UTC)])
def test_it_can_be_made_on_a_leap_day_and_the_day_after_and_is_as_alive_then(tmp_path: Path, day: datetime) -> None:
    set_up_site(tmp_path, with_example=False)
    site = make_site(tmp_path)
    database = site.extensions["database"]
    with site.app_context(), frozen_at(day):
        session = database.session()
        lines = website.example.make(session, tmp_path)
        assert len(lines) == 8
        assert Counter(report.state for report in reports_of(session, 2027))[ReportState.SUBMITTED] == 5
        session.rollback()
        database.close()
    database.engine.dispose()


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)])
def test_the_form_is_open_on_the_day_of_set_up_whatever_day_that_is(day: date) -> None:
    days = Days(day)
    assert days.years == list(range(day.year - 4, day.year))
    assert days.opens_on(days.open_year) < day < days.due_on(days.open_year) == day + timedelta(weeks=5)
    assert all(days.due_on(year) < days.opens_on(year + 1) for year in days.years[:-1])
    assert days.agreed_on.year == days.years[0] - 1
