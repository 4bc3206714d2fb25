"""Staff review a report: the queue, the sheet and the two decisions."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from common.outbox import OutboxMail
from registry.reports.models import Remark, RemarkKind, Report, ReportState
from tests.factories_review import (
    hand_in,
    make_account,
    sign,
)
from tests.review_world import World, make_review_world, row_of
from tests.sites import csrf_token


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_review_world(app, session)


def test_the_queue_shows_what_waits_and_since_when(world: World) -> None:
    page = world.browser().get("/redactie/rapportages").text
    assert f'href="{world.path}"' in page
    assert "vandaag" in page


def test_published_reports_have_a_list_of_their_own(world: World) -> None:
    client = world.taken()
    assert world.path not in client.get("/redactie/rapportages?stand=gepubliceerd").text
    assert world.post(client, "publiceren").status_code == 303
    assert f'href="{world.path}"' in client.get("/redactie/rapportages?stand=gepubliceerd").text
    assert f'href="{world.path}"' not in client.get("/redactie/rapportages").text


@pytest.mark.parametrize(
    "query",
    ["soort=waterschap", "soort=gemeente", "provincie=xx", "pagina=-1", "pagina=abc", "pagina=999999", "stand=x"],
)
def test_the_queue_takes_any_filter(world: World, query: str) -> None:
    response = world.browser().get(f"/redactie/rapportages?{query}")
    assert response.status_code == 200
    assert (f'href="{world.path}"' in response.text) == (query != "soort=waterschap")


def test_an_answer_stands_beside_last_years_with_the_change(world: World) -> None:
    row = row_of(world.browser().get(world.path).text, "c1")
    assert "43,5" in row
    assert "10" in row
    assert "+33,5 (+335%)" in row
    assert "grote verandering" in row


def test_the_sentence_of_a_soft_check_and_the_authoritys_own_are_shown(world: World) -> None:
    row = row_of(world.browser().get(world.path).text, "e13")
    assert "review__flag" in row
    assert "Een groot contract liep uit." in row


def test_what_is_for_staff_only_is_shown_and_says_so(world: World) -> None:
    row = row_of(world.browser().get(world.path).text, "a3")
    assert "inge@voorbeeld.example" in row
    assert "Niet openbaar" in row


def test_what_becomes_public_is_shown_before_one_click_publishes_it(world: World) -> None:
    client = world.taken()
    asked = world.post(client, "goedkeuren")
    assert (asked.status_code, asked.location) == (303, f"{world.path}/publiceren")
    page = client.get(f"{world.path}/publiceren").text
    assert "Dit gaat iedereen lezen" in page
    public, closed = page.split("Dit wordt niet openbaar")
    assert "43,5" in public
    assert "inge@voorbeeld.example" not in page
    assert "A3" in closed
    seen = {"bewijs-C2": "De export van de inkopers.", "gezien": "ja"}
    assert world.post(client, "onderbouwing/C2", **seen).status_code == 303
    response = world.post(client, "publiceren")
    assert (response.status_code, response.location) == (303, "/redactie/rapportages")
    assert world.state() is ReportState.PUBLISHED
    mail = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "report_published")).one()
    assert (mail.to_address, mail.subject) == ("inge@voorbeeld.example", "Uw rapportage over 2025 is openbaar")
    assert "/rapportages/2025" in mail.body_text
    page = client.get("/deelnemers/" + re.findall(r"/deelnemers/(\S+)", mail.body_text)[0]).text
    assert "Bij 1 antwoord zag de redactie de onderbouwing." in page


def test_asking_nothing_is_refused(world: World) -> None:
    response = world.post(world.taken(), "vragen", reden=" ")
    assert response.status_code == 422
    assert "Stel ten minste één vraag" in response.text
    assert world.state() is ReportState.IN_REVIEW


def test_questions_go_to_the_coordinator_together_with_the_reason(world: World) -> None:
    fields = {
        "opmerking-D1": "Klopt dit?", "soort-D1": "incorrect", "opmerking-D1-2": "Met btw?", "soort-D1-2": "unclear",
        "reden": "Kijk D1 na.",
    }  # fmt: skip
    assert world.post(world.taken(), "vragen", **fields).status_code == 303
    assert world.state() is ReportState.QUESTION_SENT
    mail = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "report_returned")).one()
    assert "Kijk D1 na." in mail.body_text
    assert "Er staan 2 vragen bij uw antwoorden." in mail.body_text
    assert "/mijn/rapportages/2025" in mail.body_html
    asked = world.session.scalars(
        select(Remark).where(Remark.submission_id == world.submission.id, Remark.key == "D1").order_by(Remark.id)
    ).all()
    world.session.rollback()
    assert [(one.kind, one.text) for one in asked] == [
        (RemarkKind.INCORRECT, "Klopt dit?"), (RemarkKind.UNCLEAR, "Met btw?")
    ]  # fmt: skip


def test_a_question_without_a_kind_or_too_long_is_refused_at_its_field(world: World) -> None:
    typed = {"opmerking-C1": "y" * 2001, "soort-C1": "unclear", "opmerking-D1": "Klopt <dit>?", "reden": "x" * 2001}
    response = world.post(world.taken(), "vragen", **typed)
    assert response.status_code == 422
    for anchor in ("#reden", "#opmerking-C1", "#soort-D1"):
        assert f'href="{anchor}"' in response.text
    assert "Klopt &lt;dit&gt;?" in response.text
    assert "y" * 2001 in response.text


@pytest.mark.parametrize("where", ["on the page", "kept before"])
def test_a_question_is_not_lost_by_accepting(world: World, where: str) -> None:
    client, typed = world.taken(), {"opmerking-D1": "Klopt dit?", "soort-D1": "unclear"}
    if where == "kept before":
        assert world.post(client, "bewaren", **typed).status_code == 303
        response = world.post(client, "publiceren")
    else:
        response = world.post(client, "goedkeuren", **typed)
    assert response.status_code == 422
    assert "Klopt dit?" in response.text
    assert world.state() is ReportState.IN_REVIEW


def test_room_for_one_more_question_keeps_what_was_typed(world: World) -> None:
    client = world.taken()
    response = world.post(client, "bewaren", **{"opmerking-D1": "Klopt dit?", "soort-D1": "unclear", "erbij": "D1"})
    assert response.location.endswith("?meer=D1#vraag-d1")
    row = row_of(client.get(response.location).text, "d1")
    assert "Klopt dit?" in row
    assert 'name="opmerking-D1-2"' in row
    assert "U stuurt alle vragen tegelijk" in row
    page = client.get(world.post(client, "bewaren", erbij="C1").location).text
    assert 'name="opmerking-C1-2"' in row_of(page, "c1")  # also where nothing was typed yet


def test_who_was_taken_over_hears_so_and_keeps_what_he_typed(world: World) -> None:
    late = world.taken()
    colleague = make_account(world.session, world.app, "rob", StaffRole.REVIEWER)
    world.session.commit()
    assert world.post(world.browser(colleague), "nemen").status_code == 303
    typed = {"reden": "De tweede.", "opmerking-D1": "Klopt dit?", "soort-D1": "unclear"}
    response = world.post(late, "vragen", **typed)
    assert response.status_code == 409
    for words in ("U hebt deze rapportage niet in behandeling", "De tweede.", "Klopt dit?"):
        assert words in response.text
    assert [world.post(late, verb).status_code for verb in ("publiceren", "loslaten")] == [409, 409]
    mail = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "report_taken_over")).one()
    assert (mail.to_address, "Rob nam de rapportage" in mail.body_text) == (world.reviewer.email, True)


def test_the_second_decision_gets_a_page_that_says_what_happened(world: World) -> None:
    late = world.browser()
    world.post(world.taken(), "vragen", reden="De eerste.")
    for verb in ("publiceren", "vragen", "nemen"):
        response = world.post(late, verb, **({"reden": "De tweede."} if verb == "vragen" else {}))
        assert response.status_code == 409
        assert "Iemand anders was u voor" in response.text
        assert "De eerste." in response.text
        assert verb != "vragen" or "De tweede." in response.text


def test_after_a_new_submission_the_older_questions_stand_beside_it(world: World) -> None:
    world.post(world.taken(), "vragen", reden="Kijk D1 na.", **{"opmerking-D1": "Klopt dit?", "soort-D1": "unclear"})
    world.session.expire_all()
    report = world.session.get_one(Report, world.submission.report_id)
    again = hand_in(world.session, report.authority, report.edition, world.submitter, D1=6)
    world.session.commit()
    client = world.browser()
    row = row_of(client.get(f"/redactie/rapportages/{again.id}").text, "d1")
    for words in ("Niet duidelijk?", "Klopt dit?", "Het antwoord was", "Het antwoord is nu", "Afgehandeld"):
        assert words in row
    older = client.get(world.path).text
    assert "Er is een nieuwere versie" in older
    assert "Vragen gestuurd op" in older
    assert "De organisatie is aan zet" not in older


def test_the_authority_reads_the_question_at_its_answer_and_replies_there(world: World) -> None:
    report = world.submission.report
    sign(world.session, report.authority, report.edition.agreement)
    world.session.commit()
    world.post(world.taken(), "vragen", **{"opmerking-D1": "Klopt <dit>?", "soort-D1": "incorrect"})
    client, path = world.browser(world.submitter), "/mijn/rapportages/2025/d"
    page = client.get(path).text
    for words in ("De redactie vraagt", "Onjuist?", "Klopt &lt;dit&gt;?", 'name="d1__reactie"'):
        assert words in page
    version = re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert version
    fields = {
        "version": version[1],
        "d1__reactie": "Het klopt, zie het register.",
        "d1__reactie_gezien": "",
        "getoond": ["D1"],
        "d1": "8",
    }
    answer = client.post(path, data={"csrf_token": csrf_token(client, "/mijn"), **fields})
    assert answer.status_code == 303
    assert "Het klopt, zie het register." in client.get(path).text
    assert "Het klopt, zie het register." not in world.browser().get(world.path).text
