"""The secret link by which somebody without an account reads a text that is not public."""

import re
from datetime import timedelta
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import frozen_at, now
from common.ledger import Actor
from kb.guides.ending import bring_back, unpublish, withdraw
from kb.guides.writing import publish_guide
from kb.proposals.models import Proposal, ProposalPreview, ProposalState
from tests.factories_deciding import BODY, GUIDE, guide_of, proposed, put_text, revisions, stored, user_of
from tests.files.factories import add_file, add_picture
from tests.files.making import picture
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
CHANGED = BODY.replace("over uitstoot", "over minder uitstoot")


def make_link(browser: FlaskClient, path: str) -> str:
    """Press the button; return the path of the link as the page shows it once."""
    made = browser.post(path, data={"csrf_token": csrf_token(browser, path)})
    assert made.status_code == 303, made.text
    found = re.search(r'id="nieuwe-link"[^>]*value="http://localhost([^"]+)"', browser.get(path).text)
    assert found
    assert "nieuwe-link" not in browser.get(path).text
    return unescape(found.group(1))


def test_a_stranger_reads_a_proposal_by_its_link_and_it_becomes_public_nowhere(
    app: Flask, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    author = sign_in(app, accounts["invuller"])
    link = make_link(author, f"/voorstellen/{key}/links")
    page = client.get(link)
    assert page.status_code == 200
    assert "over minder uitstoot" in page.text
    assert user_of(session, accounts["invuller"]).name not in page.text
    headers = [page.headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")]
    assert headers == ["no-referrer", "no-store", "noindex"]
    assert '<meta name="robots" content="noindex' in page.text
    secret = link.rsplit("/", 1)[1]
    session.rollback()
    assert secret not in "".join(session.scalars(select(ProposalPreview.token_hash)))
    session.rollback()
    assert "minder uitstoot" not in client.get(f"/kennisbank/{GUIDE}").text
    assert secret not in client.get("/sitemap.xml").text
    assert client.get("/voorstel/verzonnen").status_code == 404


def test_a_link_ends_by_hand_by_time_with_its_proposal_and_with_the_right_of_who_made_it(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    path = f"/voorstellen/{key}/links"
    first, second = make_link(editor, path), make_link(editor, path)
    number = re.findall(r'name="beeindigen" value="(\d+)"', editor.get(path).text)[-1]
    assert editor.post(path, data={"csrf_token": csrf_token(editor, path), "beeindigen": number}).status_code == 303
    assert [client.get(link).status_code for link in (first, second)] == [410, 200]
    for wrong in ("9" * 25, "-1", "x"):
        assert editor.post(path, data={"csrf_token": csrf_token(editor, path), "beeindigen": wrong}).status_code == 404
    assert len(re.findall(r'name="beeindigen"', editor.get(path).text)) == 1
    with frozen_at(now() + timedelta(days=14)):
        assert client.get(second).status_code == 410
    maker = update(User).where(User.email == accounts["redacteur"]["email"])
    for active, status in ((False, 410), (True, 200)):
        session.execute(maker.values(active=active))
        session.commit()
        assert client.get(second).status_code == status
    session.execute(update(Proposal).where(Proposal.key == key).values(state=ProposalState.WITHDRAWN))
    session.commit()
    assert client.get(second).status_code == 410
    stranger = sign_in(app, accounts["coordinator"])
    assert stranger.get(path).status_code == 404


def test_a_version_that_is_not_public_is_shared_by_an_editor_and_leads_to_the_guide_once_it_is(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    made = put_text(session, publish=False, body=CHANGED)
    path = f"/redactie/gidsen/{GUIDE}/versies/{made.number}/links"
    link = make_link(editor, path)
    assert "over minder uitstoot" in client.get(link).text
    publish_guide(session, guide_of(session), revisions(session)[0].number, actor=Actor("redacteur", None))
    session.commit()
    assert client.get(link).location == f"/kennisbank/{GUIDE}"
    assert "leidt nu naar de gids op de site" in editor.get(path).text
    assert editor.post(path, data={"csrf_token": csrf_token(editor, path)}).status_code == 409
    assert sign_in(app, accounts["invuller"]).get(path).status_code == 403


def test_no_link_shows_what_a_guide_says_that_was_taken_off_the_site(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    made = put_text(session, publish=False, body=CHANGED)
    pages = [f"/voorstellen/{key}/links", f"/redactie/gidsen/{GUIDE}/versies/{made.number}/links"]
    browsers = [sign_in(app, accounts["invuller"]), editor]
    links = [make_link(browser, page) for browser, page in zip(browsers, pages, strict=True)]
    for act, status in ((unpublish, 410), (bring_back, 200), (withdraw, 200)):
        act(session, guide_of(session), "Klacht.", None, actor=Actor("redacteur", None))
        session.commit()
        assert [client.get(link).status_code for link in links] == [status, status], act
        for browser, page in zip(browsers, pages, strict=True):
            assert ("Deze link werkt nu niet" in browser.get(page).text) == (status == 410)
            again = browser.post(page, data={"csrf_token": csrf_token(browser, page)})
            assert again.status_code == (409 if status == 410 else 303)


def test_a_picture_comes_by_the_secret_and_no_file_of_anything_else_does(
    app: Flask, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    other = add_picture(app, session, "actieplan-schrijven")
    evidence = add_file(app, session, "evidence:vb001/2025", picture(), "bewijs-60x40.png", "Bewijs")
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    own = add_file(app, session, f"proposal:{key}", picture(), "zon-60x40.png", "De zon")
    named = "".join(f"\n\n![x](/bestanden/{one.id}/{one.name})" for one in (own, other, evidence))
    session.commit()
    text = {**stored(session, key).content, "body": CHANGED + named}
    session.execute(update(Proposal).where(Proposal.key == key).values(content=text))
    session.commit()
    link = make_link(sign_in(app, accounts["invuller"]), f"/voorstellen/{key}/links")
    assert f'src="{link}/bestanden/{own.id}/{own.name}"' in client.get(link).text
    answers = [client.get(f"{link}/bestanden/{one.id}/{one.name}") for one in (own, other, evidence)]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert "sandbox" in answers[0].headers["Content-Security-Policy"]
    assert client.get(f"/bestanden/{own.id}/{own.name}").status_code == 404
    assert client.get(f"/voorstel/verzonnen/bestanden/{own.id}/{own.name}").status_code == 404
