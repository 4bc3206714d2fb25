"""A small world in which five people with several roles click on everything, and what must hold after each click."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from common.database import Database
from common.ledger import Actor, LedgerEntry
from common.ledger_verifying import walk
from registry.authorities.models import Authority
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Report, Submission
from registry.reviews.models import Decision, Verdict
from registry.signatures.models import Signature, SignatureVersion, Signing
from tests.factories_people import credentials, make_member
from tests.factories_review import filled, make_edition, open_real_edition, sign
from tests.factories_signing import OPEN, new_body, upload
from tests.sites import csrf_token, make_site, sign_in

YEAR = 2025
ROLES: dict[str, tuple[StaffRole | tuple[str, MemberRole], ...]] = {
    "coördinator": (("vbt1", MemberRole.COORDINATOR),),
    "coördinator en beoordelaar": (("vbt1", MemberRole.COORDINATOR), StaffRole.REVIEWER),
    "bestuurder en beheerder": (("vbt1", MemberRole.EXECUTIVE), StaffRole.ADMINISTRATOR),
    "beheerder": (StaffRole.ADMINISTRATOR,),
    "beoordelaar en beheerder": (StaffRole.REVIEWER, StaffRole.ADMINISTRATOR),
}
PEOPLE = tuple(ROLES)


def build(folder: Path) -> dict[str, dict[str, str]]:
    """Add a body that signed nothing, with a filled-in report, and its people; return what they sign in with."""
    app = make_site(folder)
    database: Database = app.extensions["database"]
    with Session(database.engine) as session:
        body = new_body(session, "vbt1", "Gemeente Tekenstad")
        users = {
            name: make_member(app, session, f"p{number}@tekenstad.example", *roles, name=name)
            for number, (name, roles) in enumerate(ROLES.items())
        }
        actor = Actor(MemberRole.COORDINATOR.value, users["coördinator"].id)
        agreement = make_edition(session, 2020).agreement
        sign(session, body, agreement)
        edition = open_real_edition(session, agreement, YEAR)
        report = start_report(session, body, edition, actor=actor)
        save_answers(session, report, filled(), report.version, actor=actor)
        accounts = {name: credentials(user) for name, user in users.items()}
        session.commit()
    database.close()
    database.engine.dispose()
    return accounts


@dataclass
class Clicks:
    """Browsers of all these people on one site; each method is a click by somebody, allowed or not."""

    app: Flask
    accounts: dict[str, dict[str, str]]
    browsers: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)
    points: list[SimpleNamespace] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def _browser(self, who: str) -> tuple[FlaskClient, str]:
        if who not in self.browsers:
            client = sign_in(self.app, self.accounts[who])
            self.browsers[who] = client, csrf_token(client, "/controleer")
        return self.browsers[who]

    def _post(self, who: str, path: str, **fields: object) -> int:
        client, token = self._browser(who)
        status = client.post(path, data={"csrf_token": token, **fields}).status_code
        assert status in {303, 403, 404, 409, 422}, (who, path, status)
        return status

    def newest(self, query: Any) -> int:
        """Return the newest number that a query finds, 0 for none; no transaction stays open."""
        with Session(self.app.extensions["database"].engine) as session:
            found = session.scalars(query).all()
            session.rollback()
        return max(found, default=0)

    def begin(self, who: str) -> None:
        self._post(who, f"/mijn/ondertekenen/{OPEN}?organisatie=vbt1")

    def prepare(self, who: str, verb: str) -> None:
        """Name who signs, withdraw it, or send it back."""
        fields = {"naam": "Wil de Wit", "functie": "wethouder", "opmerking": "Mijn functie klopt niet."}
        self._post(who, f"{self._signing()}/{verb}", **fields)

    def put_signature(self, who: str) -> None:
        page = self._browser(who)[0].get(self._signing()).text
        seen = {name: _hidden(page, name) for name in ("versie", "tekst")}
        self._post(who, f"{self._signing()}/tekenen", akkoord="ja", **seen)

    def judge(self, who: str, verb: str) -> None:
        """Confirm a signature, or refuse it."""
        status = self._post(who, f"{self._signature()}/{verb}", bewijs="Besluit.", reden="Geen bewijs.")
        self.done |= {f"{verb} {status}"}

    def end(self, who: str) -> None:
        day = (today() + timedelta(days=1)).strftime("%d-%m-%Y")
        fields = {"datum": day, "reden": "De raad besloot te stoppen.", "bestand": upload()}
        self.done |= {f"beeindigen {self._post(who, f'{self._signature()}/beeindigen', **fields)}"}

    def correct(self, who: str, decides: str) -> None:
        """Propose a correction of a signature, or decide on it."""
        if decides:
            self.done |= {f"{decides} {self._post(who, f'{self._signature()}/correctie', besluit=decides)}"}
            return
        page = self._browser(who)[0].get(f"{self._signature()}/corrigeren").text
        fields = {
            "naam_bron": "Gem. Tekenstad", "precisie": "day", "datum": today().strftime("%d-%m-%Y"), "bron": "Besluit",
            "voor": "Gemeente Tekenstad", "naam": "Wil de Wit", "functie": "wethouder", "reden": "De naam was fout.",
        }  # fmt: skip
        self._post(who, f"{self._signature()}/corrigeren", versie=_hidden(page, "versie"), **fields)

    def hand_in(self, who: str) -> None:
        path, which = f"/mijn/rapportages/{YEAR}", "organisatie=vbt1&afspraak=proefafspraak"
        page = self._browser(who)[0].get(f"{path}/controleren?{which}").text
        self._post(
            who, f"{path}/indienen?{which}", version=_hidden(page, "version"), h3="ja", reden="Op verzoek opnieuw."
        )

    def review(self, who: str, verb: str) -> None:
        """Take the report, ask something, accept it, publish it, open it again or withdraw it."""
        query = select(Submission.id).join(Report).join(Authority, Authority.id == Report.authority_id)
        number = self.newest(query.where(Authority.code == "vbt1"))
        fields = {"reden": "C1 klopt niet."} if verb in {"vragen", "heropenen", "intrekken"} else {}
        status = self._post(who, f"/redactie/rapportages/{number}/{verb}", **fields)
        self.done |= {f"{verb} {status}"}

    def _signing(self) -> str:
        body = select(Authority.id).where(Authority.code == "vbt1").scalar_subquery()
        number = self.newest(select(Signing.id).where(Signing.authority_id == body))
        return f"/mijn/ondertekenen/voorbereid/{number}"

    def _signature(self) -> str:
        return f"/redactie/ondertekeningen/{self.newest(select(Signature.id))}"

    def holds(self) -> None:
        """The chain is whole and goes through every length that it had; two persons stand behind every decision."""
        with Session(self.app.extensions["database"].engine) as session:
            found = walk(session, self.points)
            assert found.whole, (found.broken, found.misfits)
            self.points.append(SimpleNamespace(size=found.size, head=found.head))
            self._two_persons(session)
            session.rollback()

    @staticmethod
    def _two_persons(session: Session) -> None:
        online = select(SignatureVersion).where(SignatureVersion.confirmed, SignatureVersion.entered_by_id.is_not(None))
        for version in session.scalars(online):
            assert version.confirmed_by_id not in {None, version.entered_by_id}
        shown = select(Decision).where(Decision.verdict == Verdict.PUBLISHED, Decision.emergency.is_(False))
        for decision in session.scalars(shown):
            behind = {decision.submission.submitted_by_id, decision.submission.last_edited_by_id}
            assert decision.decided_by_id not in behind
            accepted = select(Decision).filter_by(submission_id=decision.submission_id, verdict=Verdict.ACCEPTED)
            assert decision.submission.report.authority.code != "vbt1" or session.scalars(accepted).first()
        published = select(LedgerEntry).where(LedgerEntry.subject.like("report:vbt1/%"))
        events = [one.event for one in session.scalars(published.order_by(LedgerEntry.seq))]
        assert events.count("report.published") <= events.count("report.submitted")


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else ""
