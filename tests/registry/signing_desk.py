"""The desk of staff with signatures, for tests: two beheerders, people of other roles, two municipalities."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from common.ledger import LedgerEntry
from common.versions import AsOf
from registry.signatures.models import SignatureVersion
from registry.signatures.signatories import signatories
from tests.factories_people import credentials, make_member
from tests.factories_signing import agreement_text, new_body, send, upload
from tests.sites import sign_in

NEW = "/redactie/ondertekeningen/nieuw"


@dataclass
class Desk:
    """Two beheerders, people of other roles, and two municipalities that signed nothing."""

    app: Flask
    session: Session
    people: dict[str, dict[str, str]]
    text: int

    def browser(self, who: str) -> FlaskClient:
        return sign_in(self.app, self.people[who])

    def enter(self, client: FlaskClient, **more: Any) -> Any:
        fields = {
            "afspraak": str(self.text), "naam_bron": "Gem. Tekenstad", "voor": "Gemeente Tekenstad",
            "precisie": "month", "datum": "11-2024", "naam": "Wil de Wit", "functie": "burgemeester",
            "bron": "Formulier, ontvangen per post", "opmerking": "", "bestand": upload("papier.pdf"),
        }  # fmt: skip
        return send(client, NEW, **{**fields, **more})

    def entered(self) -> str:
        """Let the first beheerder enter the paper; return the path of the signature at the desk."""
        answer = self.enter(self.browser("eerste"))
        assert answer.status_code == 303
        return str(answer.location)

    def public(self) -> str:
        """Enter it and let the second beheerder confirm it; return its path at the desk."""
        path = self.entered()
        assert send(self.browser("tweede"), f"{path}/bevestigen", bewijs="Formulier gezien.").status_code == 303
        return path

    def versions(self, path: str) -> list[SignatureVersion]:
        self.session.rollback()
        number = int(path.rsplit("/", 1)[-1])
        rows = select(SignatureVersion).where(SignatureVersion.signature_id == number)
        found = list(self.session.scalars(rows.order_by(SignatureVersion.number)))
        for one in found:
            self.session.refresh(one)
        self.session.expunge_all()
        self.session.rollback()
        return found

    def last_entry(self, path: str, event: str) -> tuple[dict[str, Any], str]:
        """Return what the ledger says of the newest such event of the signature, and the whole line."""
        found = self.session.scalars(
            select(LedgerEntry).where(LedgerEntry.event == event).order_by(LedgerEntry.seq.desc())
        ).first()
        assert found is not None
        payload = str(found.payload)
        self.session.rollback()
        return json.loads(payload), payload

    def bound(self) -> set[str]:
        self.session.rollback()
        agreement = agreement_text(self.session).agreement_id
        found = {one.name for one in signatories(self.session, agreement, AsOf(today()))}
        self.session.rollback()
        return found


def make_desk(app: Flask, session: Session) -> Desk:
    """Make the people and the municipalities; commits."""
    new_body(session, "vbt1", "Gemeente Tekenstad")
    new_body(session, "vbt2", "Gemeente Buurdorp")
    roles: dict[str, Any] = {
        "eerste": StaffRole.ADMINISTRATOR,
        "tweede": StaffRole.ADMINISTRATOR,
        "redacteur": StaffRole.EDITOR,
        "bestuurder": ("vbt1", MemberRole.EXECUTIVE),
        "buurman": ("vbt2", MemberRole.EXECUTIVE),
    }
    people = {
        who: credentials(make_member(app, session, f"{who}@mensen.example", role, name=f"Persoon {who}"))
        for who, role in roles.items()
    }
    text = agreement_text(session).id
    session.commit()
    return Desk(app, session, people, text)
