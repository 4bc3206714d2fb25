"""Writing a plan on the site: nobody else sees it, nothing typed is lost, and it is public only when it was adopted."""

import io
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.ledger import LedgerEntry, LedgerFingerprint
from common.unsaved import UnsavedInput
from registry.authorities.models import Authority
from registry.plans.fields import ambition_field
from registry.plans.models import Plan, PlanDraft, PlanDraftState, PlanVersion
from tests.factories_plans import ASKED, CHANGES, DEMO, PATH, PUBLIC, WORD, begin, draft_of, opened, press, send, write
from tests.html_forms import form_on
from tests.report_form import typed
from tests.sites import sign_in
from website.privacy import gathered

AIM = ambition_field("klimaat", "doel")
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def writer(app: Flask, accounts: Accounts) -> FlaskClient:
    """A coördinator with a revision in work."""
    browser = sign_in(app, accounts["coordinator"])
    begin(browser)
    return browser


@pytest.fixture
def colleague(app: Flask, accounts: Accounts) -> FlaskClient:
    """An invuller of the same authority."""
    return sign_in(app, accounts["invuller"])


def saved(session: Session) -> PlanDraft:
    """Return the draft as it is saved now; the transaction ends, or the next request would wait for its lock."""
    session.rollback()
    session.expire_all()
    draft = draft_of(session)
    session.commit()
    return draft


def versions_of(session: Session) -> Sequence[PlanVersion]:
    demo = select(PlanVersion).join(PlanVersion.plan).join(Plan.authority).where(Authority.code == DEMO)
    return session.scalars(demo.order_by(PlanVersion.number)).all()


def test_a_revision_starts_from_the_public_plan_and_is_public_after_adoption(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    assert opened(writer)["titel"].startswith("Actieplan verantwoord inkopen")
    assert send(writer, opened(writer), CHANGES, button="nakijken").status_code == 303
    assert press(writer, "vaststellen").status_code == 303
    assert WORD not in client.get(PUBLIC).text
    assert press(writer, "publiceren").status_code == 303
    page = client.get(PUBLIC).text
    assert WORD in page
    assert "Er is een nieuw college." in page
    old, new = versions_of(session)
    assert (old.superseded_at, new.number, new.recorded_role) == (new.recorded_at, 2, "coordinator")
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)).one()
    found = session.get(LedgerFingerprint, entry.seq)
    assert (entry.event, found and found.fingerprint) == ("plan.revised", new.fingerprint)
    assert session.scalars(select(PlanDraft).where(PlanDraft.plan_id == new.plan_id)).all() == []


def test_what_is_missing_is_told_at_the_field_and_above_the_form_and_nothing_is_adopted(
    writer: FlaskClient, session: Session
) -> None:
    answer = press(writer, "vaststellen", version=str(saved(session).version))
    assert answer.status_code == 422
    assert "Er zijn 2 fouten gevonden" in answer.text
    assert 'href="#reden"' in answer.text
    assert 'id="vastgesteld_op-fout"' in answer.text
    assert saved(session).state is PlanDraftState.DRAFT


def test_wrong_input_is_saved_and_told(writer: FlaskClient, session: Session) -> None:
    answer = send(writer, opened(writer), {"budget": "heel veel", AIM: WORD})
    assert (answer.status_code, 'value="heel veel"' in answer.text) == (422, True)
    assert saved(session).content["fields"]["budget"] == "heel veel"
    line = send(writer, opened(writer), {"fte": "ook veel"}, to="/concept")
    assert (line.status_code, "2 antwoorden kloppen nog niet" in line.text) == (200, True)


def test_two_people_save_beside_each_other_and_on_one_field_both_texts_stay(
    writer: FlaskClient, colleague: FlaskClient, session: Session
) -> None:
    mine, theirs = opened(writer), opened(colleague)
    assert send(colleague, theirs, {AIM: "Hun tekst", "link": "https://proef.example/plan"}).status_code == 303
    answer = send(writer, mine, {AIM: "Mijn tekst", "titel": "Mijn titel"}, to="/concept")
    assert answer.status_code == 409
    assert "Mijn tekst" in answer.text
    assert "Hun tekst" in answer.text
    fields = saved(session).content["fields"]
    assert (fields[AIM], fields["titel"], fields["link"]) == ("Hun tekst", "Mijn titel", "https://proef.example/plan")
    again = opened(writer)  # what was typed is on the form once more
    assert again[AIM] == "Mijn tekst"
    page = send(writer, again, {})
    choice = form_on(page.text, PATH)
    assert page.status_code == 409
    assert send(writer, choice, {f"{AIM}__keuze": "mijn"}).status_code == 303
    assert saved(session).content["fields"][AIM] == "Mijn tekst"
    assert session.scalars(select(UnsavedInput)).all() == []


def test_what_was_typed_when_the_session_had_ended_is_on_the_form_after_signing_in(
    app: Flask, writer: FlaskClient, accounts: Accounts
) -> None:
    fields = opened(writer)
    writer.delete_cookie("manifestkompas")
    answer = send(writer, fields, {AIM: WORD})
    assert answer.status_code == 303
    page = sign_in(app, accounts["coordinator"]).get(PATH + ASKED).text
    assert WORD in page
    assert "Dit typte u voordat uw sessie eindigde." in page


def test_a_form_that_comes_after_the_adoption_is_refused_and_nothing_of_it_is_lost(
    writer: FlaskClient, colleague: FlaskClient, session: Session
) -> None:
    late = opened(colleague)
    send(writer, opened(writer), CHANGES)
    assert press(writer, "vaststellen").status_code == 303
    answer = send(colleague, late, {AIM: "Te laat getypt"})
    assert (answer.status_code, "Te laat getypt" in answer.text) == (409, True)
    assert send(colleague, late, {AIM: "Te laat getypt"}, to="/concept").status_code == 409
    assert press(writer, "heropenen").status_code == 303
    assert opened(colleague)[AIM] == "Te laat getypt"
    assert saved(session).content["fields"][AIM] != "Te laat getypt"


def test_nobody_adopts_or_publishes_a_text_that_he_did_not_see(
    writer: FlaskClient, colleague: FlaskClient, session: Session
) -> None:
    send(writer, opened(writer), CHANGES)
    seen = form_on(writer.get(f"{PATH}/nakijken{ASKED}").text, f"{PATH}/vaststellen")
    send(colleague, opened(colleague), {AIM: "Intussen veranderd"})
    answer = writer.post(f"{PATH}/vaststellen{ASKED}", data=seen)
    assert (answer.status_code, "Intussen veranderd" in answer.text) == (409, True)
    assert writer.post(f"{PATH}/publiceren{ASKED}", data=seen).status_code == 409
    assert saved(session).state is PlanDraftState.DRAFT


def test_an_action_is_added_and_taken_away_by_buttons(writer: FlaskClient, session: Session) -> None:
    fields = opened(writer)
    rows = fields.getlist("rij")
    answer = send(writer, fields, {f"actie__{rows[-1]}__wat": WORD, "erbij": "1"})
    assert answer.headers["Location"].endswith(f"#actie__{opened(writer).getlist('rij')[-1]}__wat")
    assert len(opened(writer).getlist("rij")) == len(rows) + 1
    send(writer, opened(writer), {"weg": rows[0]})
    assert saved(session).content["rows"] == rows[1:]


def test_only_a_coordinator_adopts_a_bestuurder_reads_and_others_know_of_nothing(
    app: Flask, writer: FlaskClient, colleague: FlaskClient, client: FlaskClient, accounts: Accounts
) -> None:
    send(writer, opened(writer), {AIM: WORD})
    reader = sign_in(app, accounts["bestuurder"])
    assert WORD in reader.get(PATH + ASKED, follow_redirects=True).text
    token = form_on(colleague.get(PATH + ASKED).text, PATH)["csrf_token"]
    assert colleague.post(f"{PATH}/vaststellen{ASKED}", data={"csrf_token": token}).status_code == 403
    assert "Leg vast dat het is vastgesteld" not in colleague.get(f"{PATH}/nakijken{ASKED}").text
    for other in (sign_in(app, accounts["beoordelaar"]), sign_in(app, accounts["beheerder"])):
        assert other.get(PATH + ASKED).status_code == 404
    assert client.get(PATH + ASKED).status_code in {302, 303}
    assert writer.get(f"{PATH}?organisatie=vb002").status_code == 404
    assert writer.get(f"/mijn/plan/mvi-2016-2020{ASKED}").status_code == 404


def test_a_document_of_another_authority_can_not_be_made_public_by_naming_it(
    writer: FlaskClient, session: Session
) -> None:
    send(writer, opened(writer), {**CHANGES, "document": "99999"})
    answer = press(writer, "vaststellen", version=str(saved(session).version))
    assert (answer.status_code, "Dit document is er niet meer" in answer.text) == (422, True)
    assert saved(session).state is PlanDraftState.DRAFT


def test_the_file_of_a_plan_is_public_from_the_moment_the_plan_is_and_then_stays(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    send(writer, opened(writer), CHANGES)
    form = typed(opened(writer), {AIM: "Getypt, nog niet bewaard"})
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
    )
    sent = writer.post(f"{PATH}/document{ASKED}", data={**form, "bestand": (io.BytesIO(png), "plan.png")})
    assert sent.status_code == 303, sent.text
    assert saved(session).content["fields"][AIM] == "Getypt, nog niet bewaard"
    number = saved(session).content["fields"]["document"]
    session.rollback()
    address = f"/bestanden/{number}/plan.png"
    assert client.get(address).status_code == 404
    press(writer, "vaststellen")
    press(writer, "publiceren")
    assert client.get(address).status_code == 200
    assert address in client.get(PUBLIC).text
    gone = f"/mijn/documenten/{number}/verwijderen"
    writer.post(
        gone + ASKED, data={"csrf_token": form_on(writer.get(f"/mijn{ASKED}").text, "/uitloggen")["csrf_token"]}
    )
    assert client.get(address).status_code == 200


def test_a_draft_is_thrown_away_only_after_a_tick(writer: FlaskClient, client: FlaskClient, session: Session) -> None:
    before = client.get(PUBLIC).data
    press(writer, "weggooien")
    assert writer.get(PATH + ASKED).text.count("Begin een herziening") == 0
    press(writer, "weggooien", zeker="ja")
    assert "Begin een herziening" in writer.get(PATH + ASKED).text
    assert client.get(PUBLIC).data == before


def test_who_saved_a_draft_last_is_told_what_is_held_about_him_and_nobody_else_is(
    writer: FlaskClient, session: Session
) -> None:
    send(writer, opened(writer), {AIM: WORD})
    user = session.get(User, saved(session).updated_by_id)
    other = session.scalars(select(User).where(User.id != saved(session).updated_by_id).limit(1)).one()
    assert user
    (held,) = gathered(session, user)["plan_drafts"]
    assert (held["draft"], WORD in str(held)) == ("plan:vb001/voorbeeldafspraak", False)
    assert gathered(session, other)["plan_drafts"] == []


def test_my_page_leads_to_the_plan_and_says_how_far_it_is(writer: FlaskClient, session: Session) -> None:
    assert "Verder met het actieplan" in writer.get(f"/mijn{ASKED}").text
    draft = saved(session)
    write(session, draft, **CHANGES)
    session.commit()
    press(writer, "vaststellen")
    page = writer.get(f"/mijn{ASKED}").text
    assert "Vastgesteld, nog niet openbaar" in page
    assert f"{PATH}{ASKED}" in page
