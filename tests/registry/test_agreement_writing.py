"""Staff make an agreement on the site: the form, two people at once, and what stops a draft from being published."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.joining import basis_of, join
from tests.factories_agreements import (
    DESK,
    NEW,
    SLUG,
    WHOLE,
    begin,
    draft,
    entries,
    form_of,
    make_agreement,
    publish,
    send,
    send_form,
    versions,
)
from tests.factories_participants import words
from tests.files.factories import post_file
from tests.files.making import pdf
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def keeper(app: Flask, accounts: Accounts) -> FlaskClient:
    """The browser of a beheerder."""
    return sign_in(app, accounts["beheerder"])


def test_an_agreement_is_made_from_nothing(keeper: FlaskClient, client: FlaskClient, session: Session) -> None:
    make_agreement(keeper)
    page = client.get(f"/afspraken/{NEW}").text
    text = words(page)
    for said in ("Proefmanifest", "Zwaluwen tellen", "Binnen 18 maanden na ondertekening", "Een mandaat."):
        assert said in text
    assert "Elk jaar, uiterlijk op 1 juni" in text.replace("\xa0", " ")
    assert "tot en met 14 dagen na de termijn noemt dit register niemand te laat" in text
    assert "Geen respijt: na de termijn is een deelnemer te laat" in text
    assert "Open voor ondertekening" in text
    assert 'href="/mijn/ondertekenen/proefmanifest"' in page
    (made,) = versions(session, NEW)
    assert [row.code for row in made.obligations] == ["actieplan", "jaarrapportage"]
    assert (made.period_to, made.may_sign) == (made.period_to.replace(2030, 12, 31), ["gemeente"])
    assert (made.recorded_role, draft(session)) == ("beheerder", None)
    assert entries(session, NEW, "agreement.recorded") == 1


def test_a_draft_may_be_half_and_says_what_is_missing(keeper: FlaskClient, session: Session) -> None:
    begin(keeper)
    assert send(keeper, titel_nl="Half", van="31 februari", aantallen="veel | nu").status_code == 303
    answer = send(keeper, daarna="publiceren")
    assert answer.status_code == 422
    text = words(answer.text)
    assert "Titel in het Engels: Vul dit in" in text
    assert "Schrijf de dag als jaar-maand-dag" in text
    assert "Regel 1 heeft niet 5 delen" in text
    assert 'value="31 februari"' in answer.text, "what was typed is gone"
    assert 'href="#titel_en"' in answer.text
    looked = keeper.get(f"{DESK}/{NEW}/publiceren").text
    assert "nog niet klaar" in looked
    token = csrf_token(keeper, f"{DESK}/{NEW}")
    assert keeper.post(f"{DESK}/{NEW}/publiceren", data={"csrf_token": token}).status_code == 422
    assert versions(session, NEW) == []


def test_wrong_terms_are_told_at_their_field(keeper: FlaskClient) -> None:
    begin(keeper)
    wrong = {
        "verplichting-0-aantal": "0", "verplichting-0-respijt": "999", "verplichting-1-maand": "02",
        "verplichting-1-dag": "29", "verplichting-1-aantal": "1", "verplichting-2-soort": "annual_report",
        "tot": "2026-01-01", "documenten": "Een | One | javascript:alert(1)",
    }  # fmt: skip
    answer = send(keeper, daarna="publiceren", **{**WHOLE, **wrong})
    assert answer.status_code == 422
    for field in (
        "verplichting-0-aantal", "verplichting-0-respijt", "verplichting-1-dag", "verplichting-1-aantal",
        "verplichting-2-soort", "tot", "documenten",
    ):  # fmt: skip
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}-fout"' in answer.text, field
    assert answer.text.count('href="#') >= 5


def test_what_changes_in_a_term_is_told_in_words(keeper: FlaskClient) -> None:
    make_agreement(keeper)
    send(keeper, **{"verplichting-0-aantal": "P1Y2M", "verplichting-1-maand": "07"})
    looked = words(keeper.get(f"{DESK}/{NEW}/publiceren").text).replace("\u00a0", " ")
    for said in ("juni", "juli"):
        assert said in looked, said
    assert "P1Y" not in looked


def test_obligations_are_added_and_taken_away_by_buttons(keeper: FlaskClient, session: Session) -> None:
    begin(keeper)
    for _time in range(2):
        assert send(keeper, verplichting__erbij="1").status_code == 303
    assert "verplichting-1-soort" in form_of(keeper)
    send(keeper, **{"verplichting-1-tekst_nl": "De tweede", "verplichting__weg": "0"})
    form = form_of(keeper)
    assert form["verplichting-0-tekst_nl"] == "De tweede"
    assert "verplichting-1-soort" not in form


@pytest.mark.parametrize("slug", ["Hoofdletters", "twee woorden", "nieuw", SLUG, "a" * 81, ""])
def test_an_address_that_cannot_be_is_refused(keeper: FlaskClient, slug: str) -> None:
    answer = begin(keeper, slug)
    assert answer.status_code == 422
    assert 'value="Proef"' in answer.text
    assert ("hoogstens 80 tekens" in answer.text, 'maxlength="80"' in answer.text) == (len(slug) > 80, False)


def test_two_people_at_one_draft_lose_nothing(app: Flask, keeper: FlaskClient, accounts: Accounts) -> None:
    other = sign_in(app, accounts["beheerder"])
    begin(keeper)
    mine, theirs = form_of(keeper), form_of(other)
    send_form(other, theirs, kort_nl="Van de ander", samenvatting_nl="Ook van de ander")
    answer = send_form(keeper, mine, kort_nl="Van mij", titel_nl="Alleen van mij")
    assert answer.status_code == 409
    assert "Van de ander" in answer.text
    assert "Van mij" in answer.text
    assert "Samenvatting in het Nederlands" in words(answer.text), "what was taken over is not told"
    saved = form_of(other)
    assert (saved["kort_nl"], saved["titel_nl"], saved["samenvatting_nl"]) == (
        "Van de ander", "Alleen van mij", "Ook van de ander",
    )  # fmt: skip


def test_who_chooses_between_two_texts_gets_the_one_he_chose(
    app: Flask, keeper: FlaskClient, accounts: Accounts
) -> None:
    other = sign_in(app, accounts["beheerder"])
    begin(keeper)
    for choice, kept in (("mijn", "Van mij"), ("ander", "Van de ander")):
        mine, theirs = form_of(keeper), form_of(other)
        send_form(other, theirs, kort_nl="Van de ander")
        conflict = form_on(send_form(keeper, mine, kort_nl="Van mij").text, f"{DESK}/{NEW}")
        assert send_form(keeper, conflict).status_code == 409, "nothing was chosen"
        assert send_form(keeper, conflict, kort_nl__keuze=choice).status_code == 303
        assert form_of(keeper)["kort_nl"] == kept
        send(keeper, kort_nl="")


def test_the_form_saves_itself_and_tells_of_a_conflict(app: Flask, keeper: FlaskClient, accounts: Accounts) -> None:
    other = sign_in(app, accounts["beheerder"])
    begin(keeper)
    mine, theirs = form_of(keeper), form_of(other)
    answer = send_form(keeper, mine, page="/concept", tekst_nl="Eerst")
    assert answer.status_code == 200
    assert "Bewaard om" in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert send_form(other, theirs, page="/concept", tekst_en="Other").status_code == 200
    assert send_form(other, theirs, page="/concept", tekst_nl="Anders").status_code == 409
    assert form_of(keeper)["tekst_nl"] == "Eerst"


def place_file(keeper: FlaskClient, name: str = "tekst.pdf") -> str:
    """Place a document with the draft; return its address."""
    path = f"{DESK}/{NEW}/bestanden"
    fields = {"csrf_token": csrf_token(keeper, path), "titel_nl": "De tekst", "titel_en": "The text"}
    assert post_file(keeper, path, pdf(), name, **fields).status_code == 303
    page = keeper.get(path).text
    return next(part for part in page.split('"') if part.startswith("/bestanden/") and name in part)


def drop(keeper: FlaskClient) -> None:
    token = csrf_token(keeper, f"{DESK}/{NEW}")
    assert keeper.post(f"{DESK}/{NEW}/weggooien", data={"csrf_token": token}).status_code == 303


def test_a_draft_can_be_thrown_away_with_its_files_but_not_those_of_a_version(
    keeper: FlaskClient, client: FlaskClient, session: Session
) -> None:
    begin(keeper)
    lost = place_file(keeper)
    drop(keeper)
    assert draft(session) is None
    assert keeper.get(f"{DESK}/{NEW}").status_code == 404
    assert keeper.get(lost).status_code == 404, "what was thrown away is still read"
    begin(keeper)
    send(keeper, **WHOLE)
    kept = place_file(keeper, "blijft.pdf")
    publish(keeper)
    also_lost = place_file(keeper, "niet.pdf")
    drop(keeper)
    assert [client.get(kept).status_code, keeper.get(also_lost).status_code] == [200, 404]


def test_a_document_is_read_by_nobody_before_its_version_is_public(keeper: FlaskClient, client: FlaskClient) -> None:
    begin(keeper)
    send(keeper, **WHOLE)
    path = f"{DESK}/{NEW}/bestanden"
    fields = {"csrf_token": csrf_token(keeper, path), "titel_nl": "De tekst", "titel_en": "The text"}
    assert post_file(keeper, path, pdf(), "tekst.pdf", **{**fields, "titel_en": ""}).status_code == 422
    assert post_file(keeper, path, pdf(), "tekst.pdf", **fields).status_code == 303
    page = keeper.get(path).text
    address = page[page.index("/bestanden/", page.index("desk-list__text")) :].split('"')[0]
    assert client.get(address).status_code == 404
    assert keeper.get(address).status_code == 200
    assert publish(keeper).status_code == 303
    assert client.get(address).status_code == 200
    assert address in client.get(f"/afspraken/{NEW}").text
    said = json.loads(client.get(f"/afspraken/{NEW}/versies/1.json").data)
    assert [sorted(row) for row in said["documents"]] == [["title", "url"], ["name", "sha256", "title"]]


def test_a_published_document_leaves_the_draft_and_stays_readable(keeper: FlaskClient, client: FlaskClient) -> None:
    begin(keeper)
    send(keeper, **WHOLE)
    path = f"{DESK}/{NEW}/bestanden"
    fields = {"csrf_token": csrf_token(keeper, path), "titel_nl": "De tekst", "titel_en": "The text"}
    post_file(keeper, path, pdf(), "tekst.pdf", **fields)
    publish(keeper)
    page = keeper.get(path).text
    action = page[page.index(path + "/") :].split('"')[0]
    assert keeper.post(action, data={"csrf_token": fields["csrf_token"]}).status_code == 303
    assert publish(keeper, reden="Het document hoort er niet bij.").status_code == 303
    assert "tekst.pdf" not in client.get(f"/afspraken/{NEW}").text
    old = client.get(f"/afspraken/{NEW}/versies/1").text
    assert client.get(old[old.index("/bestanden/") :].split('"')[0]).status_code == 200


def test_joining_keeps_what_only_one_of_two_changed() -> None:
    basis = basis_of({"a": "1", "b": "1", "c": "1"})
    found = join({"a": "2", "b": "1", "c": "3"}, {"a": "1", "b": "9", "c": "4"}, basis)
    assert (found.values, found.taken, found.both) == ({"a": "2", "b": "9", "c": "4"}, ["b"], ["c"])
    assert found.basis["b"] == basis["b"], "the form still shows the old text of b"
