""" "Was dit nuttig?": one answer a day from a browser, kept without who, from a page that is the same for everybody."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from common import clock
from common.ledger import LedgerEntry, first_broken, public_head
from kb.discussion.models import UsefulVote
from kb.discussion.useful import tidied, wrong_with
from kb.discussion.voted import MOST, read_voted, write_voted
from kb.guides.ending import withdraw
from kb.guides.writing import find_guide
from tests.factories_votes import ACTOR, GUIDE, add_vote, guide_id, publish
from tests.sites import csrf_token, make_site, sign_in

PAGE = f"/kennisbank/{GUIDE}"
OURS = {"Origin": "http://localhost"}
DESK = "/redactie/nuttig"


def answer(client: FlaskClient, value: str = "ja", path: str = PAGE, **fields: str) -> TestResponse:
    return client.post(f"{path}/nuttig", data={"nuttig": value, "versie": "1", **fields}, headers=OURS)


def given(session: Session) -> list[UsefulVote]:
    """Return what was answered in this test: after the example world, of today."""
    found = session.scalars(select(UsefulVote).where(UsefulVote.day == clock.today(), UsefulVote.id > 2_000)).all()
    session.rollback()
    return list(found)


def test_a_stranger_answers_from_the_kept_page_and_is_thanked(app: Flask, session: Session) -> None:
    client = app.test_client()
    first, kept = client.get(PAGE), app.test_client().get(PAGE)
    assert first.text == kept.text
    assert "Set-Cookie" not in kept.headers
    form = kept.text[kept.text.index('id="nuttig"') :].partition("</form>")[0]
    assert "csrf_token" not in form
    head = public_head(session)
    session.rollback()
    sent = answer(client, zin=" De stappen\n zijn  kort. ")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PAGE}/nuttig/dank")
    thanks = client.get(sent.headers["Location"])
    assert "Dank u voor uw antwoord" in thanks.text
    assert PAGE in thanks.text
    (kept_vote,) = given(session)
    assert (kept_vote.useful, kept_vote.sentence, kept_vote.revision_number) == (True, "De stappen zijn kort.", 1)
    assert public_head(session) == head  # no public page was made anew for it


def test_a_browser_counts_once_a_day_at_each_guide(app: Flask, client: FlaskClient, session: Session) -> None:
    answer(client)
    again = client.get(answer(client, "nee").headers["Location"]).text
    assert "al antwoord" in again
    assert "Een zin kunt u er vandaag nog bij schrijven." in again
    answer(client, "nee", "/kennisbank/thema-klimaat")
    assert [vote.useful for vote in given(session)].count(True) == 1
    assert len(given(session)) == 2
    answer(app.test_client())
    assert len(given(session)) == 3


def test_a_sentence_can_be_added_to_the_answer_of_today_once_and_none_is_lost(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    answer(app.test_client(), "nee")
    answer(client)
    added = answer(client, "nee", zin="Stap drie ontbreekt.")
    assert (added.status_code, added.headers["Location"]) == (303, f"{PAGE}/nuttig/dank")
    said = [(False, None), (False, "Stap drie ontbreekt.")]
    assert sorted([(vote.useful, vote.sentence) for vote in given(session)], key=str) == sorted(said, key=str)
    event = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert event
    assert (event.event, "Stap drie" in event.payload) == ("vote.completed", False)
    session.rollback()
    once_more = answer(client, "ja", zin="En <b>stap</b> vier.")
    assert once_more.status_code == 409
    assert "En &lt;b&gt;stap&lt;/b&gt; vier.</textarea>" in once_more.text
    assert "U schreef hier vandaag al een zin." in once_more.text
    assert "Morgen kunt u weer iets laten weten." in client.get(answer(client).headers["Location"]).text
    assert sorted([(vote.useful, vote.sentence) for vote in given(session)], key=str) == sorted(said, key=str)


def test_nothing_tells_who_answered_or_when_on_the_day(client: FlaskClient, session: Session) -> None:
    sent = answer(client, "nee", zin="Te lang.")
    cookie = sent.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age="))
    assert int(re.findall(r"Max-Age=(\d+)", cookie)[0]) <= 24 * 3600
    columns = {column.name for column in UsefulVote.__table__.columns}
    assert columns == {
        "id", "guide_id", "revision_number", "useful", "sentence", "day", "hidden_at", "hidden_reason"
    }  # fmt: skip
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry
    assert (entry.event, entry.subject, entry.actor_role, entry.is_public) == (
        "vote.given", f"guide:{GUIDE}", "lezer", False
    )  # fmt: skip
    assert not {"useful", "sentence", "personal", "Te lang"} & set(re.findall(r"\w+", entry.payload))
    assert first_broken(session) is None


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://elders.example"}, {"Referer": "https://elders.example/a"}, {"Origin": "null"}]
)
def test_a_vote_that_names_no_site_or_another_one_is_refused(
    client: FlaskClient, session: Session, headers: dict[str, str]
) -> None:
    assert client.post(f"{PAGE}/nuttig", data={"nuttig": "ja"}, headers=headers).status_code == 400
    assert given(session) == []


def test_only_the_vote_goes_without_a_token(app: Flask, session: Session, accounts: dict[str, dict[str, str]]) -> None:
    add_vote(session, 5_000, sentence="Goed.")
    session.commit()
    editor = sign_in(app, accounts["redacteur"])
    sent = editor.post(f"{DESK}/{GUIDE}/5000", data={"reden": "Proef."}, headers=OURS)
    assert sent.status_code == 400
    session.expire_all()
    assert session.get_one(UsefulVote, 5_000).hidden_at is None


@pytest.mark.parametrize("value", ["", "misschien"])
def test_who_chose_nothing_gets_his_sentence_back(client: FlaskClient, session: Session, value: str) -> None:
    sent = answer(client, value, zin="Mooi <b>verhaal</b>")
    assert sent.status_code == 422
    assert "Kies Ja of Nee." in sent.text
    assert "Mooi &lt;b&gt;verhaal&lt;/b&gt;</textarea>" in sent.text
    assert given(session) == []


def test_an_address_is_refused_kindly_and_htmx_gets_the_form_alone(client: FlaskClient, session: Session) -> None:
    headers = {**OURS, "HX-Request": "true", "HX-Target": "nuttig"}
    fields = {"nuttig": "nee", "zin": "Mail mij op jan@voorbeeld.example"}
    sent = client.post(f"{PAGE}/nuttig", data=fields, headers=headers)
    assert sent.status_code == 422
    assert sent.text.lstrip().startswith("<section")
    assert "jan@voorbeeld.example" in sent.text
    assert given(session) == []
    thanks = client.get(f"{PAGE}/nuttig/dank", headers=headers)
    assert thanks.text.lstrip().startswith("<section")


@pytest.mark.parametrize(
    "sentence",
    [
        "Bel 06-12345678", "bel 0031 6 1234 5678", "kijk op https://kwaad.example", "zie www.kwaad.test", "kwaad.com",
        "jan@gemeente.nl", "Dorpsstraat 1, 1234 AB", "+31 (0)70 123 45 67", "x" * 301,
    ],
)  # fmt: skip
def test_these_sentences_are_not_taken(sentence: str) -> None:
    assert wrong_with(tidied(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "", "Prima.", "In 2025 stegen wij van 1.234.567 naar 2.345.678 euro.", "klaar.De rest niet",
        "klaar.Net als wij", "x" * 300,
        "artikel 2.114 lid 3", "Meer dan 100 000 000 euro", "5 van de 10 stappen",
    ],
)  # fmt: skip
def test_these_sentences_are_taken(sentence: str) -> None:
    assert wrong_with(tidied(sentence)) == ""


def test_a_machine_that_fills_in_everything_is_thanked_and_not_counted(client: FlaskClient, session: Session) -> None:
    sent = answer(client, naam="Goedkope pillen")
    assert (sent.status_code, "Set-Cookie" in sent.headers) == (303, False)
    assert given(session) == []


def test_many_answers_from_one_address_are_stopped(data_folder: object, session: Session) -> None:
    site = make_site(data_folder, settings={"rate_limits": True})  # type: ignore[arg-type]
    codes = [answer(site.test_client()).status_code for _number in range(22)]
    assert codes[:20] == [303] * 20
    assert codes[20:] == [429, 429]
    assert len(given(session)) == 20


def test_a_guide_that_ended_or_moved_takes_no_answer_of_its_own(client: FlaskClient, session: Session) -> None:
    publish(session, "proef-einde", title="Proef")
    guide = find_guide(session, "proef-einde")
    assert guide
    session.commit()
    assert answer(client, path="/kennisbank/proef-einde").status_code == 303
    withdraw(session, guide, "Verouderd.", None, actor=ACTOR)
    session.commit()
    assert answer(client, path="/kennisbank/proef-einde").status_code == 404
    assert answer(client, path="/kennisbank/bestaat-niet").status_code == 404
    assert client.get("/kennisbank/proef-einde/nuttig").status_code == 410
    back = client.get(f"{PAGE}/nuttig")
    assert (back.status_code, back.headers["Location"]) == (303, f"{PAGE}#nuttig")


def test_a_version_that_never_was_public_counts_as_the_present_one(client: FlaskClient, session: Session) -> None:
    answer(client, versie="999")
    answer(client, path="/kennisbank/thema-klimaat", versie="kwaad")
    assert {vote.revision_number for vote in given(session)} == {1}


def test_the_cookie_holds_a_list_of_ours_of_today_only() -> None:
    day = clock.today()
    given_today = {number: ("ja", "nee", "")[number * number % 7 % 3] for number in range(99_000, 99_500)}
    written = write_voted(given_today, "sleutel", day)
    assert list(read_voted(written, "sleutel", day).items()) == list(given_today.items())[-MOST:]
    assert len(written) < 4000
    assert read_voted(written, "andere sleutel", day) == {}
    assert read_voted(written, "sleutel", day.replace(year=2020)) == {}
    assert read_voted("onzin", "sleutel", day) == {}


def test_staff_see_how_answers_change_and_hide_a_sentence_with_a_reason(editor: FlaskClient, session: Session) -> None:
    add_vote(session, 5_001, useful=False, sentence="Piet Jansen weet dit beter.")
    session.commit()
    page = f"{DESK}/{GUIDE}"
    shown = editor.get(page)
    assert "Piet Jansen" in shown.text
    assert GUIDE in editor.get(DESK).text
    token = csrf_token(editor, page)
    refused = editor.post(f"{page}/5001", data={"csrf_token": token, "reden": " "})
    assert (refused.status_code, "Schrijf waarom" in refused.text) == (422, True)
    hidden = editor.post(f"{page}/5001", data={"csrf_token": token, "reden": "Er staat een naam in."})
    assert hidden.status_code == 303
    told = editor.get(page).text
    assert ("Piet Jansen" in told, "Er staat een naam in." in told) == (False, True)
    editor.post(f"{page}/5001", data={"csrf_token": token, "actie": "tonen"})
    assert "Piet Jansen" in editor.get(page).text
    for number in (77, 10**30):
        assert editor.post(f"{page}/{number}", data={"csrf_token": token, "reden": "x"}).status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "beoordelaar"])
def test_others_do_not_see_the_answers(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], who: str
) -> None:
    number = guide_id(session)
    session.rollback()
    assert number
    browser = sign_in(app, accounts[who])
    assert [browser.get(path).status_code for path in (DESK, f"{DESK}/{GUIDE}")] == [403, 403]
    assert app.test_client().get(DESK).status_code == 303
