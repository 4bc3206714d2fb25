"""Signings and signatures for tests. Plain functions; the caller commits."""

from datetime import datetime
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import User
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.signatures.models import (
    Certainty,
    DatePrecision,
    Origin,
    Signature,
    SignatureParty,
    SignatureVersion,
    Signing,
    SigningState,
)
from tests.files.making import pdf
from tests.sites import csrf_token

OPEN = "voorbeeldafspraak"
DEMO = "vb001"


def agreement_text(session: Session) -> AgreementVersion:
    """Return the newest text of the example agreement, which is open for signing."""
    query = select(AgreementVersion).join(AgreementVersion.agreement).where(Agreement.slug == OPEN)
    return session.scalars(query.where(AgreementVersion.superseded_at.is_(None))).one()


def new_body(session: Session, code: str, name: str, kind: str = "gemeente") -> Authority:
    """Make an invented authority that signed nothing."""
    facts = {"sort_name": name.lower(), "search_text": f"{name.lower()} {code}", "kind": kind, "source": "test"}
    body = Authority(code=code, slug=code, is_example=True, versions=[AuthorityVersion(name=name, **facts)])
    session.add(body)
    session.flush()
    return body


def withdrawn_signing(session: Session, person: User, at: datetime) -> Signing:
    """Make a signing that was withdrawn at that moment."""
    text = agreement_text(session)
    body = session.scalars(select(Authority).where(Authority.code == DEMO)).one()
    return Signing(
        agreement=text.agreement, agreement_version=text, authority=body, authority_ids=[body.id],
        state=SigningState.WITHDRAWN, prepared_by_id=person.id, prepared_at=at, ended_at=at,
    )  # fmt: skip


def left_signing(session: Session, person: User, at: datetime) -> Signing:
    """Make a signing that somebody began at that moment, and that nobody signed."""
    text = agreement_text(session)
    body = new_body(session, f"vbl{int(at.timestamp())}", "Gemeente Blijfliggen")
    return Signing(
        agreement=text.agreement, agreement_version=text, authority=body, authority_ids=[body.id],
        prepared_by_id=person.id, prepared_at=at, signed_by="Piet Proef",
    )  # fmt: skip


def refused_signature(session: Session, person: User, at: datetime) -> Signature:
    """Make a signature that staff refused at that moment, with a name in it."""
    text = agreement_text(session)
    version = SignatureVersion(
        number=1, name_as_signed="Gemeente Proefdam", date_precision=DatePrecision.UNKNOWN, source="test",
        certainty=Certainty.CERTAIN, origin=Origin.PAPER, confirmed=False, refused=True, signed_by="Piet Proef",
        entered_by_id=person.id, recorded_at=at,
    )  # fmt: skip
    return Signature(
        key=f"{OPEN}/{at.timestamp()}", agreement=text.agreement, agreement_version=text, versions=[version]
    )


def signing_values(session: Session) -> dict[str, str]:
    """Return for addresses: what waits for the demo authority's bestuurder, and what the demo authority signed."""
    waits = session.scalars(select(Signing.id).where(Signing.state == SigningState.PREPARED)).one()
    signed = session.scalars(
        select(SignatureVersion.signature_id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .join(Authority, Authority.id == SignatureParty.authority_id)
        .where(Authority.code == DEMO, SignatureVersion.confirmed)
    ).first()
    unconfirmed = session.scalars(
        select(SignatureVersion.signature_id).where(
            ~SignatureVersion.confirmed,
            SignatureVersion.superseded_at.is_(None),
            SignatureVersion.origin == Origin.SOURCE,
        )
    ).first()
    return {"signing_id": str(waits), "signed_id": str(signed), "signature_id": str(unconfirmed)}


def send(client: FlaskClient, path: str, page: str = "", **fields: object) -> TestResponse:
    """Send the form at `path`; the token comes from `page`, or else from the same path."""
    return client.post(path, data={"csrf_token": csrf_token(client, page or path), **fields})


def upload(name: str = "mandaat.pdf") -> tuple[BytesIO, str]:
    """Return a small PDF as a form sends it."""
    return BytesIO(pdf()), name
