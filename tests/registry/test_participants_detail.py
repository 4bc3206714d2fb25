"""The page of one authority."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from registry.authorities.models import Authority
from registry.participants.participants import obligations_of
from registry.reports.models import Publication, Report, ReportState
from registry.signatures.models import Certainty
from tests.factories_participants import add_authority, add_signature, counted_queries, words


def published_slugs(session: Session) -> list[str]:
    """Return the authorities with a published report."""
    query = (
        select(Authority.slug)
        .join(Report, Report.authority_id == Authority.id)
        .join(Publication, Publication.report_id == Report.id)
        .group_by(Authority.slug)
        .order_by(Authority.slug)
    )
    return list(session.scalars(query))


def test_a_signatory_shows_what_it_signed_when_by_whom_and_by_what_source(client: FlaskClient) -> None:
    page = client.get("/deelnemers/gemeente-castricum").text
    text = words(page)
    assert "Ondertekende Manifest MVOI 2022-2025 op 24 november 2022" in text
    assert "Valentijn Brouwer, Wethouder van Castricum" in text
    assert "gemeente Castricum" in text
    assert "https://www.rtv80.nl/gemeente-tekent-maatschappelijk-manifest-inden-haag/" in page
    assert "Manifest MVI 2016-2020" in text


def test_only_the_month_is_named_where_only_the_month_is_known(client: FlaskClient) -> None:
    text = words(client.get("/deelnemers/gemeente-leidschendam-voorburg").text)
    assert "Ondertekende Manifest MVOI 2022-2025 in februari 2023" in text
    assert "28 februari" not in text


def test_a_date_that_nobody_knows_is_not_made_up(client: FlaskClient) -> None:
    text = words(client.get("/deelnemers/hogeschool-utrecht").text)
    assert "Datum niet bekend" in text
    assert "Ondertekende Manifest MVI 2016-2020." in text


def test_who_was_represented_links_to_who_signed(client: FlaskClient) -> None:
    page = client.get("/deelnemers/wetterskip-fryslan").text
    assert "Vertegenwoordigd door" in page
    assert 'href="/deelnemers/unie-van-waterschappen"' in page
    union = words(client.get("/deelnemers/unie-van-waterschappen").text)
    assert "Vertegenwoordigd door" not in union
    assert "21 andere organisaties" in union


def test_an_authority_that_ended_says_what_it_became_and_both_link(client: FlaskClient) -> None:
    ended = client.get("/deelnemers/gemeente-noordwijkerhout").text
    assert "Bestaat sinds 1\u00a0januari 2019 niet meer" in ended
    assert 'href="/deelnemers/gemeente-noordwijk"' in ended
    assert "Te laat" not in ended
    goes_on = client.get("/deelnemers/gemeente-noordwijk").text
    assert 'href="/deelnemers/gemeente-noordwijkerhout"' in goes_on
    assert "Sinds 1 januari 2019 hoort hier ook bij: Gemeente Noordwijkerhout" in words(goes_on)


def test_who_did_not_sign_has_a_page_that_says_so_and_how_to_join(client: FlaskClient) -> None:
    page = client.get("/deelnemers/gemeente-amsterdam").text
    assert "Geen ondertekening bekend" in page
    assert 'href="/afspraken/mvoi-2022-2025"' in page
    assert "/kennisbank/actieplan-schrijven" in page


def test_an_unconfirmed_signature_does_not_show_on_the_page_either(client: FlaskClient, session: Session) -> None:
    page = client.get("/deelnemers/gemeente-haarlemmermeer").text
    assert "Geen ondertekening bekend" in page
    assert "El Idrissi" not in page
    doubtful = add_authority(session, "gm9010", "Gemeente Twijfelveld")
    add_signature(session, "mvoi-2022-2025", doubtful, confirmed=False, certainty=Certainty.UNCERTAIN)
    assert "Geen ondertekening bekend" in client.get("/deelnemers/gm9010").text


def test_a_plan_shows_with_its_source_and_its_note(client: FlaskClient) -> None:
    text = words(client.get("/deelnemers/provincie-zuid-holland").text)
    assert "Actieplan A" in text
    assert "24 november 2023" in text
    assert "De dag van vaststelling kennen wij niet" in text


def test_an_example_authority_shows_ambitions_reports_and_figures(client: FlaskClient, session: Session) -> None:
    page = client.get(f"/deelnemers/{published_slugs(session)[0]}").text
    assert "verzonnen gegevens" in page
    assert "Ambities per thema" in page
    assert "Wat is gevraagd, en wat kwam er" in page
    assert re.search(r'href="/deelnemers/[a-z-]+/rapportages/\d{4}"', page)


def test_figures_over_the_years_come_with_a_table(client: FlaskClient, session: Session) -> None:
    pages = [client.get(f"/deelnemers/{slug}").text for slug in published_slugs(session)[:6]]
    with_chart = [page for page in pages if "Aanbestedingen met MVOI-criteria" in page]
    assert with_chart
    assert "Bekijk de cijfers als tabel" in with_chart[0]


def test_what_was_submitted_but_not_published_is_only_called_received(client: FlaskClient, session: Session) -> None:
    waiting = session.scalars(select(Report).filter_by(state=ReportState.SUBMITTED)).all()
    assert waiting, "the example world has a report that waits for its review"
    report = waiting[0]
    page = client.get(f"/deelnemers/{report.authority.slug}").text
    assert "Wordt beoordeeld" in page
    assert f"/rapportages/{report.edition.year}" not in page


def test_a_draft_is_called_nothing(client: FlaskClient, session: Session) -> None:
    drafts = session.scalars(select(Report).filter_by(state=ReportState.DRAFT)).all()
    drafts = [report for report in drafts if not report.submissions]
    assert drafts, "the example world has a report that was begun"
    page = words(client.get(f"/deelnemers/{drafts[0].authority.slug}").text)
    assert "oncept" not in page
    assert "ontvangen" in page


def test_obligations_of_an_authority_name_the_plan_and_each_year(app: Flask, session: Session) -> None:
    authority = session.scalars(select(Authority).filter_by(slug=published_slugs(session)[0])).one()
    found = obligations_of(session, authority, AsOf(date.today()))  # noqa: DTZ011
    assert [one.kind.value for one in found].count("action_plan") == 1
    years = [one.edition.year for one in found if one.edition]
    assert years == sorted(years)
    assert len(years) >= 3


@pytest.mark.parametrize("slug", ["bestaat-niet", "gm0363", "Gemeente-Alkmaar", "%00", "a" * 500])
def test_an_unknown_address_is_a_404_with_a_search_box(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/deelnemers/{slug}")
    assert answer.status_code == 404
    assert 'type="search"' in answer.text


@pytest.mark.parametrize(
    "slug", ["gemeente-alkmaar", "gemeente-noordwijk", "gemeente-amsterdam", "unie-van-waterschappen"]
)
def test_the_page_takes_at_most_eight_queries(app: Flask, client: FlaskClient, slug: str) -> None:
    with counted_queries(app) as seen:
        assert client.get(f"/deelnemers/{slug}").status_code == 200
    assert len(seen) <= 8


def test_a_page_with_everything_on_it_takes_at_most_eight_queries(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    for slug in published_slugs(session)[:3]:
        with counted_queries(app) as seen:
            client.get(f"/deelnemers/{slug}")
        assert len(seen) <= 8, slug


def test_a_name_with_marks_is_written_as_it_is(client: FlaskClient, session: Session) -> None:
    name = 'Gemeente "O\'Brien" & <Zoon> 🌱 ' + "Langedijkerwaard" * 8
    add_signature(session, "mvoi-2022-2025", add_authority(session, "gm9020", name))
    page = client.get("/deelnemers/gm9020").text
    assert "&lt;Zoon&gt; 🌱" in page
    assert "<Zoon>" not in page


def test_the_page_exists_in_english(client: FlaskClient) -> None:
    page = client.get("/en/deelnemers/wetterskip-fryslan").text
    assert '<html lang="en"' in page
    assert 'href="/en/deelnemers/unie-van-waterschappen"' in page
    assert "24\u00a0November 2022" in page
