"""/redactie/zoekwoorden: what was not found, and words that mean the same from the next search on."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import LedgerEntry
from kb.search import missing
from kb.search.models import SearchMiss, SearchSynonym
from tests.sites import csrf_token, sign_in

PAGE = "/redactie/zoekwoorden"


@pytest.fixture
def editor(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    return sign_in(app, accounts["redacteur"])


def post(client: FlaskClient, path: str = PAGE, **fields: str) -> Any:
    return client.post(path, data={"csrf_token": csrf_token(client, PAGE), **fields})


def counted(session: Session) -> dict[str, int]:
    found = {one.asked: one.times for one in missing.missed(session, 1, 50)[0]}
    session.rollback()
    return found


def test_what_finds_nothing_is_counted_every_time_and_what_finds_something_is_not(
    client: FlaskClient, session: Session
) -> None:
    for typed in ("Zonnekwispel", "zonnekwispel", "klimaat", "de het", "jan@voorbeeld.example", "actiepaln"):
        client.get("/zoeken", query_string={"q": typed}).close()
    client.get("/zoeken?q=zonnekwispel&soort=gidsen").close()  # narrowed down: it may be there all the same
    client.get("/en/zoeken?q=sunwag").close()
    assert counted(session) == {"zonnekwispel": 2, "sunwag": 1, "actiepaln": 1}
    assert {row.language for row in session.scalars(select(SearchMiss).where(SearchMiss.asked == "sunwag"))} == {"en"}
    session.rollback()


def test_added_words_find_at_once_and_removed_words_no_more(
    client: FlaskClient, editor: FlaskClient, session: Session
) -> None:
    assert "Niets gevonden" in client.get("/zoeken?q=zonnekwispel").text
    added = post(editor, woorden="zonnekwispel, social return", taal="nl")
    assert added.status_code == 303
    assert "/kennisbank/thema-social-return" in client.get("/zoeken?q=zonnekwispel").text
    shown = editor.get(added.headers["Location"]).text
    assert "Dit vinden uw woorden nu" in shown
    assert 'href="/kennisbank/thema-social-return"' in shown
    number = session.scalars(select(SearchSynonym.id)).one()
    events = session.execute(select(LedgerEntry.payload).where(LedgerEntry.event == "synonym.added")).scalars().all()
    session.rollback()
    assert len(events) == 1
    assert "zonnekwispel" not in events[0]
    assert post(editor, f"{PAGE}/{number}/weg").status_code == 303
    assert "Niets gevonden" in client.get("/zoeken?q=zonnekwispel").text
    assert post(editor, f"{PAGE}/{number}/weg").status_code == 303  # a second click


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("zonnekwispel", "minstens twee woorden"),
        ("zon, ZON", "minstens twee woorden"),
        ("a,b,c,d,e,f,g,h,i", "hooguit acht"),
        ("zon, " + "x" * 61, "korter dan 60"),
        ("zon, ?!", "letters of cijfers"),
        ("sroi, social return", "horen al bij elkaar"),
    ],
)
def test_words_that_say_nothing_stay_in_the_form_with_the_reason(editor: FlaskClient, typed: str, said: str) -> None:
    refused = post(editor, woorden=typed, taal="xx")
    assert refused.status_code == 422
    assert said in refused.text
    assert typed in refused.text
    assert "<title>Fout: " in refused.text


def test_a_question_goes_off_the_list_and_leads_into_the_form(
    client: FlaskClient, editor: FlaskClient, session: Session
) -> None:
    client.get("/zoeken?q=zqxx<zqyy>").close()
    page = editor.get(PAGE).text
    assert "zqxx&lt;zqyy&gt;" in page
    assert "zonnekwispel, </textarea>" in editor.get(f"{PAGE}?vraag=zonnekwispel&taal=en").text
    assert post(editor, f"{PAGE}/niet-gevonden", vraag="zqxx<zqyy>", taal="nl").status_code == 303
    assert counted(session) == {}
    event = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "search.forgotten")).one()
    assert not event.is_public
    session.rollback()


def test_only_editors_and_administrators_come_here(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    for who in ("beoordelaar", "coordinator"):
        browser = sign_in(app, accounts[who])
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE, data={"csrf_token": csrf_token(browser, "/mijn/instellingen")}).status_code == 403
    assert sign_in(app, accounts["beheerder"]).get(PAGE).status_code == 200
    assert app.test_client().get(PAGE).status_code in {302, 303}
