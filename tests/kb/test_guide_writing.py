"""Staff write guides: drafts, versions, two people at once, and nothing that was typed is lost."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import LedgerEntry
from common.markdown import LARGEST
from kb.guides.models import Revision
from kb.guides.writing import find_guide
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
EDIT = "/redactie/gidsen/thema-klimaat"
FIELDS = {
    "titel": "Proefgids",
    "adres": "proefgids",
    "samenvatting": "Een proef.",
    "tekst": "## Zeldzaamwoord\n\nTekst over kwispelstaarten.",
    "soort": "guide",
    "niveau": "starter",
    "beheer": "redacteur",
    "themas": ["klimaat", "keten"],
    "bronnen": "Een bron | https://voorbeeld.example/bron",
    "versie": "0",
}


@pytest.fixture
def editor(app: Flask, accounts: Accounts) -> FlaskClient:
    """A redacteur's browser."""
    return sign_in(app, accounts["redacteur"])


def token(client: FlaskClient) -> str:
    return csrf_token(client, EDIT)


def filled(client: FlaskClient, path: str = EDIT) -> dict[str, str | list[str]]:
    """Return what a browser would send from the form at `path`."""
    page = client.get(path).text
    form = page[page.index('id="gids"') :]
    values: dict[str, str | list[str]] = {"csrf_token": csrf_token(client, path)}
    for name, value in re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', form):
        if name in {"versie", "_pagina", "_opsteller"}:
            values[name] = unescape(value)
    for tag in re.findall(r"<input[^>]*>", form):
        found = re.search(r'name="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not found or not value:
            continue
        if 'type="text"' in tag or 'type="date"' in tag:
            values[found.group(1)] = unescape(value.group(1))
        elif 'type="checkbox"' in tag and " checked" in tag:
            chosen = values.setdefault(found.group(1), [])
            assert isinstance(chosen, list)
            chosen.append(value.group(1))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        values[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen_option = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen_option.group(1) if chosen_option else ""
    return values


def revisions(session: Session, slug: str) -> list[Revision]:
    guide = find_guide(session, slug)
    assert guide is not None
    query = select(Revision).where(Revision.guide_id == guide.id).order_by(Revision.number)
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    session.commit()  # or the requests of the test would wait for this session's lock
    return found


def test_a_new_guide_is_a_draft_until_it_is_published(app: Flask, editor: FlaskClient, client: FlaskClient) -> None:
    data = {**FIELDS, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    made = editor.post("/redactie/gidsen/nieuw", data=data)
    assert (made.status_code, made.location) == (303, "/redactie/gidsen/proefgids")
    assert client.get("/kennisbank/proefgids").status_code == 404
    assert "proefgids" not in client.get("/zoeken?q=kwispelstaarten").text
    confirm = editor.get("/redactie/gidsen/proefgids/publiceren").text
    assert "Ja, publiceer versie 1" in confirm
    published = editor.post(
        "/redactie/gidsen/proefgids/publiceren", data={"csrf_token": data["csrf_token"], "versie": "1"}
    )
    assert (published.status_code, published.location) == (303, "/kennisbank/proefgids")
    assert "kwispelstaarten" in client.get("/kennisbank/proefgids").text


def test_what_was_published_is_found_when_the_answer_arrives(editor: FlaskClient, client: FlaskClient) -> None:
    data = {**FIELDS, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    editor.post("/redactie/gidsen/nieuw", data=data)
    editor.post("/redactie/gidsen/proefgids/publiceren", data={"csrf_token": data["csrf_token"], "versie": "1"})
    page = client.get("/zoeken?q=kwispelstaart").text
    assert 'href="/kennisbank/proefgids#zeldzaamwoord"' in page
    assert "<mark>kwispelstaarten</mark>" in page


def test_a_save_without_a_change_makes_no_version(editor: FlaskClient, session: Session) -> None:
    response = editor.post(EDIT, data=filled(editor), follow_redirects=True)
    assert "Er was niets veranderd" in response.text
    assert len(revisions(session, "thema-klimaat")) == 1


def test_every_save_is_a_new_version_and_the_old_one_stays(editor: FlaskClient, session: Session) -> None:
    before = revisions(session, "thema-klimaat")[0].body
    for title in ("Eerste titel", "Tweede titel"):
        assert editor.post(EDIT, data={**filled(editor), "titel": title, "toelichting": "omdat"}).status_code == 303
    kept = revisions(session, "thema-klimaat")
    assert [revision.number for revision in kept] == [1, 2, 3]
    assert [revision.title for revision in kept][1:] == ["Eerste titel", "Tweede titel"]
    assert kept[0].body == before
    assert kept[2].change_note == "omdat"


def test_readers_keep_the_public_version_until_the_next_is_published(editor: FlaskClient, client: FlaskClient) -> None:
    editor.post(EDIT, data={**filled(editor), "titel": "Heel andere titel"})
    assert "Heel andere titel" not in client.get("/kennisbank/thema-klimaat").text
    editor.post(EDIT + "/publiceren", data={"csrf_token": token(editor), "versie": "2"})
    assert "Heel andere titel" in client.get("/kennisbank/thema-klimaat").text


def test_saving_and_publishing_are_in_the_ledger(editor: FlaskClient, session: Session) -> None:
    editor.post(EDIT, data={**filled(editor), "titel": "Andere titel"})
    editor.post(EDIT + "/publiceren", data={"csrf_token": token(editor), "versie": "2"})
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.subject == "guide:thema-klimaat")).all()
    session.commit()
    assert [(entry.event, entry.actor_role) for entry in entries][-2:] == [
        ("guide.saved", "redacteur"),
        ("guide.published", "redacteur"),
    ]


def test_two_people_at_once_lose_nothing(app: Flask, accounts: Accounts, session: Session) -> None:
    one, other = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    mine, theirs = filled(one), filled(other)
    assert other.post(EDIT, data={**theirs, "tekst": "De tekst van de ander."}).status_code == 303
    response = one.post(EDIT, data={**mine, "tekst": "Mijn eigen <b>tekst</b>."})
    assert response.status_code == 409
    assert "De tekst van de ander." in response.text
    assert "Mijn eigen &lt;b&gt;tekst&lt;/b&gt;." in response.text
    assert len(revisions(session, "thema-klimaat")) == 2
    again = {**mine, "tekst": "Mijn eigen <b>tekst</b>.", "versie": "2"}
    assert one.post(EDIT, data={**again, "tekst__keuze": "mijn"}).status_code == 303
    assert revisions(session, "thema-klimaat")[2].body == "Mijn eigen <b>tekst</b>.\n"


def test_the_other_text_can_be_chosen(app: Flask, accounts: Accounts, session: Session) -> None:
    one, other = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    mine = filled(one)
    other.post(EDIT, data={**filled(other), "tekst": "De tekst van de ander."})
    again = {**mine, "tekst": "Mijn tekst.", "titel": "Mijn titel", "versie": "2", "tekst__keuze": "ander"}
    assert one.post(EDIT, data=again).status_code == 303
    newest = revisions(session, "thema-klimaat")[-1]
    assert (newest.title, newest.body) == ("Mijn titel", "De tekst van de ander.\n")


def test_a_conflict_takes_over_what_only_the_other_changed(app: Flask, accounts: Accounts) -> None:
    one, other = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    mine = filled(one)
    other.post(EDIT, data={**filled(other), "titel": "Titel van de ander"})
    page = one.post(EDIT, data={**mine, "tekst": "Mijn tekst."})
    assert page.status_code == 409
    assert 'value="Titel van de ander"' in page.text
    assert "Mijn tekst." in page.text


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


def test_the_preview_is_a_page_without_javascript_and_a_fragment_with_it(editor: FlaskClient) -> None:
    data = {**filled(editor), "tekst": "## Hallo\n\n<script>alert(1)</script>", "titel": ""}
    page = editor.post(EDIT + "/voorbeeld", data=data)
    assert page.status_code == 200
    assert '<h2 id="hallo">' in page.text
    assert "<script>alert" not in page.text
    assert "<html" in page.text
    part = editor.post(EDIT + "/voorbeeld", data=data, headers={"HX-Request": "true", "HX-Target": "voorbeeld"}).text
    assert "<html" not in part
    assert '<h2 id="hallo">' in part


def test_the_preview_is_not_refused_because_somebody_else_saved(editor: FlaskClient) -> None:
    mine = filled(editor)
    editor.post(EDIT, data={**filled(editor), "titel": "Ander"})
    page = editor.post(EDIT + "/voorbeeld", data={**mine, "tekst": "Mijn tekst"})
    assert page.status_code == 200
    assert "Mijn tekst" in page.text
    assert 'name="versie" value="1"' in page.text


def test_the_preview_of_a_new_guide_works(editor: FlaskClient) -> None:
    data = {**FIELDS, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    assert '<h2 id="zeldzaamwoord">' in editor.post("/redactie/gidsen/nieuw/voorbeeld", data=data).text


def test_versions_show_what_changed_word_by_word(editor: FlaskClient) -> None:
    data = filled(editor)
    body = str(data["tekst"]).replace("Klimaat is een van", "Klimaat is nummer een van")
    editor.post(EDIT, data={**data, "tekst": body})
    listing = editor.get(EDIT + "/versies").text
    assert "Versie 2" in listing
    assert "Nu te zien" in listing
    page = editor.get(EDIT + "/versies/2").text
    assert re.search(r"<ins>.*nummer.*</ins>", page)
    assert editor.get(EDIT + "/versies/9").status_code == 404


def test_an_older_version_can_be_used_again(editor: FlaskClient, session: Session) -> None:
    old = revisions(session, "thema-klimaat")[0].title
    editor.post(EDIT, data={**filled(editor), "titel": "Tijdelijk"})
    page = editor.get(EDIT + "?versie=1").text
    assert f'value="{old}"' in page
    assert 'name="versie" value="2"' in page


PAGES = [
    "/redactie/gidsen",
    "/redactie/gidsen/nieuw",
    EDIT,
    EDIT + "/versies",
    EDIT + "/versies/1",
    EDIT + "/publiceren",
]


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


def test_what_was_typed_after_the_session_ended_comes_back(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["redacteur"])
    typed = {**filled(client), "tekst": "Wat ik typte toen ik was uitgelogd."}
    client.post("/uitloggen", data={"csrf_token": token(client)})
    response = client.post(EDIT, data=typed)
    assert response.status_code == 303
    assert len(revisions(session, "thema-klimaat")) == 1
    again = sign_in(app, accounts["redacteur"])
    page = again.get(EDIT).text
    assert "Wat ik typte toen ik was uitgelogd." in page
    assert "Wij hebben teruggezet wat u typte" in page
    assert again.post(EDIT, data=filled(again)).status_code == 303
    assert "teruggezet" not in again.get(EDIT).text


def test_the_list_shows_the_state_of_every_guide(editor: FlaskClient) -> None:
    editor.post(EDIT, data={**filled(editor), "titel": "Nu anders"})
    page = editor.get("/redactie/gidsen").text
    assert "Wijziging niet gepubliceerd" in page
    assert page.index("Nu anders") < page.index("Gepubliceerd")
