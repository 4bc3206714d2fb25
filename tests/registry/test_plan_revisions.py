"""A revision keeps what was public, cannot make a late plan timely, and belongs to the draft on which it was typed."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from common.versions import AsOf
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind
from registry.authorities.models import Authority
from registry.participants.records import plan_days
from registry.plans.fields import ambition_field
from registry.plans.models import Ambition, Level, Plan, PlanAction, PlanVersion
from tests.factories_plans import (
    AGREEMENT,
    ASKED,
    CHANGES,
    DEMO,
    PATH,
    PUBLIC,
    WORD,
    begin,
    opened,
    press,
    publish_revision,
    send,
)
from tests.html_forms import form_on
from tests.report_form import typed
from tests.sites import sign_in

AIM = ambition_field("klimaat", "doel")
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def writer(app: Flask, accounts: Accounts) -> FlaskClient:
    """A coördinator of Lindenveen."""
    return sign_in(app, accounts["coordinator"])


def newest(session: Session) -> PlanVersion:
    """Return the newest version of Lindenveen's plan."""
    demo = select(PlanVersion).join(PlanVersion.plan).join(Plan.authority).where(Authority.code == DEMO)
    return session.scalars(demo.order_by(PlanVersion.number.desc()).limit(1)).one()


def adopt_and_publish(writer: FlaskClient) -> None:
    """Revise the plan from its form to the public page."""
    begin(writer)
    assert send(writer, opened(writer), CHANGES, button="nakijken").status_code == 303
    assert press(writer, "vaststellen").status_code == 303
    assert press(writer, "publiceren").status_code == 303


def test_a_revision_of_before_the_public_plan_is_refused_and_the_day_of_the_first_stays_the_day(
    writer: FlaskClient, session: Session
) -> None:
    begin(writer)
    answer = send(writer, opened(writer), {**CHANGES, "vastgesteld_op": "2020-01-10"})
    assert (answer.status_code, "Een herziening kan niet eerder zijn vastgesteld." in answer.text) == (422, True)
    press(writer, "weggooien", zeker="ja")
    plan, first = newest(session).plan, newest(session).adopted_on
    second = publish_revision(session)
    session.execute(update(PlanVersion).where(PlanVersion.id == second.id).values(adopted_on=date(2020, 1, 10)))
    session.flush()
    met = plan_days(session, plan.agreement_id, AsOf(date(2026, 11, 21)))[plan.authority_id]
    assert (met.on, met.by) == (first, 1)
    assert plan.authority_id not in plan_days(session, plan.agreement_id, AsOf(date(2020, 2, 1)))


def test_a_revision_keeps_the_source_and_the_sentence_of_a_theme_without_ambition(
    writer: FlaskClient, session: Session
) -> None:
    old = newest(session)
    sentence = "Wij kopen dit jaar niets op dit gebied."
    theme = session.scalars(select(Ambition).where(Ambition.plan_version_id == old.id).limit(1)).one()
    theme.level, theme.aim, code, source = Level.NONE, sentence, theme.theme, old.source
    session.commit()
    begin(writer)
    kept = {"reden": "Er is een nieuw college.", "vastgesteld_op": "2026-03-03"}
    send(writer, opened(writer), kept)
    assert sentence in writer.get(f"{PATH}/nakijken{ASKED}").text
    press(writer, "vaststellen")
    press(writer, "publiceren")
    session.expire_all()
    new = newest(session)
    assert source
    assert (new.number, new.source) == (2, source)
    assert {one.theme: one.aim for one in new.ambitions}[code] == sentence


def test_a_file_that_is_refused_costs_nobody_what_he_typed(writer: FlaskClient) -> None:
    begin(writer)
    form = typed(opened(writer), {AIM: WORD})
    sent = writer.post(f"{PATH}/document{ASKED}", data={**form, "bestand": (io.BytesIO(b"MZ..."), "plan.exe")})
    assert (sent.status_code, 'id="bestand-fout"' in sent.text, WORD in sent.text) == (422, True, True)
    assert opened(writer)[AIM] == WORD


def test_a_page_of_a_draft_that_became_public_says_so_and_changes_nothing(
    writer: FlaskClient, client: FlaskClient, session: Session
) -> None:
    begin(writer)
    form = opened(writer)
    send(writer, form, CHANGES)
    press(writer, "vaststellen")
    old = form_on(writer.get(f"{PATH}/nakijken{ASKED}").text, f"{PATH}/heropenen")
    press(writer, "publiceren")
    before = client.get(PUBLIC).data
    for again in (False, True):
        if again:
            begin(writer)
        for path, sent in (("/heropenen", old), ("", {**form, AIM: "Te laat getypt"})):
            answer = writer.post(f"{PATH}{path}{ASKED}", data=sent)
            assert (answer.status_code, "Het plan is al openbaar" in answer.text) == (409, True)
        assert "Te laat getypt" in answer.text
    assert opened(writer)[AIM] != "Te laat getypt"
    assert client.get(PUBLIC).data == before
    assert writer.post(f"{PATH}/publiceren{ASKED}", data=old).status_code == 409


def test_what_was_kept_of_an_older_draft_does_not_come_up_in_the_next(app: Flask, accounts: Accounts) -> None:
    writer = sign_in(app, accounts["coordinator"])
    begin(writer)
    old = opened(writer)
    row = old.getlist("rij")[-1]
    writer.delete_cookie("manifestkompas")
    late = {"titel": "Uit het oude tabblad", f"actie__{row}__wat": "Ook uit het oude tabblad"}
    assert send(writer, old, late).status_code == 303
    writer = sign_in(app, accounts["coordinator"])
    page = opened(writer)
    rows = page.getlist("rij")
    assert (page["titel"], len(rows)) == ("Uit het oude tabblad", len(set(rows)))
    send(writer, page, {"actie": "vergeet"})
    stale = opened(writer)
    send(writer, stale, CHANGES)
    press(writer, "vaststellen")
    press(writer, "publiceren")
    writer.delete_cookie("manifestkompas")
    assert send(writer, stale, {"titel": "Uit het oude tabblad"}).status_code == 303
    writer = sign_in(app, accounts["coordinator"])
    begin(writer)
    assert opened(writer)["titel"] != "Uit het oude tabblad"


def test_nothing_typed_in_a_draft_is_a_link_that_runs_and_an_action_without_a_theme_shows(writer: FlaskClient) -> None:
    begin(writer)
    form = opened(writer)
    action = {f"actie__{form.getlist('rij')[-1]}__wat": "Een actie zonder thema"}
    answer = send(writer, form, {**action, "link": "javascript:alert(1)", "fte": "veel", "budget": "ook veel"})
    assert "Tijd: Schrijf een getal" in answer.text
    assert "Budget per jaar: Schrijf een getal" in answer.text
    page = writer.get(f"{PATH}/nakijken{ASKED}").text
    assert 'href="javascript' not in page
    assert "Nog geen thema gekozen" in page
    assert page.count("Een actie zonder thema") == 1


def test_what_came_too_late_is_told_in_words(app: Flask, writer: FlaskClient, accounts: Accounts) -> None:
    begin(writer)
    colleague = sign_in(app, accounts["invuller"])
    late = opened(colleague)
    send(writer, opened(writer), CHANGES)
    press(writer, "vaststellen")
    page = send(colleague, late, {"periode_van": "2027-01-01"}).text
    assert "1\u00a0januari 2027" in page
    assert "2027-01-01" not in page
    assert ">basis<" not in page


def test_an_agreement_that_asks_no_plan_takes_none(writer: FlaskClient, session: Session) -> None:
    asks = select(Obligation.id).join(Obligation.agreement_version).join(AgreementVersion.agreement)
    asks = asks.where(Agreement.slug == AGREEMENT, Obligation.kind == ObligationKind.ACTION_PLAN)
    session.execute(delete(Obligation).where(Obligation.id.in_(asks)))
    session.commit()
    assert writer.get(PATH + ASKED).status_code == 200, "a plan that is there can still be revised"
    number = newest(session).id
    for part in (Ambition, PlanAction):
        session.execute(delete(part).where(part.plan_version_id == number))
    plan_id = newest(session).plan_id
    session.execute(delete(PlanVersion).where(PlanVersion.id == number))
    session.execute(delete(Plan).where(Plan.id == plan_id))
    session.commit()
    page = writer.get(PATH + ASKED)
    assert (page.status_code, "Deze afspraak vraagt geen actieplan." in page.text) == (404, True)
    token = {"csrf_token": form_on(page.text, "/uitloggen")["csrf_token"]}
    assert writer.post(f"{PATH}/begin{ASKED}", data=token).status_code == 404
