"""/zoeken/suggesties: names from the database, as they are now; for strangers too, and never a write."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import today
from common.ledger import SYSTEM, record
from registry.authorities.reading import find_authority, version_on
from tests.website.test_search_page import publish


def names(client: FlaskClient, typed: str, path: str = "/zoeken/suggesties") -> list[str]:
    response = client.get(path, query_string={"q": typed})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return [found["name"] for found in response.json["found"]]  # type: ignore[index]


def test_names_come_with_their_kind_and_their_page(client: FlaskClient) -> None:
    found = client.get("/zoeken/suggesties?q=texel").json["found"]  # type: ignore[index]
    assert found == [{"name": "Gemeente Texel", "kind": "Gemeente", "path": "/deelnemers/gemeente-texel"}]
    assert names(client, "den ha")[0] == "Gemeente 's-Gravenhage (Den Haag)"
    assert names(client, "actiep") == ["Een actieplan schrijven dat wordt uitgevoerd"]
    assert "bestaat niet meer" in client.get("/zoeken/suggesties?q=boxmeer").text


def test_in_english_names_lead_to_english_pages(client: FlaskClient) -> None:
    found = client.get("/en/zoeken/suggesties?q=manifest").json["found"]  # type: ignore[index]
    assert found[0]["name"].startswith(("MVI Manifesto", "MVOI Manifesto"))
    assert all(one["path"].startswith("/en/") for one in found)


def test_one_letter_and_nonsense_give_nothing(client: FlaskClient) -> None:
    for typed in ("", "t", "%_", "\x00\x00", "zq" * 500, "<script>"):
        assert names(client, typed) == []


def test_a_change_shows_at_the_next_letter(client: FlaskClient, session: Session) -> None:
    assert names(client, "kwispel") == []
    authority = find_authority(session, "gemeente-texel")
    assert authority is not None
    version_on(authority, today()).name = "Gemeente Kwispelstaart"
    record(session, "authority.changed", f"authority:{authority.code}", {}, actor=SYSTEM)
    session.commit()
    assert names(client, "kwispel") == ["Gemeente Kwispelstaart"]
    publish(session, "thema-klimaat", "Nog een tekst.", title="Kwispelen met beleid")
    assert names(client, "kwispel") == ["Kwispelen met beleid", "Gemeente Kwispelstaart"]


def test_what_changes_no_name_reads_no_names_again(app: Flask, client: FlaskClient, session: Session) -> None:
    names(client, "texel")
    before = app.extensions["suggestions"].names(session)
    record(session, "report.published", "report:gm0448/mvoi-2022-2025/2024", {}, actor=SYSTEM)
    session.commit()
    assert names(client, "texel") == ["Gemeente Texel"]
    assert app.extensions["suggestions"].names(session) is before
