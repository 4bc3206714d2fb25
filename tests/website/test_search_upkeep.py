"""What the index takes in, and when: every kind, what speaks of it, and never so that somebody waits for it."""

import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import today
from common.database import Database
from common.ledger import SYSTEM, record
from kb.guides.models import EndingKind, Guide, GuideAddress, GuideEnding
from kb.search.documents import Asked
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.plans.models import Ambition
from tests.website.test_search_page import index_of
from website.search_upkeep import bring_up_to_date, keep_up


def engine_of(app: Flask) -> Any:
    database: Database = app.extensions["database"]
    return database.engine


@pytest.mark.parametrize(
    ("typed", "kind", "path"),
    [
        ("standaardcontracten keten ambitie", "ambition", "/deelnemers/"),
        ("vraag E10", "question", "/vragenlijsten/"),
        ("mvoi manifest", "agreement", "/afspraken/"),
        ("terugkijken en bijsturen", "example", "/kennisbank/"),
        ("marktvisie", "buyer_group", "/buyer-groups/"),
        ("pilot", "example", "/buyer-groups/"),
    ],
)
def test_every_kind_is_found_and_leads_to_a_page_that_has_the_place(
    app: Flask, client: FlaskClient, typed: str, kind: str, path: str
) -> None:
    hits = index_of(app).search(typed, Asked(kinds=(kind,))).hits
    hit = next(one for one in hits if one.path.startswith(path))
    address, _, anchor = hit.path.partition("#")
    page = client.get(address)
    assert page.status_code == 200
    for place in filter(None, (anchor, hit.anchor)):
        assert f'id="{place}"' in page.text


def test_a_change_is_taken_in_wherever_it_is_spoken_of(app: Flask, session: Session) -> None:
    index = index_of(app)
    ambition = next(hit for hit in index.search("standaardcontracten", Asked(kinds=("ambition",))).hits)
    code = ambition.key.partition(":")[2].partition("/")[0]
    authority = session.scalars(select(Authority).where(Authority.code == code)).one()
    version_on(authority, today()).name = "Gemeente Zwaluwveer"
    record(session, "authority.changed", f"authority:{code}", {}, actor=SYSTEM)
    session.commit()
    assert bring_up_to_date(session, index)
    found = {hit.kind for hit in index.search("zwaluwveer").hits}
    assert found == {"authority", "ambition"}
    assert index.search("zwaluwveer", Asked(kinds=("ambition",), themes=("keten",))).total == 1


def test_what_a_plan_no_longer_says_is_gone(app: Flask, session: Session) -> None:
    index = index_of(app)
    before = index.search("standaardcontracten", Asked(kinds=("ambition",)))
    kept = session.scalars(select(Ambition).where(Ambition.aim.contains("standaardcontracten"))).all()
    for one in kept:
        one.aim = "Wij tellen ooievaars."
    plans = {one.plan_version.plan for one in kept}
    for plan in plans:
        record(session, "plan.revised", f"plan:{plan.authority.code}/{plan.agreement.slug}", {}, actor=SYSTEM)
    session.commit()
    bring_up_to_date(session, index)
    assert index.search("standaardcontracten", Asked(kinds=("ambition",))).total == 0
    assert index.search("ooievaar").total == before.total


def test_a_guide_that_ended_or_moved_leaves_nothing_behind(app: Flask, session: Session) -> None:
    index = index_of(app)
    ended = session.scalars(select(Guide).where(Guide.slug == "thema-klimaat")).one()
    session.add(GuideEnding(guide_id=ended.id, kind=EndingKind.UNPUBLISHED, reason="x", recorded_role="redacteur"))
    moved = session.scalars(select(Guide).where(Guide.slug == "thema-circulair")).one()
    session.add(GuideAddress(guide_id=moved.id, slug="thema-circulair"))
    moved.slug = "circulair-inkopen"
    record(session, "guide.unpublished", "guide:thema-klimaat", {}, actor=SYSTEM)
    record(session, "guide.renamed", "guide:circulair-inkopen", {}, actor=SYSTEM)
    session.commit()
    bring_up_to_date(session, index)
    paths = {hit.path for hit in index.search("thema", Asked(kinds=("guide",))).hits}
    assert "/kennisbank/circulair-inkopen" in paths
    assert not paths & {"/kennisbank/thema-klimaat", "/kennisbank/thema-circulair"}


def test_nobody_waits_long_for_an_index_that_is_made_anew(app: Flask) -> None:
    index, engine = index_of(app), engine_of(app)
    index.forget()
    with index.writing():  # another process is at it
        begun = time.monotonic()
        assert not keep_up(engine, index, wait=0.05)
        assert time.monotonic() - begun < 1.0
    assert keep_up(engine, index, wait=60.0) or keep_up(engine, index, wait=60.0)
    assert index.search("klimaat").total


def test_a_change_does_not_wait_for_a_writer_of_the_index(app: Flask, session: Session) -> None:
    record(session, "guide.published", "guide:thema-klimaat", {}, actor=SYSTEM)
    session.commit()
    with index_of(app).writing():
        begun = time.monotonic()
        assert not keep_up(engine_of(app), index_of(app), wait=0.05)
        assert time.monotonic() - begun < 1.0
    assert keep_up(engine_of(app), index_of(app), wait=0.05)
