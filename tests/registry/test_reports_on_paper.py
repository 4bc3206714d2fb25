"""Staff enter a report that came on paper: the form, the scan, who reads along, and who may decide on it."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from common.clock import today
from common.files.models import Attachment
from common.ledger import SYSTEM, Actor
from common.outbox import OutboxMail
from common.versions import AsOf
from registry.obligations.rule import DueState
from registry.participants.participants import list_participants
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Report, ReportState
from registry.reports.submitting import submit
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import take
from registry.reviews.paper import OwnAnswers, begin_on_paper
from tests.factories_reminders import Season, make_season
from tests.factories_review import credentials, filled, make_account
from tests.sites import csrf_token, sign_in
from website.example.online import mandate

NEW = "/redactie/op-papier/nieuw"
FORM = "/mijn/rapportages/2025?organisatie=gm9001&afspraak=proefafspraak"


@pytest.fixture
def season(app: Flask, session: Session) -> Season:
    return make_season(app, session)


@pytest.fixture
def reviewer(app: Flask, session: Session, season: Season) -> User:
    user = make_account(session, app, "renate", StaffRole.REVIEWER)
    session.commit()
    return user


@pytest.fixture
def staff(app: Flask, reviewer: User) -> FlaskClient:
    return sign_in(app, credentials(reviewer))


def enter(season: Season, client: FlaskClient, **changed: object) -> tuple[int, str]:
    fields = {
        "csrf_token": csrf_token(client, NEW), "editie": season.edition.id, "organisatie": "gm9001",
        "ontvangen": (today() - timedelta(days=2)).isoformat(), "bestand": (BytesIO(mandate()), "brief.pdf"), **changed,
    }  # fmt: skip
    response = client.post(NEW, data=fields, content_type="multipart/form-data")
    return response.status_code, response.location or response.text


def report_of(season: Season) -> Report:
    found: list[Report] = season.all(select(Report).where(Report.authority_id == season.authority.id))
    return found[0]


def test_staff_enter_it_in_the_same_form_and_the_authority_reads_along(season: Season, staff: FlaskClient) -> None:
    assert 'value="gm9001"' in staff.get(NEW).text
    assert enter(season, staff) == (303, FORM)
    assert 'value="gm9001"' not in staff.get(NEW).text
    assert "Op papier gekomen van Gemeente Proefdorp" in staff.get(FORM).text
    assert 'name="c1"' in staff.get(FORM.replace("2025", "2025/c")).text.lower()
    own = season.browser("coordinator")
    assert "De redactie voert deze rapportage in" in own.get(FORM).text
    token = csrf_token(own, "/mijn")
    assert own.post(FORM.replace("2025", "2025/c"), data={"csrf_token": token, "c1": "5"}).status_code == 403
    mails = season.all(select(OutboxMail.to_address).where(OutboxMail.kind == "report_on_paper"))
    assert sorted(mails) == sorted(season.emails.values())


def test_only_the_authority_and_who_reviews_read_the_scan(app: Flask, season: Season, staff: FlaskClient) -> None:
    enter(season, staff)
    (scan,) = season.all(select(Attachment).where(Attachment.subject == "paper:gm9001/proefafspraak/2025"))
    path = f"/bestanden/{scan.id}/{scan.name}"
    assert (staff.get(path).status_code, season.browser("invuller").get(path).status_code) == (200, 200)
    editor = make_account(season.session, app, "ed", StaffRole.EDITOR)
    season.session.commit()
    assert sign_in(app, credentials(editor)).get(path).status_code == 404
    assert "/inloggen" in (app.test_client().get(path).location or "/inloggen")


def test_staff_have_no_business_with_a_draft_of_the_authority_itself(season: Season, staff: FlaskClient) -> None:
    start_report(season.session, season.authority, season.edition, actor=SYSTEM)
    season.session.commit()
    assert staff.get(FORM).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("organisatie", "", "Kies de organisatie"),
        ("organisatie", "vb001", "vragen wij deze rapportage niet"),
        ("ontvangen", "gisteren", "dag-maand-jaar"),
        ("ontvangen", (today() + timedelta(days=1)).isoformat(), "moet nog komen"),
        ("bestand", (BytesIO(b""), ""), "bestand"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_begins(
    season: Season, staff: FlaskClient, field: str, value: object, said: str
) -> None:
    status, text = enter(season, staff, **{field: value})
    assert (status, said in text) == (422, True)
    assert season.all(select(Report).where(Report.authority_id == season.authority.id)) == []


def test_answers_of_the_authority_itself_are_never_written_over(season: Season, staff: FlaskClient) -> None:
    report = start_report(season.session, season.authority, season.edition, actor=SYSTEM)
    save_answers(season.session, report, {"C1": filled()["C1"]}, report.version, actor=SYSTEM)
    season.session.commit()
    status, text = enter(season, staff)
    assert (status, "Er wordt niets overschreven" in text, "2025" in text) == (422, True, True)
    assert not report_of(season).on_paper
    assert season.all(select(Attachment).where(Attachment.subject.startswith("paper:gm9001"))) == []


def test_who_entered_it_does_not_decide_and_the_day_of_the_letter_counts(season: Season, reviewer: User) -> None:
    session, came = season.session, today() - timedelta(days=2)
    actor = Actor(StaffRole.REVIEWER.value, reviewer.id)
    report = begin_on_paper(session, season.authority, season.edition, came, actor=actor)
    save_answers(session, report, filled(), report.version, actor=actor)
    submission = submit(session, report, actor=actor, says_true=True)
    assert (submission.on_paper, report.state) == (True, ReportState.SUBMITTED)
    with pytest.raises(GuardFails) as refused:
        take(session, submission, actor=actor)
    assert refused.value.guard is Guard.NOT_SUBMITTER
    (row,) = [one for one in list_participants(session, season.agreement, AsOf(today())) if one.who.code == "gm9001"]
    (standing,) = [one.standing for one in row.reports]
    assert (standing.state, standing.met_on) == (DueState.MET, came)


def test_the_authority_can_go_on_by_itself(season: Season, staff: FlaskClient, reviewer: User) -> None:
    enter(season, staff)
    report = report_of(season)
    token = csrf_token(staff, "/redactie/op-papier")
    assert staff.post(f"/redactie/op-papier/{report.id}/overdragen", data={"csrf_token": token}).status_code == 303
    assert staff.get(FORM).status_code == 404
    assert "De redactie voert" not in season.browser("coordinator").get(FORM).text
    report = season.session.get_one(Report, report.id)
    report.version = 5
    with pytest.raises(OwnAnswers):  # what was saved before is the authority's now
        begin_on_paper(season.session, season.authority, season.edition, today(), actor=SYSTEM)
    season.session.commit()
    assert 'value="gm9001"' not in staff.get(NEW).text
