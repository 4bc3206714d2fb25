"""Agreements for tests: their form as a browser sends it, versions, documents. Plain functions."""

from collections.abc import Mapping

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from accounts.models import User
from common.ledger import Actor, LedgerEntry
from registry.agreements.content import content_of
from registry.agreements.models import Agreement, AgreementDraft, AgreementVersion, Signable
from registry.agreements.writing import find, newest_version, set_signing, write_version
from tests.files.factories import add_file
from tests.files.making import pdf
from tests.html_forms import form_on
from tests.sites import csrf_token

SLUG = "mvoi-2022-2025"
EXAMPLE = "voorbeeldafspraak"
DESK = "/redactie/afspraken"
NEW = "proefmanifest"
WHOLE: dict[str, str | list[str]] = {
    "titel_nl": "Proefmanifest Inkopen 2027", "titel_en": "Trial manifesto 2027",
    "kort_nl": "Proefmanifest", "kort_en": "Trial manifesto",
    "samenvatting_nl": "Een proef.", "samenvatting_en": "A trial.",
    "tekst_nl": "## Wat\n\nZwaluwen tellen.", "tekst_en": "## What\n\nCounting swallows.",
    "van": "2027-01-01", "tot": "31-12-2030", "themas": ["klimaat", "keten"], "wie": ["gemeente"],
    "volgen": "ja", "volgnoot_nl": "Wij volgen dit.", "volgnoot_en": "We follow this.", "ondertekening": "open",
    "gevraagd_nl": "Een mandaat.", "gevraagd_en": "A mandate.",
    "documenten": "Tekst | Text | https://voorbeeld.example/tekst", "bronnen": "Bron | https://voorbeeld.example/bron",
    "aantallen": "12 | 2026-11 | twaalf | twelve | https://voorbeeld.example/aantal", "onbekend": "Veel | Much",
    "verplichting-0-soort": "action_plan", "verplichting-0-aantal": "18", "verplichting-0-eenheid": "M",
    "verplichting-0-respijt": "14", "verplichting-0-tekst_nl": "Maak een plan.", "verplichting-0-tekst_en": "Plan.",
    "verplichting-1-soort": "annual_report", "verplichting-1-dag": "1", "verplichting-1-maand": "06",
    "verplichting-1-respijt": "0", "verplichting-1-tekst_nl": "Rapporteer.", "verplichting-1-tekst_en": "Report.",
}  # fmt: skip
"""A whole agreement as the form sends it, but for its token and its version."""


def agreement_values(app: Flask, session: Session) -> dict[str, str]:
    """A document of an agreement, for the route that names one."""
    document = add_file(app, session, f"agreement:{SLUG}", pdf(), "tekst.pdf", "Tekst")
    session.commit()
    return {"document_id": str(document.id)}


def begin(client: FlaskClient, slug: str = NEW) -> TestResponse:
    """Begin an agreement from nothing, as a browser does."""
    path = f"{DESK}/nieuw"
    return client.post(path, data={"titel": "Proef", "adres": slug, "csrf_token": csrf_token(client, path)})


def form_of(client: FlaskClient, slug: str = NEW) -> MultiDict[str, str]:
    """Return the form of a draft with all that stands in it."""
    return form_on(client.get(f"{DESK}/{slug}").text, f"{DESK}/{slug}")


def send(client: FlaskClient, slug: str = NEW, page: str = "", **values: str | list[str]) -> TestResponse:
    """Send the form of a draft with these fields changed."""
    return send_form(client, form_of(client, slug), slug, page, **values)


def send_form(
    client: FlaskClient, form: MultiDict[str, str], slug: str = NEW, page: str = "", **values: str | list[str]
) -> TestResponse:
    """Send a form that was opened before, with these fields changed."""
    sent = form.copy()
    for name, value in values.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return client.post(f"{DESK}/{slug}{page}", data=sent)


def publish(client: FlaskClient, slug: str = NEW, **values: str) -> TestResponse:
    """Publish the draft as the page that looks it over asks it."""
    path = f"{DESK}/{slug}/publiceren"
    return client.post(path, data={**form_on(client.get(path).text, path).to_dict(), **values})


def make_agreement(client: FlaskClient) -> None:
    """Make an agreement from nothing and publish it, as a beheerder does."""
    begin(client)
    rows = form_of(client)
    send_form(client, rows, NEW, "", **WHOLE)
    assert publish(client).status_code == 303


def next_version(session: Session, slug: str, reason: str = "Er kwam een zin bij.", **said: object) -> AgreementVersion:
    """Publish a next version; the caller commits."""
    agreement = find(session, slug)
    assert agreement is not None
    content = content_of(newest_version(session, agreement))
    content.version.update(said)
    return write_version(session, content, actor=Actor("beheerder"), reason=reason)


def open_to_signing(session: Session, slug: str, signing: Signable = Signable.OPEN) -> AgreementVersion:
    """Let an agreement be signed; the caller commits."""
    agreement = find(session, slug)
    assert agreement is not None
    return set_signing(session, agreement, signing, "De ondertekening begint.", actor=Actor("beheerder"))


def versions(session: Session, slug: str) -> list[AgreementVersion]:
    """Return all versions of an agreement, oldest first, as the database has them now."""
    session.rollback()
    query = select(AgreementVersion).join(Agreement).where(Agreement.slug == slug).order_by(AgreementVersion.number)
    found = list(session.scalars(query, execution_options={"populate_existing": True}))
    session.commit()  # or the requests of the test would wait for this session's lock
    return found


def draft(session: Session, slug: str = NEW) -> AgreementDraft | None:
    """Return the draft, as the database has it now."""
    session.rollback()
    found = session.scalars(select(AgreementDraft).where(AgreementDraft.slug == slug)).one_or_none()
    session.commit()
    return found


def entries(session: Session, slug: str, event: str) -> int:
    """Return how many of these events the ledger holds about an agreement."""
    subject = f"agreement:{slug}"
    query = select(func.count(LedgerEntry.seq)).where(LedgerEntry.subject == subject, LedgerEntry.event == event)
    found = session.scalar(query) or 0
    session.rollback()
    return found


def four_eyes(session: Session, accounts: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Return who entered a signature and who confirmed it, as a confirmed one that no source tells of must say."""
    query = select(User.email, User.id)
    ids = {row.email: row.id for row in session.execute(query)}
    by = {"entered_by_id": "bestuurder", "confirmed_by_id": "beheerder"}
    return {column: ids[accounts[role]["email"]] for column, role in by.items()}
