"""What goes wrong while writing a guide loses nothing: two people at once, mistakes, a session that ended, no right."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.markdown import LARGEST
from tests.kb.conftest import Accounts
from tests.kb.guide_forms import EDIT, FIELDS, filled, revisions, token
from tests.sites import csrf_token, sign_in

PAGES = [
    "/redactie/gidsen",
    "/redactie/gidsen/nieuw",
    EDIT,
    EDIT + "/versies",
    EDIT + "/versies/1",
    EDIT + "/publiceren",
]


def test_publishing_an_older_text_than_was_saved_is_a_conflict(editor: FlaskClient) -> None:
    editor.post(EDIT, data={**filled(editor), "titel": "Twee"})
    editor.post(EDIT, data={**filled(editor), "titel": "Drie"})
    response = editor.post(EDIT + "/publiceren", data={"csrf_token": token(editor), "versie": "2"})
    assert response.status_code == 409
    assert "Ja, publiceer versie 3" in response.text


def test_errors_stand_at_their_fields_and_what_was_typed_stays(editor: FlaskClient) -> None:
    data = {
        **FIELDS,
        "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw"),
        "titel": "",
        "adres": "Geen Adres!",
        "bronnen": "zonder streep",
        "nagekeken": "gisteren",
        "themas": ["onzin"],
        "tekst": "Mijn <lange> tekst",
    }
    response = editor.post("/redactie/gidsen/nieuw", data=data)
    assert response.status_code == 422
    assert "error-summary" in response.text
    for name in ("titel", "adres", "bronnen", "nagekeken", "themas"):
        assert f'id="{name}-fout"' in response.text
    assert "Mijn &lt;lange&gt; tekst" in response.text
    assert "zonder streep" in response.text


@pytest.mark.parametrize("slug", ["thema-klimaat", "nieuw", "-x", "a/b", "é", "x" * 300])
def test_an_address_that_is_taken_or_wrong_is_refused(editor: FlaskClient, slug: str) -> None:
    data = {**FIELDS, "adres": slug, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    response = editor.post("/redactie/gidsen/nieuw", data=data)
    assert response.status_code == 422
    assert 'id="adres-fout"' in response.text


def test_a_text_that_is_too_long_is_refused_and_kept(editor: FlaskClient, session: Session) -> None:
    long = "woord " * (LARGEST // 6 + 10)
    response = editor.post(EDIT, data={**filled(editor), "tekst": long})
    assert response.status_code == 422
    assert "langer dan 200.000 tekens" in response.text
    assert long.strip() in response.text
    assert len(revisions(session, "thema-klimaat")) == 1


def test_control_characters_are_left_out_and_every_line_ends_alike(editor: FlaskClient, session: Session) -> None:
    typed = {**FIELDS, "titel": "Proef\x00gids", "tekst": "Een\r\ntwee\rdrie\x00\x02.", "csrf_token": token(editor)}
    assert editor.post("/redactie/gidsen/nieuw", data=typed).status_code == 303
    saved = revisions(session, "proefgids")[-1]
    assert (saved.title, saved.body) == ("Proefgids", "Een\ntwee\ndrie.\n")


@pytest.mark.parametrize("path", PAGES)
def test_who_is_no_editor_does_not_get_in(app: Flask, accounts: Accounts, path: str) -> None:
    stranger = app.test_client().get(path)
    assert stranger.status_code == 303
    assert "/inloggen" in stranger.location
    for role in ("coordinator", "beoordelaar"):
        assert sign_in(app, accounts[role]).get(path).status_code == 403


def test_a_reviewer_cannot_save_or_publish(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["beoordelaar"])
    data = {**FIELDS, "csrf_token": csrf_token(client, "/kennisbank")}
    for path in (EDIT, EDIT + "/publiceren", EDIT + "/voorbeeld", "/redactie/gidsen/nieuw"):
        assert client.post(path, data=data).status_code == 403
    assert len(revisions(session, "thema-klimaat")) == 1


@pytest.mark.parametrize("button", ["", "/voorbeeld"])
def test_what_was_typed_after_the_session_ended_comes_back(
    app: Flask, accounts: Accounts, session: Session, button: str
) -> None:
    client = sign_in(app, accounts["redacteur"])
    typed = {**filled(client), "tekst": "Wat ik typte toen ik was uitgelogd."}
    client.post("/uitloggen", data={"csrf_token": token(client)})
    response = client.post(EDIT + button, data=typed)
    assert response.status_code == 303
    assert len(revisions(session, "thema-klimaat")) == 1
    again, back = sign_in(app, accounts["redacteur"]), str(typed["_pagina"])
    assert response.location == back
    assert "U typte hier tekst die nog niet is bewaard" in again.get(EDIT).text
    page = again.get(back).text
    assert "Wat ik typte toen ik was uitgelogd." in page
    assert "Wij hebben teruggezet wat u typte" in page
    assert again.post(EDIT, data=filled(again, back)).status_code == 303
    assert "nog niet is bewaard" not in again.get(EDIT).text


@pytest.mark.parametrize("path", [EDIT, EDIT + "/voorbeeld"])
def test_a_text_that_cannot_be_laid_out_is_refused_at_the_field_with_the_sign(editor: FlaskClient, path: str) -> None:
    text = "Mijn tekst\n\n" + "[" * 20_000
    response = editor.post(path, data={**filled(editor), "tekst": text})
    assert response.status_code == 422
    assert 'id="tekst-fout"' in response.text
    assert "“[” staat te vaak in de tekst." in response.text
    assert text in response.text
    assert "<p>[[[" not in response.text


def test_the_preview_beside_the_text_says_which_sign_occurs_too_often(editor: FlaskClient) -> None:
    values = {"csrf_token": filled(editor)["csrf_token"], "tekst": "<a " * 5000}
    response = editor.post("/schrijven/voorbeeld", data=values)
    assert response.status_code == 422
    assert "“<” staat te vaak in de tekst." in response.text
    assert "<html" not in response.text


def test_a_text_of_before_the_bounds_opens_in_the_form_as_it_was_typed(editor: FlaskClient, session: Session) -> None:
    revision = revisions(session, "thema-klimaat")[-1]
    revision.body = "[" * 20_000
    session.commit()
    page = editor.get(EDIT)
    assert page.status_code == 200
    assert "<p>[[[" in page.text
