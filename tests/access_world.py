"""One site with a browser for every kind of visitor, for the tests that visit every route."""

import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, User
from accounts.sign_in_models import BrowserSession, ExternalIdentity, Passkey
from common.clock import now
from common.database import Database
from registry.editions.models import Edition, EditionDraft
from registry.obligations.models import DutyVersion
from registry.reminders.models import ReminderRound
from registry.reports.models import Remark, Report, ReportState, Submission
from tests.factories_agreements import agreement_values
from tests.factories_certificates import certificate_values
from tests.factories_comments import comment_values
from tests.factories_deciding import deciding_values
from tests.factories_imports import import_values
from tests.factories_people import route_values
from tests.factories_plans import plan_values
from tests.factories_signing import signing_values
from tests.factories_together import link_values
from tests.factories_votes import vote_values
from tests.files.factories import file_values
from tests.mail.factories import mail_values
from tests.sites import make_site, read_accounts, sign_in
from website.example.accounts import make_account
from website.example.groups import SLUG

DEMO = "vb001"
CORRECTED = "gemeente-noordzegge"
"""Of the example world: its report of the year before was corrected."""


@dataclass
class World:
    """One site with a browser for everybody, and a record for each variable part of a route."""

    app: Flask
    folder: Path
    browsers: dict[str, FlaskClient]
    values: dict[str, str]

    def path(self, rule: str) -> str:
        """Return an address for a route; reports are those of the demo authority."""
        agreement = "mvoi-2022-2025"
        slugs = {
            "/afspraken": agreement, "/redactie/afspraken": agreement, "/deelnemers": "gemeente-lindenveen",
            "/mijn/ondertekenen": "voorbeeldafspraak", "/buyer-groups": SLUG, "/redactie/buyer-groups": SLUG,
        }  # fmt: skip
        known = {
            **self.values,
            "slug": next((slugs[start] for start in slugs if rule.startswith(start)), "actieplan-schrijven"),
        }
        if rule.startswith("/redactie/gidsen"):
            known |= {"second": "vragen", "act": "adres", "part": "concept"}
        if rule == "/deelnemers/<slug>/rapportages/<int:jaar>/verschil":
            known["slug"] = CORRECTED
        if rule.startswith("/deelnemers") or "ontvangst" in rule:
            known["jaar"] = str(int(self.values["jaar"]) - 1)
        if rule.startswith("/indicatoren"):
            known["code"] = "BORG-03"
        if rule.startswith("/themas"):
            known["code"] = "klimaat"
        if "/opmerkingen/" in rule:
            known["number"] = self.values["comment"]
        if rule.startswith("/vragenlijsten"):
            known |= {"afspraak": "voorbeeldafspraak", "number": "0"}
        if rule.startswith(("/redactie/voorstellen", "/voorstel", "/mijn/voorstellen")):
            known |= {"key": self.values["proposal_key"], "verb": "nemen", "knop": "indienen"}
        if rule.startswith("/voorstel/<token>"):
            known["token"] = self.values["preview_token"]
        if rule.startswith("/voorstel/<token>/bestanden"):
            known |= {"attachment_id": self.values["preview_file"], "name": self.values["preview_name"]}
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda match: known[match.group(1)], rule)
        if rule == "/schrijven/bestanden":
            path += "?voor=guide:actieplan-schrijven"
        return f"{path}?organisatie={DEMO}" if rule.startswith("/mijn/") else path

    def keep(self) -> None:
        """Remember the database as it is."""
        engine_of(self.app).dispose()
        shutil.copy(self.folder / "manifestkompas.sqlite", self.folder / "kept.sqlite")

    def restore(self) -> None:
        """Put the database back as it was, so that no route meets what the one before it did."""
        engine_of(self.app).dispose()
        for rest in self.folder.glob("manifestkompas.sqlite-*"):
            rest.unlink()
        shutil.copy(self.folder / "kept.sqlite", self.folder / "manifestkompas.sqlite")


def engine_of(app: Flask) -> Engine:
    """Close the database of a site, so that its file may be changed, and return its engine."""
    database: Database = app.extensions["database"]
    database.close()
    return database.engine


def make_world(folder: Path, **settings: str) -> World:
    """Open a site on a folder with data, and give every kind of visitor a browser; `settings` as of `make_site`."""
    app = make_site(folder, settings=settings)
    with Session(engine_of(app), expire_on_commit=False) as session:
        everybody = {**read_accounts(folder), **_others(app, session)}
        values = {**_values(session), **route_values(app, session), **file_values(app, session), **mail_values(session)}
        values |= plan_values(session)
        values["form"] = "docx"
        values |= certificate_values(session)
        values |= agreement_values(app, session)
        values |= link_values(session, DEMO)
        values |= import_values(app, session)
        values |= vote_values(session, values["number"])
        values |= deciding_values(app, session, everybody["invuller"])
        values |= comment_values(session, everybody["coordinator"]["email"])
        session.commit()
    browsers = {"stranger": app.test_client(), **{who: sign_in(app, one) for who, one in everybody.items()}}
    with Session(engine_of(app)) as session:
        values |= _own_of(session, everybody["coordinator"]["email"])
        session.commit()
    return World(app, folder, browsers, values)


def _others(app: Flask, session: Session) -> dict[str, dict[str, str]]:
    """Make the people of another authority."""
    made = {}
    with app.app_context():
        for role in MemberRole:
            one = {"email": f"ander-{role}@elders.voorbeeld.example", "password": "een lang wachtwoord 42"}
            make_account(session, one["email"], "Voorbeeld Ander", ("vb002", role), password=one["password"])
            made[f"other-{role}"] = one
    session.commit()
    return made


def _values(session: Session) -> dict[str, str]:
    year = session.scalars(select(Edition.year).order_by(Edition.year.desc())).first()
    waiting = session.scalars(
        select(Submission.id).join(Submission.report).where(Report.state == ReportState.SUBMITTED)
    ).first()
    author = session.scalars(select(User.id)).first()
    remark = Remark(submission_id=waiting, key="C1", text="Klopt dit?", author_id=author)
    session.add(remark)
    session.flush()
    asked = select(DutyVersion.duty_id).where(DutyVersion.superseded_at.is_(None), DutyVersion.due_on.is_not(None))
    duty = session.scalars(asked.where(DutyVersion.ends_on.is_(None))).first()
    draft, edition = session.scalars(select(EditionDraft.id)).first(), session.scalars(select(Edition.id)).first()
    return {
        **signing_values(session), **_of_reminders(session), "duty_id": str(duty),
        "draft_id": str(draft), "edition_id": str(edition),
        "jaar": str(year), "sectie": "a", "number": "1", "verb": "publiceren", "provider": "geen",
        "submission_id": str(waiting), "sleutel": "b4", "key": "C1", "remark_id": str(remark.id),
    }  # fmt: skip


def _of_reminders(session: Session) -> dict[str, str]:
    """Return a round of reminders that comes, and a report that came on paper; both of the example world."""
    row = session.scalars(select(ReminderRound).where(ReminderRound.words.is_not(None))).one()
    paper = session.scalars(select(Report.id).where(Report.on_paper.is_(True))).first()
    return {
        "editie": str(row.edition_id), "soort": row.kind.value, "dag": row.planned_on.isoformat(), "stap": "woorden",
        "report_id": str(paper),
    }  # fmt: skip


def _own_of(session: Session, email: str) -> dict[str, str]:
    """Give one person a passkey, a link to elsewhere and one more browser: nobody else may touch these."""
    user_id = session.scalars(select(User.id).where(User.email == email)).one()
    passkey = Passkey(
        user_id=user_id, credential_id=b"nummer", public_key=b"sleutel", backup_state=False,
        device_type="single_device", lastuse_datetime=now(), name="Sleutel", usage="secondary",
    )  # fmt: skip
    identity = ExternalIdentity(user_id=user_id, provider="geen", issuer="https://elders.example", subject="42")
    elsewhere = BrowserSession(
        user_id=user_id,
        key_hash="0" * 64,
        means="password",
        device="Firefox, Windows",
        seen_at=now() - timedelta(minutes=1),
    )
    session.add_all([passkey, identity, elsewhere])
    session.flush()
    return {"passkey_id": str(passkey.id), "identity_id": str(identity.id), "session_id": str(elsewhere.id)}
