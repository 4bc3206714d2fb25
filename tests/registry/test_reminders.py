"""`flask reports remind`: one mail for each person, what it says, and that nobody gets it twice."""

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, User
from common.clock import frozen_at, today
from common.ledger import SYSTEM
from registry.obligations.moving import grant_delay
from registry.obligations.reading import duties
from registry.reminders.planning import due_today
from registry.reminders.sending import by_person, remind_person
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Approval, ReportState
from tests.factories_form import add_person
from tests.factories_reminders import Season, at, make_season, remind, reminders
from tests.factories_review import filled, make_submission
from tests.sites import make_site


@pytest.fixture
def season(app: Flask, session: Session) -> Season:
    return make_season(app, session)


def number_of(season: Season, who: str) -> int:
    return season.session.scalars(select(User.id).where(User.email == season.emails[who])).one()


def test_who_can_act_is_told_once_that_nothing_was_done(app: Flask, season: Season) -> None:
    assert "Gemeente Proefdorp, 2025, month_before" in remind(app, "--dry-run")
    assert reminders(season) == []  # a dry run writes nothing
    assert "1 organisaties hebben niemand met een account" in remind(app)
    mails = reminders(season)
    assert sorted(mail.to_address for mail in mails) == ["coordinator@proef.example", "invuller@proef.example"]
    assert {mail.subject for mail in mails} == {"Rapportage over 2025: nog 30 dagen"}
    assert "Er is nog niets gedaan." in mails[0].body_text
    assert "/mijn/rapportages/2025?organisatie=gm9001&afspraak=proefafspraak" in mails[0].body_text
    remind(app)
    assert len(reminders(season)) == 2


def test_two_processes_at_once_write_to_nobody_twice(app: Flask, season: Season) -> None:
    sites = [make_site(app.extensions["settings"].data) for _number in range(2)]
    runs = [Thread(target=remind, args=(site,)) for site in sites]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(reminders(season)) == 2


def test_a_plan_that_grew_old_writes_nothing_any_more(app: Flask, season: Season) -> None:
    session, who = season.session, number_of(season, "invuller")
    with app.app_context():
        plan = by_person(due_today(session, today()))
        report = start_report(session, season.authority, season.edition, actor=SYSTEM)
        make_submission(session, report, session.get_one(User, who))
        assert not remind_person(session, who, plan[who], today())
        report.state = ReportState.WITHDRAWN  # taken back: it has to come again
        session.flush()
        assert remind_person(session, who, plan[who], today())
        assert not remind_person(session, who, plan[who], today())


def test_the_mail_says_what_is_left_and_goes_to_who_can_do_it(app: Flask, season: Season) -> None:
    session = season.session
    report = start_report(session, season.authority, season.edition, actor=SYSTEM)
    answers = filled()
    save_answers(session, report, {"C1": answers["C1"]}, report.version, actor=SYSTEM)
    session.commit()
    remind(app)
    assert "Er zijn nog " in reminders(season)[0].body_text
    save_answers(session, report, answers, report.version, actor=SYSTEM)
    session.commit()
    with frozen_at(at(23)):
        remind(app)
    (ready,) = reminders(season)[2:]  # a coördinator hands in; an invuller cannot
    assert (ready.to_address, "moet alleen nog worden ingediend" in ready.body_text) == (
        season.emails["coordinator"], True
    )  # fmt: skip


def test_only_the_bestuurder_is_told_when_only_his_agreement_is_missing(app: Flask, session: Session) -> None:
    season = make_season(app, session, executive_agrees=True)
    report = start_report(session, season.authority, season.edition, actor=SYSTEM)
    save_answers(session, report, filled(), report.version, actor=SYSTEM)
    session.add(Approval(report_id=report.id, version=report.version))
    session.commit()
    remind(app)
    (mail,) = reminders(season)
    assert mail.to_address == season.emails["bestuurder"]
    assert "Alleen het akkoord van de bestuurder ontbreekt." in mail.body_text


def test_one_mail_for_several_authorities(app: Flask, season: Season) -> None:
    places = [(code, MemberRole.COORDINATOR) for code in ("gm9001", "gm9002")]
    both = add_person(app, season.session, "beide", places)
    season.session.commit()
    remind(app)
    (mail,) = [one for one in reminders(season) if one.to_address == both]
    assert mail.subject == "Herinnering: 2 rapportages zijn nog niet binnen"
    assert ("Gemeente Proefdorp" in mail.body_text, "Gemeente Tweededorp" in mail.body_text) == (True, True)


def test_a_missed_day_is_caught_up_and_an_old_round_never(app: Flask, season: Season) -> None:
    with frozen_at(at(25)):
        remind(app)
    assert [mail.subject for mail in reminders(season)] == ["Rapportage over 2025: nog 5 dagen"] * 2
    with frozen_at(at(31)):
        remind(app)
    assert [mail.subject for mail in reminders(season)][2:] == ["Rapportage over 2025: nog niet ontvangen"] * 2
    with frozen_at(at(70)):
        remind(app)
    assert len(reminders(season)) == 4


def test_a_delay_moves_the_reminders_along(app: Flask, season: Season) -> None:
    asked = duties(season.session, authority_id=season.authority.id)
    duty = next(one for one in asked if one.year == season.edition.year)
    until = today() + timedelta(days=90)
    grant_delay(season.session, duty.duty_id, until, "Een herindeling.", made_from=duty.number, actor=SYSTEM)
    season.session.commit()
    with frozen_at(at(31)):
        remind(app)
    assert {mail.subject for mail in reminders(season)} == {"Rapportage over 2025: de vragenlijst is open"}
    with frozen_at(at(60)):
        remind(app)
    assert [mail.subject for mail in reminders(season)[2:]] == ["Rapportage over 2025: nog 30 dagen"] * 2
