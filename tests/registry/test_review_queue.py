"""The queue of staff: who has it, how long it waits, what is asked, in which order, and as a file."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from common.clock import now, today
from common.ledger import Actor
from registry.reports.models import Remark, Report, ReportState
from registry.reviews.deciding import publish_at_once, take
from registry.reviews.queue import Order, Tab, counts, rows_of
from registry.reviews.queue_figures import median_days, season
from registry.reviews.queue_filter import Filter
from registry.reviews.season import Course, season_days, weekly
from tests.factories_review import (
    credentials,
    join,
    make_account,
    make_authority,
    make_edition,
    make_person,
    make_report,
    make_submission,
)
from tests.sites import sign_in

PATH = "/redactie/rapportages"


@pytest.fixture
def reviewer(app: Flask, session: Session) -> User:
    return make_account(session, app, "renate", StaffRole.REVIEWER)


@pytest.fixture
def reports(session: Session, reviewer: User) -> list[Report]:
    """Three reports: the first waits longest, the last has the nearest deadline; the second is taken."""
    edition, sender = make_edition(session, 2019), make_person(session, "inge")
    made = []
    for number, waits in enumerate((9, 5, 1)):
        authority = make_authority(session, f"vbq{number}", f"Gemeente Wachtdam {number}")
        report = make_report(session, authority, edition)
        report.due_on = today() + timedelta(days=30 - 10 * number)
        submission = make_submission(session, report, sender)
        submission.submitted_at = now() - timedelta(days=waits)
        made.append(report)
    join(session, sender, made[0].authority, MemberRole.COORDINATOR)
    take(session, made[1].submissions[0], actor=Actor(StaffRole.REVIEWER.value, reviewer.id))
    session.commit()
    return made


def names(text: str) -> list[str]:
    return re.findall(r">(Gemeente Wachtdam \d)</a>", text)


def test_the_order_is_by_age_or_by_deadline(app: Flask, reports: list[Report], reviewer: User) -> None:
    staff = sign_in(app, credentials(reviewer))
    mine = f"{PATH}?editie=proefafspraak/2019"
    assert names(staff.get(mine).text) == [f"Gemeente Wachtdam {number}" for number in (0, 1, 2)]
    assert names(staff.get(f"{mine}&volgorde=termijn").text) == [f"Gemeente Wachtdam {number}" for number in (2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("van=mij", [1]), ("staat=submitted", [0, 2]), ("staat=in_review", [1]), ("soort=waterschap", []),
        ("staat=published", [0, 1, 2]), ("editie=elders/1", [0, 1, 2]),
    ],
)  # fmt: skip
def test_filters_show_what_they_say(
    app: Flask, reports: list[Report], reviewer: User, query: str, numbers: list[int]
) -> None:
    text = sign_in(app, credentials(reviewer)).get(f"{PATH}?{query}").text
    assert names(text) == [f"Gemeente Wachtdam {number}" for number in numbers]


def test_a_row_says_who_has_it_and_how_many_questions_are_open(
    app: Flask, session: Session, reports: list[Report], reviewer: User
) -> None:
    newest = reports[1].submissions[0]
    for key, reply in (("C1", None), ("C2", "Dat klopt."), ("", None)):
        moment = now() if reply else None
        session.add(Remark(submission=newest, key=key, text="?", author_id=reviewer.id, reply=reply, replied_at=moment))
    session.commit()
    staff = sign_in(app, credentials(reviewer))
    row = staff.get(f"{PATH}?van=mij").text.split("Gemeente Wachtdam 1</a>")[1].split("</tr>")[0]
    assert ("bij Renate" in row, "1 open" in row, "1 beantwoord" in row, "5 dagen" in row) == (True,) * 4
    fragment = staff.get(f"{PATH}?van=mij", headers={"HX-Request": "true", "HX-Target": "resultaten"}).text
    assert ("<html" in fragment, names(fragment)) == (False, ["Gemeente Wachtdam 1"])


def test_the_file_is_the_list_and_calculates_nothing(app: Flask, session: Session, reviewer: User) -> None:
    authority = make_authority(session, "vbq9", "=1+1")
    submission = make_submission(
        session, make_report(session, authority, make_edition(session, 2018)), make_person(session, "inge")
    )
    session.commit()
    file = sign_in(app, credentials(reviewer)).get(f"{PATH}.csv?editie=proefafspraak/2018")
    assert file.headers["Content-Disposition"] == f'attachment; filename="rapportages-wacht-{today()}.csv"'
    header, row = file.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert (header.split(";")[0], row.split(";")[0]) == ("Organisatie", "'=1+1")
    assert submission.receipt in row


def test_figures_are_medians_and_each_list_counts_its_own(
    session: Session, reports: list[Report], reviewer: User
) -> None:
    assert median_days([1, 2, 300]) == 2
    assert median_days([]) is None
    before = season(session)
    colleague = make_person(session, "bea")
    publish_at_once(session, reports[0].submissions[0], actor=Actor(StaffRole.REVIEWER.value, colleague.id))
    session.flush()
    after = season(session)
    assert before
    assert after
    assert after.decided == before.decided + 1
    assert reports[0].id in {row.report_id for row in rows_of(session, Tab.PUBLISHED, Filter(), Order.AGE)}
    assert counts(session)[Tab.PUBLISHED] >= 1
    reports[2].state = ReportState.WITHDRAWN
    session.flush()
    assert reports[2].id in {row.report_id for row in rows_of(session, Tab.RETURNED, Filter())}


def test_the_course_of_a_season_adds_up_and_stands_beside_the_same_day_of_last_year() -> None:
    now_course = Course(date(2026, 1, 5), [2, 0, 1], [0, 1, 0], [0, 0, 1])
    days = season_days(now_course, Course(date(2025, 1, 6), [5, 1], [0, 2], [0, 0]))
    assert [day.day for day in days] == [date(2026, 1, 7), date(2026, 1, 6), date(2026, 1, 5)]
    assert (days[0].total, days[0].new, days[0].before) == ((3, 1, 1), (1, 0, 1), (6, 2, 0))
    assert season_days(now_course, None)[0].before is None
    assert [day.number for day in weekly(days)] == [1, 3]


def test_pages_of_the_season_are_for_who_reviews(app: Flask, session: Session, client: FlaskClient) -> None:
    editor = make_account(session, app, "ed", StaffRole.EDITOR)
    session.commit()
    browser = sign_in(app, credentials(editor))
    for page in (f"{PATH}.csv", f"{PATH}/nog-niet-binnen", f"{PATH}/seizoen", "/redactie/herinneringen"):
        assert browser.get(page).status_code == 403
        assert "/inloggen" in client.get(page).location
