"""What a reader sees around a guide: its past, its translation, its files, and where he goes when it ended or moved."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from common.clock import today
from common.ledger import SYSTEM
from kb.exchange.exporting import guide_files
from kb.guides.ending import bring_back, unpublish, withdraw
from kb.guides.fields import GuideFields, fields_of
from kb.guides.front_matter import write_guide
from kb.guides.models import Guide
from kb.guides.renaming import rename
from kb.guides.writing import Origin, create_guide, find_guide, newest_revision, publish_guide, save_guide
from tests.kb.test_guide_reading import fields, publish

LADDER = "co2-prestatieladder"


def next_version(session: Session, slug: str, origin: Origin | None = None, **changes: object) -> int:
    """Save and publish another text of a guide; return its number."""
    guide = guide_at(session, slug)
    newest = newest_revision(session, guide)
    said: GuideFields = replace(fields_of(newest), **changes)  # type: ignore[arg-type]
    saved = save_guide(session, guide, said, newest.number, origin, actor=SYSTEM)
    publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()
    return saved.revision.number


def guide_at(session: Session, slug: str) -> Guide:
    guide = find_guide(session, slug)
    assert guide is not None
    return guide


def test_the_history_shows_public_versions_with_notes_and_counts_corrections(
    client: FlaskClient, session: Session
) -> None:
    correction = Origin(note="Tikfout hersteld.", is_correction=True)
    assert next_version(session, LADDER, correction, summary="Wat de ladder is en hoe u begint.") == 2
    save_guide(session, guide_at(session, LADDER), fields(title="Geheim concept"), 2, actor=SYSTEM)
    session.commit()
    page = client.get(f"/kennisbank/{LADDER}/geschiedenis").text
    assert "daarvan een kleine verbetering" in page
    for words in ("Tikfout hersteld.", "Kleine verbetering", "Nu te zien", f"/kennisbank/{LADDER}?versie=1"):
        assert words in page
    assert "Geheim concept" not in page
    assert "1 kleine verbetering" in client.get(f"/kennisbank/{LADDER}").text


def test_any_public_version_can_be_read_and_compared_and_a_draft_cannot(client: FlaskClient, session: Session) -> None:
    next_version(session, LADDER, body="## Nieuw kopje\n\nKwispelstaart.\n")
    save_guide(session, guide_at(session, LADDER), fields(title="Geheim concept"), 2, actor=SYSTEM)
    session.commit()
    old = client.get(f"/kennisbank/{LADDER}?versie=1").text
    assert "U leest een oudere versie: versie 1" in old
    assert "Hoe de ladder werkt" in old
    assert 'content="noindex"' in old
    assert "oudere versie" not in client.get(f"/kennisbank/{LADDER}?versie=2").text
    for view in ("", "&weergave=naast"):
        difference = client.get(f"/kennisbank/{LADDER}/verschil?van=2&tot=1{view}").text
        assert "Kwispelstaart" in difference
        assert "Van versie 1 naar versie 2" in difference
    twice = client.get(f"/kennisbank/{LADDER}/verschil?van=2&tot=2").text
    assert "U koos twee keer versie 2." in twice
    assert "naar versie 2" not in twice
    for path in ("?versie=3", "?versie=0", "?versie=x", "?versie=99999999999", "/verschil?van=1&tot=3"):
        assert client.get(f"/kennisbank/{LADDER}{path}").status_code == 404, path
    assert client.get(f"/kennisbank/{LADDER}/verschil").status_code == 303


def test_a_withdrawn_guide_explains_itself_and_keeps_its_past(client: FlaskClient, session: Session) -> None:
    guide = guide_at(session, LADDER)
    withdraw(session, guide, "Er is een nieuw handboek.", "thema-klimaat", actor=SYSTEM)
    session.commit()
    page = client.get(f"/kennisbank/{LADDER}")
    assert page.status_code == 410
    assert "Er is een nieuw handboek." in page.text
    assert 'href="/kennisbank/thema-klimaat"' in page.text
    assert "Deze gids is ingetrokken" in client.get(f"/kennisbank/{LADDER}?versie=1").text
    assert "Er is een nieuw handboek." in client.get(f"/kennisbank/{LADDER}/geschiedenis").text
    for address in ("/kennisbank", "/sitemap.xml", "/zoeken?q=prestatieladder"):
        assert f'/kennisbank/{LADDER}"' not in client.get(address).text
    assert client.get(f"/kennisbank/{LADDER}.md").status_code == 410
    bring_back(session, guide, "Het oude handboek geldt nog.", None, actor=SYSTEM)
    session.commit()
    assert client.get(f"/kennisbank/{LADDER}").status_code == 200
    assert f'href="/kennisbank/{LADDER}"' in client.get("/kennisbank").text


def test_a_guide_that_was_taken_off_leads_on_and_its_past_is_gone(client: FlaskClient, session: Session) -> None:
    unpublish(session, guide_at(session, LADDER), "Dubbel.", "thema-klimaat", actor=SYSTEM)
    session.commit()
    page = client.get(f"/kennisbank/{LADDER}")
    assert (page.status_code, page.location) == (301, "/kennisbank/thema-klimaat")
    assert page.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/en/kennisbank/{LADDER}.pdf").location == "/en/kennisbank/thema-klimaat.pdf"
    for path in ("?versie=1", "/geschiedenis", "/verschil?van=1&tot=1"):
        assert client.get(f"/kennisbank/{LADDER}{path}").status_code == 404
    rename(session, guide_at(session, "thema-klimaat"), "klimaat", actor=SYSTEM)
    session.commit()
    assert client.get(f"/kennisbank/{LADDER}").location == "/kennisbank/klimaat"
    unpublish(session, guide_at(session, "klimaat"), "Ook dubbel.", None, actor=SYSTEM)
    session.commit()
    assert client.get(f"/kennisbank/{LADDER}").status_code == 410, "who would lead on to nothing explains himself"


def test_a_guide_that_moved_is_found_at_its_old_address_and_a_draft_is_not(
    client: FlaskClient, session: Session
) -> None:
    rename(session, guide_at(session, LADDER), "de-ladder", actor=SYSTEM)
    create_guide(session, "stil", fields(), actor=SYSTEM)
    rename(session, guide_at(session, "stil"), "stiller", actor=SYSTEM)
    session.commit()
    answer = client.get(f"/kennisbank/{LADDER}")
    assert (answer.status_code, answer.location) == (301, "/kennisbank/de-ladder")
    assert client.get("/kennisbank/stil").status_code == 404
    for rest in ("?versie=1", "/geschiedenis", "/verschil?van=1&tot=1&weergave=naast", "/nuttig"):
        led = client.get(f"/en/kennisbank/{LADDER}{rest}")
        assert (led.status_code, led.location) == (301, f"/en/kennisbank/de-ladder{rest}")
        assert client.get(f"/kennisbank/stil{rest}").status_code == 404
    overview = client.get("/kennisbank").text
    assert 'href="/kennisbank/de-ladder"' in overview
    assert f'href="/kennisbank/{LADDER}"' not in overview
    # The text of another guide still has the old address; what links here is found all the same.
    assert 'href="/kennisbank/thema-klimaat"' in client.get("/kennisbank/de-ladder").text


def test_translations_lead_to_each_other_and_search_engines_are_told(client: FlaskClient) -> None:
    dutch = client.get(f"/kennisbank/{LADDER}").text
    above = dutch[dutch.index("guide-meta") :].partition('class="prose"')[0]
    for way in ('href="/en/kennisbank/co2-performance-ladder"', f'href="/kennisbank/{LADDER}.pdf"', "#over-deze-gids"):
        assert way in above, "on a phone all else stands far below the text"
    assert 'id="over-deze-gids"' in dutch
    english = client.get("/en/kennisbank/co2-performance-ladder").text
    assert 'hreflang="en" href="/en/kennisbank/co2-performance-ladder"' in dutch
    assert f'hreflang="nl" href="/kennisbank/{LADDER}"' in english
    assert '<link rel="canonical" href="/en/kennisbank/co2-performance-ladder">' in english
    assert '<article class="card card--wide guide__text" lang="en">' in english
    wrong = client.get("/kennisbank/co2-performance-ladder").text
    assert "Er is ook een Nederlandse versie:" in wrong
    assert '<link rel="canonical" href="/en/kennisbank/co2-performance-ladder">' in wrong
    sitemap = client.get("/sitemap.xml").text
    assert "/en/kennisbank/co2-performance-ladder</loc>" in sitemap
    assert "/kennisbank/co2-performance-ladder</loc>" not in sitemap.replace("/en/", "/xx/").replace("/xx/", "/en-")


def test_previous_and_next_stay_within_the_theme_that_was_chosen(client: FlaskClient) -> None:
    overview = client.get("/kennisbank?thema=keten").text
    links = re.findall(r'class="link-card__title"><a href="([^"]+)"', overview)
    assert all(link.endswith("?thema=keten") for link in links)
    walked = [links[0]]
    while (after := re.search(r'rel="next" href="([^"]+)"', client.get(walked[-1]).text)) and len(walked) < 99:
        walked.append(after[1])
    assert sorted(walked) == sorted(links), "who pages on reads every guide of the theme once"
    assert 'rel="prev"' not in client.get(links[0]).text
    assert 'class="neighbours"' not in client.get("/kennisbank/meten-en-rapporteren?thema=onzin").text


def test_the_page_says_by_which_role_it_was_looked_over_and_that_it_is_overdue(
    client: FlaskClient, session: Session
) -> None:
    late = today() - timedelta(days=1)
    publish(session, "oud", fields(reviewed_on=date(2020, 1, 2), reviewed_by="redacteur", review_due_on=late))
    page = client.get("/kennisbank/oud").text
    assert "2\u00a0januari 2020, door een redacteur" in page
    assert "(te laat)" in page
    assert "Deze gids wordt opnieuw nagekeken" in page
    assert "(te laat)" not in client.get(f"/kennisbank/{LADDER}").text


def test_a_guide_that_links_here_is_named_with_the_reason(client: FlaskClient, session: Session) -> None:
    publish(session, "doel", fields(title="Doel", themes=(), product_groups=()))
    publish(session, "wijzer", fields(title="Wijzer", body="Zie [dat](/kennisbank/doel).\n"))
    page = client.get("/kennisbank/doel").text
    assert "Wijzer" in page
    assert "Noemt deze gids" in page


@pytest.mark.parametrize("slug", ["meten-en-rapporteren", "co2-performance-ladder"])
def test_the_source_is_what_the_export_writes(client: FlaskClient, session: Session, slug: str) -> None:
    exported = dict(guide_files(session))[f"{slug}.md"]
    session.rollback()
    answer = client.get(f"/kennisbank/{slug}.md")
    assert answer.text == write_guide(exported)
    assert answer.content_type == "text/markdown; charset=utf-8"


def test_the_pdf_says_what_the_page_says_and_is_accessible(client: FlaskClient, session: Session) -> None:
    body = "## Kop\n\nTekst[^1].\n\n| a | b | c |\n|---|--:|---|\n| 1 | 2 | 3 |\n\n- een\n    1. twee\n\n> citaat\n\n"
    body += (
        "!!! tip\n    doe dit\n\n`code`\n\nTerm\n: uitleg\n\n![kaart](/bestanden/9/kaart-2x2.png)\n\n[^1]: De noot.\n"
    )
    publish(session, "alles", fields(title="Alles <b>", body=body))
    reader = PdfReader(BytesIO(client.get("/kennisbank/alles.pdf").data))
    words = " ".join(page.extract_text() for page in reader.pages)
    for said in ("Kop", "Tekst", "De noot.", "een", "twee", "citaat", "doe dit", "code", "uitleg", "kaart"):
        assert said in words, said
    assert reader.metadata is not None
    assert reader.metadata.title == "Alles <b>"
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert client.get("/kennisbank/bestaat-niet.pdf").status_code == 404


def test_a_guide_that_changes_shows_so_everywhere_in_the_same_second(app: Flask, session: Session) -> None:
    browser = app.test_client()
    assert "Nieuwe titel" not in browser.get("/kennisbank").text
    next_version(session, LADDER, title="Nieuwe titel")
    for path in ("/kennisbank", f"/kennisbank/{LADDER}", "/kennisbank/thema-klimaat"):
        assert "Nieuwe titel" in browser.get(path).text, path
