"""What asks for care at a guide is seen: broken links, pictures without words, long sentences, reviews due."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import today
from common.ledger import SYSTEM
from common.outbox import OutboxMail
from kb.care import outside
from kb.care.models import LinkCheck
from kb.care.outside import Answer, ask_one
from kb.care.reading_level import reading_level
from kb.guides.fields import fields_of
from kb.guides.models import Guide, Revision
from kb.guides.renaming import rename
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from tests.sites import sign_in

SLUG = "thema-klimaat"
BROKEN = (
    "## Kop\n\n[a](/kennisbank/nergens) [b](/kennisbank/buyer-groups) [c](/kennisbank/thema-circulair#weg)\n"
    "[d](/kennisbank/thema-circulair) [e](https://stuk.example/x) ![](/bestanden/99/x-1x1.png)\n"
)
PAGE = f"/redactie/gidsen/{SLUG}/zorg"


def publish(session: Session, slug: str = SLUG, **changed: object) -> None:
    """Publish a guide with other fields."""
    guide = find_guide(session, slug)
    assert guide is not None
    newest = newest_revision(session, guide)
    saved = save_guide(session, guide, replace(fields_of(newest), **changed), newest.number, actor=SYSTEM)  # type: ignore[arg-type]
    publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()


def test_links_that_lead_nowhere_are_named(editor: FlaskClient, session: Session) -> None:
    moved = find_guide(session, "buyer-groups")
    assert moved
    rename(session, moved, "groepen", actor=SYSTEM)
    publish(session, body=BROKEN)
    since = moved.created_at
    session.add(LinkCheck(url="https://stuk.example/x", status=404, trouble="status 404", broken_since=since))
    session.commit()
    page = editor.get(PAGE).text
    for told in (
        "/kennisbank/nergens",
        "Deze gids is er niet",
        "Oud adres",
        "#weg",
        "Dit kopje is er niet",
        "(404)",
        "/bestanden/99",
    ):
        assert told in page
    assert "1 plaatje heeft geen tekst" in page
    listed = editor.get("/redactie/zorg?wat=links").text
    assert PAGE in listed
    assert "voor het laatst nagelopen op" in listed
    assert "4 stuk" in listed
    assert "1 oud adres" in listed


def test_what_leads_to_a_guide_is_listed_and_what_nothing_leads_to_too(editor: FlaskClient, session: Session) -> None:
    publish(session, body="## Kop\n\nLees [over kringlopen](/kennisbank/thema-circulair).\n")
    page = editor.get("/redactie/gidsen/thema-circulair/zorg").text
    assert "over kringlopen" in page
    assert "zijn nog nooit nagelopen" in page, "nobody asked the sites that this guide leads to"
    assert "in orde" not in page
    for guide in session.scalars(select(Guide)).all():
        revision = newest_revision(session, guide)
        if SLUG in revision.related or SLUG in revision.body:
            body = revision.body.replace(f"/kennisbank/{SLUG}", "/kennisbank")
            publish(session, guide.slug, related=tuple(set(revision.related) - {SLUG}), body=body)
    listed = editor.get("/redactie/zorg?wat=los").text
    assert PAGE in listed
    assert "nog niet nagelopen" in listed
    assert "zijn nog nooit nagelopen" in listed


def test_what_leads_to_the_former_address_of_a_guide_leads_to_it(editor: FlaskClient, session: Session) -> None:
    publish(session, body="## Kop\n\nLees [over kringlopen](/kennisbank/thema-circulair).\n")
    for slug, new in (("thema-circulair", "kringlopen"), (SLUG, "weer")):
        guide = find_guide(session, slug)
        assert guide is not None
        rename(session, guide, new, actor=SYSTEM)
    session.commit()
    assert "over kringlopen" in editor.get("/redactie/gidsen/kringlopen/zorg").text
    alone = editor.get("/redactie/zorg?wat=los").text
    assert "/redactie/gidsen/kringlopen/" not in alone
    assert "/redactie/gidsen/weer/" not in alone  # others name it as related, by its former address


def test_only_who_writes_guides_sees_the_care(
    app: Flask, accounts: dict[str, dict[str, str]], client: FlaskClient
) -> None:
    for path in ("/redactie/zorg", PAGE):
        assert client.get(path).status_code == 303
        assert sign_in(app, accounts["coordinator"]).get(path).status_code == 403
        assert sign_in(app, accounts["beoordelaar"]).get(path).status_code == 403
    assert sign_in(app, accounts["redacteur"]).get("/redactie/gidsen/nergens/zorg").status_code == 404


def test_long_sentences_and_long_words_make_a_text_hard() -> None:
    easy = "<p>" + "Wij kopen in. U doet mee. Dat is fijn. De zon is op. Het gaat goed. " * 4 + "</p>"
    hard = (
        "<p>"
        + "De verantwoordelijkheid voor maatschappelijk opdrachtgeverschap verplicht organisaties daarbij onverminderd "
        * 4
        + ".</p>"
    )
    one, other = reading_level(easy), reading_level(hard)
    assert one
    assert other
    assert (one.verdict, other.verdict) == ("easy", "hard")
    assert one.long_sentences == ()
    assert len(other.long_sentences) == 1
    assert reading_level("<h2>" + "kop " * 50 + "</h2><table><tr><td>" + "cel " * 50 + "</td></tr></table>") is None


def test_the_keeper_is_reminded_once_for_each_day_of_review(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    publish(session, review_due_on=today() + timedelta(days=10), reviewed_on=date(2026, 1, 1))
    publish(session, "thema-circulair", review_due_on=today() - timedelta(days=1), reviewed_on=date(2026, 1, 1))
    former = session.scalars(select(User).where(User.email == accounts["beoordelaar"]["email"])).one()
    session.execute(update(Guide).where(Guide.slug == SLUG).values(keeper_id=former.id))  # he writes guides no more
    session.commit()
    run = app.test_cli_runner().invoke
    assert run(args=["kb", "remind"]).exit_code == 0
    assert run(args=["kb", "remind"]).exit_code == 0
    mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "guide_review_due")).all()
    assert [mail.to_address for mail in mails] == [accounts["redacteur"]["email"]]
    assert "circulair" in mails[0].body_text
    assert "klimaat" in mails[0].body_text
    publish(session, review_due_on=today() + timedelta(days=12))
    assert "1 gidsen" in run(args=["kb", "remind"]).output


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A site that answers some paths, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            codes = {"/goed": 200, "/weg": 404, "/verder": 301, "/rond": 302, "/kapot": 500}
            self.send_response(codes.get(self.path, 200))
            if self.path in {"/verder", "/rond"}:
                self.send_header("Location", {"/verder": "/weg", "/rond": "/rond"}[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_elsewhere_is_followed_and_judged(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask_one(f"{elsewhere}/goed") == Answer(None, "not_public")
    monkeypatch.setattr(outside, "_is_public", lambda _ip: True)
    found = {path: ask_one(f"{elsewhere}/{path}") for path in ("goed", "weg", "verder", "rond", "kapot")}
    assert found == {
        "goed": Answer(200), "weg": Answer(404, "status 404"), "verder": Answer(404, "status 404"),
        "rond": Answer(None, "redirects"), "kapot": Answer(500, "status 500"),
    }  # fmt: skip
    assert ask_one("http://127.0.0.1:1/").trouble == "refused"


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/", "http://[::1]/", "ftp://goed.example/", "http://10.0.0.1:8000/", "http://localhost/"],
)
def test_the_site_is_never_made_to_ask_its_own_neighbours(address: str) -> None:
    assert ask_one(address).trouble in {"not_public", "address", "name"}


def test_each_address_is_asked_once_a_week_and_a_failure_keeps_its_first_day(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(address: str) -> Answer:
        asked.append(address)
        return Answer(404, "status 404")

    monkeypatch.setattr(outside, "ask_one", answer)
    run = app.test_cli_runner().invoke
    assert run(args=["kb", "check-links"]).exit_code == 0
    first = len(asked)
    assert first == len(set(asked)) > 20
    assert "0 adressen" in run(args=["kb", "check-links"]).output
    since = session.scalars(select(LinkCheck.broken_since).order_by(LinkCheck.url).limit(1)).one()
    session.rollback()
    assert run(args=["kb", "check-links", "--all", "--most", "3"]).exit_code == 0
    assert len(asked) == first + 3
    assert session.scalars(select(LinkCheck.broken_since).order_by(LinkCheck.url).limit(1)).one() == since
    assert session.scalars(select(Revision).limit(1)).one()


def test_a_server_without_a_connection_says_so_and_keeps_nothing(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, troubles = app.test_cli_runner().invoke, {"": "refused"}

    def answer(address: str) -> Answer:
        return Answer(None, trouble) if (trouble := troubles.get(address, troubles[""])) else Answer(200)

    monkeypatch.setattr(outside, "ask_one", answer)
    cut_off = run(args=["kb", "check-links"])
    assert cut_off.exit_code == 1
    assert "0 adressen gevraagd" in cut_off.output
    assert "geen verbinding" in cut_off.output
    assert session.scalars(select(LinkCheck)).all() == []
    session.rollback()
    gone, unknown = outside.addresses_to_check(session)[:2]
    session.rollback()
    troubles |= {"": "", gone: "name", unknown: outside.NOT_ASKED}
    found = run(args=["kb", "check-links"])
    assert found.exit_code == 0
    assert f"{gone}: Deze site bestaat niet (meer).\n" in found.output
    assert "1 niet gevraagd" in found.output
    assert session.scalars(select(LinkCheck.url).where(LinkCheck.trouble.is_not(None))).all() == [gone]
    session.rollback()
    assert outside.addresses_to_check(session) == [unknown]
    session.rollback()
    troubles[unknown] = "timeout"
    assert f"{unknown}: De site geeft geen antwoord." in run(args=["kb", "check-links"]).output


def test_a_name_that_cannot_be_looked_up_now_is_not_called_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, trouble in ((socket.EAI_AGAIN, outside.NOT_ASKED), (socket.EAI_NONAME, "name")):
        failure = socket.gaierror(number, "")
        monkeypatch.setattr(outside.socket, "getaddrinfo", Mock(side_effect=failure))
        assert ask_one("https://goed.example/").trouble == trouble
