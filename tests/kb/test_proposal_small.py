"""What is a small correction and what is not, and how one goes straight out."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kb.guides.fields import GuideFields, Source
from kb.proposals.models import ProposalState
from kb.proposals.small import MOST_CHARACTERS, TooMuch, characters_changed, why_not_alone, why_not_small
from tests.factories_deciding import (
    BODY,
    DESK,
    GUIDE,
    hidden,
    live_body,
    press,
    proposed,
    put_text,
    revisions,
    stored,
    two_eyes,
    user_of,
)
from tests.factories_guides import save
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
TEXT = GuideFields(
    title="Een gids", summary="Over inkoop.", kind="guide", themes=("klimaat",), product_groups=(), level="starter",
    owner="redacteur", reviewed_on=None, review_due_on=None, related=(), sources=(Source("Bron", "https://b.example"),),
    body=BODY,
)  # fmt: skip
TYPO = BODY.replace("De tweede alinea", "De tweede alina")


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("De eerste alinea gaat", "De eerste alinéa gaat", ()),
        ("gaat over inkoop", "gaat over het inkopen van dingen", ()),
        ("gaat over inkoop", "gaat" + " x" * MOST_CHARACTERS, (TooMuch.LONG,)),
        ("40 procent", "45 procent", (TooMuch.FIGURE,)),
        ("https://bron.example/een", "https://bron.example/twee", (TooMuch.LINK,)),
        ("[bron](https://bron.example/een)", "bron", (TooMuch.LINK,)),
        ("## Tweede kop", "## Tweede kopje", (TooMuch.HEADING,)),
        ("gaat over uitstoot", "gaat niet over uitstoot", (TooMuch.MEANING,)),
        ("uitstoot", "uitstoot van 2030", (TooMuch.FIGURE,)),
        ("noemt 40", "noemt minimaal 40", (TooMuch.MEANING,)),
        ("De tweede alinea", "De derde alinea", (TooMuch.MEANING,)),
        ("gaat over inkoop", "gaat over alle inkoop", (TooMuch.MEANING,)),
    ],
)
def test_a_small_correction_changes_how_something_is_written_and_never_what_it_says(
    old: str, new: str, reasons: tuple[TooMuch, ...]
) -> None:
    assert old in BODY
    assert set(why_not_small(TEXT, replace(TEXT, body=BODY.replace(old, new)))) == set(reasons)


def test_other_fields_are_no_small_correction_and_the_same_text_is_none_at_all() -> None:
    assert why_not_small(TEXT, TEXT) == (TooMuch.NOTHING,)
    assert why_not_small(TEXT, replace(TEXT, themes=("keten",))) == (TooMuch.OTHER,)
    assert why_not_small(TEXT, replace(TEXT, title="Een gits")) == ()
    assert {TooMuch.LONG, TooMuch.FIGURE, TooMuch.HEADING} <= set(why_not_small(TEXT, replace(TEXT, body="")))


def test_characters_are_counted_by_what_went_and_what_came() -> None:
    assert characters_changed(TEXT, replace(TEXT, body=TYPO)) == 1
    assert characters_changed(TEXT, replace(TEXT, title="Een gidz")) == 2
    assert characters_changed(TEXT, replace(TEXT, title="De gids", summary="Over inkopen.")) == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minimaal", "maximaal"), ("toegestaan", "verboden"), ("alle", "geen"), ("wel", "niet"), ("twee", "drie"),
        ("vijfentwintig", "vijfendertig"), ("tweehonderd", "driehonderd"), ("minstens", "hoogstens"), ("en", "of"),
        ("fifteen", "fifty"), ("jaar", "maand"), ("tien", "tiende"),
    ],
)  # fmt: skip
def test_a_word_that_the_meaning_hangs_on_is_never_changed_by_a_correction(old: str, new: str) -> None:
    was = replace(TEXT, body=f"Dit is {old} zo.\n")
    assert TooMuch.MEANING in why_not_small(was, replace(was, body=f"Dit is {new} zo.\n"))


@pytest.mark.parametrize(
    ("old", "new", "is_slip"),
    [
        ("aliena", "alinea", True), ("levrancier", "leverancier", True), ("europa", "Europa", True),
        ("kiest u", "kiest, u", True), ("geldend", "ongeldend", False), ("huurder", "duurder", False),
        ("huis", "bedrijf", False), ("een huis", "een groot huis", False), ("inkoop", "inkopen", False),
        ("ontvankelijk", "onontvankelijk", False), ("op", "om", False), ("staat er", "staater", False),
        ("huis", "**huis**", False),
    ],
)  # fmt: skip
def test_where_two_must_look_one_person_mends_only_letters_within_a_word(old: str, new: str, is_slip: bool) -> None:
    was = replace(TEXT, body=f"Over de inkoop. Wij zeggen: {old}.\n")
    found = why_not_alone(was, replace(was, body=f"Over de inkoop. Wij zeggen: {new}.\n"), 0)
    assert found == (() if is_slip else (TooMuch.WORDS,))


def test_where_two_must_look_many_small_corrections_are_no_way_round_it(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    words = [f"bladxxzijde{letter * 4}" for letter in "abcdefghijklmnopqrstuvw"]
    put_text(session, body=" ".join(words) + "\n")
    two_eyes(session)
    path = f"{DESK}/verbeteringen/{GUIDE}"
    people = [editor, sign_in(app, accounts["beheerder"])]

    def mend(number: int) -> int:
        form = form_on(people[number % 2].get(path).text, path)
        wrong = words[number * 4 : number * 4 + 4]
        for word in wrong:
            form["tekst"] = form["tekst"].replace(word, word.replace("xx", ""))
        return people[number % 2].post(path, data={**form, "reden": "Typfout"}).status_code

    assert [mend(number) for number in range(6)] == [303, 303, 303, 303, 303, 422]
    put_text(session, body=live_body(session))
    made = revisions(session)[0]
    session.get_one(type(made), made.id).seconded_by_id = user_of(session, accounts["beheerder"]).id
    session.commit()
    assert mend(5) == 303


def test_an_editor_mends_a_typing_error_at_once_and_everybody_sees_that_it_was_one(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    put_text(session, body=TYPO)
    two_eyes(session)
    path = f"{DESK}/verbeteringen/{GUIDE}"
    texts = {"titel": revisions(session)[0].title, "samenvatting": revisions(session)[0].summary}
    sent = {**hidden(editor, path), **texts, "tekst": BODY, "reden": ""}
    assert editor.post(path, data=sent).status_code == 422
    assert editor.post(path, data={**sent, "reden": "Typfout in de tweede alinea"}).location == f"/kennisbank/{GUIDE}"
    made = revisions(session)[0]
    assert (made.is_correction, made.seconded_by_id, made.change_note) == (True, None, "Typfout in de tweede alinea")
    assert "De tweede alinea" in client.get(f"/kennisbank/{GUIDE}").text
    counted = editor.get(f"{DESK}/verbeteringen").text
    assert "Typfout in de tweede alinea" in counted
    assert "Typfout in de tweede alinea" in client.get(f"/kennisbank/{GUIDE}/geschiedenis").text


def test_what_is_more_than_a_typing_error_is_refused_with_why_and_the_text_stays(
    app: Flask, editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    path = f"{DESK}/verbeteringen/{GUIDE}"
    newest = revisions(session)[0]
    sent = {**hidden(editor, path), "titel": newest.title, "samenvatting": newest.summary, "reden": "Foutje"}
    figure = editor.post(path, data={**sent, "tekst": BODY.replace("40", "60")})
    assert figure.status_code == 422
    assert "Er verandert een getal of een datum" in figure.text
    assert "60 procent" in figure.text
    put_text(session, publish=False, body=TYPO)
    waits = editor.post(path, data={**sent, "tekst": TYPO})
    assert waits.status_code == 422
    assert "nog niet openbaar" in waits.text
    assert live_body(session) == BODY
    for role in ("invuller", "beoordelaar"):
        assert sign_in(app, accounts[role]).get(path).status_code == 403


def test_a_typing_error_that_somebody_proposes_stands_in_the_quick_list_and_was_seen_by_two_people(
    editor: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session, body=TYPO)
    key = proposed(session, accounts["invuller"], tekst=BODY, why="Typfout.")
    other = proposed(session, accounts["coordinator"], tekst=BODY.replace("40 procent", "45 procent"))
    quick = editor.get(f"{DESK}?stand=klein").text
    assert key in quick
    assert other not in quick
    assert press(editor, key, "goedkeuren", daarna="publiceren").status_code == 303
    assert stored(session, key).state is ProposalState.MERGED
    assert revisions(session)[0].seconded_by_id
    assert not revisions(session)[0].is_correction


def test_where_a_draft_waits_a_typing_error_asks_for_nothing_and_what_was_sent_stays(
    editor: FlaskClient, session: Session
) -> None:
    put_text(session, body="Een zin met een foutje.\n")
    path = f"{DESK}/verbeteringen/{GUIDE}"
    form = form_on(editor.get(path).text, path)
    save(editor, GUIDE, titel="Een concept dat wacht")
    page = editor.get(path).text
    assert ("Dat kan bij deze gids nu niet" in page, 'name="tekst"' in page) == (True, False)
    sent = editor.post(path, data={**form, "tekst": "Een zin met een fout.", "reden": "Typfout"})
    assert ("Dat kan bij deze gids nu niet" in sent.text, "Een zin met een fout." in sent.text) == (True, True)
