"""What is new in the knowledge base, as feeds: valid, with ids that never change, and told once."""

from datetime import datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock
from kb.guides.ending import withdraw
from kb.guides.fields import fields_of
from kb.guides.models import Guide
from kb.guides.renaming import rename
from kb.guides.writing import Origin, newest_revision, publish_guide, save_guide
from tests.factories_votes import ACTOR, publish

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ALL = "/kennisbank/atom.xml"


def entries(client: FlaskClient, path: str = ALL) -> list[dict[str, str]]:
    """Return the entries of a feed, after looking whether it is one (RFC 4287, 4.1)."""
    answer = client.get(path)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    own = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own[0].get("href") == f"http://localhost{path}"
    found = []
    for entry in feed.findall(f"{ATOM}entry"):
        one = {name: entry.findall(f"{ATOM}{name}")[0].text for name in ("id", "title", "updated", "summary")}
        assert datetime.fromisoformat(one["updated"]).tzinfo
        found.append({**one, "link": entry.find(f"{ATOM}link").get("href"), "language": entry.get(LANGUAGE)})
    assert len({one["id"] for one in found}) == len(found)
    return found


def change(session: Session, slug: str, body: str, note: str = "", *, correction: bool = False) -> None:
    guide = session.scalars(select(Guide).where(Guide.slug == slug)).one()
    newest = newest_revision(session, guide)
    fields = type(fields_of(newest))(**{**vars(fields_of(newest)), "body": body})
    origin = Origin(note=note or None, is_correction=correction)
    saved = save_guide(session, guide, fields, newest.number, origin, actor=ACTOR)
    publish_guide(session, guide, saved.revision.number, actor=ACTOR)


def test_a_new_version_says_what_changed_and_the_entry_before_it_stays(client: FlaskClient, session: Session) -> None:
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        publish(session, "proef-feed", title="Proef & <feed>\x0b", summary="Kort.")
        session.commit()
        first = entries(client)[0]
        assert (first["title"], first["summary"], first["language"]) == ("Proef & <feed>", "Kort.", "nl")
    with clock.frozen_at(clock.now() + timedelta(hours=2)):
        body = "Vooraf.\n\n## Wat wij deden\n\nIets anders.\n\n## Erbij\n\nNieuw."
        change(session, "proef-feed", body, "Nieuwe cijfers.")
        session.commit()
        second, before, *_others = entries(client, "/themas/circulair/atom.xml")
    assert before["id"] == first["id"] != second["id"]
    assert before["updated"] == first["updated"]
    assert second["summary"] == (
        "Nieuwe versie. Nieuwe cijfers. Veranderd of nieuw onder: Wat wij deden; Erbij. Weg: Wat het opleverde."
    )
    assert all(one["title"] != first["title"] for one in entries(client, "/themas/klimaat/atom.xml"))


def test_an_id_outlives_a_new_address_and_a_small_correction_is_no_news(client: FlaskClient, session: Session) -> None:
    guide = publish(session, "proef-oud", title="Proef oud")
    session.commit()
    mine = next(one for one in entries(client) if one["title"] == "Proef oud")
    rename(session, guide, "proef-nieuw", actor=ACTOR)
    change(session, "proef-nieuw", "Vooraf!\n\n## Wat wij deden\n\nWij vroegen het.", correction=True)
    session.commit()
    (after,) = [one for one in entries(client) if one["title"] == "Proef oud"]
    assert (after["id"], after["updated"]) == (mine["id"], mine["updated"])
    assert after["link"] == "http://localhost/kennisbank/proef-nieuw"


def test_a_guide_that_ended_is_told_with_the_reason_and_where_to_go(client: FlaskClient, session: Session) -> None:
    guide = publish(session, "proef-weg", title="Proef weg")
    session.flush()
    withdraw(session, guide, "De regels zijn veranderd.", "thema-klimaat", actor=ACTOR)
    session.commit()
    told = [one for one in entries(client) if one["title"] == "Proef weg"]
    assert [one["summary"] for one in told] == [
        "Deze gids is ingetrokken. Reden: De regels zijn veranderd. "
        "Lees in plaats daarvan: http://localhost/kennisbank/thema-klimaat"
    ]


@pytest.mark.parametrize("path", [ALL, "/themas/klimaat/atom.xml", "/en/kennisbank/atom.xml"])
def test_a_reader_of_feeds_gets_nothing_twice(client: FlaskClient, session: Session, path: str) -> None:
    mark = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": mark}).status_code == 304
    publish(session, "proef-anders", title="Proef anders", themes=("klimaat",))
    session.commit()
    fresh = client.get(path, headers={"If-None-Match": mark})
    assert (fresh.status_code, "Proef anders" in fresh.text) == (200, True)
    assert fresh.headers["Cache-Control"] == "no-cache"


def test_pages_name_their_feed(client: FlaskClient) -> None:
    link = '<link rel="alternate" type="application/atom+xml"'
    for path, feed in (
        ("/kennisbank", ALL),
        ("/themas/keten", "/themas/keten/atom.xml"),
        ("/kennisbank/thema-keten", ALL),
    ):
        head = client.get(path).text.partition("</head>")[0]
        assert f'href="{feed}"' in head, path
        assert link in head
    assert f'<a href="{ALL}"' in client.get("/kennisbank").text
    english = fromstring(client.get("/en/kennisbank/atom.xml").data)
    assert english.get(LANGUAGE) == "en"
    assert client.get("/themas/bestaat-niet/atom.xml").status_code == 404
