"""The address of a file: its number decides, and nothing else in it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from common.files.models import Attachment
from tests.files.factories import add_document, storage_of
from tests.files.making import pdf
from tests.sites import sign_in
from website.files import access


@pytest.fixture
def document(app: Flask, session: Session) -> Attachment:
    """A document of the example's first organisation."""
    made = add_document(app, session)
    session.commit()
    return made


@pytest.fixture
def member(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    """Somebody who may read it."""
    return sign_in(app, accounts["bestuurder"])


def test_a_wrong_name_leads_to_the_right_one_for_whoever_may_read(
    document: Attachment, member: FlaskClient, client: FlaskClient
) -> None:
    answer = member.get(f"/bestanden/{document.id}/iets-anders.pdf")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/bestanden/{document.id}/plan.pdf")
    assert client.get(f"/bestanden/{document.id}/iets-anders.pdf").status_code == 404
    assert client.get(f"/bestanden/{document.id}/plan.pdf").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/bestanden", "/bestanden/", "/bestanden/{id}", "/bestanden/{id}/", "/bestanden/0/plan.pdf",
        "/bestanden/99999999999/plan.pdf", "/bestanden/-1/plan.pdf", "/bestanden/{id}/../secrets.json",
        "/bestanden/{id}/..%2f..%2fsecrets.json", "/bestanden/..%2f..%2fsecrets.json/a", "/bestanden/{id}%00/plan.pdf",
        "/bestanden/{id}/plan.pdf/../../secrets.json", "/bestanden//etc/passwd", "/files/secrets.json",
    ],
)  # fmt: skip
def test_no_path_leads_anywhere_else_and_there_is_no_list(document: Attachment, member: FlaskClient, path: str) -> None:
    answer = member.get(path.replace("{id}", str(document.id)))
    assert answer.status_code in {404, 308}
    assert "secret_key" not in answer.text


def test_the_rule_of_the_subject_is_what_keeps_a_stranger_out(
    document: Attachment, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/bestanden/{document.id}/plan.pdf"
    assert client.get(path).status_code == 404
    monkeypatch.setitem(access._RULES, "authority", lambda *_a: True)
    assert client.get(path).data == pdf()


def test_a_file_of_no_known_kind_is_read_by_nobody(
    app: Flask, session: Session, document: Attachment, accounts: dict[str, dict[str, str]]
) -> None:
    session.execute(update(Attachment).values(subject="iets:anders"))
    session.commit()
    for role in accounts:
        assert sign_in(app, accounts[role]).get(f"/bestanden/{document.id}/plan.pdf").status_code == 404


def test_a_file_whose_content_is_gone_is_a_page_that_says_so(
    app: Flask, document: Attachment, member: FlaskClient
) -> None:
    storage_of(app).remove(document.sha256)
    assert member.get(f"/bestanden/{document.id}/plan.pdf").status_code == 404


def test_head_says_the_size_and_sends_nothing(document: Attachment, member: FlaskClient) -> None:
    answer = member.head(f"/bestanden/{document.id}/plan.pdf")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(pdf()))
