"""A report over 2025 that waits for staff, beside a published one over 2024, and its people."""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from common.ledger import Actor
from registry.reports.models import Report, ReportState, Submission
from registry.reviews.deciding import publish_at_once as publish
from tests.factories_review import (
    credentials,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
)
from tests.sites import csrf_token, sign_in


@dataclass
class World:
    """A report over 2025 that waits, beside a published one over 2024."""

    app: Flask
    session: Session
    submission: Submission
    reviewer: User
    submitter: User

    @property
    def path(self) -> str:
        return f"/redactie/rapportages/{self.submission.id}"

    def browser(self, user: User | None = None) -> FlaskClient:
        account = credentials(user or self.reviewer)
        self.session.rollback()  # reading takes SQLite's write lock, and the site must have it
        return sign_in(self.app, account)

    def post(self, client: FlaskClient, verb: str, **form: str) -> object:
        return client.post(f"{self.path}/{verb}", data={"csrf_token": csrf_token(client, "/redactie"), **form})

    def taken(self) -> FlaskClient:
        """A reviewer who took the report."""
        client = self.browser()
        assert self.post(client, "nemen").status_code == 303
        return client

    def state(self) -> ReportState:
        self.session.expire_all()
        state = self.session.get_one(Report, self.submission.report_id).state
        self.session.rollback()
        return state


def make_review_world(app: Flask, session: Session) -> World:
    """Make the people and the two reports."""
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    agreement = make_edition(session, 2020).agreement
    submitter = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    reviewer = make_account(session, app, "renate", StaffRole.REVIEWER)
    last = hand_in(session, authority, open_real_edition(session, agreement, 2024), submitter, C1=10)
    publish(session, last, actor=Actor("beoordelaar", reviewer.id))
    submission = hand_in(session, authority, open_real_edition(session, agreement, 2025), submitter)
    session.commit()
    return World(app, session, submission, reviewer, submitter)


def row_of(page: str, key: str) -> str:
    """Return what a page shows of one question."""
    found = re.search(rf'id="vraag-{key}".*?</section>', page, re.S)
    assert found, f"no row for {key}"
    return found.group(0)
