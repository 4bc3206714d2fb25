"""A good example in a report becomes a proposal for the knowledge base: once, by the people of that authority."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.proposals.models import Proposal
from registry.editions.questionnaire import parse
from tests.factories_form import World, form_data, make_world
from tests.factories_handing_in import PATH, fill_in, hand_in
from tests.factories_proposals import NEW
from tests.html_forms import form_on
from tests.sites import sign_in
from website.proposing.examples import content_of, example_questions

TO = f"{PATH}/goed-voorbeeld"
BRIDGE = {
    "title": "Fietsbrug van hout", "product_group": "Kantoormeubilair", "theme": "circulair",
    "summary": "Wij bouwden een brug van hout. Dat scheelde veel beton.", "result": "De helft minder uitstoot.",
}  # fmt: skip
DESKS = {"title": "Oude bureaus", "theme": "klimaat", "summary": "Wij knapten bureaus op.", "product_group": "Bruggen"}


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session)
    fill_in(made, G2=[BRIDGE, DESKS])
    return made


def proposals(world: World) -> list[Proposal]:
    found = world.all(select(Proposal).where(Proposal.authority_code == "gm9001").order_by(Proposal.id))
    world.session.commit()
    return found


def test_each_row_is_offered_on_the_report_and_on_the_receipt_and_fills_in_the_proposal(world: World) -> None:
    hand_in(world)
    browser = world.browser("coordinator")
    assert "Fietsbrug van hout" in browser.get(f"{PATH}/ontvangst").text
    page = browser.get(PATH).text
    assert page.count("Maak er een voorstel van</span>") == 2
    assert 'id="goede-voorbeelden"' in page
    assert browser.post(TO, data=form_on(page, TO)).location.startswith("/mijn/voorstellen/")
    (made,) = proposals(world)
    assert (made.kind, made.content["title"], made.content["kind"]) == ("example", "Fietsbrug van hout", "example")
    assert (made.content["themes"], made.content["product_groups"]) == (["circulair"], ["kantoormeubilair"])
    assert made.content["summary"] == "Wij bouwden een brug van hout."
    begin, _heading, rest = made.content["body"].partition("## Wat was de vraag?")
    assert begin == f"{BRIDGE['summary']}\n\n"
    assert f"## Wat leverde het op?\n\n{BRIDGE['result']}\n\n## Wat kunnen anderen" in rest
    look = browser.get(f"/mijn/voorstellen/{made.key}/nakijken").text
    assert "Deze aanwijzing staat nog in de tekst: [Wat had uw organisatie nodig" in look
    assert "/indienen" not in look
    assert "Gemeente" in browser.get(f"/mijn/voorstellen/{made.key}").text


def test_the_same_row_is_not_proposed_twice_also_not_by_a_colleague(world: World) -> None:
    first, colleague = world.browser("coordinator"), world.browser("invuller")
    form, theirs = form_on(first.get(PATH).text, TO), form_on(colleague.get(PATH).text, TO)
    path = first.post(TO, data=form).location
    assert first.post(TO, data=form).location == path
    answer = colleague.post(TO, data=theirs)
    assert answer.location == PATH
    assert "Een collega maakte van dit voorbeeld al een voorstel." in colleague.get(PATH).text
    assert "Een collega maakte hier al een voorstel van." in colleague.get(PATH).text
    assert len(proposals(world)) == 1
    assert colleague.post(TO, data={**theirs, "voorbeeld": "G2-weg"}).status_code == 422


def test_only_people_of_that_authority_may_propose_its_example(
    world: World, accounts: dict[str, dict[str, str]]
) -> None:
    form = form_on(world.browser("coordinator").get(PATH).text, TO)
    for role in ("coordinator", "redacteur", "beheerder"):  # of another authority, and of staff
        other = sign_in(world.app, accounts[role])
        token = form_on(other.get(NEW).text, "/uitloggen")["csrf_token"]
        sent = {**form, "csrf_token": token}
        assert other.post(f"{TO}?organisatie=gm9001", data=sent).status_code == 404
        begun = {"csrf_token": token, "wat": "example", "organisatie": "gm9001"}
        assert other.post(NEW, data=begun).status_code == 404
    assert "/inloggen" in world.app.test_client().get(TO).location
    assert proposals(world) == []


def test_a_row_that_moves_or_is_changed_elsewhere_stays_the_same_row(world: World) -> None:
    browser = world.browser("coordinator")
    browser.post(TO, data=form_on(browser.get(PATH).text, TO))
    fill_in(world, G2=[DESKS, {**BRIDGE, "result": "Twee derde minder uitstoot."}])
    page = browser.get(PATH).text
    assert page.count("Maak er een voorstel van</span>") == 1
    assert "Naar uw voorstel" in page


def test_the_form_says_by_its_shape_which_question_asks_for_examples() -> None:
    form = parse(form_data())
    (question,) = example_questions(form)
    assert question.after_editing
    content = content_of(question, {**DESKS, "summary": f"{'Lang verhaal ' * 60}."})
    assert content["summary"] == ""
    assert "## Productgroep\n\nBruggen" in content["body"]
    assert content_of(question, {"summary": "Zonder titel."})["title"] == ""
    body = content_of(question, DESKS)["body"]
    assert DESKS["summary"] not in body  # it is the summary, and stands above
    assert body.startswith("[Schrijf in twee of drie zinnen")
    assert "Wat leverde het op?\n\n[Noem wat u mat" in body


def test_only_the_question_that_asks_for_examples_leads_to_proposing_them(world: World) -> None:
    browser = world.browser("invuller")
    question = browser.get(f"{PATH}/g").text.partition('id="blok-g2"')[2]
    assert f'href="{PATH}#goede-voorbeelden"' in question
    fill_in(world, G2=[])
    without = browser.get(f"{PATH}/g").text.partition('id="blok-g2"')[2]
    assert "Van een goed voorbeeld kunt u een voorstel voor de kennisbank maken" in without
    assert "#goede-voorbeelden" not in without  # nothing stands there yet
    assert "#goede-voorbeelden" not in browser.get(f"{PATH}/c").text
