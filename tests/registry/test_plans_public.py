"""What everybody sees of plans: versions that stay, side by side, and all ambitions beside each other."""

import csv
import hashlib
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock
from registry.plans.ambitions import LEVELS
from registry.plans.fields import action_field, ambition_field
from registry.plans.models import PlanVersion
from tests.factories_participants import counted_queries, words
from tests.factories_plans import (
    PUBLIC,
    SLUG,
    WITHOUT_PLAN,
    WITHOUT_PLAN_SLUG,
    WORD,
    draft_of,
    publish_first,
    publish_revision,
    write,
)

LIST = "/ambities?afspraak=voorbeeldafspraak"
FILE = "/ambities.csv?afspraak=voorbeeldafspraak"


def rows(client: FlaskClient, query: str = "", path: str = FILE) -> list[dict[str, str]]:
    answer = client.get(f"{path}{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def found(client: FlaskClient, query: str) -> str:
    heading = re.search(r"<h2[^>]*data-results-heading>(.*?)</h2>", client.get(f"{LIST}{query}").text)
    return words(heading[1]) if heading else ""


def test_a_draft_shows_nowhere_and_a_plan_the_moment_it_is_public(client: FlaskClient, session: Session) -> None:
    write(session, draft_of(session), **{ambition_field("klimaat", "doel"): WORD})
    session.commit()
    for place in (PUBLIC, f"{PUBLIC}.json", f"{PUBLIC}/1", LIST, FILE, f"/deelnemers/{SLUG}", "/wijzigingen"):
        assert WORD not in client.get(place).text, place
    assert found(client, f"&q={WORD}") == "0 ambities"
    publish_revision(session)
    session.commit()
    assert found(client, f"&q={WORD}") == "1 ambitie"
    assert client.get(f"{PUBLIC}/3").status_code == 404
    assert client.get(f"/deelnemers/{WITHOUT_PLAN_SLUG}/plannen/voorbeeldafspraak").status_code == 404


def test_two_versions_stand_side_by_side_from_old_to_new_whichever_was_open(
    client: FlaskClient, session: Session
) -> None:
    publish_revision(session, **{action_field("n", "wat"): "Hout gebruiken", action_field("n", "thema"): "klimaat"})
    session.commit()
    page = client.get(f"{PUBLIC}/2?met=1").text
    assert words(page) == words(client.get(f"{PUBLIC}/1?met=2").text)
    text = words(page)
    assert "versie 1 naast versie 2" in text
    assert "Reden van de herziening: Er is een nieuw college." in text
    assert re.search(rf"<ins\b(?:(?!</ins>).)*{WORD}", page, re.DOTALL)
    assert "actie erbij 1" in text
    assert "Dit is een oudere versie" in client.get(f"{PUBLIC}/1").text
    for other in ("2", "9", "x", "99999999"):
        assert "Met die versie kunnen wij niet vergelijken" in client.get(f"{PUBLIC}/2?met={other}").text


def test_each_of_three_versions_can_be_chosen_to_compare_with(client: FlaskClient, session: Session) -> None:
    publish_revision(session)
    publish_revision(session, budget="777")
    session.commit()
    page = client.get(PUBLIC).text
    assert '<option value="1">Versie 1</option>' in page
    assert '<option value="2" selected>Versie 2</option>' in page
    assert "versie 1 naast versie 3" in words(client.get(f"{PUBLIC}/3?met=1").text)


def test_the_json_of_a_version_is_what_its_fingerprint_is_of_and_stays(client: FlaskClient, session: Session) -> None:
    before = client.get(f"{PUBLIC}/1.json").data
    new = publish_revision(session)
    session.commit()
    assert hashlib.sha256(client.get(f"{PUBLIC}/2.json").data).hexdigest() == new.fingerprint
    assert client.get(f"{PUBLIC}/1.json").data == before
    assert client.get(f"{PUBLIC}.json").data == client.get(f"{PUBLIC}/2.json").data
    assert "Onbekend" not in words(client.get(f"/controleer?vingerafdruk={new.fingerprint}").text)


def test_a_first_plan_meets_the_obligation_and_the_page_says_by_which_version(
    client: FlaskClient, session: Session
) -> None:
    page = f"/deelnemers/{WITHOUT_PLAN_SLUG}"
    link = f'href="{page}/plannen/voorbeeldafspraak/1"'
    assert link not in client.get(page).text
    publish_first(session)
    session.commit()
    after = client.get(page).text
    assert link in after
    assert "Actieplan, versie 1 Vastgesteld" in words(after)
    assert "op 3 maart 2026" in words(after)


def test_a_revision_does_not_move_the_day_on_which_the_obligation_was_met(
    client: FlaskClient, session: Session
) -> None:
    before = re.search(r"Actieplan, versie 1 Vastgesteld[^A-Z]*", words(client.get(f"/deelnemers/{SLUG}").text))
    publish_revision(session)
    session.commit()
    assert before
    assert before[0] in words(client.get(f"/deelnemers/{SLUG}").text)


@pytest.mark.parametrize(
    ("query", "column", "allowed"),
    [
        ("&thema=klimaat&thema=milieu", "Thema", {"Klimaat", "Milieu en biodiversiteit"}),
        ("&niveau=ambitieus", "Niveau", {"Ambitieus"}),
        ("&niveau=onbekend", "Niveau", {"Niets bekend"}),
        ("&soort=waterschap", "Soort organisatie", {"Waterschap"}),
        ("&q=lindenveen", "Organisatie", {"Gemeente Lindenveen"}),
    ],
)  # fmt: skip
def test_each_filter_leaves_only_what_fits_on_the_page_as_in_the_file(
    client: FlaskClient, query: str, column: str, allowed: set[str]
) -> None:
    listed = rows(client, query)
    assert {one[column] for one in listed} == allowed
    none = sum(one["Niveau"] == "Geen" for one in listed)
    told = f"{len(listed) - none} ambities" + (f", {none} keer geen ambitie" if none else "")
    assert found(client, query) == (f"{len(listed)} keer niets bekend" if "onbekend" in query else told)


def test_a_province_and_several_filters_together_leave_what_fits_all(client: FlaskClient) -> None:
    province = re.search(r'<option value="(pv\d+)"', client.get(LIST).text)
    assert province
    listed = rows(client, f"&provincie={province[1]}&thema=klimaat")
    assert len({one["Provincie"] for one in listed}) <= 1
    assert {one["Thema"] for one in listed} <= {"Klimaat"}
    assert found(client, f"&provincie={province[1]}&thema=klimaat").startswith(f"{len(listed)} ambities")


def test_an_ambition_is_a_level_above_none_and_a_filter_counts_organisations(client: FlaskClient) -> None:
    page, all_rows = client.get(LIST).text, rows(client)
    chosen = [one for one in all_rows if one["Niveau"] != "Geen"]
    assert 0 < len(chosen) < len(all_rows)
    assert f"ambities {len(chosen)}" in words(page)
    municipalities = {one["Organisatie"] for one in all_rows if one["Soort organisatie"] == "Gemeente"}
    assert f'id="soort-gemeente-aantal">{len(municipalities)}<' in page
    assert "De aantallen tellen organisaties." in page


def test_every_signatory_is_there_for_each_theme_with_a_level_or_nothing_known(client: FlaskClient) -> None:
    everything = rows(client, "".join(f"&niveau={one}" for one in LEVELS))
    authorities = {one["Organisatie"] for one in everything}
    assert len(everything) == 6 * len(authorities)
    silent = {one["Organisatie"] for one in everything if one["Niveau"] == "Niets bekend"}
    assert WITHOUT_PLAN in silent
    page = client.get(LIST)
    assert f"organisaties met ambities {len(authorities) - len(silent)}" in words(page.text)
    cells = re.findall(r'niveau=onbekend" aria-label="(\d+): (\w+)', page.text)
    assert {int(number) for number, _theme in cells} == {len(silent)}


def test_an_address_with_nonsense_says_so_and_one_too_far_shows_the_last_page(client: FlaskClient) -> None:
    page = client.get(f"{LIST}&niveau=hoog&thema=%3Cb%3E&pagina=99999")
    assert page.status_code in {200, 302}
    text = client.get(f"{LIST}&niveau=hoog&thema=%3Cb%3E", follow_redirects=True).text
    assert "Dit kennen wij niet" in text
    assert "<b>" not in text
    last = client.get(f"{LIST}&pagina=99999")
    assert re.fullmatch(r".*pagina=\d\d?", last.headers["Location"])
    assert "Geen ambitie gevonden" in client.get(f"{LIST}&q=%F0%9F%98%80").text


def test_an_agreement_without_ambitions_says_so_and_shows_no_table_of_zeros(client: FlaskClient) -> None:
    page = client.get("/ambities").text
    assert "Nog geen ambities" in page
    assert 'id="matrix"' not in page
    assert "Voorbeeld: verzonnen gegevens" not in page
    assert len(rows(client, "?niveau=onbekend&thema=klimaat", "/ambities.csv")) > 40


def test_the_ambitions_of_an_earlier_day_and_moment_are_those_of_then(client: FlaskClient, session: Session) -> None:
    then = clock.now().isoformat().replace("+00:00", "Z")
    publish_revision(session)
    session.commit()
    assert found(client, f"&q={WORD}&geldigOp=2026-03-03") == "1 ambitie"
    assert found(client, f"&q={WORD}&geldigOp=2026-03-02") == "0 ambities"
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        assert found(client, f"&q={WORD}&beschikbaarOp={then}") == "0 ambities"
        assert WORD not in client.get(f"{PUBLIC}?beschikbaarOp={then}").text
    assert len(rows(client, "&geldigOp=2020-01-01")) == 0
    links = re.findall(r'href="(/ambities\?[^"]*thema=klimaat[^"]*)"', client.get(f"{LIST}&geldigOp=2026-03-02").text)
    assert links
    assert all("geldigOp=2026-03-02" in one for one in links)


def test_htmx_gets_the_list_alone_and_all_of_it_is_there_in_english(client: FlaskClient) -> None:
    part = client.get(f"{LIST}&thema=klimaat", headers={"HX-Request": "true", "HX-Target": "resultaten"}).text
    assert "<html" not in part
    assert 'id="niveau-onbekend-aantal"' in part
    page = words(client.get("/en/ambities?afspraak=voorbeeldafspraak").text)
    assert "Who wants to achieve what?" in page
    assert "Nothing known" in page
    header = client.get("/en/ambities.csv?afspraak=voorbeeldafspraak").text.splitlines()[0]
    assert "What they want to achieve" in header
    assert "About the plan" in client.get(f"/en{PUBLIC}").text


def test_the_list_asks_as_many_queries_with_three_hundred_ambitions_as_with_none(app: Flask) -> None:
    browser, used = app.test_client(), {}
    for path in ("/ambities", LIST):
        browser.get(path)  # what is kept for all is made once
        with counted_queries(app) as queries:
            browser.get(f"{path}{'&' if '?' in path else '?'}q=a")
        used[path] = len(queries)
    assert used["/ambities"] == used[LIST] <= 8


def test_a_formula_that_somebody_wrote_as_an_ambition_is_text_in_the_file(
    client: FlaskClient, session: Session
) -> None:
    publish_revision(session, **{ambition_field("keten", "doel"): "=1+1 Hout"})
    session.commit()
    (one,) = rows(client, "&q=hout&thema=keten&q=1")
    assert not one["Wat zij willen bereiken"].startswith("=")
    assert session.scalars(select(PlanVersion).where(PlanVersion.fingerprint.is_(None))).all() == []
