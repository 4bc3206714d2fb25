"""Documents that staff place with an agreement: which version shows one, and which a draft names."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.models import Attachment
from registry.agreements.models import Agreement, AgreementVersion

LONGEST_TITLE = 200


def subject_of(slug: str) -> str:
    """Return how attachments and the ledger name an agreement."""
    return f"agreement:{slug}"


def shown_by_agreement(session: Session, attachment_id: int) -> bool:
    """Say whether a version that was ever published names the file: who signed that version may want to read it."""
    attachment = session.get(Attachment, attachment_id)
    slug = attachment.subject.partition(":")[2] if attachment else ""
    query = select(AgreementVersion.documents).join(AgreementVersion.agreement).where(Agreement.slug == slug)
    return any(row.get("attachment_id") == attachment_id for rows in session.scalars(query) for row in rows)


def document_row(attachment: Attachment, title: dict[str, str]) -> dict[str, Any]:
    """Return how a version names a document that was placed here: its hash is a part of what the version says."""
    return {"title": title, "attachment_id": attachment.id, "name": attachment.name, "sha256": attachment.sha256}
