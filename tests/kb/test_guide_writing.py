"""Staff write guides: drafts, versions, previews."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import LedgerEntry
from kb.guides.beginnings import template_for
from tests.kb.guide_forms import EDIT, FIELDS, filled, revisions, token
from tests.sites import csrf_token


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


def test_the_preview_is_a_page_without_javascript(editor: FlaskClient) -> None:
    data = {**filled(editor), "tekst": "## Hallo\n\n<script>alert(1)</script>", "titel": ""}
    page = editor.post(EDIT + "/voorbeeld", data=data)
    assert page.status_code == 200
    assert '<h2 id="vb-hallo">' in page.text
    assert "<script>alert" not in page.text
    assert "<html" in page.text


def test_the_preview_is_not_refused_because_somebody_else_saved(editor: FlaskClient) -> None:
    mine = filled(editor)
    editor.post(EDIT, data={**filled(editor), "titel": "Ander"})
    page = editor.post(EDIT + "/voorbeeld", data={**mine, "tekst": "Mijn tekst"})
    assert page.status_code == 200
    assert "Mijn tekst" in page.text
    assert 'name="versie" value="1"' in page.text


def test_the_preview_of_a_new_guide_works(editor: FlaskClient) -> None:
    data = {**FIELDS, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    assert '<h2 id="vb-zeldzaamwoord">' in editor.post("/redactie/gidsen/nieuw/voorbeeld", data=data).text


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


def test_the_list_shows_the_state_of_every_guide(editor: FlaskClient) -> None:
    editor.post(EDIT, data={**filled(editor), "titel": "Nu anders"})
    page = editor.get("/redactie/gidsen").text
    assert "Wijziging niet gepubliceerd" in page
    assert page.index("Nu anders") < page.index("Gepubliceerd")


def test_a_template_replaces_only_a_text_that_nobody_wrote_and_keeps_the_other_fields(editor: FlaskClient) -> None:
    new = "/redactie/gidsen/nieuw"
    values = {**filled(editor, new), "titel": "Mijn titel", "samenvatting": "Kort.", "bronnen": "B | https://b.example"}
    page = editor.get(new).text
    assert f'formaction="{new}/sjabloon#sjabloon"' in page
    assert f"{new}?soort=" not in page
    first = editor.post(f"{new}/sjabloon", data={**values, "sjabloon": "policy"})
    assert (first.status_code, "Schrijf in twee of drie zinnen wat dit beleid vraagt" in first.text) == (200, True)
    assert all(typed in first.text for typed in ('value="Mijn titel"', "Kort.", "B | https://b.example"))
    untouched = template_for("policy", "nl").replace("\n", "\r\n")
    other = editor.post(f"{new}/sjabloon", data={**values, "sjabloon": "guide", "tekst": untouched})
    assert (other.status_code, "voor wie deze leidraad is" in other.text) == (200, True)
    own = {**values, "sjabloon": "guide", "tekst": "Eigen woorden."}
    asked = editor.post(f"{new}/sjabloon", data=own)
    assert (asked.status_code, "Eigen woorden." in asked.text, "Ja, vervang mijn tekst" in asked.text) == (
        409,
        True,
        True,
    )
    replaced = editor.post(f"{new}/sjabloon?vervang=1", data=own)
    assert ("Eigen woorden." in replaced.text, 'value="Mijn titel"' in replaced.text) == (False, True)
