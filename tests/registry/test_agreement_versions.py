"""An agreement in force changes only by a version with a reason, and whoever is bound sees which one he signed."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import frozen_at
from common.ledger import LedgerEntry, LedgerFingerprint
from registry.agreements.models import Signable
from registry.signatures.models import Origin
from tests.factories_agreements import (
    DESK,
    EXAMPLE,
    NEW,
    SLUG,
    draft,
    entries,
    form_of,
    four_eyes,
    make_agreement,
    next_version,
    open_to_signing,
    publish,
    send,
    send_form,
    versions,
)
from tests.factories_participants import add_authority, add_signature, words
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
LATER = datetime(2031, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def keeper(app: Flask, accounts: Accounts) -> FlaskClient:
    """The browser of a beheerder."""
    return sign_in(app, accounts["beheerder"])


def test_a_next_version_asks_a_reason_and_shows_what_changed(
    keeper: FlaskClient, client: FlaskClient, session: Session
) -> None:
    send(keeper, SLUG, samenvatting_nl="Overheden tellen voortaan zwaluwen.")
    assert "zwaluwen" not in client.get(f"/afspraken/{SLUG}").text
    refused = publish(keeper, SLUG)
    assert refused.status_code == 422
    assert 'id="reden-fout"' in refused.text
    assert len(versions(session, SLUG)) == 1
    assert publish(keeper, SLUG, reden="De samenvatting was te lang.").status_code == 303
    page = client.get(f"/afspraken/{SLUG}/versies/2").text
    assert "De samenvatting was te lang." in page
    assert "zwaluwen" in page[page.index("<ins>") :]
    assert "Wat er veranderde na versie 1" in words(page)
    assert "Dit is een oudere versie" in client.get(f"/afspraken/{SLUG}/versies/1").text
    assert words(client.get(f"/afspraken/{SLUG}/versies").text).count("De samenvatting was te lang.") == 1
    assert client.get(f"/afspraken/{SLUG}/versies/3").status_code == 404


def test_the_next_version_says_the_same_but_for_what_was_changed(keeper: FlaskClient, session: Session) -> None:
    """Through the form and back nothing is lost: sources, counts, terms, what is not known."""
    send(keeper, SLUG, kort_nl="Anders")
    publish(keeper, SLUG, reden="Een kortere naam.")
    first, second = versions(session, SLUG)
    same = ("title", "summary", "body", "body_html", "period_from", "period_to", "themes", "predecessor_slug",
            "followed", "followed_note", "counts", "unknowns", "sources", "documents", "signing")  # fmt: skip
    assert [name for name in same if getattr(first, name) != getattr(second, name)] == []
    assert second.short_title == {**first.short_title, "nl": "Anders"}
    facts = ("code", "kind", "within", "yearly_by", "grace_days", "text", "source")
    rows = [[[getattr(row, name) for name in facts] for row in version.obligations] for version in (first, second)]
    assert rows[0] == rows[1]


def test_a_file_of_a_version_has_the_fingerprint_that_the_ledger_keeps(client: FlaskClient, session: Session) -> None:
    version = next_version(session, EXAMPLE)
    session.commit()
    bytes_of_it = client.get(f"/afspraken/{EXAMPLE}/versies/{version.number}.json").data
    assert hashlib.sha256(bytes_of_it).hexdigest() == version.fingerprint
    found = session.scalars(select(LedgerFingerprint).filter_by(fingerprint=version.fingerprint)).one()
    assert found.subject == f"agreement:{EXAMPLE}"
    payload = json.loads(session.get_one(LedgerEntry, found.seq).payload)
    assert payload["number"] == version.number
    assert ("reason" in payload, len(payload["personal"]["reason"])) == (False, 64), "a reason may name a person"
    assert client.get(f"/afspraken/{EXAMPLE}/versies/9.json").status_code == 404


def test_whoever_signed_an_older_version_sees_which(
    app: Flask, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    number = next_version(session, EXAMPLE).number
    by = four_eyes(session, accounts)
    new = add_authority(session, "gm9999", "Gemeente Nieuw")
    add_signature(session, EXAMPLE, new, origin=Origin.ONLINE, **by)
    coordinator = sign_in(app, accounts["coordinator"])
    text = words(coordinator.get(f"/afspraken/{EXAMPLE}").text)
    assert "Uw organisatie ondertekende versie 1" in text
    assert f"Nu geldt versie {number}" in text
    mine, path = coordinator.get("/mijn").text, f'href="/afspraken/{EXAMPLE}/versies/1"'
    told = f"Uw organisatie ondertekende versie 1. Nu staat versie {number} op de site."
    assert told in words(mine).replace(" .", ".")
    assert path in mine
    public = client.get("/deelnemers/gemeente-lindenveen").text
    assert f"Getekende tekst versie 1. Nu staat versie {number} op de site." in words(public).replace(" .", ".")
    assert path in public
    page = words(client.get(f"/afspraken/{EXAMPLE}").text)
    assert "Uw organisatie" not in page
    assert "deelnemers ondertekenden versie 1" in page
    listed = words(client.get(f"/afspraken/{EXAMPLE}/versies").text)
    assert "Er kwam een zin bij. 1 deelnemer ondertekende deze versie." in listed
    assert "Getekende tekst" not in client.get("/deelnemers/gemeente-nieuw").text, "he signed the newest"


def test_our_own_count_says_how_sure_it_is(client: FlaskClient, session: Session, accounts: Accounts) -> None:
    before = words(client.get(f"/afspraken/{SLUG}").text)
    assert "49 uit een openbare bron." in before
    assert "op papier" not in before
    by = four_eyes(session, accounts)
    paper = add_authority(session, "gm9998", "Gemeente Papier")
    add_signature(session, SLUG, paper, origin=Origin.PAPER, **by)
    after = words(client.get(f"/afspraken/{SLUG}").text)
    assert "1 tekende op deze site of op papier. 49 uit een openbare bron." in after


def test_opening_for_signing_is_a_version_with_a_reason(
    keeper: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"{DESK}/{SLUG}/ondertekening"
    assert "Gesloten voor ondertekening" in client.get(f"/afspraken/{SLUG}").text
    form = form_on(keeper.get(path).text, path).to_dict()
    for wrong in ({"stand": "open"}, {"reden": "Het mag weer."}, {"stand": "closed", "reden": "Zo is het al."}):
        assert keeper.post(path, data={**form, **wrong}).status_code == 422
    assert keeper.post(path, data={**form, "stand": "open", "reden": "Het mag weer."}).status_code == 303
    assert [one.signing for one in versions(session, SLUG)] == [Signable.CLOSED, Signable.OPEN]
    text = words(client.get(f"/afspraken/{SLUG}").text)
    assert "Log in en onderteken" in text
    assert "Het mag weer." in text
    assert "Open voor ondertekening" in words(client.get("/afspraken").text)
    late = keeper.post(path, data={**form, "stand": "closed", "reden": "Van een oud scherm."})
    assert late.status_code == 409, "the page was made from version 1"
    assert "Van een oud scherm." in late.text


def test_a_draft_that_was_looked_at_is_the_one_that_is_published(keeper: FlaskClient, session: Session) -> None:
    send(keeper, SLUG, kort_nl="Eerst")
    path = f"{DESK}/{SLUG}/publiceren"
    looked = form_on(keeper.get(path).text, path).to_dict()
    send(keeper, SLUG, kort_nl="Daarna")
    answer = keeper.post(path, data={**looked, "reden": "Een naam."})
    assert answer.status_code == 409
    assert "Een naam." in answer.text
    open_to_signing(session, SLUG)
    session.commit()
    page = keeper.get(path).text
    assert "Er is intussen een nieuwere versie gepubliceerd" in page
    assert publish(keeper, SLUG, reden="Een naam.").status_code == 303
    assert versions(session, SLUG)[-1].signing is Signable.OPEN, "publishing a text closed the signing"


def test_a_draft_shows_to_staff_as_its_page_will_be(app: Flask, keeper: FlaskClient, accounts: Accounts) -> None:
    send(keeper, SLUG, samenvatting_nl="Zwaluwen voorop.", **{"verplichting-0-aantal": "onzin"})
    for role in ("redacteur", "beoordelaar", "beheerder"):
        page = sign_in(app, accounts[role]).get(f"{DESK}/{SLUG}/voorbeeld")
        assert page.status_code == 200
        assert "Voorbeeld van een concept: versie 2" in words(page.text)
        assert "Zwaluwen voorop." in page.text
        assert ("Nakijken en publiceren" in page.text) is (role == "beheerder")


@pytest.mark.parametrize("who", ["stranger", "invuller", "coordinator", "bestuurder", "redacteur", "beoordelaar"])
def test_only_a_beheerder_changes_agreements(app: Flask, accounts: Accounts, session: Session, who: str) -> None:
    keeper = sign_in(app, accounts["beheerder"])
    send(keeper, SLUG, kort_nl="Een concept")
    held = form_of(keeper, SLUG).to_dict()
    client = app.test_client() if who == "stranger" else sign_in(app, accounts[who])
    refused = {403} if who != "stranger" else {303}
    held["csrf_token"] = csrf_token(client, "/inloggen" if who == "stranger" else "/mijn/instellingen")
    sent = {**held, "kort_nl": "Gekaapt", "titel": "Gekaapt", "adres": NEW, "stand": "open", "reden": "Zomaar."}
    for page in ("", "/concept", "/weggooien", "/publiceren", "/ondertekening"):
        assert client.post(f"{DESK}/{SLUG}{page}", data=sent).status_code in refused, page
    assert client.post(f"{DESK}/nieuw", data=sent).status_code in refused
    assert draft(session, NEW) is None
    kept = draft(session, SLUG)
    assert kept is not None
    assert kept.content["kort_nl"] == "Een concept"
    assert len(versions(session, SLUG)) == 1


def test_the_past_shows_the_version_of_then(client: FlaskClient, session: Session) -> None:
    with frozen_at(LATER):
        next_version(session, SLUG, summary={"nl": "Later gezegd.", "en": "Said later."})
        session.commit()
        assert "Later gezegd." in client.get(f"/afspraken/{SLUG}").text
        then = "?beschikbaarOp=2031-05-03T10:00:00Z"
        assert "Later gezegd." not in client.get(f"/afspraken/{SLUG}{then}").text
        assert client.get(f"/afspraken/{SLUG}/versies/2{then}").status_code == 404
        assert client.get(f"/afspraken/{SLUG}/versies/1{then}").status_code == 200
        assert "oudere versie" not in client.get(f"/afspraken/{SLUG}/versies/1{then}").text


def test_a_changed_draft_moves_no_public_page_and_is_in_the_ledger(keeper: FlaskClient, session: Session) -> None:
    form = form_of(keeper, SLUG)
    send_form(keeper, form, SLUG, kort_nl="Een concept")
    send_form(keeper, form_of(keeper, SLUG), SLUG)
    assert entries(session, SLUG, "agreement.started") == 1
    assert entries(session, SLUG, "agreement.saved") == 0, "nothing changed the second time"
    send(keeper, SLUG, kort_nl="Een beter concept")
    assert entries(session, SLUG, "agreement.saved") == 1
    assert entries(session, SLUG, "agreement.recorded") == 1


def test_an_agreement_of_the_site_is_found_by_searching(keeper: FlaskClient, client: FlaskClient) -> None:
    make_agreement(keeper)
    assert f"/afspraken/{NEW}" in client.get("/zoeken?q=zwaluwen").text
    assert f"/afspraken/{NEW}" in client.get("/sitemap.xml").text


def test_a_version_says_in_words_and_in_the_language_of_the_page_only_what_changed(client: FlaskClient) -> None:
    for language, came, stays in (
        ("", "Waarom twee weken extra?", "Why two"),
        ("/en", "Why two more weeks?", "Waarom twee"),
    ):
        page = client.get(f"{language}/afspraken/{EXAMPLE}/versies/2").text
        changed = page[page.index('id="verschil"') : page.index('id="verplichtingen"')]
        assert came in changed
        for raw in (stays, "##", "Korte naam", "Jaren, maanden", "extra?#"):
            assert raw not in changed, raw
