"""A theme seen whole, and who applies a guide: what the register and the knowledge base hold, each with its reason."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock
from common.vocabulary import vocabulary
from kb.guides.ending import withdraw
from kb.guides.models import Guide
from kb.guides.reading import public_cards
from registry.authorities.models import Authority
from registry.reports.models import Publication
from tests.factories_participants import words
from tests.factories_votes import ACTOR, add_example, publish
from website.example.practice import SLUG
from website.themes.practice import Example, Group, PlanText, Practice, Who, belongs_to, who_applies

EXAMPLE = "?afspraak=voorbeeldafspraak"
TORENHAVEN = Who("gemeente-torenhaven", "Gemeente Torenhaven", False)


def main_of(client: FlaskClient, path: str) -> str:
    page = client.get(path).text
    return page[page.index("<main") : page.index("</main>")]


def test_every_theme_has_its_page_and_each_page_leads_on(client: FlaskClient) -> None:
    index = client.get("/themas").text
    for code in vocabulary().themes:
        assert f'href="/themas/{code}"' in index
        page = main_of(client, f"/themas/{code}")
        for path in (f"/kennisbank?thema={code}", f"/ambities?thema={code}", f"/themas/{code}/atom.xml"):
            assert path in page, path
    assert client.get("/themas/bestaat-niet").status_code == 404
    assert client.get("/themas/klimaat?afspraak=bestaat-niet").status_code == 404
    assert 'href="/themas/klimaat"' in client.get("/").text


@pytest.mark.parametrize("start", ["", "/en"])
def test_a_theme_counts_a_guide_and_its_translation_once_as_the_list_does(client: FlaskClient, start: str) -> None:
    index = client.get(f"{start}/themas").text
    for code in vocabulary().themes:
        listed = re.findall(r"(\d+) (?:gidsen|guides)\b", client.get(f"{start}/kennisbank?thema={code}").text)[-1]
        tile = re.search(r'class="tile__fi\w+">(\d+)<', client.get(f"{start}/themas/{code}").text)
        card = re.search(rf'href="{start}/themas/{code}".*?(\d+) (?:gidsen|guides)\b', index, re.DOTALL)
        assert tile
        assert card
        assert (tile[1], card[1]) == (listed, listed), code
    assert "/kennisbank/theme-" not in client.get("/themas/klimaat").text


def test_a_theme_shows_its_guides_first_and_ambitions_by_level_and_kind(client: FlaskClient) -> None:
    page = words(main_of(client, f"/themas/circulair{EXAMPLE}"))
    listed = client.get("/ambities?afspraak=voorbeeldafspraak&thema=circulair").text
    assert page.index("Thema circulair, ook biobased") < page.index("Een actieplan schrijven")
    climate = main_of(client, "/themas/klimaat")
    first = re.findall(r'class="link-card__title"><a href="([^"]+)"', climate)
    guides = [client.get(f"{path}?thema=klimaat").text for path in first]
    assert [re.findall(r"Gids (\d+) van", guide) for guide in guides] == [[str(place)] for place in range(1, 7)]
    assert 'href="/mijn/voorstellen/nieuw"' in climate
    for level in ("Ambitieus", "Significant", "Basis"):
        assert level in page
    chosen = int(re.findall(r"openbare ambities (\d+)", page)[0])
    assert f"{chosen} ambities" in words(listed)
    assert re.search(r"Van \d+ van de \d+ deelnemers is bekend", page)
    assert "Waterschappen" in page


def test_a_theme_adds_up_figures_with_how_many_reports_gave_them(client: FlaskClient, session: Session) -> None:
    page = words(main_of(client, f"/themas/circulair{EXAMPLE}"))
    assert re.search(r"Bespaarde grondstoffen ton [\d.,]+ uit \d+ rapportages", page)
    assert re.search(r"Aanbestedingen met criteria per thema aantal · gevraagd per thema", page)
    year = int(re.findall(r"Opgeteld uit openbare rapportages: \d+ over (\d{4})", page)[0])
    shown = session.scalars(select(Publication.id).where(Publication.superseded_at.is_(None))).all()
    session.rollback()
    counted = [int(number) for number in re.findall(r"(\d+) over \d{4}", page)]
    assert sum(counted) <= len(shown)
    assert year >= 2020


def test_a_theme_without_anything_says_so_and_calls_nothing_zero(client: FlaskClient) -> None:
    page = words(main_of(client, "/themas/klimaat"))
    assert "nog geen rapportage openbaar. Daarom staan hier geen cijfers." in page
    assert "Dat zegt niet dat zij niets doen" in page or "is bekend hoe ver" in page


def test_on_another_day_only_the_register_shows(client: FlaskClient) -> None:
    page = main_of(client, "/themas/klimaat?geldigOp=2024-01-01")
    assert "Gidsen zijn er alleen zoals zij nu zijn." in words(page)
    assert "Thema klimaat" not in words(page)
    assert "/kennisbank/" not in page
    early = client.get("/themas/klimaat?beschikbaarOp=2020-01-01")
    assert (early.status_code, "Nog geen afspraak" in early.text) == (200, True)


def test_a_good_example_shows_at_its_guide_its_theme_and_its_authority(client: FlaskClient, session: Session) -> None:
    code = session.scalars(select(Authority.code).where(Authority.slug == "gemeente-alkmaar")).one()
    add_example(session, code, "alkmaar-stoelen", "Stoelen <uit> Alkmaar", product_groups=("kantoormeubilair",))
    session.commit()
    for path in ("/kennisbank/alkmaar-stoelen", "/kennisbank/thema-circulair", "/themas/circulair"):
        assert "Alkmaar" in words(main_of(client, path)), path
    page = client.get("/deelnemers/gemeente-alkmaar").text
    assert "Stoelen &lt;uit&gt; Alkmaar" in page
    assert 'href="/kennisbank/alkmaar-stoelen"' in page
    assert "Alkmaar" not in words(main_of(client, "/kennisbank/thema-klimaat"))


def test_an_example_that_ended_shows_nowhere_and_still_on_the_day_before(client: FlaskClient, session: Session) -> None:
    guide = session.scalars(select(Guide).where(Guide.slug == SLUG)).one()
    page = "/deelnemers/gemeente-lindenveen"
    assert "Zestig opgeknapte bureaus" in client.get(page).text
    then = clock.now()
    withdraw(session, guide, "Het bleek anders.", None, actor=ACTOR)
    session.commit()
    assert "Zestig opgeknapte bureaus (voorbeeld)" not in client.get(page).text
    assert SLUG not in main_of(client, "/themas/circulair")
    with clock.frozen_at(then.replace(year=then.year + 1)):
        moment = then.isoformat().replace("+00:00", "Z")
        assert "Zestig opgeknapte bureaus" in client.get(f"{page}?beschikbaarOp={moment}").text
        assert "Zestig opgeknapte bureaus" not in client.get(f"{page}?geldigOp=2020-01-01").text


def test_a_draft_of_an_example_shows_nowhere(app: Flask, session: Session) -> None:
    code = session.scalars(select(Authority.code).where(Authority.slug == "gemeente-alkmaar")).one()
    guide = add_example(session, code, "alkmaar-geheim", "Geheim van Alkmaar")
    for revision in guide.revisions:
        revision.published_at = None
    session.commit()
    client = app.test_client()
    for path in ("/themas/circulair", "/deelnemers/gemeente-alkmaar", "/kennisbank/thema-circulair"):
        assert "Geheim van Alkmaar" not in client.get(path).text, path


@pytest.fixture
def practice() -> Practice:
    """One of each kind, around the guides of the climate and the ladder."""
    group = Group(
        "proefgroep", {"nl": "Proef"}, frozenset({"thema-klimaat"}), None, False, False, (TORENHAVEN,),
        (("Zestig bureaus", Who("b", "B", True)),),
    )  # fmt: skip
    plan = PlanText("Wij vragen de CO2-Prestatieladder.", "wij vragen de co2 prestatieladder", TORENHAVEN, "proef")
    return Practice((), (group,), (plan,))


def test_each_reason_is_told_and_invented_authorities_come_last(session: Session, practice: Practice) -> None:
    cards = {
        card.slug: card for card in public_cards(session, ["thema-klimaat", "co2-prestatieladder", "buyer-groups"])
    }
    climate = who_applies(cards["thema-klimaat"], practice)
    assert [(one.who.name, [reason.kind for reason in one.reasons]) for one in climate] == [
        ("Gemeente Torenhaven", ["member"]), ("B", ["pilot"])
    ]  # fmt: skip
    (ladder,) = who_applies(cards["co2-prestatieladder"], practice)
    assert (ladder.reasons[0].kind, ladder.reasons[0].path) == ("plan", "/deelnemers/gemeente-torenhaven/plannen/proef")
    assert who_applies(cards["buyer-groups"], practice) == []


def test_an_example_belongs_to_what_it_is_about_and_not_to_all_themes(session: Session) -> None:
    publish(session, "proef-stoelen", title="Stoelen", kind="guide", product_groups=("kantoormeubilair",))
    wanted = ["proef-stoelen", "thema-circulair", "thema-klimaat", "actieplan-schrijven"]
    cards = {card.slug: card for card in public_cards(session, wanted)}
    one = Example(
        "x", "X", "", "nl", frozenset({"circulair"}), frozenset({"kantoormeubilair"}), frozenset(), TORENHAVEN
    )
    assert {slug for slug, card in cards.items() if belongs_to(one, card)} == {"proef-stoelen", "thema-circulair"}
    everything = Example(
        "y", "Y", "", "nl", frozenset(vocabulary().themes), frozenset(), frozenset({"thema-klimaat"}), TORENHAVEN
    )
    assert {slug for slug, card in cards.items() if belongs_to(everything, card)} == {"thema-klimaat"}
