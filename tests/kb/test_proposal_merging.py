"""Taking a proposal into a guide that others changed meanwhile: merged by paragraph, or both texts on the screen."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kb.proposals.models import ProposalState
from tests.factories_deciding import (
    BODY,
    DESK,
    GUIDE,
    hidden,
    live_body,
    mails,
    press,
    proposed,
    put_text,
    revisions,
    stored,
    two_eyes,
    user_of,
)
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
MINE = BODY.replace("over uitstoot", "over minder uitstoot")
ELSEWHERE = BODY.replace("over inkoop", "over slimme inkoop")
SAME_PLACE = BODY.replace("over uitstoot", "over nul uitstoot")


def test_changes_in_two_paragraphs_merge_and_the_difference_shows_only_what_the_proposal_adds(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    moved = put_text(session, body=ELSEWHERE)
    page = editor.get(f"{DESK}/{key}").text
    assert "Verouderd" in page
    assert "Verouderd" in editor.get(DESK).text
    assert "De gids is veranderd sinds dit voorstel is geschreven" in page
    assert '<ins><span class="visually-hidden">erbij: </span>minder ' in page
    assert "weg: </span>slimme" not in page
    assert press(editor, key, "goedkeuren", daarna="publiceren").status_code == 303
    both = live_body(session)
    assert "over minder uitstoot" in both
    assert "over slimme inkoop" in both
    assert revisions(session)[0].merged_with == moved.number


def test_where_two_texts_clash_both_stand_on_the_screen_and_nothing_is_taken_in_until_one_is_chosen(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    put_text(session, body=SAME_PLACE)
    assert press(editor, key, "goedkeuren", daarna="publiceren").status_code == 409
    assert stored(session, key).state is ProposalState.IN_REVIEW
    assert press(editor, key, "goedkeuren").status_code == 303
    page = editor.get(f"{DESK}/{key}/overnemen").text
    for text in ("over minder uitstoot", "over nul uitstoot", "gaat over uitstoot"):
        assert text in page
    unsettled = press(
        editor, key, "overnemen", page="/overnemen", daarna="publiceren", **{"body-1__eigen": "Mijn zin."}
    )
    assert unsettled.status_code == 409
    assert "Mijn zin." in unsettled.text
    assert live_body(session) == SAME_PLACE
    chosen = press(editor, key, "overnemen", page="/overnemen", daarna="publiceren", **{"body-1__keuze": "beide"})
    assert chosen.status_code == 303, chosen.text
    both = live_body(session)
    assert both.index("over minder uitstoot") < both.index("over nul uitstoot")


def test_a_choice_is_asked_again_when_the_guide_moved_while_the_editor_chose(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    assert press(editor, key, "goedkeuren").status_code == 303
    on_screen = hidden(editor, f"{DESK}/{key}/overnemen")
    put_text(session, body=SAME_PLACE)
    late = editor.post(f"{DESK}/{key}/overnemen", data={**on_screen, "daarna": "publiceren"})
    assert late.status_code == 409
    assert "over nul uitstoot" in late.text
    assert live_body(session) == SAME_PLACE


def test_a_text_that_the_editor_wrote_at_a_clash_is_his_own_revision_and_waits_for_a_second_person(
    editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    two_eyes(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    put_text(session, body=SAME_PLACE)
    assert press(editor, key, "goedkeuren").status_code == 303
    own = {"body-1__keuze": "eigen", "body-1__eigen": "De tweede alinea gaat over bijna geen uitstoot."}
    taken = press(editor, key, "overnemen", page="/overnemen", daarna="publiceren", **own)
    assert taken.status_code == 303, taken.text
    newest, authors = revisions(session)[:2]
    assert newest.author_id == user_of(session, accounts["redacteur"]).id
    assert authors.author_id == user_of(session, accounts["invuller"]).id
    assert newest.published_at is None
    assert "over nul uitstoot" in live_body(session)


def test_accepting_with_changes_keeps_both_hands_apart_shows_the_author_what_changed_and_holds_to_four_eyes(
    app: Flask, editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    two_eyes(session)
    key = proposed(
        session, accounts["invuller"], section="tweede-kop", why="Nu leest men het uit.",
        tekst="## Tweede kop\n\nDe tweede alinea is korter.\n",
    )  # fmt: skip
    form = filled_edit(editor, key)
    assert "De tweede alinea is korter." in form["tekst"][0]
    assert "De eerste alinea" in form["tekst"][0]
    form["tekst"] = [form["tekst"][0].replace("is korter", "is kort en goed")]
    wrong = editor.post(f"{DESK}/{key}/aanpassen", data={**form, "titel": ""})
    assert wrong.status_code == 422
    assert "kort en goed" in wrong.text
    assert editor.post(f"{DESK}/{key}/aanpassen", data=form).location == f"{DESK}/{key}/overnemen"
    assert "paste uw tekst op een paar plekken aan" in mails(session, "proposal_approved")[0].body_text
    author = sign_in(app, accounts["invuller"])
    page = author.get(f"/mijn/voorstellen/{key}/stand").text
    assert "Wat de redactie aan uw tekst veranderde" in page
    assert "Wat er in de gids verandert" in page
    assert press(editor, key, "overnemen", page="/overnemen", daarna="publiceren").status_code == 303
    final, authors = revisions(session)[:2]
    assert (authors.author_id, final.author_id) == tuple(
        user_of(session, accounts[role]).id for role in ("invuller", "redacteur")
    )
    assert final.published_at is None
    page, number = f"/redactie/gidsen/{GUIDE}/publiceren", str(final.number)
    session.rollback()
    sent = {"csrf_token": hidden(colleague, page)["csrf_token"], "versie": number}
    assert colleague.post(page, data=sent).status_code == 303
    assert "kort en goed" in live_body(session)
    public = app.test_client().get(f"/kennisbank/{GUIDE}/geschiedenis").text
    assert re.search(r"voorgesteld door [^,]+, met een aanpassing van de redactie", public)
    assert "Nu leest men het uit." in public


def test_every_hand_is_a_version_of_its_own_whoever_decides_again_or_types_at_a_clash(
    editor: FlaskClient, colleague: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    two_eyes(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    for was, now in (("over minder", "over veel minder"), ("Eerste kop", "Eerste kopje")):
        form = filled_edit(editor, key)
        form["tekst"] = [form["tekst"][0].replace(was, now)]
        assert editor.post(f"{DESK}/{key}/aanpassen", data=form).status_code == 303
        assert press(editor, key, "heropenen", reden="Toch nog iets.").status_code == 303
    assert press(colleague, key, "nemen").status_code == 303
    assert press(colleague, key, "goedkeuren").status_code == 303
    put_text(session, body=SAME_PLACE)
    own = {"body-1__keuze": "eigen", "body-1__eigen": "Deze zin schreef alleen de beheerder."}
    taken = press(colleague, key, "overnemen", page="/overnemen", daarna="publiceren", **own)
    assert taken.status_code == 303, taken.text
    assert live_body(session) == SAME_PLACE
    made = revisions(session)[:3]
    writers = [user_of(session, accounts[role]).id for role in ("beheerder", "redacteur", "invuller")]
    assert [one.author_id for one in made] == writers
    words = ("over minder uitstoot", "over veel minder", "Eerste kopje", "alleen de beheerder")
    found = [[word in one.body for word in words] for one in reversed(made)]
    assert found == [[True, False, False, False], [False, True, True, False], [False, False, True, True]]


def test_a_proposal_of_which_nothing_comes_in_is_not_taken_in_and_its_author_reads_why(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    put_text(session, body=SAME_PLACE)
    assert press(editor, key, "goedkeuren").status_code == 303
    before = revisions(session)[0].number
    theirs = {"body-1__keuze": "ander", "daarna": "publiceren"}
    refused = press(editor, key, "overnemen", page="/overnemen", **theirs)
    assert (refused.status_code, stored(session, key).state) == (422, ProposalState.APPROVED)
    assert "Zo komt er niets van het voorstel in de gids" in refused.text
    assert 'value="ander" checked' in refused.text
    assert press(editor, key, "afwijzen", reden="De gids noemt al nul uitstoot.").status_code == 303
    assert "De gids noemt al nul uitstoot." in mails(session, "proposal_declined")[0].body_text
    assert not mails(session, "proposal_merged")
    assert revisions(session)[0].number == before


def test_the_history_names_nobody_at_a_version_in_which_nothing_is_his(
    editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=MINE)
    form = filled_edit(editor, key)
    form["tekst"] = [form["tekst"][0].replace("Derde kop", "Laatste kop")]
    assert editor.post(f"{DESK}/{key}/aanpassen", data=form).status_code == 303
    put_text(session, body=MINE)
    assert press(editor, key, "overnemen", page="/overnemen", daarna="publiceren").status_code == 303
    assert "Laatste kop" in live_body(session)
    assert "voorgesteld door" not in client.get(f"/kennisbank/{GUIDE}/geschiedenis").text
    other = proposed(session, accounts["invuller"], tekst=MINE.replace("over inkoop", "over slimme inkoop"))
    assert press(editor, other, "goedkeuren", daarna="publiceren").status_code == 303
    public = client.get(f"/kennisbank/{GUIDE}/geschiedenis").text
    assert public.count("voorgesteld door") == 1
    assert "met een aanpassing" not in public


def filled_edit(browser: FlaskClient, key: str) -> dict[str, list[str]]:
    """Return what a browser would send from the form in which the editor mends a proposal."""
    path = f"{DESK}/{key}/aanpassen"
    return dict(form_on(browser.get(path).text, path).to_dict(flat=False))
