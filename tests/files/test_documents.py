"""Documents of an authority: sent by its people, read by them and by staff who review, and by nobody else."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.files.accepting import Accepted, accept
from common.files.models import Attachment, StoredFile
from common.ledger import LedgerEntry
from tests.factories_people import credentials, make_member
from tests.files.factories import DOCUMENTS, OF_DEMO, Sending, add_document, post_file
from tests.files.making import docx, pdf, photo_with_secrets
from tests.sites import csrf_token, sign_in
from website.files import uploading

WHAT = {"omschrijving": "Het actieplan 2026"}


@pytest.fixture
def sending(app: Flask, accounts: dict[str, dict[str, str]]) -> Sending:
    """The coördinator on the page of documents."""
    return Sending(sign_in(app, accounts["coordinator"]), DOCUMENTS)


def newest(session: Session) -> Attachment:
    session.rollback()
    found = session.scalars(select(Attachment).order_by(Attachment.id.desc())).first()
    assert found
    session.expunge(found)  # a rollback would make it ask again, and that would take the write lock
    session.rollback()
    return found


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_document_comes_in_and_goes_out_the_same(sending: Sending, session: Session) -> None:
    answer = sending.send(pdf(), "Plan 2026 – één.pdf", **WHAT)
    assert answer.status_code == 303
    page = sending.client.get(answer.headers["Location"]).text
    link = re.search(r'href="(/bestanden/[^"]+)"', page)
    assert link
    assert "Het actieplan 2026" in page
    got = sending.client.get(link.group(1))
    assert got.data == pdf()
    assert newest(session).name == "Plan 2026 – één.pdf"


def test_a_document_is_an_attachment_that_can_do_nothing(sending: Sending) -> None:
    sending.send(pdf(), "Plan 2026 – één.pdf", **WHAT)
    link = re.search(r'href="(/bestanden/[^"]+)"', sending.client.get(DOCUMENTS).text)
    assert link
    headers = sending.client.get(link.group(1)).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(pdf()))
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Plan 2026 _ __n.pdf\"; filename*=UTF-8''Plan%202026%20%E2%80%93%20%C3%A9%C3%A9n.pdf"
    )


def test_the_ledger_says_what_came_in_and_hides_its_name(sending: Sending, session: Session) -> None:
    sending.send(pdf(), "plan van mevrouw de Vries.pdf", **WHAT)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "file.added", OF_DEMO)).one()
    payload = json.loads(entry.payload)
    assert entry.actor_role == "coordinator"
    assert payload["sha256"] == newest(session).sha256
    assert (payload["size"], payload["type"]) == (len(pdf()), "application/pdf")
    assert "Vries" not in entry.payload
    assert not entry.is_public


def test_the_same_content_is_kept_once(sending: Sending, session: Session, data_folder: Path) -> None:
    for name in ("een.pdf", "twee.pdf"):
        sending.send(pdf(), name, **WHAT)
    assert session.scalar(select(func.count(StoredFile.sha256))) == 1
    assert session.scalar(select(func.count(Attachment.id))) == 2
    assert len(files_in(data_folder / "files")) == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\0" + b"\0" * 99, "plan.pdf", "Dit soort bestand nemen wij niet aan"),
        (docx(**{"word/vbaProject.bin": b"x"}), "plan.docx", "macro&#39;s"),
        (b"%PDF-1.7\n" + b" " * (20 * 1024 * 1024), "groot.pdf", "groter dan 20 MB"),
        (b"", "leeg.pdf", "leeg"),
        (b"", "", "Kies een bestand"),
    ],
)
def test_a_refusal_is_said_at_the_field_and_keeps_what_was_typed(
    sending: Sending, session: Session, data_folder: Path, content: bytes, name: str, words: str
) -> None:
    answer = sending.send(content, name, omschrijving="Wat ik typte")
    assert answer.status_code == 422
    assert re.search(rf'id="bestand-fout">.*{re.escape(words)}', answer.text)
    assert 'value="Wat ik typte"' in answer.text
    assert files_in(data_folder / "files") == []
    assert session.scalar(select(func.count(Attachment.id))) == 0


def test_a_good_file_with_a_missing_word_must_be_chosen_again(sending: Sending, data_folder: Path) -> None:
    answer = sending.send(pdf())
    assert answer.status_code == 422
    assert "Kies het bestand opnieuw" in answer.text
    assert files_in(data_folder / "files") == []


def test_more_than_the_limit_is_refused_with_the_limit_in_words(sending: Sending) -> None:
    answer = sending.send(b"%PDF-1.7\n" + b" " * (22 * 1024 * 1024), **WHAT)
    assert answer.status_code == 413
    assert "hoogstens 20 MB" in answer.text


def test_no_other_form_takes_more_than_before(sending: Sending, client: FlaskClient) -> None:
    large = {"csrf_token": "x", "email": "a" * 3_000_000}
    assert client.post("/inloggen", data=large).status_code == 413
    remove = "/mijn/documenten/1/verwijderen"
    assert post_file(sending.client, remove, b"a" * 3_000_000, "a.pdf", csrf_token="x").status_code == 413


def test_a_stranger_sends_nothing_large(client: FlaskClient) -> None:
    answer = post_file(client, DOCUMENTS, b"a" * 5_000_000, "a.pdf")
    assert answer.status_code == 303
    assert "/inloggen" in answer.headers["Location"]


def test_a_photo_is_kept_without_its_place(sending: Sending, data_folder: Path) -> None:
    sending.send(photo_with_secrets(), "foto.jpg", **WHAT)
    (kept,) = (path for path in (data_folder / "files").rglob("*") if path.is_file())
    assert b"Exif" not in kept.read_bytes()


def test_a_removed_document_is_gone_for_all_and_can_be_put_back(sending: Sending, session: Session) -> None:
    sending.send(pdf(), **WHAT)
    made = newest(session)
    link, form = f"/bestanden/{made.id}/{made.name}", {"csrf_token": csrf_token(sending.client, DOCUMENTS)}
    for verb, status in (("verwijderen", 404), ("terugzetten", 200)):
        assert sending.client.post(f"/mijn/documenten/{made.id}/{verb}", data=form).status_code == 303
        assert sending.client.get(link).status_code == status
    events = session.scalars(select(LedgerEntry.event).where(LedgerEntry.event.startswith("file."), OF_DEMO)).all()
    assert events == ["file.added", "file.removed", "file.restored"]


@pytest.mark.parametrize("verb", ["verwijderen", "terugzetten"])
def test_nobody_changes_a_document_of_another_authority(app: Flask, session: Session, verb: str) -> None:
    document = add_document(app, session)
    other = make_member(app, session, "a@elders.example", ("vb002", MemberRole.COORDINATOR))
    session.commit()
    client = sign_in(app, credentials(other))
    form = {"csrf_token": csrf_token(client, "/mijn/documenten?organisatie=vb002")}
    assert client.post(f"/mijn/documenten/{document.id}/{verb}", data=form).status_code == 404
    assert client.get(DOCUMENTS).status_code == 404


def test_a_person_of_another_authority_finds_no_document(app: Flask, session: Session) -> None:
    document = add_document(app, session)
    other = make_member(app, session, "a@elders.example", ("vb002", MemberRole.COORDINATOR))
    session.commit()
    client = sign_in(app, credentials(other))
    assert client.get(f"/bestanden/{document.id}/{document.name}").status_code == 404
    assert client.get(f"/bestanden/{document.id}/verkeerd.pdf").status_code == 404


def test_a_bestuurder_reads_and_does_not_add(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    client = sign_in(app, accounts["bestuurder"])
    assert 'type="file"' not in client.get(DOCUMENTS).text
    form = {"csrf_token": csrf_token(client, "/mijn"), **WHAT}
    assert post_file(client, DOCUMENTS, pdf(), "a.pdf", **form).status_code == 403


def test_nobody_waits_for_the_database_while_a_file_is_looked_at(
    app: Flask, sending: Sending, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[str] = []

    def look_while_another_writes(stream: BinaryIO) -> Accepted:
        with closing(sqlite3.connect(data_folder / "manifestkompas.sqlite", timeout=0.2)) as other:
            other.execute("BEGIN IMMEDIATE")
            wrote.append("at the same moment")
        return accept(stream)

    monkeypatch.setattr(uploading, "accept", look_while_another_writes)
    assert sending.send(pdf(), **WHAT).status_code == 303
    assert wrote == ["at the same moment"]
