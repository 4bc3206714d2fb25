"""What a writing field asks: the preview, what [[ leads to, and a place for pictures and files."""

import io
import re
import threading
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from common.files.models import Attachment
from kb.guides.reading import find_public
from tests.factories_proposals import begin, opened, send
from tests.files.making import pdf, picture
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
FILES = "/schrijven/bestanden"
GUIDE = "guide:actieplan-schrijven"


@pytest.fixture
def writer(app: Flask, accounts: Accounts) -> FlaskClient:
    """An invuller, who may propose and not publish."""
    return sign_in(app, accounts["invuller"])


def preview(browser: FlaskClient, text: str, **fields: str) -> Any:
    values = {"csrf_token": csrf_token(browser, "/mijn/voorstellen"), "tekst": text, **fields}
    return browser.post("/schrijven/voorbeeld", data=values)


def upload(browser: FlaskClient, subject: str, content: bytes, name: str, *, json: bool = True, **fields: str) -> Any:
    token = csrf_token(browser, "/mijn/voorstellen")
    values = {"csrf_token": token, "voor": subject, **fields, "bestand": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(values)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(FILES, data=body, content_type=kind, headers={"Accept": "application/json"} if json else {})


def test_a_preview_is_what_readers_see_with_its_links_and_takes_no_address_of_the_page(writer: FlaskClient) -> None:
    made = preview(writer, "## Tekst\n\nZie [[thema-klimaat]].\n\n<script>alert(1)</script>\n\nNoot[^1]\n\n[^1]: Hier.")
    assert made.status_code == 200
    assert '<h2 id="vb-tekst">' in made.text
    assert re.search(r'<a href="/kennisbank/thema-klimaat"[^>]*>[^<]+</a>', made.text)
    assert "<script" not in made.text
    assert 'href="#vb-fn:1"' in made.text
    assert 'id="vb-fn:1"' in made.text
    assert made.headers["Cache-Control"] == "no-store"
    assert preview(writer, "x" * 200_001).status_code == 422
    assert "staat te vaak" in preview(writer, "<a " * 5000).text


def test_a_preview_waits_for_nobody_who_saves(app: Flask, writer: FlaskClient) -> None:
    token = csrf_token(writer, "/mijn/voorstellen")
    engine = app.extensions["database"].engine
    answers: list[tuple[int, float]] = []

    def ask() -> None:
        begun = time.monotonic()
        status = writer.post("/schrijven/voorbeeld", data={"csrf_token": token, "tekst": "Hallo"}).status_code
        answers.append((status, time.monotonic() - begun))

    with engine.connect() as connection, connection.begin():  # holds the write lock, as a save does
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(10)
    assert [status for status, _took in answers] == [200]
    assert answers[0][1] < 5


def test_typing_finds_guides_authorities_and_product_groups_and_gives_the_link(writer: FlaskClient) -> None:
    def found(typed: str) -> list[dict[str, str]]:
        return list(writer.get("/schrijven/verwijzingen", query_string={"q": typed}).get_json()["results"])

    guide = found("thema klim")[0]
    assert (guide["kind"], guide["path"]) == ("gids", "/kennisbank/thema-klimaat")
    assert guide["markdown"] == f"[{guide['title']}](/kennisbank/thema-klimaat)"
    assert {"kind": "overheid", "path": "/deelnemers/gemeente-lindenveen"}.items() <= found("LINDENV")[0].items()
    groups = [one for one in found("catering") if one["kind"] == "productgroep"]
    assert groups
    assert writer.get(groups[0]["path"]).status_code == 200
    for nothing in ("", " ", "%", "_", "\0", "zzzz"):
        assert found(nothing) == []


def test_what_one_types_to_be_led_somewhere_is_for_who_is_signed_in(client: FlaskClient) -> None:
    for path in ("/schrijven/verwijzingen?q=klimaat", f"{FILES}?voor={GUIDE}", "/schrijven/voorbeeld"):
        assert client.get(path).status_code == 303


def test_a_picture_needs_words_and_comes_back_as_a_line_for_the_text(app: Flask, accounts: Accounts) -> None:
    editor = sign_in(app, accounts["redacteur"])
    refused = upload(editor, GUIDE, picture(), "foto.png")
    assert refused.status_code == 422
    assert refused.get_json()["is_picture"] is True
    assert list(refused.get_json()["errors"]) == ["alt"]
    made = upload(editor, GUIDE, picture(), "Foto één.png", alt="Een vlak")
    assert made.status_code == 201
    assert re.fullmatch(r"!\[Een vlak\]\(/bestanden/\d+/foto-een-\d+x\d+\.png\)", made.get_json()["markdown"])
    assert upload(editor, GUIDE, picture(), "versiering.png", decoratief="ja").get_json()["markdown"].startswith("![](")
    assert upload(editor, GUIDE, pdf(), "plan.pdf").get_json()["markdown"].startswith("[plan.pdf](/bestanden/")
    wrong = upload(editor, GUIDE, b"geen bestand dat mag", "virus.exe")
    assert list(wrong.get_json()["errors"]) == ["bestand"]


def test_files_of_a_proposal_are_its_writers_and_wait_for_its_turn(
    app: Flask, session: Session, writer: FlaskClient, accounts: Accounts, client: FlaskClient
) -> None:
    colleague = sign_in(app, accounts["coordinator"])
    path = begin(writer, "nieuw", soort="guide")
    subject = f"proposal:{path.rsplit('/', 1)[1]}"
    assert upload(colleague, subject, picture(), "foto.png", alt="Een vlak").status_code == 404
    line = upload(writer, subject, picture(), "foto.png", alt="Een vlak").get_json()["markdown"]
    address = re.search(r"\((.+)\)", line)
    assert address
    reading = {who: browser.get(address[1]).status_code for who, browser in (("own", writer), ("other", colleague))}
    assert reading == {"own": 200, "other": 404}
    assert client.get(address[1]).status_code == 404
    page = writer.get(f"{FILES}?voor={subject}").text
    assert "Een vlak" in page
    change = begin(writer, "change", gids="thema-klimaat").rsplit("/", 1)[1]
    page_of_change = writer.get(f"{FILES}?voor=proposal:{change}").text
    assert ">thema-klimaat<" not in page_of_change
    title = find_public(session, "thema-klimaat").title  # type: ignore[union-attr]
    session.rollback()
    assert f'<p class="lead">{title}</p>' in page_of_change
    assert line.replace("&", "&amp;") in page
    assert colleague.get(f"{FILES}?voor={subject}").status_code == 404
    assert sign_in(app, accounts["redacteur"]).get(f"{FILES}?voor={subject}").status_code == 404


def test_without_javascript_a_file_of_a_proposal_is_added_taken_away_and_put_back(
    writer: FlaskClient, session: Session
) -> None:
    path = begin(writer, "nieuw", soort="guide")
    subject = f"proposal:{path.rsplit('/', 1)[1]}"
    added = upload(writer, subject, pdf(), "plan.pdf", json=False)
    assert added.status_code == 303
    assert (
        added.headers["Location"].endswith(f"{FILES}?voor={subject.replace(':', '%3A')}") or subject in added.location
    )
    number = session.query(Attachment.id).filter(Attachment.subject == subject).scalar()
    session.commit()
    values = {"csrf_token": csrf_token(writer, f"{FILES}?voor={subject}"), "bestand": str(number)}
    assert writer.post(f"{FILES}/verwijderen", data=values).status_code == 303
    assert "Terugzetten kan tot" in writer.get(f"{FILES}?voor={subject}").text
    assert writer.post(f"{FILES}/terugzetten", data=values).status_code == 303
    send(writer, path, opened(writer, path), {"tekst": f"Zie [het plan](/bestanden/{number}/plan.pdf)."})
    assert writer.post(f"{FILES}/verwijderen", data=values).status_code == 409
    assert upload(writer, subject, pdf(), "plan.exe", json=False).status_code in (303, 422)


def test_nobody_adds_a_file_to_what_is_not_his_or_is_nothing(
    app: Flask, writer: FlaskClient, accounts: Accounts
) -> None:
    assert upload(writer, GUIDE, pdf(), "plan.pdf").status_code == 404
    editor = sign_in(app, accounts["redacteur"])
    for subject in ("guide:bestaat-niet", "proposal:bestaatniet", "authority:vb001", "", "guide:"):
        assert upload(editor, subject, pdf(), "plan.pdf").status_code == 404
