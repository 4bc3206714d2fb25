"""What editors have in work is nobody else's to read, and no proposal puts on the site what may not be there."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import now
from common.ledger import Actor
from kb.guides.ending import withdraw
from kb.guides.scheduling import schedule
from kb.proposals import deciding
from kb.proposals.models import ProposalState
from tests.factories_deciding import (
    BODY,
    DESK,
    GUIDE,
    actor_of,
    guide_of,
    live_body,
    mails,
    press,
    proposed,
    proposed_new,
    put_text,
    revisions,
    stored,
)
from tests.factories_guides import act, events
from tests.html_forms import form_on
from tests.kb.test_proposal_previews import make_link
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
MINE = BODY.replace("over uitstoot", "over minder uitstoot")
SAME_PLACE = BODY.replace("over uitstoot", "over nul uitstoot")
SECRET = "Geheim besluit van het bestuur."
IN_WORK = BODY + "\n## Nieuw\n\n" + SECRET + "\n"
OWN = {"body-1__keuze": "eigen", "body-1__eigen": "Lang zelf geschreven zin."}


@pytest.fixture
def key(session: Session, accounts: Accounts) -> str:
    """A change that waits, of a guide whose text tests know."""
    put_text(session)
    return proposed(session, accounts["invuller"], tekst=MINE)


def test_the_author_and_his_link_see_nothing_of_what_editors_have_in_work(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], section="tweede-kop", tekst="## Tweede kop\n\nMinder uitstoot.\n")
    put_text(session, publish=False, body=IN_WORK, title="Geheime titel")
    author = sign_in(app, accounts["invuller"])
    link = make_link(author, f"/voorstellen/{key}/links")
    assert "Minder uitstoot" in client.get(link).text
    path = f"{DESK}/{key}/aanpassen"
    form = form_on(editor.get(path).text, path)
    form["tekst"] = form["tekst"].replace("Eerste kop", "Eerste kopje")
    pages = [link, f"/voorstellen/{key}/links", f"/mijn/voorstellen/{key}/stand", "/mijn/voorstellen"]
    for step in ("handed in", "accepted with changes"):
        seen = "".join(author.get(page).text for page in pages)
        assert SECRET not in seen, step
        assert "Geheime titel" not in seen, step
        if step == "handed in":
            assert editor.post(path, data={**form, "gids": str(revisions(session)[0].number)}).status_code == 303
    proposal = stored(session, key)
    assert proposal.state is ProposalState.APPROVED
    assert SECRET not in f"{proposal.content}{proposal.authors_content}"
    assert press(editor, key, "overnemen", page="/overnemen").status_code == 303
    made = revisions(session)[0]
    assert all(text in made.body for text in (SECRET, "Eerste kopje", "Minder uitstoot")), made.body


def test_an_author_whose_text_an_editor_changed_sees_that_in_his_form_and_can_put_his_own_back(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE + "\nMijn eigen slot.\n")
    path, mine = f"{DESK}/{key}/aanpassen", f"/mijn/voorstellen/{key}"
    form = form_on(editor.get(path).text, path)
    editor.post(path, data={**form, "tekst": form["tekst"].replace("Mijn eigen slot.", "")})
    asks = actor_of(session, accounts["redacteur"], "redacteur")
    deciding.ask(session, stored(session, key), [deciding.Said("Kan het anders?")], actor=asks)
    session.commit()
    put_text(session, body=BODY.replace("over inkoop", "over slimme inkoop"))
    author = sign_in(app, accounts["invuller"])
    update = form_on(author.get(f"{mine}/bijwerken").text, f"{mine}/bijwerken")
    assert author.post(f"{mine}/bijwerken", data=update).status_code == 303
    page = author.get(mine).text
    assert "Mijn eigen slot." in page
    assert "Mijn eigen slot." not in form_on(page, mine)["tekst"]
    assert author.post(mine, data={**form_on(page, mine), "actie": "eigen"}).status_code == 303
    page = author.get(mine).text
    assert all(text in form_on(page, mine)["tekst"] for text in ("Mijn eigen slot.", "slimme", "minder uitstoot"))
    assert "Zet mijn tekst terug" not in page


def test_a_choice_that_makes_no_guide_is_refused_at_its_field(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], titel="A" * 150)
    put_text(session, title="B" * 150)
    assert press(editor, key, "goedkeuren").status_code == 303
    before = revisions(session)[0].number
    for typed, said in (
        ({"title__keuze": "eigen", "title__eigen": "   "}, "Vul een titel in."),
        ({"title__keuze": "beide"}, "Gebruik hoogstens 200 tekens."),
    ):
        answer = press(editor, key, "overnemen", page="/overnemen", daarna="publiceren", **typed)
        assert answer.status_code == 422
        assert f'<a href="#title">{said}' in answer.text
        assert revisions(session)[0].number == before
    answer = press(editor, key, "overnemen", "/overnemen", title__keuze="eigen", title__eigen="  De  naam ")
    assert answer.status_code == 303
    assert revisions(session)[0].title == "De naam"


def test_a_new_guide_gets_no_address_that_is_too_long_or_means_something_else(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    key = proposed_new(session, accounts["invuller"])
    press(editor, key, "goedkeuren")
    for address in ("concept", "nieuw", "a" * 121, "Met Hoofdletters"):
        answer = press(editor, key, "overnemen", page="/overnemen", adres=address)
        assert answer.status_code == 422, address
        assert '<a href="#adres">' in answer.text
        assert f'value="{address}"' in answer.text
    assert press(editor, key, "overnemen", page="/overnemen", adres="a" * 120).status_code == 303


def test_a_proposal_is_kept_in_a_guide_that_ended_and_its_author_is_not_told_that_it_is_public(
    editor: FlaskClient, client: FlaskClient, session: Session, key: str
) -> None:
    withdraw(session, guide_of(session), "Klopt niet meer", None, actor=Actor("redacteur", None))
    session.commit()
    answer = press(editor, key, "goedkeuren", daarna="publiceren")
    assert answer.status_code == 303
    assert "de gids is ingetrokken" in editor.get(answer.location).text
    made = revisions(session)[0]
    assert made.published_at is None
    assert "minder uitstoot" in made.body
    assert client.get(f"/kennisbank/{GUIDE}").status_code == 410
    assert "minder uitstoot" not in client.get(f"/kennisbank/{GUIDE}?versie={made.number}").text
    assert "staat nu op de site" not in mails(session, "proposal_merged")[-1].body_text


def test_an_own_text_stays_on_the_screen_when_the_guide_moves_and_when_a_colleague_takes_over(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts, key: str
) -> None:
    put_text(session, body=SAME_PLACE)
    press(editor, key, "goedkeuren")
    page = f"{DESK}/{key}/overnemen"
    form = form_on(editor.get(page).text, page)
    put_text(session, body=SAME_PLACE.replace("Eerste kop", "Eerste kopje"))
    answer = editor.post(page, data={**form, **OWN})
    assert answer.status_code == 409
    again = form_on(answer.text, page)
    assert [again[name] for name in OWN] == list(OWN.values())  # the same two texts: chosen already
    put_text(session, body=SAME_PLACE.replace("nul uitstoot", "geen uitstoot"))
    answer = editor.post(page, data=again)
    assert "Uw eigen tekst" in answer.text
    assert form_on(answer.text, page)["over-1__eigen"] == OWN["body-1__eigen"]
    assert "body-1__keuze" not in form_on(answer.text, page)
    last = {**form_on(answer.text, page), **OWN}
    assert press(sign_in(app, accounts["beheerder"]), key, "nemen").status_code == 303
    answer = editor.post(page, data=last)
    assert answer.status_code == 409
    assert OWN["body-1__eigen"] in answer.text


def test_what_is_to_go_out_later_does_not_go_with_a_proposal_and_who_chose_its_moment_hears_that_it_ended(
    editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts, key: str
) -> None:
    head = actor_of(session, accounts["beheerder"], "beheerder")
    waits = put_text(session, publish=False, body=IN_WORK)
    schedule(session, guide_of(session), waits.number, now() + timedelta(days=40), actor=head)
    session.commit()
    answer = press(editor, key, "goedkeuren", daarna="publiceren")
    assert answer.location == f"/redactie/gidsen/{GUIDE}/publiceren"
    assert SECRET not in client.get(f"/kennisbank/{GUIDE}").text
    assert "vervalt het gekozen moment" in editor.get(answer.location).text
    assert "guide.called_off" not in [event for event, _role in events(session, GUIDE)]
    made = revisions(session)[0]
    assert "minder uitstoot" in made.body
    assert act(editor, f"{GUIDE}/publiceren", versie=str(made.number)).status == 303
    assert SECRET in live_body(session)
    assert ("guide.called_off", "redacteur") in events(session, GUIDE)
    (mail,) = mails(session, "guide_called_off")
    assert mail.to_address == accounts["beheerder"]["email"]
    assert f"/redactie/gidsen/{GUIDE}" in mail.body_text
    last = put_text(session, publish=False)
    schedule(session, guide_of(session), last.number, now() + timedelta(days=40), actor=head)
    session.commit()
    assert act(editor, f"{GUIDE}/beheer/einde", hoe="intrekken", reden="Geldt niet meer.").status == 303
    assert [event for event, _role in events(session, GUIDE)][-2:] == ["guide.called_off", "guide.withdrawn"]
    assert len(mails(session, "guide_called_off")) == 2
