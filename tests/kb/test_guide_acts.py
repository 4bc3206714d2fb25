"""The acts at the desk of guides: address, settings, end and return, review, versions put back; and who may do them."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import today
from common.web.languages import format_day
from kb.guides.writing import find_guide
from tests.factories_guides import act, events, save
from tests.kb.conftest import Accounts
from tests.kb.guide_forms import EDIT, FIELDS, filled, revisions, token
from tests.sites import csrf_token, sign_in

SLUG, OTHER = "thema-klimaat", "actieplan-schrijven"
ACTS = ("publiceren", "publiceren/afzeggen", "nagekeken", "beheer/adres", "beheer/einde", "beheer/terug",
        "beheer/instellingen", "versies/1/terugzetten", "concept", "concept/weg")  # fmt: skip


def test_a_renamed_guide_is_found_at_its_new_address_and_the_old_one_leads_there(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    pasted = "https://voorbeeld.example/kennisbank/klimaat?van=hier#kop"
    assert act(editor, f"{SLUG}/beheer/adres", adres=pasted).location == "/redactie/gidsen/klimaat/beheer"
    moved = client.get(f"/kennisbank/{SLUG}")
    assert (moved.status_code, moved.location) == (301, "/kennisbank/klimaat")
    assert client.get("/kennisbank/klimaat").status_code == 200
    assert 'href="/kennisbank/klimaat' in client.get("/zoeken?q=klimaat").text
    assert f'href="/kennisbank/{SLUG}"' not in client.get("/zoeken?q=klimaat").text
    assert editor.get(EDIT).location == "/redactie/gidsen/klimaat"
    assert ("guide.renamed", "redacteur") in events(session, SLUG)
    assert ("guide.renamed", "redacteur") in events(session, "klimaat")


def test_guides_that_name_or_link_a_renamed_one_still_lead_to_it(editor: FlaskClient, client: FlaskClient) -> None:
    save(editor, OTHER, verwant_erbij=SLUG, tekst=f"Lees [meer](/kennisbank/{SLUG}#wat-wij-weten).")
    act(editor, f"{OTHER}/publiceren", versie="2")
    act(editor, f"{SLUG}/beheer/adres", adres="klimaat")
    page = client.get(f"/kennisbank/{OTHER}").text
    assert 'href="/kennisbank/klimaat"' in page
    assert "Deze gids verwijst ernaar" in page
    assert "Er was niets veranderd" in editor.get(save(editor, OTHER).location).text
    page = client.get("/kennisbank/klimaat").text
    assert f'href="/kennisbank/{OTHER}' in page


def test_names_go_along_in_a_chain_and_a_guide_may_go_back_to_its_own(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    typed = filled(editor)
    for old, new in ((SLUG, "een"), ("een", "twee"), ("twee", "een")):
        assert act(editor, f"{old}/beheer/adres", adres=new).status == 303
    for former in (SLUG, "twee"):
        assert client.get(f"/kennisbank/{former}").location == "/kennisbank/een"
    assert client.get("/kennisbank/een").status_code == 200
    saved = editor.post(EDIT, data={**typed, "titel": "Uit een oud tabblad"})
    assert (saved.status_code, saved.location) == (303, "/redactie/gidsen/een")
    assert revisions(session, "een")[-1].title == "Uit een oud tabblad"


@pytest.mark.parametrize("wanted", [OTHER, "twee woorden", "nieuw", "x" * 121, ""])
def test_an_address_that_is_taken_or_wrong_is_refused_and_nothing_moves(
    editor: FlaskClient, client: FlaskClient, wanted: str
) -> None:
    refused = act(editor, f"{SLUG}/beheer/adres", adres=wanted)
    assert refused.status == 422
    assert 'id="adres-fout"' in refused.page
    assert client.get(f"/kennisbank/{SLUG}").status_code == 200


def test_nobody_else_takes_an_address_that_a_guide_had(editor: FlaskClient, client: FlaskClient) -> None:
    act(editor, f"{SLUG}/beheer/adres", adres="klimaat")
    assert act(editor, f"{OTHER}/beheer/adres", adres=SLUG).status == 422
    data = {**FIELDS, "adres": SLUG, "csrf_token": csrf_token(editor, "/redactie/gidsen/nieuw")}
    assert editor.post("/redactie/gidsen/nieuw", data=data).status_code == 422
    assert client.get(f"/kennisbank/{SLUG}").location == "/kennisbank/klimaat"


def test_a_withdrawn_guide_says_why_and_comes_back_as_it_was(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    ended = act(editor, f"{SLUG}/beheer/einde", hoe="intrekken", reden="De wet is <anders>.", in_plaats=OTHER)
    assert ended.status == 303
    assert "Nu te zien" not in editor.get(f"{EDIT}/versies").text
    assert "Op de site staat" not in editor.get(f"{EDIT}/vergelijken").text
    form = editor.get(EDIT).text
    assert "Bewaren en publiceren" not in form
    assert f'href="{EDIT}/beheer#einde"' in form
    page = client.get(f"/kennisbank/{SLUG}")
    assert page.status_code == 410
    assert "De wet is &lt;anders&gt;." in page.text
    assert f'href="/kennisbank/{OTHER}"' in page.text
    assert f'/kennisbank/{SLUG}"' not in client.get("/kennisbank").text
    assert f"/kennisbank/{SLUG}" not in client.get("/zoeken?q=klimaat").text
    assert act(editor, f"{SLUG}/beheer/terug", reden_terug="").status == 422
    assert act(editor, f"{SLUG}/beheer/terug", reden_terug="Hij geldt toch.").status == 303
    assert client.get(f"/kennisbank/{SLUG}").status_code == 200
    assert act(editor, f"{SLUG}/beheer/terug", reden_terug="Nog eens.").status == 422
    assert [event for event, _role in events(session, SLUG)][-2:] == ["guide.withdrawn", "guide.brought_back"]


def test_an_unpublished_guide_leads_on_and_never_in_a_circle(editor: FlaskClient, client: FlaskClient) -> None:
    go = {"hoe": "weghalen", "reden": "Opgegaan in een andere gids."}
    offered = editor.get(f"{EDIT}/beheer").text.partition("<datalist")[2].partition("</datalist>")[0]
    assert '<option value="' in offered
    assert f'"{SLUG}"' not in offered
    assert "Dit is deze gids zelf." in act(editor, f"{SLUG}/beheer/einde", **go, in_plaats=SLUG).page
    assert "Op dit adres staat geen gids." in act(editor, f"{SLUG}/beheer/einde", **go, in_plaats="bestaat-niet").page
    whole = f"https://voorbeeld.example/kennisbank/{OTHER}"
    assert act(editor, f"{SLUG}/beheer/einde", **go, in_plaats=whole).status == 303
    assert client.get(f"/kennisbank/{SLUG}").location == f"/kennisbank/{OTHER}"
    assert act(editor, f"{OTHER}/beheer/einde", **go, in_plaats=SLUG).status == 422
    assert act(editor, f"{OTHER}/beheer/adres", adres="plan").status == 303
    assert client.get(f"/kennisbank/{SLUG}").location == "/kennisbank/plan"


@pytest.mark.parametrize(
    "values", [{"hoe": "intrekken", "reden": " "}, {"reden": "Waarom"}, {"hoe": "intrekken", "reden": "x" * 1001}]
)
def test_an_end_without_a_reason_or_a_way_is_refused_and_what_was_typed_stays(
    editor: FlaskClient, client: FlaskClient, values: dict[str, str]
) -> None:
    refused = act(editor, f"{SLUG}/beheer/einde", **values)
    assert refused.status == 422
    assert values["reden"].strip() in refused.page
    assert client.get(f"/kennisbank/{SLUG}").status_code == 200


def test_all_that_is_wrong_about_an_end_is_said_at_once(editor: FlaskClient) -> None:
    page = act(editor, f"{SLUG}/beheer/einde", in_plaats="bestaat-niet").page
    for field in ("hoe", "reden", "in_plaats"):
        assert f'id="{field}-fout"' in page


def test_what_was_never_public_cannot_end(editor: FlaskClient) -> None:
    editor.post("/redactie/gidsen/nieuw", data={**FIELDS, "csrf_token": token(editor)})
    assert act(editor, "proefgids/beheer/einde", hoe="intrekken", reden="Waarom").status == 422


def test_looked_over_and_still_right_is_one_act_that_readers_see(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    due = (today() + timedelta(days=200)).isoformat()
    before = revisions(session, SLUG)[-1]
    told = editor.get(act(editor, f"{SLUG}/nagekeken", versie="1", opnieuw=due).location).text
    assert f"Opgeschreven: nagekeken op {format_day(today())}." in told
    newest = revisions(session, SLUG)[-1]
    assert (newest.reviewed_on, newest.reviewed_by, newest.body) == (today(), "redacteur", before.body)
    assert newest.review_due_on is not None
    assert newest.review_due_on.isoformat() == due
    assert newest.published_at is not None
    assert events(session, SLUG)[-1] == ("guide.reviewed", "redacteur")
    assert act(editor, f"{SLUG}/nagekeken", versie="1", opnieuw=due).status == 409
    assert act(editor, f"{SLUG}/nagekeken", versie="2", opnieuw=today().isoformat()).status == 422
    save(editor, SLUG, titel="Nog een concept")
    assert act(editor, f"{SLUG}/nagekeken", versie="3", opnieuw=due).status == 422
    assert client.get(f"/kennisbank/{SLUG}").status_code == 200


def test_an_older_text_is_put_back_as_a_new_version(editor: FlaskClient, session: Session) -> None:
    save(editor, SLUG, titel="Tijdelijk")
    old = revisions(session, SLUG)[0]
    assert act(editor, f"{SLUG}/versies/1/terugzetten", versie="1").status == 409
    assert act(editor, f"{SLUG}/versies/1/terugzetten", versie="2").status == 303
    newest = revisions(session, SLUG)[-1]
    assert (newest.number, newest.title, newest.restored_from) == (3, old.title, 1)
    assert act(editor, f"{SLUG}/versies/9/terugzetten", versie="3").status == 404
    again = act(editor, f"{SLUG}/versies/1/terugzetten", versie="3")
    assert "Er is geen nieuwe versie gemaakt" in editor.get(again.location).text


def test_any_two_versions_are_compared_in_the_text_and_side_by_side(editor: FlaskClient) -> None:
    for title in ("Twee", "Drie"):
        save(editor, SLUG, titel=title)
    inline = editor.get(f"{EDIT}/vergelijken?van=2&tot=3").text
    assert "<del" in inline
    assert "Drie</ins>" in inline
    beside = editor.get(f"{EDIT}/vergelijken?van=3&tot=1&naast=1").text
    assert 'class="beside__row beside__row--' in beside
    assert "De twee versies zeggen hetzelfde." in editor.get(f"{EDIT}/vergelijken?van=2&tot=2").text
    assert editor.get(f"{EDIT}/vergelijken?van=1&tot=9").status_code == 404
    assert editor.get(f"{EDIT}/vergelijken").status_code == 200


def test_only_a_beheerder_says_who_keeps_a_guide_and_whether_four_eyes_look(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    editor, head = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    assert "Iedereen met de rol redacteur krijgt bericht" in editor.get(f"{EDIT}/beheer").text
    people = {user.email: str(user.id) for user in session.scalars(select(User))}
    session.rollback()
    keeper = people[accounts["redacteur"]["email"]]
    assert act(editor, f"{SLUG}/beheer/instellingen", beheerder=keeper).status == 403
    for wrong in (people[accounts["invuller"]["email"]], "999999", "x"):
        assert act(head, f"{SLUG}/beheer/instellingen", beheerder=wrong).status == 422
    assert act(head, f"{SLUG}/beheer/instellingen", beheerder=keeper, vier_ogen="ja").status == 303
    guide = find_guide(session, SLUG)
    assert guide is not None
    assert (guide.keeper_id, guide.four_eyes) == (int(keeper), True)
    assert "gelden vier ogen" in editor.get(f"{EDIT}/beheer").text


@pytest.mark.parametrize("path", ACTS)
def test_who_is_no_editor_does_none_of_it(app: Flask, accounts: Accounts, session: Session, path: str) -> None:
    before = events(session, SLUG)
    stranger = app.test_client()
    assert stranger.post(f"{EDIT}/{path}").status_code in {303, 400}
    for role in ("coordinator", "beoordelaar"):
        client = sign_in(app, accounts[role])
        csrf = client.get("/mijn/instellingen").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        assert client.post(f"{EDIT}/{path}", data={"csrf_token": csrf}).status_code == 403
        assert client.get(f"{EDIT}/{path}").status_code == 403 or path == "concept/weg"
    assert events(session, SLUG) == before
