"""Forms that were open while a guide moved, ended or changed: what was typed is never lost, nor what others did."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common import unsaved
from common.ledger import Actor
from kb.guides.ending import withdraw
from kb.guides.renaming import rename
from tests.factories_comments import comments
from tests.factories_deciding import BODY, DESK, GUIDE, guide_of, live_body, put_text, user_of
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
NEW = "thema-klimaatje"
PAGE = f"/kennisbank/{GUIDE}/opmerkingen"
MENDING = f"{DESK}/verbeteringen/{GUIDE}"
ACTOR = Actor("redacteur", None)


def test_a_comment_and_a_correction_arrive_where_the_guide_moved(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session, body=BODY.replace("tweede alinea", "tweede alina"))
    writer, person = sign_in(app, accounts["invuller"]), user_of(session, accounts["invuller"])
    said, mending = form_on(writer.get(PAGE).text, PAGE), form_on(editor.get(MENDING).text, MENDING)
    for path in (PAGE, f"{PAGE}/1", MENDING):
        unsaved.keep(session, person.id, path, {"tekst": ["Getypt."]})
    rename(session, guide_of(session), NEW, actor=ACTOR)
    session.commit()
    moved = [path.replace(GUIDE, NEW) for path in (PAGE, f"{PAGE}/1", MENDING)]
    assert all(unsaved.find(session, person.id, path) for path in moved)
    session.commit()
    sent = writer.post(PAGE, data={**said, "tekst": "Een lange opmerking."})
    assert (sent.status_code, sent.location.partition("#")[0]) == (303, moved[0])
    session.rollback()
    assert comments(session)[-1].text == "Een lange opmerking."
    session.commit()
    number = sent.location.rpartition("-")[2]
    changed = form_on(writer.get(f"{moved[0]}/{number}").text, f"{moved[0]}/{number}")
    assert writer.post(f"{PAGE}/{number}", data={**changed, "tekst": "Anders."}).location.startswith(moved[0])
    done = editor.post(MENDING, data={**mending, "tekst": BODY, "reden": "Typfout"})
    assert (done.status_code, done.location) == (303, f"/kennisbank/{NEW}")
    assert live_body(session, NEW) == BODY


def test_a_comment_at_a_guide_that_ended_meanwhile_is_given_back(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    writer = sign_in(app, accounts["invuller"])
    said, mending = form_on(writer.get(PAGE).text, PAGE), form_on(editor.get(MENDING).text, MENDING)
    withdraw(session, guide_of(session), "Klopt niet meer", None, actor=ACTOR)
    session.commit()
    before = len(comments(session))
    session.commit()
    part = {"HX-Request": "true", "HX-Target": "opmerkingen"}
    for headers in ({}, part):
        gone = writer.post(PAGE, data={**said, "tekst": "Een <b>lange</b> opmerking."}, headers=headers)
        assert gone.status_code == 409
        assert "Een &lt;b&gt;lange&lt;/b&gt; opmerking." in gone.text
        assert ("<html" in gone.text) is not bool(headers)
    assert len(comments(session)) == before
    session.commit()
    refused = editor.post(MENDING, data={**mending, "tekst": "Mijn typfout.", "reden": "Typfout"})
    assert (refused.status_code, "Mijn typfout." in refused.text) == (422, True)
    assert [writer.get(path).status_code for path in (PAGE, f"{PAGE}/1")] == [404, 404]
    assert writer.post("/kennisbank/nergens/opmerkingen", data=said).status_code == 404


def test_two_corrections_at_once_both_stay_and_a_clash_leaves_each_its_own(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    wrong = BODY.replace("tweede alinea", "tweede aliena").replace("eerste alinea", "eerste aliena")
    put_text(session, body=wrong)
    other = sign_in(app, accounts["beheerder"])
    mine, theirs, third = (form_on(one.get(MENDING).text, MENDING) for one in (editor, other, other))
    for form, was, now in (
        (mine, "tweede aliena", "tweede alinea"), (theirs, "eerste aliena", "eerste alinea"),
        (third, "tweede aliena", "tweede alïnea"),
    ):  # fmt: skip
        form["tekst"], form["reden"] = form["tekst"].replace(was, now), "Typfout"
    assert editor.post(MENDING, data=mine).status_code == 303
    page = other.post(MENDING, data=theirs)
    assert page.status_code == 409
    again = form_on(page.text, MENDING)
    assert "tweede alinea" in again["tekst"]
    assert "eerste alinea" in again["tekst"]
    assert again["reden"] == "Typfout"
    assert other.post(MENDING, data=again).status_code == 303
    assert live_body(session) == BODY
    clash = other.post(MENDING, data=third)
    assert clash.status_code == 409
    kept = form_on(clash.text, MENDING)
    assert (kept["gids"], "alïnea" in kept["tekst"]) == (third["gids"], True)
    assert other.post(MENDING, data=kept).status_code == 409
    assert live_body(session) == BODY
