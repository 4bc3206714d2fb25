"""The search index tells of today: a day on which names change or authorities end needs no change of the ledger."""

from datetime import date, datetime

from flask import Flask
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from common.ledger import SYSTEM, public_head
from registry.authorities import changing
from registry.authorities.models import Authority
from tests.factories_imports import add_municipality
from tests.website.test_search_page import index_of


def test_on_the_day_on_which_an_authority_ends_it_is_found_as_ended(app: Flask, session: Session) -> None:
    client, ends = app.test_client(), date(2026, 3, 10)
    with frozen_at(datetime(2026, 3, 9, 12, tzinfo=AMSTERDAM)):
        number = add_municipality(session, "vb7010", "Gemeente Zomergors").id
        session.commit()
        changing.end(session, session.get_one(Authority, number), ends, reason="Zo.", actor=SYSTEM)
        session.commit()
        before, head = client.get("/zoeken?q=zomergors").text, public_head(session)
        session.rollback()
        written = index_of(app).head()
        client.get("/zoeken?q=zomergors")
        assert index_of(app).head() == written  # once a day, and no more
    assert ("Gemeente Zomergors" in before, "bestaat niet meer" in before) == (True, False)
    with frozen_at(datetime(2026, 3, 10, 0, 1, tzinfo=AMSTERDAM)):
        assert "bestaat niet meer" in client.get("/zoeken?q=zomergors").text
        assert public_head(session) == head
