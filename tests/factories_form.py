"""An authority with people, an agreement it signed, and an open edition: all that a report needs."""

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import Select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, User
from common import clock
from common.database import reading_only
from common.ledger import SYSTEM
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.models import Edition
from registry.editions.opening import open_edition
from registry.signatures.duties import follow_signatures
from registry.signatures.models import Certainty, DatePrecision, Signature, SignatureParty, SignatureVersion
from tests.sites import sign_in

FORM = Path(__file__).parent.parent / "content" / "editions" / "2025.yaml"
PASSWORD = "een lang geheim voor de proef"
YEAR = 2025


@cache
def form_data() -> dict[str, Any]:
    """Return the form as it stands in content/. Reading it takes longer than a test, so it is read once."""
    return dict(yaml.safe_load(FORM.read_text()))


@dataclass
class World:
    """What the tests of the form work with."""

    app: Flask
    session: Session
    authority: Authority
    agreement: Agreement
    edition: Edition
    emails: dict[str, str] = field(default_factory=dict)

    def all(self, query: Select[Any]) -> list[Any]:
        """Return what a query finds now, without holding the lock that a request needs."""
        with reading_only(), Session(self.app.extensions["database"].engine, expire_on_commit=False) as session:
            return list(session.scalars(query).all())

    def browser(self, who: str) -> FlaskClient:
        """Return a browser that is signed in as this person."""
        return sign_in(self.app, {"email": self.emails[who], "password": PASSWORD})


def make_world(app: Flask, session: Session, data: dict[str, Any] | None = None) -> World:
    """Make the authority, its agreement and edition, an invuller, a coördinator and a bestuurder."""
    today = clock.today()
    authority = make_authority(session, "gm9001", "Gemeente Proefdorp")
    agreement = make_agreement(session, "proefafspraak", [authority])
    edition = open_edition(
        session,
        agreement,
        YEAR,
        (today - timedelta(days=30), today + timedelta(days=30)),
        data or form_data(),
        actor=SYSTEM,
    )
    world = World(app, session, authority, agreement, edition)
    for role in MemberRole:
        world.emails[role.value] = add_person(app, session, role.value, [(authority.code, role)])
    session.commit()
    return world


def make_authority(session: Session, code: str, name: str) -> Authority:
    """Make an authority that is called so from the beginning."""
    authority = Authority(code=code, slug=code)
    session.add(authority)
    session.flush()
    session.add(
        AuthorityVersion(
            authority_id=authority.id, name=name, sort_name=name, search_text=name, kind="gemeente", source="proef"
        )
    )
    session.flush()
    return authority


def make_agreement(session: Session, slug: str, authorities: list[Authority]) -> Agreement:
    """Make an agreement that these authorities signed a year and a half ago."""
    text = {"nl": slug.capitalize(), "en": slug.capitalize()}
    agreement = Agreement(slug=slug)
    version = AgreementVersion(
        agreement=agreement, number=1, title=text, short_title=text, summary=text, body_html=text,
        period_from=date(2023, 1, 1), period_to=None, themes=[], followed=True, followed_note=text, counts=[],
        unknowns=[], sources=[],
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.add(
        Obligation(
            agreement_version_id=version.id, code="plan", kind=ObligationKind.ACTION_PLAN, within="P1Y", text=text
        )
    )
    signature = Signature(key=f"{slug}/proef", agreement_id=agreement.id, agreement_version_id=version.id)
    session.add(signature)
    session.flush()
    session.add(
        SignatureVersion(
            signature_id=signature.id, number=1, name_as_signed="Proef", signed_on=clock.today() - timedelta(days=540),
            date_precision=DatePrecision.DAY, certainty=Certainty.CERTAIN, confirmed=True, source="proef",
            parties=[SignatureParty(authority_id=one.id) for one in authorities],
        )
    )  # fmt: skip
    session.flush()
    follow_signatures(session, agreement.id, actor=SYSTEM)
    return agreement


def add_person(app: Flask, session: Session, name: str, places: list[tuple[str, MemberRole]]) -> str:
    """Make an account that works for these authorities; return its e-mail address."""
    email = f"{name}@proef.example"
    user = User(
        email=email, name=f"Proef {name}", password=_hashed(app), fs_uniquifier=secrets.token_hex(16), language="nl"
    )
    session.add(user)
    session.flush()
    session.add_all(Membership(user_id=user.id, authority_code=code, role=role) for code, role in places)
    session.flush()
    return email


_HASHES: list[str] = []


def _hashed(app: Flask) -> str:
    """Return the hash of the password; made once, because the real one is slow on purpose."""
    if not _HASHES:
        with app.test_request_context():
            _HASHES.append(hash_password(PASSWORD))
    return _HASHES[0]
