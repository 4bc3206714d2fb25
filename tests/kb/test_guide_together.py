"""Two people, or two tabs of one, at the same guide: what can be merged is, and nothing is lost where it cannot."""

import re
import sqlite3
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import database as databases
from common.unsaved import UnsavedInput
from tests.factories_proposals import begin
from tests.html_forms import form_on
from tests.kb.conftest import Accounts
from tests.kb.guide_forms import EDIT, filled, revisions, token
from tests.sites import sign_in

TEXT = "Eerste alinea.\n\nTweede alinea.\n\nDerde alinea.\n"
Browsers = tuple[FlaskClient, FlaskClient]


def two(app: Flask, accounts: Accounts) -> Browsers:
    """Return the browsers of a redacteur and a beheerder, at a guide with three paragraphs."""
    one, other = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    assert one.post(EDIT, data={**filled(one), "tekst": TEXT}).status_code == 303
    return one, other


def marks(page: str) -> dict[str, str]:
    """Return which texts a page with two of them showed, as its form sends that along."""
    return {name: unescape(value) for name, value in re.findall(r'name="([\w-]+__gezien)" value="(\w+)"', page)}


def at_a_clash(app: Flask, accounts: Accounts) -> tuple[FlaskClient, FlaskClient, dict[str, str]]:
    """Return both browsers after they changed one paragraph, and what the page with both texts would send again."""
    one, other = two(app, accounts)
    mine = {**filled(one), "tekst": TEXT.replace("Tweede", "Mijn")}
    other.post(EDIT, data={**filled(other), "tekst": TEXT.replace("Tweede", "Hun")})
    return one, other, {**mine, **marks(one.post(EDIT, data=mine).text)}


def test_changes_of_different_paragraphs_merge_and_the_page_says_from_whom(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other = two(app, accounts)
    mine, theirs = filled(one), filled(other)
    other.post(EDIT, data={**theirs, "tekst": TEXT.replace("Eerste", "Nieuwe"), "titel": "Hun titel"})
    saved = one.post(EDIT, data={**mine, "tekst": TEXT.replace("Derde", "Laatste")}, follow_redirects=True)
    newest = revisions(session, "thema-klimaat")[-1]
    assert newest.body == "Nieuwe alinea.\n\nTweede alinea.\n\nLaatste alinea.\n"
    assert (newest.title, newest.merged_with) == ("Hun titel", 3)
    assert re.search(r"Samengevoegd met wat .+ intussen bewaarde: Titel, Tekst\.", saved.text)


def test_two_texts_of_one_paragraph_both_stand_there_until_somebody_chooses(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other = two(app, accounts)
    mine = {**filled(one), "tekst": TEXT.replace("Tweede", "Mijn <b>"), "titel": "Mijn titel"}
    other.post(EDIT, data={**filled(other), "tekst": TEXT.replace("Tweede", "Hun").replace("Eerste", "Nieuwe")})
    page = one.post(EDIT, data=mine)
    assert page.status_code == 409
    assert "Hun alinea." in page.text
    assert "Mijn &lt;b&gt; alinea." in page.text
    assert 'value="Mijn titel"' in page.text
    assert "Kies welke tekst blijft." not in page.text  # nobody had the chance yet
    again = one.post(EDIT, data={**mine, **marks(page.text)})
    assert (again.status_code, again.text.count("Kies welke tekst blijft.")) == (409, 2)  # at the piece, and above
    assert 'href="#body-1-mijn"' in again.text
    chosen = {**mine, **marks(page.text), "body-1__keuze": "beide"}
    assert "intussen bewaarde: Tekst." in one.post(EDIT, data=chosen, follow_redirects=True).text
    newest = revisions(session, "thema-klimaat")[-1]
    assert newest.body == "Nieuwe alinea.\n\nMijn <b> alinea.\n\nHun alinea.\n\nDerde alinea.\n"
    assert (newest.title, newest.merged_with, len(marks(page.text))) == ("Mijn titel", 3, 1)


def test_who_writes_a_text_of_his_own_and_ticks_nothing_chose_that_text(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, _other, mine = at_a_clash(app, accounts)
    assert one.post(EDIT, data={**mine, "body-1__eigen": "Mijn alinea."}).status_code == 409  # left as it came
    assert one.post(EDIT, data={**mine, "body-1__eigen": "Een nieuwe."}).status_code == 303
    assert "Een nieuwe." in revisions(session, "thema-klimaat")[-1].body


def test_two_days_that_do_not_go_together_are_chosen_together(app: Flask, accounts: Accounts, session: Session) -> None:
    one, other = two(app, accounts)
    one.post(EDIT, data={**filled(one), "nagekeken": "2026-01-01", "opnieuw": ""})
    mine = {**filled(one), "nagekeken": "2026-11-01"}
    other.post(EDIT, data={**filled(other), "opnieuw": "2026-06-01"})
    page = one.post(EDIT, data=mine)
    assert page.status_code == 409
    chosen = {**mine, **marks(page.text), "reviewed_on__keuze": "mijn"}
    wrong = one.post(EDIT, data={**chosen, "review_due_on__keuze": "ander"})
    assert wrong.status_code == 409
    assert wrong.text.count("Kies een dag na de dag waarop de gids is nagekeken.") == 2  # at the day, and above
    assert one.post(EDIT, data={**chosen, "review_due_on__keuze": "mijn"}).status_code == 303
    newest = revisions(session, "thema-klimaat")[-1]
    assert (str(newest.reviewed_on), newest.review_due_on, newest.reviewed_by) == ("2026-11-01", None, "redacteur")


def test_a_choice_counts_only_for_the_two_texts_that_were_shown(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other, mine = at_a_clash(app, accounts)
    other.post(EDIT, data={**filled(other), "tekst": TEXT.replace("Tweede", "Hun latere")})
    again = one.post(EDIT, data={**mine, "body-1__keuze": "mijn"})
    assert again.status_code == 409
    assert "Hun latere alinea." in again.text
    own = {**mine, **marks(again.text), "body-1__keuze": "eigen", "body-1__eigen": "Van ons samen."}
    assert one.post(EDIT, data=own).status_code == 303
    assert revisions(session, "thema-klimaat")[-1].body == "Eerste alinea.\n\nVan ons samen.\n\nDerde alinea.\n"


def test_a_second_tab_of_ones_own_is_merged_too_and_is_called_no_colleague(
    editor: FlaskClient, session: Session
) -> None:
    editor.post(EDIT, data={**filled(editor), "tekst": TEXT})
    first, second = filled(editor), filled(editor)
    assert first["tab"] != second["tab"]
    editor.post(EDIT, data={**second, "tekst": TEXT.replace("Derde", "Tab twee")})
    said = editor.post(EDIT, data={**first, "tekst": TEXT.replace("Eerste", "Tab een")}, follow_redirects=True).text
    assert "Samengevoegd met wat u zelf in een ander tabblad bewaarde: Tekst." in said
    clash = editor.post(EDIT, data={**first, "tekst": TEXT.replace("Derde", "Tab drie")})
    assert clash.status_code == 409
    assert "U bewaarde intussen zelf versie 4" in clash.text
    assert "Iemand anders" not in clash.text
    assert revisions(session, "thema-klimaat")[-1].body == "Tab een alinea.\n\nTweede alinea.\n\nTab twee alinea.\n"


def test_a_preview_is_shown_whoever_saved_meanwhile(app: Flask, accounts: Accounts) -> None:
    one, other = two(app, accounts)
    mine = {**filled(one), "tekst": "Mijn tekst"}
    other.post(EDIT, data={**filled(other), "tekst": "Hun tekst"})
    page = one.post(EDIT + "/voorbeeld", data=mine)
    assert page.status_code == 200
    assert "<p>Mijn tekst</p>" in page.text
    assert f'name="tab" value="{mine["tab"]}"' in page.text


def test_a_preview_waits_for_nobody_who_saves(
    app: Flask, accounts: Accounts, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, author = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["invuller"])
    path = begin(author, "new", soort="guide", taal="nl")
    mine, theirs = filled(one), form_on(author.get(path).text, path)
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_MS", 50)
    app.extensions["database"].engine.dispose()
    writer = sqlite3.connect(data_folder / "manifestkompas.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    shown = [one.post(f"{EDIT}/voorbeeld", data=mine), author.post(f"{path}/voorbeeld", data=theirs)]
    writer.execute("ROLLBACK")
    writer.close()
    assert [answer.status_code for answer in shown] == [200, 200]


def test_what_a_page_keeps_makes_no_version_and_comes_back(editor: FlaskClient, session: Session) -> None:
    form = filled(editor)
    for text in ("Een", "Een zin", "Een zin die blijft"):
        kept = editor.post(EDIT + "/concept", data={**form, "tekst": text})
        assert (kept.status_code, kept.headers["HX-Replace-Url"]) == (200, f"{EDIT}?tab={form['tab']}")
    assert len(revisions(session, "thema-klimaat")) == 1
    assert len(session.scalars(select(UnsavedInput)).all()) == 1
    session.rollback()
    page = editor.get(EDIT).text
    assert f'href="{EDIT}?tab={form["tab"]}"' in page
    assert filled(editor)["tekst"] != "Een zin die blijft"
    back = filled(editor, f"{EDIT}?tab={form['tab']}")
    assert back["tekst"] == "Een zin die blijft"
    assert editor.post(EDIT, data=back).status_code == 303
    assert session.scalars(select(UnsavedInput)).all() == []
    assert revisions(session, "thema-klimaat")[-1].body == "Een zin die blijft\n"


def test_a_page_that_keeps_itself_after_its_own_save_leaves_nothing_behind(
    editor: FlaskClient, session: Session
) -> None:
    form = {**filled(editor), "tekst": "Net bewaard"}
    assert editor.post(EDIT, data=form).status_code == 303
    assert editor.post(EDIT + "/concept", data=form).status_code == 200
    assert session.scalars(select(UnsavedInput)).all() == []


def test_two_tabs_keep_apart_also_when_both_go_on_with_one_text(editor: FlaskClient, session: Session) -> None:
    form = filled(editor)
    editor.post(EDIT + "/concept", data={**form, "tekst": "Bron"})
    one, other = (filled(editor, f"{EDIT}?tab={form['tab']}") for _ in range(2))
    editor.post(EDIT + "/concept", data={**one, "tekst": "Tab een"})
    editor.post(EDIT + "/concept", data={**other, "tekst": "Tab twee"})
    kept = session.scalars(select(UnsavedInput).order_by(UnsavedInput.id)).all()
    assert [row.fields["tekst"] for row in kept] == [["Tab een"], ["Tab twee"]]
    session.rollback()
    page = editor.get(EDIT).text
    assert "U typte hier 2 keer tekst die nog niet is bewaard" in page
    editor.post(EDIT + "/concept/weg", data={"csrf_token": token(editor), "weg": one["tab"]})
    assert len(session.scalars(select(UnsavedInput)).all()) == 1


def test_a_text_that_two_pages_kept_is_offered_once_by_what_differs_and_goes_at_once(
    editor: FlaskClient, session: Session
) -> None:
    saved = filled(editor)["tekst"]
    longer, other = f"{saved}\nEen zin die alleen hier staat.", {"samenvatting": "Heel anders.", "themas": ["keten"]}
    for _time in range(2):
        editor.post(EDIT + "/concept", data={**filled(editor), "tekst": longer})
    editor.post(EDIT + "/concept", data={**filled(editor), **other})
    page = editor.get(EDIT).text
    assert page.count("Ga verder met de tekst van") == 2
    assert "Anders is: Tekst “Een zin die alleen hier staat.…”" in page
    assert "Anders is: Samenvatting “Heel anders.…”" in page
    tabs = re.findall(r'name="weg" value="(\w+)"', page)
    back = filled(editor, f"{EDIT}?tab={tabs[1]}")
    assert editor.post(EDIT, data=back).status_code == 303
    assert editor.get(EDIT).text.count("Ga verder met de tekst van") == 1
    editor.post(EDIT + "/concept", data={**filled(editor), **other, "versie": back["versie"], "tekst": saved})
    editor.post(EDIT + "/concept/weg", data={"csrf_token": token(editor), "weg": tabs[0]})
    assert session.scalars(select(UnsavedInput)).all() == []


def test_what_is_kept_is_of_its_writer_alone_and_is_no_concern_of_a_stranger(app: Flask, accounts: Accounts) -> None:
    one, other = two(app, accounts)
    form = filled(one)
    one.post(EDIT + "/concept", data={**form, "tekst": "Mijn geheime zin"})
    other.post(EDIT + "/concept/weg", data={"csrf_token": token(other), "weg": form["tab"]})
    assert "Mijn geheime zin" not in other.get(f"{EDIT}?tab={form['tab']}").text
    assert "Mijn geheime zin" in one.get(f"{EDIT}?tab={form['tab']}").text
    reviewer = sign_in(app, accounts["beoordelaar"])
    typed = {**form, "csrf_token": token(reviewer)} if reviewer.get("/kennisbank") else {}
    for path in ("/concept", "/concept/weg"):
        assert reviewer.post(EDIT + path, data=typed).status_code in {400, 403}
    assert app.test_client().post(EDIT + "/concept", data=form).status_code in {303, 400}


def test_a_page_without_a_name_of_this_site_keeps_nothing(editor: FlaskClient, session: Session) -> None:
    for tab in ("", "../x", "0" * 13):
        assert editor.post(EDIT + "/concept", data={**filled(editor), "tekst": "x", "tab": tab}).status_code == 413
    assert session.scalars(select(UnsavedInput)).all() == []


OWN = {"body-1__keuze": "eigen", "body-1__eigen": "Lang zelf geschreven zin."}


def own_texts(page: str) -> dict[str, str]:
    """Return the own texts that a page shows, by the name of their field."""
    return dict(re.findall(r'<textarea[^>]* name="([\w-]+__eigen)"[^>]*>\n(.*?)</textarea>', page, re.S))


def test_a_text_of_ones_own_stays_whatever_becomes_of_the_two_texts_it_was_written_at(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other, mine = at_a_clash(app, accounts)
    typed = {**mine, **OWN}
    wrong = one.post(EDIT, data={**typed, "titel": ""})
    assert (wrong.status_code, own_texts(wrong.text)) == (422, {"body-1__eigen": OWN["body-1__eigen"]})
    assert own_texts(one.post(EDIT + "/voorbeeld", data=typed).text) == {"body-1__eigen": OWN["body-1__eigen"]}
    other.post(EDIT, data={**filled(other), "tekst": TEXT.replace("Tweede", "Hun tweede")})
    third = one.post(EDIT, data=typed)
    assert (third.status_code, own_texts(third.text)) == (409, {"body-1__eigen": OWN["body-1__eigen"]})
    assert 'value="eigen" checked' not in third.text
    other.post(EDIT, data={**filled(other), "tekst": TEXT})
    gone = one.post(EDIT, data={**mine, **marks(third.text), **OWN})
    assert (gone.status_code, own_texts(gone.text)) == (409, {"over-1__eigen": OWN["body-1__eigen"]})
    assert "valt niets meer te kiezen" in gone.text
    assert one.post(EDIT, data={**mine, "over-1__eigen": OWN["body-1__eigen"]}).status_code == 303
    assert "Mijn alinea." in revisions(session, "thema-klimaat")[-1].body


def test_a_text_of_ones_own_moves_with_its_two_texts_and_comes_back_from_a_page_that_kept_itself(
    app: Flask, accounts: Accounts
) -> None:
    one, other = two(app, accounts)
    mine = {**filled(one), "tekst": "Mijn eerste.\n\nTweede alinea.\n\nMijn derde.\n"}
    other.post(EDIT, data={**filled(other), "tekst": TEXT.replace("Derde", "Hun derde")})
    typed = {**mine, **marks(one.post(EDIT, data=mine).text), **OWN}
    assert one.post(EDIT + "/concept", data=typed).status_code == 200
    back = one.get(f"{EDIT}?tab={mine['tab']}").text
    assert own_texts(back) == {"body-1__eigen": OWN["body-1__eigen"]}
    assert 'value="eigen" checked' in back
    assert "Hun derde alinea." in back
    theirs = TEXT.replace("Derde", "Hun derde").replace("Eerste", "Hun eerste")
    other.post(EDIT, data={**filled(other), "tekst": theirs})
    moved = own_texts(one.post(EDIT, data=typed).text)
    assert moved == {"body-1__eigen": "Mijn eerste.", "body-2__eigen": OWN["body-1__eigen"]}


def test_a_page_keeps_a_note_and_the_indentation_of_a_list(editor: FlaskClient, session: Session) -> None:
    editor.post(EDIT, data={**filled(editor), "tekst": "- een\n- twee\n"})
    form = filled(editor)
    for name, typed in (("toelichting", "Een lange toelichting"), ("tekst", "- een\n    - twee\n")):
        editor.post(EDIT + "/concept", data={**form, name: typed})
        kept = session.scalars(select(UnsavedInput)).one()
        assert kept.fields[name] == [typed]
        session.rollback()
    editor.post(EDIT + "/concept", data={**form, "tekst": "- een\r\n- twee\r\n"})
    assert session.scalars(select(UnsavedInput)).all() == []
