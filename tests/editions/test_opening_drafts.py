"""Opening a form and correcting its texts: what it lacks stops it, what opened is frozen, a report keeps its form."""

import json
import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common import clock
from common.ledger import sha256
from registry.editions.models import EditionVersion, IndicatorVersion
from registry.editions.questionnaire import of_edition
from registry.editions.reading import find_edition, questionnaire_of
from registry.reports.models import Submission
from tests.factories_editions import (
    DESK,
    EXAMPLE,
    asked,
    events,
    newest_edition,
    page_of,
    post,
    send_question,
    the_draft,
)
from tests.factories_participants import words
from tests.html_forms import form_on
from tests.ledger.test_checking import asked as checked
from tests.sites import csrf_token

Accounts = dict[str, dict[str, str]]


def open_form(keeper: FlaskClient, number: int, **changes: str):  # type: ignore[no-untyped-def]
    """Confirm the page that says what follows."""
    path = page_of(number, "/openen")
    form = form_on(keeper.get(path).text, path)
    days = {"opent": clock.today().isoformat(), "sluit": (clock.today() + timedelta(days=60)).isoformat()}
    return keeper.post(path, data={**form, **days, **changes})


def relate(keeper: FlaskClient, number: int, name: str, relation: str, was: str = "") -> int:
    page = page_of(number, "/verschil")
    return post(keeper, page_of(number, f"/vragen/{name}/verhouding"), page, verhouding=relation, was=was).status_code


def test_opening_is_refused_with_the_list_of_what_is_lacking(
    keeper: FlaskClient, session: Session, number: int
) -> None:
    send_question(keeper, number, "E1", soort="integer")
    page = open_form(keeper, number)
    text = words(page.text)
    assert page.status_code == 422
    assert "D6 : Kies hoe deze vraag zich verhoudt tot vorig jaar" in text.replace("D6:", "D6 :")
    assert "De betekenis is anders dan vorig jaar" in text
    assert "KLIM-01" in text
    assert newest_edition(session).year == the_draft(session).year - 1  # type: ignore[union-attr]
    assert relate(keeper, number, "D6", "onzin") == 422
    assert relate(keeper, number, "D6", "reworded") == 303
    assert relate(keeper, number, "E1", "same") == 303
    assert "E1" in words(open_form(keeper, number).text)


def test_other_words_are_never_the_same_question(keeper: FlaskClient, session: Session, number: int) -> None:
    relate(keeper, number, "D6", "reworded")
    send_question(keeper, number, "E1", vraag_nl="Hoeveel uitstoot kocht u af?")
    assert relate(keeper, number, "E1", "same") == 422
    assert "relation" not in asked(session, "E1")
    assert "Beschrijf de nieuwe versie" not in keeper.get(page_of(number, "/verschil")).text
    assert relate(keeper, number, "E1", "new") == 303
    page = keeper.get(page_of(number, "/verschil")).text
    assert "De betekenis is anders: een nieuwe vraag" in page
    assert "Beschrijf de nieuwe versie van de indicator" in page
    assert page.count('id="vraag-E1"') == 1
    assert relate(keeper, number, "E1", "reworded") == open_form(keeper, number).status_code == 303


def test_a_changed_meaning_takes_a_version_of_the_indicator_along(keeper: FlaskClient, session: Session,
                                                                  number: int) -> None:  # fmt: skip
    send_question(keeper, number, "E1", soort="integer")
    page, path = page_of(number, "/verschil"), page_of(number, "/vragen/E1/indicator")
    assert "KLIM-01, versie 2" in keeper.get(page).text
    form = form_on(keeper.get(page).text, path)
    assert form["naam_nl"] == "Vermeden uitstoot"
    assert keeper.post(path, data=form).status_code == 422
    said = {"vergelijkbaar": "formula", "formule": "x * y", "toelichting_nl": "Rond.", "toelichting_en": "Rounded."}
    for name, value in said.items():
        form[name] = value
    wrong = keeper.post(path, data=form)
    assert wrong.status_code == 422
    assert "Schrijf een formule met x" in wrong.text
    form["vergelijkbaar"] = "no"
    assert keeper.post(path, data=form).status_code == 303
    assert asked(session, "E1")["indicator_version"] == 2
    assert relate(keeper, number, "E1", "reworded") == relate(keeper, number, "D6", "reworded") == 303
    assert open_form(keeper, number).status_code == 303
    made = session.scalars(select(IndicatorVersion).where(IndicatorVersion.number == 2)).all()
    assert {(one.indicator.code, one.comparable.value, one.formula) for one in made if one.comparable} == {
        ("KLIM-01", "no", None), ("BORG-03", "formula", "x / 1000"),
    }  # fmt: skip
    assert {one.recorded_role for one in made} == {"beheerder"}


def test_what_opened_is_frozen_and_public(keeper: FlaskClient, client: FlaskClient, session: Session,
                                          number: int) -> None:  # fmt: skip
    draft = the_draft(session)
    assert draft is not None
    relate(keeper, number, "D6", "reworded")
    assert open_form(keeper, number, opent="gisteren").status_code == 422
    assert open_form(keeper, number, opent="2020-01-01").status_code == 422
    assert open_form(keeper, number, sluit="2020-01-01").status_code == 422
    assert open_form(keeper, number, concept="1").status_code == 409
    assert open_form(keeper, number).status_code == 303
    edition = newest_edition(session)
    assert (edition.year, the_draft(session)) == (draft.year, None)
    file = client.get(f"/vragenlijsten/{EXAMPLE}/{edition.year}.json")
    assert sha256(file.text) == edition.sha256 == file.headers["ETag"].strip('"')
    assert "indicators" not in json.loads(file.text)
    page = words(client.get(f"/vragenlijsten/{EXAMPLE}/{edition.year}").text)
    assert "Bij hoeveel lopende contracten vroeg u bewijs" in page
    assert "Alleen gevraagd als B1 is “" in page
    assert "!=" not in page
    seasons = keeper.get("/redactie/rapportages/seizoen").text, keeper.get("/redactie/op-papier/nieuw").text
    assert all(f'value="{draft.based_on_id}" selected' in one for one in seasons)
    home, agreement = client.get("/").text, client.get(f"/afspraken/{EXAMPLE}").text
    assert 'href="/indicatoren"' in home
    assert f'href="/vragenlijsten/{EXAMPLE}/{edition.year}"' in agreement
    assert edition.sha256 in page
    assert events(session, "edition.opened")[-1].subject == f"edition:{EXAMPLE}/{edition.year}"
    assert client.get("/indicatoren/BORG-03").text.count("Na omrekenen vergelijkbaar") == 1
    assert keeper.get(page_of(number)).status_code == 404


def begin_correction(keeper: FlaskClient, edition_id: int) -> int:
    """Begin a correction of an edition, and return the draft's number."""
    made = post(keeper, f"{DESK}/verbeteren/{edition_id}")
    assert made.status_code == 303
    return int(made.headers["Location"].rsplit("/", 1)[1])


def correct(keeper: FlaskClient, edition_id: int, label: str) -> int:
    draft_id = begin_correction(keeper, edition_id)
    assert send_question(keeper, draft_id, "B4", vraag_nl=label).status_code == 303
    path = page_of(draft_id, "/openen")
    form = form_on(keeper.get(path).text, path)
    assert keeper.post(path, data={**form, "toelichting_nl": "Tikfout."}).status_code == 422
    done = keeper.post(path, data={**form, "toelichting_nl": "Tikfout.", "toelichting_en": "Typo."})
    assert re.search(r"De verbetering 20\d\d\.\d is gepubliceerd", keeper.get(done.headers["Location"]).text)
    return done.status_code


def test_a_corrected_text_is_a_version_and_a_report_keeps_its_own(keeper: FlaskClient, client: FlaskClient,
                                                                  session: Session) -> None:  # fmt: skip
    before = newest_edition(session)
    assert correct(keeper, before.id, "Hoeveel mensen werken aan MVOI?") == 303
    edition = newest_edition(session)
    year = edition.year
    assert (edition.revision, of_edition(edition).name) == (1, f"{year}.1")
    page = words(client.get(f"/vragenlijsten/{EXAMPLE}/{year}").text)
    assert "Hoeveel mensen werken aan MVOI?" in page
    assert "Tikfout." in page
    files = [client.get(f"/vragenlijsten/{EXAMPLE}/{year}/versies/{one}.json").text for one in (0, 1)]
    assert [sha256(text) for text in files] == [before.sha256, edition.sha256]
    old = questionnaire_of(session, before.sha256, edition).question("B4")
    assert old is not None
    assert old.label["nl"] == "Hoeveel mensen werken er aan MVOI?"
    session.rollback()
    assert correct(keeper, edition.id, "Hoeveel mensen werken hieraan?") == 303
    versions = session.scalars(select(EditionVersion).where(EditionVersion.edition_id == edition.id)).all()
    assert sorted((one.number, one.superseded_at is None) for one in versions) == [(0, False), (1, False), (2, True)]
    session.rollback()
    marks = [sha256(text) for text in files] + [versions[-1].sha256]
    assert [checked(client, mark) for mark in marks] == ["Daarna gewijzigd"] * 2 + ["Ongewijzigd"]
    indicator = client.get("/indicatoren/BORG-03.json").get_json()["versions"][-1]
    assert checked(client, indicator["fingerprint"]) == "Ongewijzigd"


def test_a_published_report_is_shown_with_the_words_of_then(keeper: FlaskClient, client: FlaskClient, session: Session,
                                                            last_year: int) -> None:  # fmt: skip
    page = f"/deelnemers/gemeente-lindenveen/rapportages/{last_year}"
    assert "Hoeveel mensen werken er aan MVOI?" in client.get(page).text
    edition = find_edition(session, EXAMPLE, last_year)
    assert edition is not None
    edition_id, before = edition.id, session.scalar(select(func.count()).select_from(Submission))
    session.rollback()
    assert correct(keeper, edition_id, "Een heel andere vraag?") == 303
    assert "Hoeveel mensen werken er aan MVOI?" in client.get(page).text
    assert "Een heel andere vraag?" not in client.get(page).text
    assert before


def test_a_correction_changes_texts_only(keeper: FlaskClient, session: Session) -> None:
    edition = newest_edition(session)
    draft_id = begin_correction(keeper, edition.id)
    assert begin_correction(keeper, edition.id) == draft_id
    choices = asked(session, "C5")["choices"]
    lines = "\n".join(f"{one['name']}x | {one['label']['nl']} | {one['label']['en']}" for one in choices)
    send_question(keeper, draft_id, "C5", keuzes=lines)
    send_question(keeper, draft_id, "B4", soort="integer", vraag_nl="Hoeveel fte?")
    assert asked(session, "B4")["type"] == "decimal"
    path = page_of(draft_id, "/openen")
    said = {"toelichting_nl": "x", "toelichting_en": "x"}
    refused = keeper.post(path, data={**form_on(keeper.get(path).text, path), **said})
    assert refused.status_code == 422
    assert "Hier veranderde iets anders: C5." in words(refused.text)
    token = csrf_token(keeper, DESK)
    for rest in ("/vragen/C1/plaats", "/vragen/C1/weghalen"):
        away = keeper.post(page_of(draft_id, rest), data={"csrf_token": token, "richting": "omlaag"})
        assert away.status_code == 422
    assert "unit" in asked(session, "B4")
