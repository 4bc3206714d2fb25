"""A guide that moves on while somebody writes: his proposal says so, and goes on from the new text without a loss."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kb.proposals.models import ProposalState
from tests.factories_proposals import GUIDE, MINE, WORD, begin, hand_in, opened, press, publish, stored, write
from tests.html_forms import form_on
from tests.kb.conftest import Accounts
from tests.sites import sign_in

HEADING = "## Waar kijkt u naar"
WHY = {"waarom": "Beter."}


@pytest.fixture
def author(app: Flask, accounts: Accounts) -> FlaskClient:
    """Somebody without any right to edit."""
    return sign_in(app, accounts["bestuurder"])


def test_a_change_elsewhere_in_the_guide_merges_by_itself_and_the_section_stays_one_section(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "change", gids=GUIDE, sectie="waar-kijkt-u-naar")
    text = opened(author, path)["tekst"] + f"\nEen {WORD}.\n"
    write(author, path, tekst=text, **WHY)
    after = publish(session, GUIDE, body=(HEADING, f"## Nieuw deel\n\nErvoor gezet.\n\n{HEADING}"))
    assert "Verouderd" in author.get(MINE).text
    assert "Werk het voorstel bij" in author.get(path).text
    assert "past daar nog in" in author.get(f"{path}/nakijken").text
    assert "gaan vanzelf samen" in author.get(f"{path}/bijwerken").text
    assert press(author, path, "bijwerken", "/bijwerken").location == f"{path}/nakijken"
    proposal = stored(session, path)
    assert (proposal.base_number, proposal.section) == (2, "waar-kijkt-u-naar")
    assert proposal.content == {"body": text}
    assert "Verouderd" not in author.get(MINE).text
    assert author.get(f"{path}/bijwerken").location == path
    assert hand_in(author, path).status_code == 303
    assert after.body.count(WORD) == 0


def test_where_both_changed_one_paragraph_both_texts_stand_on_the_screen_until_one_is_chosen(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "change", gids=GUIDE)
    body = opened(author, path)["tekst"]
    first = next(line for line in body.split("\n\n") if line and line[0].isalpha())
    write(author, path, tekst=body.replace(first, f"Mijn {WORD}."), titel="Mijn titel", **WHY)
    publish(session, GUIDE, body=(first, "Hun begin."), title="Hun titel")
    assert "is intussen op dezelfde plek veranderd" in author.get(f"{path}/nakijken").text
    page = author.get(f"{path}/bijwerken").text
    assert f"Mijn {WORD}." in page
    assert "Hun begin." in page
    form = form_on(page, f"{path}/bijwerken")
    assert author.post(f"{path}/bijwerken", data=form).status_code == 422
    half = {**form, "title__keuze": "ander"}
    answer = author.post(f"{path}/bijwerken", data=half)
    assert (answer.status_code, 'value="ander" checked' in answer.text) == (422, True)
    publish(session, GUIDE, summary="Weer anders.")
    chosen = {**half, "body#1__keuze": "eigen", "body#1__samen": f"Samen een {WORD}."}
    assert author.post(f"{path}/bijwerken", data=chosen).status_code == 409
    assert author.post(f"{path}/bijwerken", data={**chosen, "gids_versie": "3"}).status_code == 303
    content = stored(session, path).content
    assert (content["title"], content["summary"]) == ("Hun titel", "Weer anders.")
    assert content["body"] == body.replace(first, f"Samen een {WORD}.")
    assert hand_in(author, path).status_code == 303


def test_a_heading_that_somebody_else_renamed_keeps_the_proposal_for_that_section(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "change", gids=GUIDE, sectie="waar-kijkt-u-naar")
    text = opened(author, path)["tekst"]
    write(author, path, tekst=text + f"\nEen {WORD}.\n", **WHY)
    publish(session, GUIDE, body=(HEADING, "## Waar u op let"))
    press(author, path, "bijwerken", "/bijwerken")
    proposal = stored(session, path)
    assert proposal.section == "waar-u-op-let"
    assert proposal.content["body"] == text.replace(HEADING, "## Waar u op let") + f"\nEen {WORD}.\n"


def test_a_section_that_is_gone_makes_it_a_proposal_for_the_whole_guide(author: FlaskClient, session: Session) -> None:
    path = begin(author, "change", gids=GUIDE, sectie="waar-kijkt-u-naar")
    text = opened(author, path)["tekst"]
    write(author, path, tekst=text + f"\nEen {WORD}.\n", **WHY)
    publish(session, GUIDE, body=(text.strip() + "\n\n", ""))
    page = author.get(f"{path}/bijwerken").text
    assert WORD in page
    form = form_on(page, f"{path}/bijwerken")
    choices = {name.replace("__samen", "__keuze"): "mijn" for name in form if name.endswith("__samen")}
    assert author.post(f"{path}/bijwerken", data={**form, **choices}).status_code == 303
    proposal = stored(session, path)
    assert (proposal.section, proposal.state) == (None, ProposalState.DRAFT)
    assert WORD in proposal.content["body"]
    assert "titel" in opened(author, path)
