"""Handing in and its receipt: ticked by oneself, once, with files of exactly what was sent."""

import hashlib
import io
import json
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.typesetting import TypesettingError
from registry.reports import receipts
from registry.reports.models import ReportState, Submission
from tests.factories_form import World, make_world
from tests.factories_handing_in import PATH, elsewhere, fill_in, hand_in, mails, now, second
from tests.html_forms import form_on
from tests.mail.letters import mail_file
from tests.report_form import hand_in as press
from tests.report_form import typed


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session)
    fill_in(made)
    return made


def submissions(world: World) -> list[Submission]:
    return world.all(select(Submission).where(Submission.report_id == now(world).id).order_by(Submission.number))


def files(world: World) -> dict[str, bytes]:
    """Return what went along with the receipt, from the file that the mail became: this site has no mail server."""
    (mail, *_others) = mails(world, "report_submitted")
    message = message_from_bytes(mail_file(world.session, mail).read_bytes(), policy=default)
    return {str(one.get_filename()): one.get_payload(decode=True) for one in message.iter_attachments()}


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_who_does_not_tick_the_declaration_himself_hands_in_nothing(world: World) -> None:
    browser = world.browser("coordinator")
    page = browser.get(f"{PATH}/controleren").text
    assert "Ik heb de vragen naar waarheid ingevuld" in page
    fields = form_on(page, f"{PATH}/indienen")
    assert "h3" not in fields
    answer = browser.post(f"{PATH}/indienen", data=fields)
    assert answer.status_code == 422
    assert "Vink de verklaring zelf aan voordat u indient." in answer.text
    assert 'href="#h3"' in answer.text
    assert submissions(world) == []
    assert press(browser).status_code == 303
    assert json.loads(submissions(world)[0].content)["answers"]["H3"]["value"] is True


def test_two_coordinators_at_once_get_the_same_receipt_and_one_mail_each(world: World) -> None:
    second(world, MemberRole.COORDINATOR)
    one, other = world.browser("coordinator"), world.browser("tweede")
    forms = [
        typed(form_on(who.get(f"{PATH}/controleren").text, f"{PATH}/indienen"), {"h3": "ja"}) for who in (one, other)
    ]
    answers = [who.post(f"{PATH}/indienen", data=form) for who, form in zip((one, other), forms, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 303]
    (submission,) = submissions(world)
    assert submission.receipt in one.get(f"{PATH}/ontvangst").text
    assert submission.receipt in other.get(f"{PATH}/ontvangst").text
    assert len(mails(world, "report_submitted")) == 2


def test_the_receipt_is_on_the_page_and_in_the_mail_as_the_same_two_files(world: World) -> None:
    browser = world.browser("coordinator")
    press(browser)
    (submission,) = submissions(world)
    pdf, told = (browser.get(f"{PATH}/ontvangst.{ending}") for ending in ("pdf", "json"))
    assert hashlib.sha256(told.data).hexdigest() == submission.fingerprint
    name = f"rapportage-{submission.receipt}"
    assert files(world) == {f"{name}.pdf": pdf.data, f"{name}.json": told.data}
    (mail,) = mails(world, "report_submitted")
    assert "Bij dit bericht zitten de bevestiging (PDF)" in mail.body_text
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{name}.pdf"'
    said = words(pdf.data)
    for part in (
        submission.receipt,
        submission.fingerprint,
        "Gemeente Proefdorp",
        "43,5",
        "Een groot contract liep uit.",
    ):
        assert part in said
    assert "Confirmation of receipt" in words(browser.get(f"/en{PATH}/ontvangst.pdf").data)


def test_no_file_that_leaves_the_site_names_the_contact_person(world: World) -> None:
    press(world.browser("coordinator"))
    for name, content in files(world).items():
        said = words(content) if name.endswith(".pdf") else content.decode()
        assert "Inge Invuller" not in said
        assert "inge@" not in said


def test_a_pdf_that_cannot_be_made_stops_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_more: object) -> bytes:
        raise TypesettingError("no")

    monkeypatch.setattr(receipts, "pdf", fail)
    assert press(world.browser("coordinator")).status_code == 303
    assert [name.rpartition(".")[2] for name in files(world)] == ["json"]


def test_every_numbered_submission_stays_reachable_for_the_authority_and_for_nobody_else(world: World) -> None:
    browser = world.browser("coordinator")
    hand_in(world)
    fields = form_on(browser.get(f"{PATH}/intrekken").text, f"{PATH}/intrekken")
    assert (
        browser.post(f"{PATH}/intrekken", data=typed(fields, {"reden": "Een cijfer klopt nog niet."})).status_code
        == 303
    )
    fill_in(world, A4="Burgemeester")
    fields = typed(form_on(browser.get(f"{PATH}/controleren").text, f"{PATH}/indienen"), {"h3": "ja"})
    assert fields["reden"] == "Een cijfer klopt nog niet."
    assert browser.post(f"{PATH}/indienen", data=typed(fields, {"reden": ""})).status_code == 422
    assert browser.post(f"{PATH}/indienen", data=fields).status_code == 303
    first, newest = submissions(world)
    assert (newest.number, newest.reason) == (2, "Een cijfer klopt nog niet.")
    assert first.receipt in browser.get(f"{PATH}/ontvangst?nummer=1").text
    assert "U trok deze indiening in" in browser.get(f"{PATH}/ontvangst?nummer=1").text
    assert browser.get(f"{PATH}/ontvangst.json?nummer=1").data.decode() == first.content
    assert first.receipt in words(browser.get(f"{PATH}/ontvangst.pdf?nummer=1").data)
    elsewhere(world, MemberRole.COORDINATOR)
    other = world.browser("elders")
    for page in ("ontvangst", "ontvangst.json", "ontvangst.pdf"):
        assert browser.get(f"{PATH}/{page}?nummer=3").status_code == 404
        assert other.get(f"{PATH}/{page}?nummer=1&organisatie=gm9001").status_code == 404


def test_the_preview_is_what_the_public_reads_and_says_apart_what_it_does_not(world: World) -> None:
    page = world.browser("invuller").get(f"{PATH}/voorbeeld").text
    public, _card, closed = page.partition('id="niet-openbaar"')
    assert "Wij kochten in dit jaar vaker verantwoord in" in public
    for secret in ("Inge Invuller", "Graag een training over gunnen."):
        assert secret not in public
        assert secret in closed
    assert "Namen van contactpersonen publiceren wij nooit." in closed
    assert now(world).state is ReportState.DRAFT


def test_a_large_file_is_left_out_of_the_mail_and_the_link_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.outbox.MOST_ATTACHED", 10)
    assert press(world.browser("coordinator")).status_code == 303
    assert files(world) == {}
    (mail,) = mails(world, "report_submitted")
    assert "Bij dit bericht zitten" not in mail.body_text
    assert "/ontvangst?organisatie=gm9001" in mail.body_text
