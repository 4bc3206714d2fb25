"""Beginning a proposal, throwing a draft away, and what becomes of it with its author."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import erase
from common.ledger import Actor
from kb.proposals.models import Proposal, ProposalState
from tests.factories_proposals import GUIDE, MINE, NEW, begin, hand_in, opened, press, send, stored, with_word, write
from tests.html_forms import form_on
from tests.kb.conftest import Accounts
from tests.sites import sign_in
from website.privacy import gathered

S = ProposalState
WHY = {"waarom": "Een uitleg die ontbrak."}


@pytest.fixture
def author(app: Flask, accounts: Accounts) -> FlaskClient:
    """Somebody who fills in for an authority, and is no staff."""
    return sign_in(app, accounts["invuller"])


def part(author: FlaskClient) -> str:
    return begin(author, "change", gids=GUIDE, sectie="waar-kijkt-u-naar")


def test_a_draft_can_be_thrown_away_with_a_tick_and_nothing_else_can(author: FlaskClient, session: Session) -> None:
    path = part(author)
    assert press(author, path, "weggooien", "/nakijken").location == f"{path}/nakijken"
    assert press(author, path, "weggooien", "/nakijken", zeker="ja").location == MINE
    assert author.get(path).status_code == 404
    path = part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    token = form_on(author.get(f"{path}/nakijken").text, f"{path}/weggooien")
    hand_in(author, path)
    assert author.post(f"{path}/weggooien", data={**token, "zeker": "ja"}).status_code == 422
    assert stored(session, path).state is S.IN_REVIEW


def test_a_person_takes_his_proposals_along_and_only_his_drafts_go_with_his_account(
    author: FlaskClient, session: Session, accounts: Accounts
) -> None:
    draft, path = begin(author, "new", soort="guide", taal="nl"), part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    hand_in(author, path)
    press(author, path, "antwoord", antwoord="Bel mij gerust.")
    person = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    held = gathered(session, person)["proposals"]
    assert [one["state"] for one in held["proposals"]][-2:] == ["draft", "in_review"]
    assert "Bel mij gerust." in [one["text"] for one in held["messages"]]
    erase(session, person, actor=Actor("beheerder"))
    session.commit()
    keys = session.scalars(select(Proposal.key).where(Proposal.author_id == person.id)).all()
    assert path.rsplit("/", 1)[1] in keys
    assert draft.rsplit("/", 1)[1] not in keys


def test_every_guide_leads_to_proposing_a_change_of_all_or_a_part_of_it(client: FlaskClient) -> None:
    page = client.get(f"/kennisbank/{GUIDE}").text
    assert f'href="{NEW}?gids={GUIDE}"' in page
    assert f'href="{NEW}?gids={GUIDE}&amp;sectie=waar-kijkt-u-naar"' in page
    assert "/inloggen" in client.get(f"{NEW}?gids={GUIDE}").location


def test_beginning_finds_the_guide_by_words_of_its_title_and_refuses_what_is_not_there(author: FlaskClient) -> None:
    assert f"{NEW}?gids={GUIDE}" in author.get(f"{NEW}?zoek=KLIMAAT").text
    assert "Wij vonden geen gids" in author.get(f"{NEW}?zoek=100%25").text
    token = form_on(author.get(NEW).text, "/uitloggen")["csrf_token"]
    for sent, status in (
        ({}, 422), ({"wat": "new", "soort": "bestaat-niet"}, 422), ({"wat": "change", "gids": "bestaat-niet"}, 404),
        ({"wat": "change", "gids": GUIDE, "sectie": "bestaat-niet"}, 422),
        ({"wat": "example", "organisatie": "x"}, 404),
    ):  # fmt: skip
        assert author.post(NEW, data={"csrf_token": token, **sent}).status_code == status, sent
    assert author.get(f"{MINE}/bestaat-niet").status_code == 404


def test_a_word_typed_wrong_finds_the_guide_and_a_part_that_is_gone_is_said(author: FlaskClient) -> None:
    page = author.get(f"{NEW}?zoek=thma+Klimat").text
    assert f"{NEW}?gids={GUIDE}" in page
    assert "Wel met “thema klimaat”." in page
    assert "Wij vonden geen gids met deze woorden" in author.get(f"{NEW}?zoek=kwispelstaart").text
    gone = "Dit deel van de gids is er niet meer"
    assert gone in author.get(f"{NEW}?gids={GUIDE}&sectie=weg").text
    assert gone not in author.get(f"{NEW}?gids={GUIDE}&sectie=waar-kijkt-u-naar").text


def test_the_preview_without_a_script_shows_links_and_a_title_that_a_guide_has_is_said(author: FlaskClient) -> None:
    path = begin(author, "new", soort="guide", taal="nl")
    text = f"## Begin\n\nLees [[{GUIDE}]] en [[bestaat niet]], [[zonder einde."
    title = find_title(author)
    shown = send(author, path, opened(author, path), {"titel": "Nieuw", "tekst": text}, to="/voorbeeld").text
    assert re.search(rf'<a href="/kennisbank/{GUIDE}"[^>]*>{title}</a> en', shown)
    assert "Wij kennen geen gids, overheid of productgroep die zo heet: [[bestaat niet]]." in shown
    unclosed = "Sluit de verwijzing af met ]] op dezelfde regel: “[[zonder einde.”."
    assert unclosed in shown
    refused = send(author, path, opened(author, path), {"tekst": text})
    assert (refused.status_code, unclosed in refused.text) == (422, True)
    said = "Er is al een gids met deze titel"
    assert said not in shown
    assert said in send(author, path, opened(author, path), {"titel": title.upper()}, to="/concept").text
    page = author.get(path).text
    assert said in page
    assert f'href="{NEW}?gids={GUIDE}"' in page
    assert said in author.get(f"{path}/nakijken").text


def find_title(author: FlaskClient) -> str:
    found = re.search(rf'href="{re.escape(NEW)}\?gids={GUIDE}">([^<]+)<', author.get(f"{NEW}?zoek=klimaat").text)
    assert found
    return found[1]
