"""The one-page note: what it says, that hostile text stays text, and who may replace its template."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.models import Attachment
from common.ledger import LedgerEntry
from registry.authorities.models import Authority
from registry.notes.models import NoteTemplate
from registry.notes.writing import WrongTemplate, as_docx, as_pdf, own_template, sample, values_of
from registry.reports.models import Publication, Report, Submission
from tests.files.factories import post_file
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
REPORT = "/deelnemers/gemeente-lindenveen/rapportages"
DESK = "/redactie/notitie"
ADDRESS = "https://voorbeeld.example/"


def text_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def template_of(*paragraphs: str) -> bytes:
    document, made = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "eigen.docx") -> object:
    return post_file(client, DESK, content, name, csrf_token=csrf_token(client, DESK))


@pytest.fixture
def chief(app: Flask, accounts: Accounts) -> FlaskClient:
    return sign_in(app, accounts["beheerder"])


def test_anybody_gets_a_note_of_a_published_report_that_says_what_the_report_says(
    client: FlaskClient, session: Session, last_year: int
) -> None:
    page = client.get(f"{REPORT}/{last_year}").text
    assert f"{REPORT}/{last_year}/notitie.docx" in page
    found = client.get(f"{REPORT}/{last_year}/notitie.docx")
    said = text_of(found.data)
    query = (
        select(Submission.content).join(Publication, Publication.submission_id == Submission.id)
        .join(Report, Report.id == Submission.report_id).join(Authority, Authority.id == Report.authority_id)
        .where(Authority.slug == "gemeente-lindenveen", Submission.receipt.startswith(f"{last_year}-"))
    )  # fmt: skip
    content = json.loads(session.scalars(query).one())
    answers = content["answers"]
    assert "Gemeente Lindenveen" in said
    assert " ".join(answers["H1"]["value"].split())[:200] in said
    assert f"\n{answers['D1']['value']}\n" in said
    assert content["receipt"] in said
    assert "Middelste" in said
    assert f"Rapportage over {last_year}:" not in said
    assert answers["A3"]["value"] != "", "the contact person is in the submission"
    assert "@" not in said


def test_the_pdf_is_of_one_page_and_a_report_that_is_not_public_has_no_note(
    client: FlaskClient, last_year: int
) -> None:
    found = client.get(f"{REPORT}/{last_year}/notitie.pdf")
    assert (found.status_code, found.mimetype, found.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert found.data.count(b"/Type /Page\n") + found.data.count(b"/Type/Page/") <= 1
    assert client.get(f"{REPORT}/{last_year + 1}/notitie.pdf").status_code == 404
    assert client.get(f"{REPORT}/{last_year}/notitie.odt").status_code == 404
    assert client.get(f"{REPORT}/{last_year}/notitie.docx?afspraak=niets").status_code == 404
    assert client.get(f"{REPORT}/{last_year}/notitie.docx?beschikbaarOp=2001-01-01T00:00:00Z").status_code == 404


def test_what_an_authority_wrote_is_text_and_nothing_else() -> None:
    hostile = '</w:t><w:p/> {{ 7 * 7 }} {% raw %} & #import "x" $1$ \\ <b> @ref //'
    values = values_of(replace(sample(), summary=hostile, actions=[hostile]), ADDRESS)
    assert text_of(as_docx(values, own_template())).count(hostile) == 2
    assert as_pdf(values).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        "{{ organisatie.__class__.__mro__ }}",
        "{% for x in %}",
        "{{ onbekend.naam }}",
        "{{ 1 / 0 }}",
        "{{ cycler.__init__ }}",
    ],
)
def test_a_template_that_does_not_work_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(WrongTemplate) as refusal:
        as_docx(values_of(sample(), ADDRESS), template_of(text))
    assert refusal.value.reason


def test_a_beheerder_replaces_the_template_and_puts_ours_back(
    chief: FlaskClient, session: Session, client: FlaskClient, last_year: int
) -> None:
    assert send(chief, template_of("Beste raad van {{ organisatie }}.")).status_code == 303
    assert text_of(client.get(f"{REPORT}/{last_year}/notitie.docx").data) == "Beste raad van Gemeente Lindenveen."
    assert text_of(chief.get(f"{DESK}/sjabloon.docx").data) == "Beste raad van {{ organisatie }}."
    assert "eigen.docx" in chief.get(DESK).text
    assert chief.post(f"{DESK}/eigen", data={"csrf_token": csrf_token(chief, DESK)}).status_code == 303
    assert "Resultaten" in text_of(client.get(f"{REPORT}/{last_year}/notitie.docx").data)
    rows = session.scalars(select(NoteTemplate).order_by(NoteTemplate.id)).all()
    assert [(row.attachment_id is None, row.superseded_at is None) for row in rows] == [(False, False), (True, True)]
    events = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "note_template.chosen")).all()
    assert len(events) == 2


def test_a_wrong_file_is_refused_at_its_field_and_the_old_template_stays(chief: FlaskClient, session: Session) -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("hallo.txt", "hallo")
    for content in (template_of("{{ 1 / 0 }}"), empty.getvalue(), b"%PDF-1.7 niets", b""):
        answer = send(chief, content)
        assert answer.status_code == 422
        assert 'id="bestand-fout"' in answer.text
    assert "Dit sjabloon werkt niet: ZeroDivisionError" in send(chief, template_of("{{ 1 / 0 }}")).text
    assert session.scalars(select(NoteTemplate)).all() == []
    assert session.scalars(select(Attachment).where(Attachment.subject == "note_template:note")).all() == []


def test_only_a_beheerder_replaces_it_and_nobody_of_an_authority_knows_the_page(app: Flask, accounts: Accounts) -> None:
    editor = sign_in(app, accounts["redacteur"])
    assert 'type="file"' not in editor.get(DESK).text
    assert send(editor, template_of("Hallo")).status_code == 403
    assert sign_in(app, accounts["coordinator"]).get(DESK).status_code == 404
    assert app.test_client().get(DESK).status_code == 303
