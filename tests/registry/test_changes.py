"""The list of changes: what it said, what it says, when, by which role and why; and what never shows."""

import re
from datetime import date, timedelta
from random import Random
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock
from common.ledger import Actor
from registry.authorities import merging
from registry.authorities.changing import change_from, named
from registry.authorities.models import Authority, AuthorityVersion
from registry.changes import listing, views
from registry.changes.wanted import ChangeKind
from registry.signatures.changing import change
from registry.signatures.models import Certainty, DatePrecision, Signature
from tests.factories_changes import EVERY_CHANGE, STAFF
from tests.factories_participants import add_authority, add_signature, counted_queries, words

ATOM = "{http://www.w3.org/2005/Atom}"


def signature_of(session: Session, slug: str) -> Signature:
    """Return a signature by the end of its key."""
    return session.scalars(select(Signature).where(Signature.key.endswith(slug))).one()


@pytest.fixture
def corrected(session: Session) -> Signature:
    """The signature of Alkmaar, of which the day, the signer and his function were wrong."""
    found = signature_of(session, "mvoi-2022-2025/gemeente-alkmaar")
    facts = {"signed_on": date(2022, 12, 1), "signed_by": "Jan Geheim", "signed_by_function": "Wethouder van inkoop"}
    change(session, found, facts, reason="De gemeente stuurde het besluit.", actor=Actor("beheerder"))
    session.commit()
    return found


def test_a_correction_tells_what_it_said_what_it_says_which_role_and_why(
    client: FlaskClient, corrected: Signature
) -> None:
    page = client.get("/wijzigingen?organisatie=gemeente-alkmaar&soort=ondertekening").text
    text = words(page)
    assert "1 wijziging" in text
    assert "Ondertekend op Was: 24 november 2022 Is nu: 1 december 2022" in text
    assert "Wethouder van inkoop" in text
    assert "Reden: De gemeente stuurde het besluit." in text
    assert "Beheerder" in text
    assert "Naam van wie tekende gewijzigd" in text
    assert "Jan Geheim" not in page
    english = words(client.get("/en/wijzigingen?organisatie=gemeente-alkmaar&soort=ondertekening").text)
    assert "Signed on Was: 24 November 2022 Is now: 1 December 2022" in english


def test_the_page_of_the_authority_and_the_list_count_alike(client: FlaskClient, corrected: Signature) -> None:
    page = client.get("/deelnemers/gemeente-alkmaar").text
    found = re.search(r'href="(/wijzigingen\?organisatie=gemeente-alkmaar)"><span>(\d+) wijziging', page)
    assert found
    assert f"{found[2]} wijziging" in words(client.get(found[1]).text)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert "wijzigingen sinds" not in client.get(f"/deelnemers/gemeente-alkmaar?beschikbaarOp={yesterday}").text
    assert "Niet gewijzigd sinds publicatie" in client.get("/deelnemers/gemeente-amsterdam").text


@pytest.mark.parametrize(
    "query",
    [
        "organisatie=gm0361", "organisatie=Gemeente+Alkmaar", "organisatie=alkmaar", "afspraak=mvoi-2022-2025",
        "onderwerp=signature:mvoi-2022-2025/gemeente-alkmaar", "van={today}", "tot={today}", "van={today}&tot={today}",
    ],
)  # fmt: skip
def test_each_filter_finds_the_correction(client: FlaskClient, corrected: Signature, query: str) -> None:
    page = client.get("/wijzigingen?soort=ondertekening&" + query.format(today=clock.today().isoformat()))
    assert page.status_code == 200
    assert "De gemeente stuurde het besluit." in page.text


@pytest.mark.parametrize(
    "query",
    [
        "organisatie=gm0362", "organisatie=bestaatniet", "afspraak=mvi-2016-2020", "afspraak=bestaatniet",
        "onderwerp=signature:mvoi-2022-2025/gemeente-texel", "onderwerp=geenonderwerp", "onderwerp=duty:a/b/c/99999",
        "onderwerp=merger:9999999999999", "onderwerp=report:a/b/jaar", "soort=plan", "van=2100-01-01", "tot=2022-01-01",
        "beschikbaarOp=2001-01-01",
    ],
)  # fmt: skip
def test_and_no_other_does(client: FlaskClient, corrected: Signature, query: str) -> None:
    page = client.get(f"/wijzigingen?{query}")
    assert page.status_code == 200
    assert "De gemeente stuurde het besluit." not in page.text


def test_what_is_not_public_never_shows(client: FlaskClient, session: Session) -> None:
    doubtful = add_authority(session, "gm9010", "Gemeente Twijfelveld")
    facts = {"confirmed": False, "certainty": Certainty.UNCERTAIN}
    signature = add_signature(session, "mvoi-2022-2025", doubtful, **facts)
    change(session, signature, {"note": "Geheime twijfel"}, reason="Geheime reden", actor=STAFF)
    session.commit()
    for path in ("/wijzigingen?nieuw=ja", "/wijzigingen.csv?nieuw=ja", "/wijzigingen.atom?nieuw=ja"):
        assert "Geheime" not in client.get(f"{path}&organisatie=gm9010").text
    assert "0 wijzigingen" in client.get("/wijzigingen?nieuw=ja&organisatie=gm9010&soort=ondertekening").text
    change(session, signature, {"refused": True}, reason="Geheime weigering", actor=STAFF)
    session.commit()
    assert "0 wijzigingen" in client.get("/wijzigingen?nieuw=ja&organisatie=gm9010&soort=ondertekening").text


def test_a_confirmation_is_new_and_shows_neither_proof_nor_signer(client: FlaskClient, session: Session) -> None:
    doubtful = add_authority(session, "gm9010", "Gemeente Twijfelveld")
    facts = {"confirmed": False, "certainty": Certainty.UNCERTAIN, "signed_by": "Jan Geheim"}
    signature = add_signature(session, "mvoi-2022-2025", doubtful, **facts)
    facts = {"confirmed": True, "certainty": Certainty.CERTAIN}
    change(session, signature, facts, reason="Geheim bewijs van Jan", actor=STAFF)
    session.commit()
    assert "0 wijzigingen" in client.get("/wijzigingen?organisatie=gm9010").text
    page = client.get("/wijzigingen?nieuw=ja&organisatie=gm9010&soort=ondertekening").text
    assert "1 wijziging" in page
    assert "Nieuw" in words(page)
    assert "Geheim" not in page


def test_a_load_of_content_is_one_line(client: FlaskClient) -> None:
    text = words(client.get("/wijzigingen?nieuw=ja&soort=organisatie").text)
    assert re.search(r"[\d.]+ organisaties ingelezen", text)
    found = re.search(r"(\d+) wijziging", text)
    assert found
    assert int(found[1]) < 30, "the first load drowns the list"


def test_hundreds_of_changes_come_in_pages_and_a_page_past_the_last_is_the_last(
    client: FlaskClient, session: Session
) -> None:
    signature = signature_of(session, "mvoi-2022-2025/gemeente-alkmaar")
    for number in range(60):
        facts = {"signed_on": date(2022, 1, 1) + timedelta(days=number), "date_precision": DatePrecision.DAY}
        change(session, signature, facts, reason=f"Verbetering {number}.", actor=STAFF)
    session.commit()
    query = "onderwerp=signature:mvoi-2022-2025/gemeente-alkmaar"
    first, second = (client.get(f"/wijzigingen?{query}&pagina={page}", follow_redirects=True).text for page in (1, 99))
    assert first.index("Verbetering 59.") < first.index("Verbetering 10.")
    assert "Verbetering 9." not in first
    assert "51 tot en met 60" in second
    assert "Verbetering 0." in second


def test_the_feed_is_atom_with_the_same_filters_and_ids_that_stay(
    client: FlaskClient, session: Session, corrected: Signature
) -> None:
    path = "/wijzigingen.atom?organisatie=gemeente-alkmaar&soort=ondertekening"
    answer = client.get(path)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = Xml.fromstring(answer.data)  # noqa: S314
    assert [child.tag for child in feed][:4] == [f"{ATOM}{name}" for name in ("id", "title", "updated", "author")]
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 1
    assert all(entries[0].find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "link", "summary"))
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    change(session, corrected, {"note": "Meer"}, reason="Nog eens <b>&amp;</b>.", actor=STAFF)
    session.commit()
    later = Xml.fromstring(client.get(path).data).findall(f"{ATOM}entry")  # noqa: S314
    assert len(later) == 2
    assert later[1].findtext(f"{ATOM}id") == entries[0].findtext(f"{ATOM}id")
    assert "<b>" in str(later[0].findtext(f"{ATOM}summary"))
    assert 'type="application/atom+xml"' in client.get("/deelnemers").text


def test_every_kind_of_change_has_words_and_a_link_that_works(client: FlaskClient, session: Session) -> None:
    rng = Random(5)
    for make in EVERY_CHANGE:
        make(session, rng)
    session.commit()
    for kind in ChangeKind:
        for new in ("", "&nieuw=ja"):
            page = client.get(f"/wijzigingen?soort={kind.value}{new}")
            assert page.status_code == 200
            links = re.findall(r'result__title"><a href="([^"]+)"', page.text)
            assert {client.get(link.replace("&amp;", "&")).status_code for link in links[:8]} <= {200}, kind


def test_the_list_takes_no_more_queries_for_more_changes(app: Flask, client: FlaskClient, session: Session) -> None:
    rng = Random(6)
    counts = []
    for _round in range(2):
        for make in EVERY_CHANGE:
            make(session, rng)
        session.commit()
        with counted_queries(app) as seen:
            client.get("/wijzigingen")
        counts.append(len(seen))
    assert max(counts) <= 8, "a query for each change or for each noun"


def test_a_new_name_from_a_day_and_a_corrected_one_say_the_name_before(client: FlaskClient, session: Session) -> None:
    version = session.scalars(select(AuthorityVersion).join(Authority).where(Authority.code == "gm0361")).first()
    assert version
    change_from(session, version, clock.today(), named("Gemeente Kaasmeer", "gm0361"), reason="Besluit.", actor=STAFF)
    session.commit()
    text = words(client.get("/wijzigingen?organisatie=gm0361&soort=organisatie").text)
    assert "Naam Was: Gemeente Alkmaar Is nu: Gemeente Kaasmeer" in text
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert "Gemeente Alkmaar</h1>" in client.get(f"/deelnemers/gemeente-alkmaar?geldigOp={yesterday}").text


def test_the_list_tells_in_words_what_a_signature_an_agreement_a_term_and_a_plan_said_and_say(
    client: FlaskClient,
) -> None:
    page = client.get("/wijzigingen")
    text = words(page.text)
    assert "Geldt voor Was: Gemeente Oudelind Is nu: Gemeente Oudelind, tot 1-" in text
    assert "; Gemeente Lindedonk, sinds 1-" in text
    assert "Tekst Was: niets Is nu: Waarom twee weken extra?" in text
    assert (
        "Is nu: Maak binnen een jaar na ondertekening een actieplan. (binnen 1 jaar na ondertekening, 14 dagen" in text
    )
    assert "Was: de afspraak ging gelden Is nu: de redactie gaf uitstel" in text
    for raw in ("P1Y", "vervallen", "begonnen", "Geen: Reden", "0 dagen respijt"):
        assert raw not in text, raw
    assert "Geen: ." not in client.get("/wijzigingen.atom").text
    assert '<span lang="nl">Gesprekken voeren' in client.get("/en/wijzigingen").text
    assert ";ondertekening;" not in client.get("/en/wijzigingen.csv").text
    assert ";changed;" not in client.get("/wijzigingen.csv").text


def test_the_list_and_the_page_that_compares_agree_on_what_a_plan_changed(client: FlaskClient) -> None:
    address = "/deelnemers/gemeente-torenhaven/plannen/voorbeeldafspraak/2?met=1"
    text = words(client.get("/wijzigingen?organisatie=gemeente-torenhaven&soort=plan").text)
    assert "Klimaat Was: Basis" in text
    assert "Social return" not in text
    assert "thema veranderd 1" in words(client.get(address).text)
    assert address.replace("&", "&amp;") in client.get("/wijzigingen").text


def test_a_list_of_what_came_when_refuses_a_day_on_which_facts_hold(client: FlaskClient) -> None:
    page = client.get("/wijzigingen?geldigOp=2025-01-01").text
    assert "kent geen geldigOp" in page
    assert 'name="geldigOp"' not in page
    assert "kent geen geldigOp" in client.get("/wijzigingen.csv?geldigOp=2025-01-01").text
    assert 'href="/wijzigingen?organisatie' in client.get("/deelnemers/gemeente-torenhaven?geldigOp=2026-11-01").text


def test_who_took_a_merger_back_and_why_stands_in_the_list(client: FlaskClient, session: Session) -> None:
    merger = list(merging.current_mergers(session))[-1]
    assert merger.recorded_role == "systeem"
    merging.withdraw_merger(session, merger, reason="De bron had het fout.", actor=Actor("redacteur", 6))
    session.commit()
    row = next(
        line for line in client.get("/wijzigingen.csv?soort=herindeling").text.splitlines() if "had het fout" in line
    )
    assert ("Redacteur" in row, "De site zelf" in row) == (True, False), row


def test_a_file_of_too_many_changes_asks_for_a_shorter_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/wijzigingen.csv?nieuw=ja").status_code == 200
    for module in (listing, views):
        monkeypatch.setattr(module, "MOST", 3)
    refused = client.get("/en/wijzigingen.csv?nieuw=ja")
    assert (refused.status_code, "A file has at most 3" in refused.text) == (400, True)
