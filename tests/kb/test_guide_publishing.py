"""Publishing: with a second person where the guide asks for one, now or at a time; once, with many workers too."""

import threading
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from common.ledger import Actor
from kb.guides.beginnings import template_for
from kb.guides.models import Revision
from kb.guides.scheduling import publish_due, schedule
from kb.guides.writing import find_guide, newest_revision
from tests.factories_deciding import mails
from tests.factories_guides import act, events, in_an_hour, save
from tests.kb.conftest import Accounts
from tests.kb.guide_forms import EDIT, filled, revisions
from tests.sites import make_site, sign_in
from website.publishing_commands import publish_what_is_due

SLUG = "thema-klimaat"


def four_eyes(app: Flask, accounts: Accounts) -> tuple[FlaskClient, FlaskClient]:
    """Return a redacteur and a beheerder at a guide that asks for four eyes."""
    one, other = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    assert act(other, f"{SLUG}/beheer/instellingen", vier_ogen="ja").status == 303
    return one, other


def test_with_four_eyes_a_colleague_publishes_and_is_written_down(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other = four_eyes(app, accounts)
    save(one, SLUG, titel="Van mij")
    assert "Een collega publiceert deze tekst" in one.get(f"{EDIT}/publiceren").text
    _moment, later = in_an_hour()
    for values in ({"versie": "2"}, {"versie": "2", **later}):
        refused = act(one, f"{SLUG}/publiceren", **values)
        assert (refused.status, "kijkt een collega mee" in refused.page) == (422, True)
    assert act(other, f"{SLUG}/publiceren", versie="2").status == 303
    newest = revisions(session, SLUG)[-1]
    assert newest.seconded_by_id not in {None, newest.author_id}


def test_saving_on_top_of_a_text_is_no_looking_over_it(app: Flask, accounts: Accounts, session: Session) -> None:
    one, other = four_eyes(app, accounts)
    began = filled(other)
    save(one, SLUG, titel="Van mij, door niemand gezien")
    assert other.post(EDIT, data={**began, "samenvatting": "Korter."}).status_code == 303
    assert revisions(session, SLUG)[-1].merged_with == 2
    save(other, SLUG, samenvatting="Een komma erbij.")
    for client in (one, other):  # each wrote something that the other did not say to have seen
        assert act(client, f"{SLUG}/publiceren", versie="4").status == 422
        assert "Bewaren en laten nakijken" in client.get(EDIT).text
    act(other, f"{SLUG}/publiceren/bekeken", versie="3")  # an older text than the newest: not what he saw
    assert act(one, f"{SLUG}/publiceren", versie="4").status == 422
    assert "Ik keek de tekst van mijn collega na" in other.get(f"{EDIT}/publiceren").text
    assert act(other, f"{SLUG}/publiceren/bekeken", versie="4").status == 303
    assert act(other, f"{SLUG}/publiceren", versie="4").status == 422
    assert act(one, f"{SLUG}/publiceren", versie="4").status == 303
    assert [event for event, _role in events(session, SLUG)][-2:] == ["guide.looked_over", "guide.published"]


def test_who_may_not_publish_alone_asks_colleagues_once_and_goes_back(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, other = four_eyes(app, accounts)
    save(one, SLUG, titel="Van mij")
    page = one.get(f"{EDIT}/publiceren").text
    assert "Vraag een collega" in page
    assert f'href="{EDIT}"' in page[page.index("Een collega publiceert deze tekst") :]
    assert "<h1>Laat versie 2 nakijken</h1>" in page
    waits = ("/redactie", "/redactie/gidsen?status=collega", EDIT)
    assert not any("Wacht op een collega" in _row(one, path) for path in waits)
    for _again in range(2):
        act(one, f"{SLUG}/publiceren/vragen")
    asked = mails(session, "guide_look_asked")
    assert len(asked) == len({mail.to_address for mail in asked}) >= 1
    assert "Vraag een collega" not in one.get(f"{EDIT}/publiceren").text
    assert all("Wacht op een collega" in _row(other, path) for path in waits)
    save(one, SLUG, titel="Opnieuw van mij")
    assert not any("Wacht op een collega" in _row(other, path) for path in waits)
    assert "Vraag een collega" in one.get(f"{EDIT}/publiceren").text


def _row(client: FlaskClient, path: str) -> str:
    """Return what a page says right after the name of the guide: its state."""
    page = client.get(path).text
    named = page.find("Van mij</a>")
    return page[named : named + 900] if path != EDIT and named >= 0 else page if path == EDIT else ""


def test_sentences_of_a_template_do_not_go_out_without_a_word(editor: FlaskClient) -> None:
    left = template_for("guide", "nl").splitlines()[0]
    save(editor, SLUG, tekst=f"{left}\n\n## Kop\n\nZie [de bron] en [een link](https://voorbeeld.example).")
    page = editor.get(f"{EDIT}/publiceren").text
    assert "Een zin uit het sjabloon staat nog in de tekst" in page
    assert f"<li>{left}</li>" in page
    assert act(editor, f"{SLUG}/publiceren", versie="2").status == 303
    assert f"<li>{left}</li>" in editor.get(f"{EDIT}/zorg").text


def test_a_text_goes_out_at_its_moment_with_the_first_request_after_it(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    save(editor, SLUG, titel="Kwispelgids", tekst="## Kwispelen\n\nKwispelstaarten.")
    moment, later = in_an_hour()
    assert act(editor, f"{SLUG}/publiceren", versie="2", **later).status == 303
    assert "gaat op" in editor.get(f"{EDIT}/publiceren").text
    save(editor, SLUG, titel="Een later concept")
    client.get("/").close()
    assert "Kwispelgids" not in client.get(f"/kennisbank/{SLUG}").text
    with frozen_at(moment + timedelta(seconds=1)):
        client.get("/over").close()
        page = client.get(f"/kennisbank/{SLUG}").text
        assert "Kwispelgids" in page
        assert f"/kennisbank/{SLUG}#kwispelen" in client.get("/zoeken?q=kwispelstaart").text
    assert events(session, SLUG)[-1] == ("guide.published", "systeem")
    assert [bool(one.published_at) for one in revisions(session, SLUG)] == [True, True, False]


def test_a_moment_can_be_called_off_and_a_newer_text_that_goes_out_takes_its_place(
    editor: FlaskClient, session: Session
) -> None:
    save(editor, SLUG, titel="Twee")
    moment, later = in_an_hour()
    act(editor, f"{SLUG}/publiceren", versie="2", **later)
    assert act(editor, f"{SLUG}/publiceren/afzeggen").status == 303
    assert revisions(session, SLUG)[-1].publish_at is None
    act(editor, f"{SLUG}/publiceren", versie="2", **later)
    save(editor, SLUG, titel="Drie")
    act(editor, f"{SLUG}/publiceren", versie="3")
    with frozen_at(moment + timedelta(hours=1)):
        assert publish_due(session) == []
    session.rollback()
    assert revisions(session, SLUG)[1].published_at is None


def test_a_moment_that_passed_or_is_none_is_refused(editor: FlaskClient, session: Session) -> None:
    save(editor, SLUG, titel="Twee")
    _moment, past = in_an_hour(-2)
    for wrong in (past, {**past, "dag": "morgen"}, {**past, "tijd": "25:00"}, {"wanneer": "later"}):
        answer = act(editor, f"{SLUG}/publiceren", versie="2", **wrong)
        assert (answer.status, answer.page.count('aria-invalid="true"')) == (422, 1)
    _moment, later = in_an_hour()
    assert act(editor, f"{SLUG}/publiceren", versie="1", **later).status == 409
    assert revisions(session, SLUG)[-1].publish_at is None
    act(editor, f"{SLUG}/publiceren", versie="2", **later)
    save(editor, SLUG, titel="Drie")
    assert "Versie 2 gaat uit op" in editor.get(EDIT).text


def test_what_was_to_go_out_stays_when_the_guide_ended_or_four_eyes_came(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    one, head = sign_in(app, accounts["redacteur"]), sign_in(app, accounts["beheerder"])
    save(one, SLUG, titel="Alleen door mij gezien")
    moment, later = in_an_hour()
    act(one, f"{SLUG}/publiceren", versie="2", **later)
    act(head, f"{SLUG}/beheer/instellingen", vier_ogen="ja")
    with frozen_at(moment):
        assert publish_what_is_due(app) == []
    assert events(session, SLUG)[-1] == ("guide.called_off", "systeem")
    act(head, f"{SLUG}/publiceren", versie="2", **later)
    act(head, f"{SLUG}/beheer/einde", hoe="intrekken", reden="Geldt niet meer.")
    assert act(head, f"{SLUG}/publiceren", versie="2").status == 422
    with frozen_at(moment):
        assert publish_what_is_due(app) == []
    assert revisions(session, SLUG)[-1].published_at is None


def test_workers_that_come_at_once_publish_once(app: Flask, session: Session) -> None:
    guide = find_guide(session, SLUG)
    assert guide is not None
    moment = now() + timedelta(hours=1)
    _new_text(session)
    schedule(session, guide, 2, moment, actor=Actor("redacteur"))
    session.commit()
    sites = [make_site(app.extensions["settings"].data) for _ in range(3)]
    published: list[str] = []

    def work(site: Flask) -> None:
        with frozen_at(moment):
            published.extend(publish_what_is_due(site))

    threads = [threading.Thread(target=work, args=(site,)) for site in sites for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert published == [SLUG]
    assert [event for event, _role in events(session, SLUG)].count("guide.published") == 2


def _new_text(session: Session) -> Revision:
    guide = find_guide(session, SLUG)
    assert guide is not None
    newest = newest_revision(session, guide)
    columns = {column.name: getattr(newest, column.name) for column in Revision.__table__.columns}
    for name in ("id", "published_at", "superseded_at"):
        columns.pop(name)
    made = Revision(**{**columns, "number": newest.number + 1, "title": "Op tijd"})
    session.add(made)
    session.flush()
    return made


def test_the_command_publishes_what_is_due_and_says_so(app: Flask, editor: FlaskClient, session: Session) -> None:
    save(editor, SLUG, titel="Op tijd")
    moment, later = in_an_hour()
    act(editor, f"{SLUG}/publiceren", versie="2", **later)
    runner = app.test_cli_runner()
    assert "niets te publiceren" in runner.invoke(args=["kb", "publish-due"]).output
    with frozen_at(moment):
        assert f"Gepubliceerd: {SLUG}" in runner.invoke(args=["kb", "publish-due"]).output
    assert revisions(session, SLUG)[-1].published_at is not None
