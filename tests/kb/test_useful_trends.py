"""Answers added up: per guide, month and version; a change of the share only where there are enough answers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from common import clock
from kb.discussion.models import UsefulVote
from kb.discussion.useful import forget_sentences, hide
from kb.discussion.useful_trends import FEWEST, Tally, of_guide, overview
from kb.guides.models import Guide
from tests.factories_votes import ACTOR, GUIDE, add_vote, guide_id

DAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def without_the_answers_of_the_example(session: Session) -> None:
    session.execute(delete(UsefulVote))


def votes(session: Session, first: int, yes: int, no: int, ago: int) -> None:
    for number in range(yes + no):
        add_vote(session, first + number, useful=number < yes, ago=ago + (clock.today() - DAY).days)
    session.flush()


def test_a_change_shows_from_five_answers_in_both_periods(session: Session) -> None:
    votes(session, 100, yes=4, no=1, ago=3)
    votes(session, 200, yes=2, no=FEWEST - 3, ago=40)
    (row,) = overview(session, DAY).rows
    assert (row.slug, row.now, row.before, row.change) == (GUIDE, Tally(4, 1), Tally(2, 2), None)
    votes(session, 300, yes=0, no=1, ago=59)
    (row,) = overview(session, DAY).rows
    assert (row.before.share, row.change) == (40, 40)


def test_answers_of_the_last_day_of_a_period_count_once(session: Session) -> None:
    votes(session, 100, yes=1, no=0, ago=29)
    votes(session, 200, yes=1, no=0, ago=30)
    votes(session, 300, yes=1, no=0, ago=60)
    votes(session, 400, yes=1, no=0, ago=365)
    (row,) = overview(session, DAY).rows
    assert (row.now.all, row.before.all, row.year.all) == (1, 1, 3)


def test_months_have_their_own_answers_also_over_new_year(session: Session) -> None:
    guide = session.get_one(Guide, guide_id(session))
    votes(session, 100, yes=3, no=3, ago=(DAY - date(2025, 12, 31)).days)
    votes(session, 200, yes=6, no=0, ago=(DAY - date(2026, 1, 1)).days)
    months = {one.first: one for one in of_guide(session, guide, DAY).months}
    assert len(months) == 12
    assert months[date(2025, 12, 1)].tally == Tally(3, 3)
    assert (months[date(2026, 1, 1)].tally.share, months[date(2026, 1, 1)].change) == (100, 50)
    assert (months[date(2026, 2, 1)].tally.share, months[date(2026, 2, 1)].change) == (None, None)


def test_the_guides_that_readers_like_least_can_stand_first_and_pages_end(session: Session) -> None:
    votes(session, 100, yes=9, no=1, ago=1)
    session.add(
        UsefulVote(id=1, guide_id=guide_id(session, "thema-klimaat"), revision_number=1, useful=False, day=DAY)
    )  # fmt: skip
    session.flush()
    assert [row.slug for row in overview(session, DAY).rows] == [GUIDE, "thema-klimaat"]
    assert [row.slug for row in overview(session, DAY, "aandeel").rows] == ["thema-klimaat", GUIDE]
    assert overview(session, DAY, "kwaad", 99).page == 1
    session.execute(delete(UsefulVote))
    assert (overview(session, DAY).rows, overview(session, DAY).pages) == ([], 1)


def test_words_go_after_two_years_or_a_month_after_they_were_hidden_and_answers_stay(session: Session) -> None:
    guide = session.get_one(Guide, guide_id(session))
    for number, ago in ((1, 731), (2, 10), (3, 10)):
        add_vote(session, number, sentence="Fijn.", ago=ago)
    session.flush()
    with clock.frozen_at(clock.now() - timedelta(days=32)):
        hide(session, session.get_one(UsefulVote, 2), guide, "Een naam.", actor=ACTOR)
    session.flush()
    assert forget_sentences(session, clock.now() - timedelta(days=730)) == 2
    session.expire_all()
    kept = {number: session.get_one(UsefulVote, number).sentence for number in (1, 2, 3)}
    assert kept == {1: None, 2: None, 3: "Fijn."}
    assert of_guide(session, guide, clock.today()).all == Tally(3, 0)
