"""Staff write the form of next year: who may, two at once, questions that come, go and move, and the workbook."""

import io
import re
from pathlib import Path

import openpyxl
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry.editions.sheet_in import read_form
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
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
ONE = "/vragen/C2"


def test_staff_read_and_a_beheerder_writes(app: Flask, accounts: Accounts, client: FlaskClient, number: int) -> None:
    reader, filler = sign_in(app, accounts["beoordelaar"]), sign_in(app, accounts["coordinator"])
    assert "Concept" in reader.get(DESK).text
    assert reader.get(page_of(number, "/verschil")).status_code == 200
    for rest in (ONE, "/openen", "/spreadsheet"):
        assert reader.get(page_of(number, rest)).status_code == 403
    assert filler.get(page_of(number)).status_code == 403
    assert client.get(page_of(number)).status_code == 303
    year = client.get(f"/vragenlijsten/{EXAMPLE}/2026")
    assert year.status_code == 404


def test_a_new_form_begins_as_last_years(keeper: FlaskClient, session: Session) -> None:
    path, edition = f"{DESK}/nieuw", newest_edition(session)
    assert post(keeper, path, path, afspraak=EXAMPLE, jaar=str(edition.year)).status_code == 422
    assert post(keeper, path, path, afspraak=EXAMPLE, jaar=str(edition.year + 1)).status_code == 422
    made = post(keeper, path, path, afspraak=EXAMPLE, jaar=str(edition.year + 2))
    assert made.status_code == 303
    draft = the_draft(session)
    assert draft is not None
    assert (draft.based_on_id, draft.year) == (edition.id, edition.year + 2)
    assert {one["relation"] for one in draft.content["questions"]} == {"same"}
    assert "Er is nog niets veranderd" in keeper.get(page_of(draft.id, "/verschil")).text
    assert len(events(session, "edition.started")) == 2


def test_a_question_is_changed_and_saves_itself(keeper: FlaskClient, session: Session, number: int) -> None:
    answer = send_question(keeper, number, "C2", "/concept", uitleg_nl="Tel elke gunning.")
    assert answer.status_code == 200
    assert answer.text.startswith("Bewaard om")
    assert 'id="version"' in answer.text
    assert asked(session, "C2")["hint"]["nl"] == "Tel elke gunning."
    assert "relation" not in asked(session, "C2")
    wrong = send_question(keeper, number, "C2", als="Z9 > 1")
    assert wrong.status_code == 422
    assert "C2: " in wrong.text
    assert "Z9" in wrong.text
    assert asked(session, "C2")["relevant"] == "Z9 > 1"
    assert 'href="#als"' in wrong.text
    assert 'href="#vraag_nl"' not in wrong.text
    assert send_question(keeper, number, "C2", als="").status_code == 303


def test_two_who_change_one_text_see_both(keeper: FlaskClient, app: Flask, accounts: Accounts, session: Session,
                                          number: int) -> None:  # fmt: skip
    path = page_of(number, ONE)
    mine = form_on(keeper.get(path).text, path)
    assert send_question(keeper, number, "C2", uitleg_nl="Van de ander.", gids="anders").status_code == 303
    mine["uitleg_nl"], mine["waarom_nl"] = "Van mij.", "Alleen ik."
    both = keeper.post(path, data=mine)
    assert both.status_code == 409
    assert "Van mij." in both.text
    assert "Van de ander." in both.text
    assert keeper.post(f"{path}/concept", data=mine).status_code == 409
    saved = asked(session, "C2")
    assert (saved["hint"]["nl"], saved["why"]["nl"], saved["guide"]) == ("Van de ander.", "Alleen ik.", "anders")
    again = form_on(both.text, path)
    again["uitleg_nl__keuze"] = "mijn"
    assert keeper.post(path, data=again).status_code == 303
    assert asked(session, "C2")["hint"]["nl"] == "Van mij."


def test_a_page_of_a_draft_that_went_writes_into_no_other(keeper: FlaskClient, session: Session, number: int) -> None:
    path, token = page_of(number, ONE), csrf_token(keeper, DESK)
    stale = form_on(keeper.get(path).text, path)
    stale["uitleg_nl"] = "Alleen van het eerste concept."
    assert keeper.post(page_of(number, "/weggooien"), data={"csrf_token": token}).status_code == 303
    keeper.post(f"{DESK}/verbeteren/{newest_edition(session).id}", data={"csrf_token": token})
    other = the_draft(session)
    assert other is not None
    assert other.id > number
    assert keeper.post(f"{path}/concept", data=stale).status_code == 409
    wrong = keeper.post(page_of(other.id, ONE), data=stale)
    assert (wrong.status_code, "Alleen van het eerste concept." in wrong.text) == (409, True)
    assert keeper.post(page_of(other.id, f"{ONE}/concept"), data=stale).status_code == 409
    assert "eerste concept" not in str(asked(session, "C2"))


def test_checks_and_parts_come_and_go_without_a_script(keeper: FlaskClient, session: Session, number: int) -> None:
    before = len(asked(session, "C2")["constraint"])
    extra = {
        f"controles-{before}-moet": "C2 < 900", f"controles-{before}-hard": "ja",
        f"controles-{before}-melding_nl": "Te veel: {a}", f"controles-{before}-melding_en": "Too many: {a}",
        f"controles-{before}-waarden": "a = C2",
    }  # fmt: skip
    assert send_question(keeper, number, "C2", **extra).status_code == 303
    made = asked(session, "C2")["constraint"][-1]
    assert made == {"check": "C2 < 900", "hard": True, "message": {"nl": "Te veel: {a}", "en": "Too many: {a}"},
                    "values": {"a": "C2"}}  # fmt: skip
    gone = send_question(keeper, number, "C2", weg=f"controles-{before}")
    assert gone.headers["Location"].endswith("#veld-controles")
    assert len(asked(session, "C2")["constraint"]) == before
    assert send_question(keeper, number, "B2", **{"delen-4-naam": "note", "delen-4-vraag_nl": "Noot",
                                                  "delen-4-vraag_en": "Note"}).status_code == 303  # fmt: skip
    assert asked(session, "B2")["parts"][-1]["name"] == "note"


def test_questions_come_go_and_move(keeper: FlaskClient, session: Session, number: int) -> None:
    new = page_of(number, "/vragen/nieuw")
    said = {"onderdeel": "C", "soort": "integer", "vraag_nl": "Hoeveel?", "vraag_en": "How many?"}
    assert post(keeper, new, new, **{**said, "naam": "C1"}).status_code == 422
    made = post(keeper, new, new, **said)
    assert made.headers["Location"].endswith("/vragen/C6")
    order = page_of(number, "/vragen/C6/plaats")
    assert post(keeper, order, new, richting="omhoog").headers["Location"].endswith("#vraag-C6")
    draft = the_draft(session)
    assert draft is not None
    assert [one["name"] for one in draft.content["questions"] if one["section"] == "C"][-2:] == ["C6", "C5"]
    post(keeper, order, new, onderdeel="D")
    assert asked(session, "C6")["section"] == "D"
    away = page_of(number, "/vragen/G4/weghalen")
    assert post(keeper, away, away, reden_nl="Alleen Nederlands").status_code == 422
    assert post(keeper, away, away, reden_nl="Niemand las het.", reden_en="Nobody read it.").status_code == 303
    assert "Niemand las het." in keeper.get(page_of(number, "/verschil")).text
    post(keeper, page_of(number, "/vragen/G4/terugzetten"), new)
    assert asked(session, "G4")["relation"] == "same"


def test_the_preview_shows_what_each_kind_of_authority_sees(keeper: FlaskClient, session: Session, number: int) -> None:
    assert send_question(keeper, number, "C3", voor=["provincie"]).status_code == 303
    path = page_of(number, "/voorbeeld?sectie=c")
    assert 'id="vraag-c3"' in keeper.get(f"{path}&soort=provincie").text
    town = keeper.get(f"{path}&soort=gemeente").text
    assert 'id="vraag-c3"' not in town
    assert "Nog niet te zien" in town
    first = keeper.get(page_of(number, "/voorbeeld?sectie=onzin&soort=onzin"))
    assert first.status_code == 200
    assert [words(one) for one in re.findall(r'<p class="prefilled">(.*?)</p>', first.text)] == [
        "Gemeente Voorbeeld", str(newest_edition(session).year + 1),
    ]  # fmt: skip
    assert 'aria-current="page">Zo ziet een organisatie het' in first.text


def test_titles_are_changed_on_a_page_of_their_own(keeper: FlaskClient, session: Session, number: int) -> None:
    path = page_of(number, "/titels")
    form = form_on(keeper.get(path).text, path)
    form["titel_C_nl"] += ", nieuw"
    form.setlist("opties", ["executive_agrees"])
    assert keeper.post(f"{path}/concept", data=form).status_code == 200
    draft = the_draft(session)
    assert draft is not None
    assert draft.content["executive_agrees"] is True
    assert "<ins>" in keeper.get(page_of(number, "/verschil")).text
    assert ", nieuw" in words(keeper.get(page_of(number, "/verschil")).text)


def test_a_workbook_is_looked_over_before_it_is_taken_over(keeper: FlaskClient, session: Session, number: int) -> None:
    path = page_of(number, "/spreadsheet")
    content = keeper.get(page_of(number, "/formulier.xlsx")).data
    book, changed = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    row = next(line for line in range(1, 400) if book["survey"].cell(line, 2).value == "C2")
    book["survey"].cell(row, 3, "Uit het werkboek?")
    book.save(changed)
    token = csrf_token(keeper, path)
    sent = {"csrf_token": token, "bestand": (io.BytesIO(changed.getvalue()), "vragen.xlsx")}
    shown = keeper.post(path, data=sent)
    assert "Uit het werkboek?" in words(shown.text)
    assert asked(session, "C2")["label"]["nl"] != "Uit het werkboek?"
    form = form_on(shown.text, f"{path}/overnemen")
    assert keeper.post(f"{path}/overnemen", data={**form, "concept": "1"}).status_code == 409
    assert keeper.post(f"{path}/overnemen", data=form).status_code == 303
    assert asked(session, "C2")["label"]["nl"] == "Uit het werkboek?"
    wrong = keeper.post(path, data={"csrf_token": token, "bestand": (io.BytesIO(content[:5000]), "half.xlsx")})
    assert wrong.status_code == 422
    assert "Er is niets van overgenomen" in wrong.text


def test_the_commands_write_and_read_a_workbook(app: Flask, session: Session, tmp_path: object) -> None:
    file, year = f"{tmp_path}/vragen.xlsx", newest_edition(session).year + 1
    run = app.test_cli_runner().invoke
    assert run(args=["editions", "export", f"{EXAMPLE}/{year}", file]).exit_code == 0
    form = read_form("vragen.xlsx", Path(file).read_bytes())
    draft = the_draft(session)
    assert draft is not None
    assert form == draft.content
    dry = run(args=["editions", "import", file])
    assert "Er is niets geschreven" in dry.output
    assert run(args=["editions", "import", file, "--commit"]).exit_code == 0
    assert run(args=["editions", "export", f"{EXAMPLE}/{year - 1}", file]).exit_code == 0
    opened = run(args=["editions", "import", file, "--commit"])
    assert opened.exit_code == 1
    assert "Er is al een vragenlijst" in opened.output
