"""What editors do with proposals: from the queue to the difference, and every decision, as each of them meets it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.proposals.models import Proposal, ProposalState
from tests.factories_deciding import (
    BODY,
    DESK,
    GUIDE,
    actor_of,
    hidden,
    live_body,
    mails,
    press,
    proposed,
    proposed_new,
    put_text,
    revisions,
    stored,
    two_eyes,
    user_of,
)
from tests.factories_proposals import hand_in
from tests.factories_proposals import press as press_own
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
CHANGED = BODY.replace("over uitstoot", "over minder uitstoot")


def test_one_click_leads_from_the_queue_to_the_difference_with_the_live_version_and_one_button_publishes(
    editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED, titel="Klimaat en inkoop", why="Het kan minder.")
    queue = editor.get(DESK).text
    assert f'href="{DESK}/{key}"' in queue
    assert "Klimaat en inkoop" in queue
    page = editor.get(f"{DESK}/{key}").text
    assert "<ins>" in page
    assert "minder" in page
    assert "Het kan minder." in page
    assert 'class="beside"' in editor.get(f"{DESK}/{key}?naast=1").text
    answer = press(editor, key, "goedkeuren", daarna="publiceren", bericht="Mooi.")
    assert answer.location == f"/kennisbank/{GUIDE}", answer.text
    assert "over minder uitstoot" in client.get(f"/kennisbank/{GUIDE}").text
    made = revisions(session)[0]
    assert made.author_id == user_of(session, accounts["invuller"]).id
    assert made.seconded_by_id == user_of(session, accounts["redacteur"]).id
    assert made.change_note == "Het kan minder."
    assert stored(session, key).state is ProposalState.MERGED
    [mail] = mails(session, "proposal_merged")
    assert mail.to_user_id == made.author_id
    assert "Mooi." in mail.body_text
    assert key in editor.get(f"{DESK}?stand=klaar").text


def test_nobody_decides_on_his_own_proposal_and_the_database_holds_that_too(
    editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["redacteur"], tekst=CHANGED)
    page = editor.get(f"{DESK}/{key}")
    assert "Dit is uw eigen voorstel" in page.text
    token = csrf_token(editor, "/mijn/voorstellen/nieuw")
    for verb in ("nemen", "goedkeuren", "vragen", "afwijzen", "overnemen", "aanpassen"):
        sent = {"csrf_token": token, "reden": "Ja.", "vraag": "Hoe?"}
        assert editor.post(f"{DESK}/{key}/{verb}", data=sent).status_code == 403, verb
    own = user_of(session, accounts["redacteur"]).id
    for column in ("reviewer_id", "decided_by_id"):
        with pytest.raises(IntegrityError):
            session.execute(update(Proposal).where(Proposal.key == key).values({column: own}))
        session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(update(Proposal).where(Proposal.key == key).values(state=ProposalState.APPROVED))
    session.rollback()
    assert press(colleague, key, "goedkeuren").status_code == 303
    assert stored(session, key).state is ProposalState.APPROVED


def test_only_editors_see_the_desk_and_a_draft_is_seen_by_nobody_else(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    assert client.get(f"{DESK}/{key}").location.startswith("/inloggen")
    for role in ("invuller", "coordinator", "beoordelaar"):
        browser = sign_in(app, accounts[role])
        assert browser.get(DESK).status_code == 403
        assert browser.get(f"{DESK}/{key}").status_code == 403
    session.execute(update(Proposal).where(Proposal.key == key).values(state=ProposalState.DRAFT))
    session.commit()
    assert editor.get(f"{DESK}/{key}").status_code == 404
    assert key not in editor.get(DESK).text


def test_a_second_decision_at_the_same_time_is_refused_with_what_the_other_decided(
    editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    before = live_body(session)
    on_screen = hidden(editor, f"{DESK}/{key}")
    assert press(colleague, key, "afwijzen", reden="Dit staat al in de gids.").status_code == 303
    late = editor.post(
        f"{DESK}/{key}/goedkeuren", data={**on_screen, "daarna": "publiceren", "bericht": "Dank voor dit werk."}
    )
    assert late.status_code == 409
    assert "Dit staat al in de gids." in late.text
    assert live_body(session) == before
    assert stored(session, key).state is ProposalState.DECLINED
    assert mails(session, "proposal_merged") == []
    [mail] = mails(session, "proposal_declined")
    assert "Dit staat al in de gids." in mail.body_text


def test_what_a_colleague_looks_at_must_be_taken_over_first(
    editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    assert press(colleague, key, "nemen").status_code == 303
    assert "Een collega kijkt nu naar dit voorstel" in editor.get(f"{DESK}/{key}").text
    refused = press(editor, key, "goedkeuren", bericht="Deze zin blijft staan.")
    assert refused.status_code == 409
    assert press(editor, key, "loslaten").status_code == 422
    assert press(editor, key, "nemen").status_code == 303
    assert key in editor.get(f"{DESK}?stand=bij-mij").text
    assert press(editor, key, "loslaten").status_code == 303
    assert stored(session, key).reviewer_id is None


def test_a_question_at_a_section_reaches_the_author_and_gives_him_his_text_back(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    empty = press(editor, key, "vragen", vraag="  ")
    assert empty.status_code == 422
    asked = press(editor, key, "vragen", **{"vraag": "Kan het korter?", "vraag-tweede-kop": "Waar staat dit?"})
    assert asked.status_code == 303
    found = stored(session, key)
    assert found.state is ProposalState.CHANGES_ASKED
    said = [(one.section, one.text) for one in found.messages if one.event == "changes_asked"]
    assert said == [("", "Kan het korter?"), ("Tweede kop", "Waar staat dit?")]
    [mail] = mails(session, "proposal_asked")
    assert "Bij het deel Tweede kop:" in mail.body_text
    author = sign_in(app, accounts["invuller"])
    assert "Waar staat dit?" in author.get(f"/mijn/voorstellen/{key}").text
    assert press(editor, key, "goedkeuren").status_code == 409
    part = "## Tweede kop\n\nKorter.\n\n### Hoe dan\n\nZo.\n"
    part_key = proposed(session, accounts["invuller"], section="tweede-kop", tekst=part)
    fields = re.findall(r'<textarea[^>]* name="(vraag[^"]*)"', editor.get(f"{DESK}/{part_key}").text)
    assert fields == ["vraag", "vraag-tweede-kop", "vraag-hoe-dan"]


def test_a_decision_can_be_taken_back_with_a_reason(editor: FlaskClient, session: Session, accounts: Accounts) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    assert press(editor, key, "afwijzen", reden=" ").status_code == 422
    assert press(editor, key, "afwijzen", reden="Te lang.").status_code == 303
    assert press(editor, key, "heropenen", reden="").status_code == 422
    assert press(editor, key, "heropenen", reden="Ik las het verkeerd.").status_code == 303
    found = stored(session, key)
    assert (found.state, found.decided_by_id) == (ProposalState.IN_REVIEW, None)
    assert [one.event for one in found.messages] == ["submitted", "declined", "reopened"]


def test_a_new_guide_is_read_as_a_whole_and_gets_a_free_address(
    editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    key = proposed_new(session, accounts["invuller"])
    page = editor.get(f"{DESK}/{key}").text
    assert "De zon schijnt." in page
    assert press(editor, key, "goedkeuren").status_code == 303
    taken = press(editor, key, "overnemen", page="/overnemen", adres=GUIDE, daarna="publiceren")
    assert taken.status_code == 422
    assert "al in gebruik" in taken.text
    assert stored(session, key).state is ProposalState.APPROVED
    done = press(editor, key, "overnemen", page="/overnemen", adres="zonnige-inkoop", daarna="publiceren")
    assert done.location == "/kennisbank/zonnige-inkoop", done.text
    assert "De zon schijnt." in client.get("/kennisbank/zonnige-inkoop").text
    assert revisions(session, "zonnige-inkoop")[0].author_id == user_of(session, accounts["invuller"]).id


def test_who_does_not_want_his_name_in_the_history_is_not_in_it(
    editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    two_eyes(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED, named=False)
    assert press(editor, key, "goedkeuren", daarna="publiceren").status_code == 303
    # He wrote it and the editor did not: where a guide asks for two people, the editor is the second.
    author, made = user_of(session, accounts["invuller"]), revisions(session)[0]
    assert made.author_id == author.id
    assert made.seconded_by_id == user_of(session, accounts["redacteur"]).id
    for path in ("", "/geschiedenis", f"?versie={made.number}", ".md"):
        assert author.name not in client.get(f"/kennisbank/{GUIDE}{path}").text, path
    assert author.name not in client.get("/kennisbank/atom.xml").text


def test_what_is_handed_in_again_reaches_all_editors_when_who_looked_at_it_is_none_any_more(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=CHANGED)
    author, path = sign_in(app, accounts["invuller"]), f"/mijn/voorstellen/{key}"
    for role in ("redacteur", "beheerder"):
        assert press(editor, key, "vragen", vraag="Kan het korter?").status_code == 303
        user_of(session, accounts["redacteur"]).roles = [
            one for one in user_of(session, accounts["redacteur"]).roles if role == "redacteur"
        ]
        session.commit()
        press_own(author, path, "antwoord", antwoord="Nee, zo is het goed.")
        assert hand_in(author, path).status_code == 303
        mail = mails(session, "proposal_new")[-1]
        assert mail.to_user_id == user_of(session, accounts[role]).id
        assert "opnieuw in" in mail.body_text
        found = stored(session, key)
    assert (found.state, found.reviewer_id) == (ProposalState.IN_REVIEW, None)


def test_an_editor_is_mailed_about_a_proposal_unless_he_does_not_want_that(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    from kb.proposals.mails import mail_submitted

    put_text(session)
    key = proposed(session, accounts["beheerder"], tekst=CHANGED)
    session.rollback()
    with app.test_request_context():
        mail_submitted(session, stored(session, key))
        session.commit()
    [mail] = mails(session, "proposal_new")
    assert mail.to_user_id == actor_of(session, accounts["redacteur"]).user_id
    assert "voorstellen" in editor.get("/redactie").text
    assert key in editor.get("/redactie").text


def test_a_section_is_found_by_the_themes_of_its_guide_and_a_whole_text_by_its_own(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session, themes=("klimaat",))
    section = proposed(session, accounts["invuller"], section="tweede-kop", tekst="## Tweede kop\n\nIets anders.\n")
    whole = proposed(session, accounts["coordinator"], themas=["circulair"])
    seen = {theme: editor.get(f"{DESK}?thema={theme}").text for theme in ("klimaat", "circulair")}
    assert [key in seen["klimaat"] for key in (section, whole)] == [True, False]
    assert [key in seen["circulair"] for key in (section, whole)] == [False, True]
