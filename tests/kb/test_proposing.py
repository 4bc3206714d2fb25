"""Proposing on the site: a draft that nobody else sees, that loses nothing, and that is locked once it is handed in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.ledger import Actor, LedgerEntry
from common.unsaved import UnsavedInput
from kb.proposals.models import Proposal, ProposalState
from kb.proposals.reading import whole_text
from tests.factories_proposals import (
    GUIDE,
    MINE,
    NEW,
    WORD,
    begin,
    hand_in,
    opened,
    press,
    publish,
    send,
    stored,
    with_word,
    write,
)
from tests.html_forms import form_on
from tests.kb.conftest import Accounts
from tests.sites import sign_in

S = ProposalState
WHY = {"waarom": "Een uitleg die ontbrak."}


@pytest.fixture
def author(app: Flask, accounts: Accounts) -> FlaskClient:
    """Somebody who fills in for an authority, and is no staff."""
    return sign_in(app, accounts["invuller"])


def part(author: FlaskClient) -> str:
    return begin(author, "change", gids=GUIDE, sectie="waar-kijkt-u-naar")


def test_a_change_to_one_section_goes_in_as_the_whole_guide_with_nothing_else_changed(
    author: FlaskClient, session: Session
) -> None:
    page = author.get(f"{NEW}?gids={GUIDE}&sectie=waar-kijkt-u-naar").text
    assert form_on(page, NEW)["sectie"] == "waar-kijkt-u-naar"
    path = part(author)
    assert part(author) == path  # pressing twice begins nothing twice
    text = opened(author, path)["tekst"]
    assert text.startswith("## Waar kijkt u naar")
    assert "## Twee instrumenten" not in text
    assert write(author, path, tekst=text + f"\nEen {WORD}.\n", **WHY).status_code == 303
    look = author.get(f"{path}/nakijken").text
    assert f">Een {WORD}.</ins>" in look.replace('<span class="visually-hidden">erbij: </span>', "").replace("\n", "")
    assert hand_in(author, path).status_code == 303
    proposal = stored(session, path)
    assert proposal.state is S.IN_REVIEW
    before = publish(session, GUIDE).body
    session.add(proposal)
    assert whole_text(session, proposal).body == before.replace(text.strip(), f"{text.strip()}\n\nEen {WORD}.")


def test_a_draft_is_seen_by_its_author_alone_and_changes_no_public_page(
    app: Flask, author: FlaskClient, client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    path = part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    assert WORD not in client.get(f"/kennisbank/{GUIDE}").text
    for role in ("coordinator", "redacteur", "beheerder"):
        other = sign_in(app, accounts[role])
        for page in (path, f"{path}/nakijken", f"{path}/stand", f"{path}/bijwerken"):
            assert other.get(page).status_code == 404
        token = form_on(other.get(NEW).text, "/uitloggen")["csrf_token"]
        for verb in ("", "/concept", "/indienen", "/intrekken", "/weggooien", "/antwoord", "/bijwerken", "/voorbeeld"):
            assert other.post(path + verb, data={"csrf_token": token, "zeker": "ja"}).status_code == 404
    assert "/inloggen" in client.get(path).location
    assert WORD in stored(session, path).content["body"]
    own = LedgerEntry.subject == f"proposal:{path.rsplit('/', 1)[1]}"
    events = session.scalars(select(LedgerEntry).where(own)).all()
    assert {one.event: one.is_public for one in events} == {"proposal.started": False, "proposal.saved": False}
    assert not [one for one in events if WORD in one.payload]


def test_what_is_missing_or_wrong_is_kept_as_it_was_typed_and_told_before_handing_in(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "new", soort="guide", taal="nl")
    wrong = {"bronnen": "zonder streep", "adres": "Geen Adres", "titel": "", "productgroepen": ["bestaat-niet"]}
    assert write(author, path, **wrong).status_code == 303
    again = opened(author, path)
    assert (again["bronnen"], again["adres"]) == ("zonder streep", "Geen Adres")
    page = author.get(f"{path}/nakijken").text
    assert "Er moeten nog 7 dingen gebeuren" in page
    assert "Deze aanwijzing staat nog in de tekst: [Schrijf in twee" in page
    assert "/indienen" not in page
    token = opened(author, path)["csrf_token"]
    assert author.post(f"{path}/indienen", data={"csrf_token": token, "gezien": "2"}).status_code == 422
    assert author.get(f"{path}?fouten=1").text.count("field--error") == 7
    assert stored(session, path).state is S.DRAFT


def test_the_address_of_a_new_guide_comes_from_its_title_and_is_never_one_that_is_in_use(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "new", soort="policy", taal="en")
    full = {"titel": "Thema klimaat", "samenvatting": "Kort.", "tekst": "## Begin\n\nTekst.", **WHY}
    line = send(author, path, opened(author, path), full, to="/concept")
    assert (line.status_code, "/kennisbank/thema-klimaat-2" in line.text) == (200, True)
    write(author, path, adres=GUIDE)
    assert "Dit adres is al in gebruik" in author.get(f"{path}/nakijken").text
    write(author, path, adres="")
    assert hand_in(author, path).status_code == 303
    proposal = stored(session, path)
    assert (proposal.slug, proposal.content["language"], proposal.kind) == ("thema-klimaat-2", "en", "new")


def test_two_tabs_never_overwrite_each_other_and_both_texts_stay(author: FlaskClient, session: Session) -> None:
    path = begin(author, "change", gids=GUIDE)
    first, second = opened(author, path), opened(author, path)
    assert send(author, path, first, {"tekst": "## Een\n\nTekst een.", "titel": "Titel een"}).status_code == 303
    line = send(author, path, second, {"tekst": "## Twee\n\nTekst twee.", **WHY}, to="/concept")
    assert line.status_code == 409
    assert "Tekst een." in line.text
    assert "Tekst twee." in line.text
    kept = stored(session, path)
    assert (kept.content["title"], kept.why) == ("Titel een", WHY["waarom"])
    assert "Tekst een." in kept.content["body"]
    again = opened(author, path)  # what was not saved is on the form once more
    assert again["tekst"] == "## Twee\n\nTekst twee."
    page = send(author, path, again, {})
    assert page.status_code == 409
    choice = form_on(page.text, path)
    merged = {"tekst": "## Samen\n\nTekst een en twee.", "tekst__keuze": "mijn"}
    assert send(author, path, choice, merged).status_code == 303
    assert stored(session, path).content["body"] == merged["tekst"]
    assert session.scalars(select(UnsavedInput)).all() == []


def test_what_only_one_tab_changed_is_joined_and_the_saved_text_can_be_chosen(
    author: FlaskClient, session: Session
) -> None:
    path = begin(author, "change", gids=GUIDE)
    first, second = opened(author, path), opened(author, path)
    assert send(author, path, first, {"themas": ["klimaat", "milieu"]}, to="/concept").status_code == 200
    assert send(author, path, second, {"samenvatting": "Anders."}, to="/concept").status_code == 200
    content = stored(session, path).content
    assert (content["summary"], sorted(content["themes"])) == ("Anders.", ["klimaat", "milieu"])
    page = send(author, path, first, {"samenvatting": "Nog anders."})
    assert page.status_code == 409
    assert send(author, path, form_on(page.text, path), {"samenvatting__keuze": "ander"}).status_code == 303
    assert stored(session, path).content["summary"] == "Anders."


def test_a_part_without_the_heading_that_it_had_is_told_and_one_with_another_heading_is_not(
    author: FlaskClient,
) -> None:
    path, said = part(author), "Het kopje “Waar kijkt u naar” verdwijnt"
    text = opened(author, path)["tekst"]
    heading, _line, rest = text.partition("\n")
    for changed, told in ((text + WORD, False), (f"{WORD}\n{rest}", True), (f"## {WORD}\n{rest}", False)):
        write(author, path, tekst=changed, **WHY)
        page = author.get(f"{path}/nakijken").text
        assert ((said in page), (f"<code>{heading}</code>" in page)) == (told, told)


def test_saving_often_makes_no_versions_and_saving_nothing_new_is_no_change(
    author: FlaskClient, session: Session
) -> None:
    path = part(author)
    for number in range(3):
        send(author, path, opened(author, path), {"waarom": f"Reden {number}"}, to="/concept")
    assert send(author, path, opened(author, path), {}, to="/concept").status_code == 200
    proposal = stored(session, path)
    assert (proposal.version, proposal.messages) == (4, [])


def test_in_review_the_text_is_locked_and_what_was_typed_is_kept_apart(author: FlaskClient, session: Session) -> None:
    path = part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    form = opened(author, path)
    assert hand_in(author, path).status_code == 303
    assert author.get(path).location == f"{path}/stand"
    late = send(author, path, form, {"tekst": "Te laat getypt."})
    assert late.status_code == 409
    assert "Te laat getypt." in late.text
    assert send(author, path, form, {"tekst": "Te laat getypt."}, to="/concept").status_code == 409
    assert WORD in stored(session, path).content["body"]
    assert press(author, path, "antwoord", antwoord=" ").status_code == 422
    assert press(author, path, "antwoord", antwoord="Ik heb een bron.").status_code == 303
    assert "Ik heb een bron." in author.get(f"{path}/stand").text
    assert press(author, path, "intrekken").status_code == 303
    assert stored(session, path).state is S.WITHDRAWN
    assert press(author, path, "hervatten").status_code == 303
    assert opened(author, path)["tekst"] == "Te laat getypt."


def test_who_changed_the_text_in_another_tab_looks_again_before_it_is_handed_in(
    author: FlaskClient, session: Session
) -> None:
    path = part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    seen = form_on(author.get(f"{path}/nakijken").text, f"{path}/indienen")
    write(author, path, waarom="Toch een andere reden.")
    assert author.post(f"{path}/indienen", data=seen).status_code == 409
    assert stored(session, path).state is S.DRAFT
    same = begin(author, "change", gids="buyer-groups")
    write(author, same, **WHY)
    assert "zegt hetzelfde als wat er nu staat" in author.get(f"{same}/nakijken").text


def test_a_text_typed_after_the_session_ended_is_on_the_form_after_signing_in(
    app: Flask, author: FlaskClient, accounts: Accounts
) -> None:
    path = part(author)
    form = opened(author, path)
    author.delete_cookie("manifestkompas")
    assert send(author, path, form, {"tekst": WORD}).status_code == 303
    assert "Wat u typte, is bewaard." in author.get(author.get(path).location).text
    again = sign_in(app, accounts["invuller"])
    page = again.get(path).text
    assert "Dit typte u voordat uw sessie eindigde" in page
    assert form_on(page, path)["tekst"] == WORD
    assert send(again, path, form_on(page, path), {}).status_code == 303
    assert "Dit typte u" not in again.get(path).text
    shown = send(again, path, opened(again, path), {"tekst": f"## {WORD} kop"}, to="/voorbeeld").text
    assert f'<h2 id="vb-{WORD}-kop">' in shown


def test_asked_for_changes_the_author_writes_again_and_answers_before_handing_in(
    app: Flask, author: FlaskClient, session: Session, accounts: Accounts
) -> None:
    path = part(author)
    write(author, path, tekst=with_word(author, path), **WHY)
    hand_in(author, path)
    _ask(session, path, accounts)
    page = author.get(path).text
    assert "Welke bron hebt u?" in page
    listed = author.get(MINE).text
    assert "U bent aan de beurt" in listed
    assert "Wijziging van een deel: Waar kijkt u naar" in listed
    assert "De redactie vraagt u iets over uw voorstel" in author.get("/mijn").text
    assert "De redactie vraagt u iets over" not in sign_in(app, accounts["bestuurder"]).get("/mijn").text
    assert "schrijf een antwoord aan de redactie" in author.get(f"{path}/nakijken").text
    assert press(author, path, "antwoord", antwoord="Het rapport zelf.").status_code == 303
    assert hand_in(author, path).status_code == 303
    found = stored(session, path)
    assert [one.event for one in found.messages] == ["submitted", "changes_asked", "said", "submitted"]


def _ask(session: Session, path: str, accounts: Accounts) -> None:
    from kb.proposals.deciding import Said, ask, take

    editor = session.scalars(select(User).where(User.email == accounts["redacteur"]["email"])).one()
    proposal = session.scalars(select(Proposal).where(Proposal.key == path.rsplit("/", 1)[1])).one()
    actor = Actor("redacteur", editor.id)
    take(session, proposal, actor=actor)
    ask(session, proposal, [Said("Welke bron hebt u?")], actor=actor)
    session.commit()
