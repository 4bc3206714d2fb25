"""Files that are on the site already, and forms that send one. Plain functions; the caller commits."""

import io
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from common.files import attaching
from common.files.accepting import accept
from common.files.models import Attachment
from common.files.storage import Storage
from common.ledger import SYSTEM, LedgerEntry
from tests.files.making import pdf, picture
from tests.sites import csrf_token

DEMO = "vb001"
DOCUMENTS = f"/mijn/documenten?organisatie={DEMO}"
OF_DEMO = LedgerEntry.subject == f"authority:{DEMO}"
GUIDE = "/redactie/gidsen/actieplan-schrijven/bestanden"


def storage_of(app: Flask) -> Storage:
    return app.extensions["file_storage"]  # type: ignore[no-any-return]


def add_file(app: Flask, session: Session, subject: str, content: bytes, name: str, words: str | None) -> Attachment:
    """Keep a content and put it with a subject."""
    accepted = accept(io.BytesIO(content))
    storage_of(app).keep(accepted.content, accepted.sha256)
    return attaching.attach(session, subject, accepted, name, words, actor=SYSTEM)


def add_document(app: Flask, session: Session, code: str = DEMO, content: bytes | None = None) -> Attachment:
    return add_file(app, session, f"authority:{code}", content or pdf(), "plan.pdf", "Het actieplan")


def add_picture(app: Flask, session: Session, slug: str = "actieplan-schrijven") -> Attachment:
    return add_file(app, session, f"guide:{slug}", picture(), "stappen-60x40.png", "Vier stappen")


def file_values(app: Flask, session: Session) -> dict[str, str]:
    """A document of the demo authority and a file of a guide, for the routes that name one."""
    document, file = add_document(app, session), add_picture(app, session)
    session.commit()
    return {"attachment_id": str(document.id), "name": document.name, "file_id": str(file.id)}


def post_file(client: FlaskClient, path: str, content: bytes, name: str, **fields: str) -> Any:
    """Send a form with a file as a browser does; the client's own way would leave a temporary file open."""
    boundary, body = encode_multipart({**fields, "bestand": FileStorage(io.BytesIO(content), name)})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@dataclass
class Sending:
    """A browser on a page with a form for a file."""

    client: FlaskClient
    path: str

    def send(self, content: bytes, name: str = "plan.pdf", **fields: str) -> Any:
        """Send the form with this file; `fields` are its other fields."""
        fields = {"csrf_token": csrf_token(self.client, self.path), **fields}
        return post_file(self.client, self.path, content, name, **fields)
