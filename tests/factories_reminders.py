"""Two authorities that owe a report within thirty days, the daily reminders, and what went out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.clock import AMSTERDAM, today
from common.ledger import SYSTEM
from common.outbox import OutboxMail
from registry.agreements.models import Obligation, ObligationKind
from registry.authorities.models import Authority
from registry.editions.opening import open_edition
from registry.signatures.duties import follow_signatures
from tests.factories_form import World, add_person, form_data, make_agreement, make_authority

KIND = "report_reminder"
YEAR = 2025


@dataclass
class Season(World):
    """The first authority has an invuller, a coördinator and a bestuurder; the second has nobody."""

    other: Authority | None = None


def make_season(app: Flask, session: Session, **form: object) -> Season:
    """Make them; the form opened thirty days ago, so that today is the day of "nog 30 dagen"."""
    first = make_authority(session, "gm9001", "Gemeente Proefdorp")
    second = make_authority(session, "gm9002", "Gemeente Tweededorp")
    agreement = make_agreement(session, "proefafspraak", [first, second])
    text = {"nl": "Rapportage", "en": "Report"}
    session.add(
        Obligation(
            agreement_version=agreement.versions[0], code="rapportage", kind=ObligationKind.ANNUAL_REPORT, text=text
        )
    )
    session.flush()
    days = (today() - timedelta(days=30), today() + timedelta(days=30))
    edition = open_edition(session, agreement, YEAR, days, {**form_data(), **form}, actor=SYSTEM)
    follow_signatures(session, agreement.id, actor=SYSTEM)
    season = Season(app, session, first, agreement, edition, other=second)
    for role in MemberRole:
        season.emails[role.value] = add_person(app, session, role.value, [(first.code, role)])
    session.commit()
    return season


def at(days: int) -> datetime:
    """Return nine in the morning, that many days from now."""
    return datetime.combine(today() + timedelta(days=days), time(9), AMSTERDAM)


def remind(app: Flask, *options: str) -> str:
    """Run `flask reports remind`; return what it said."""
    outcome = app.test_cli_runner().invoke(args=["reports", "remind", *options])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def reminders(season: World) -> list[OutboxMail]:
    """Return the reminders to the people of these tests, oldest first."""
    own = OutboxMail.to_address.endswith("@proef.example")
    return season.all(select(OutboxMail).where(OutboxMail.kind == KIND, own).order_by(OutboxMail.id))
