"""Whoever clicks on whatever in any order: the chain stays whole, and the four eyes are of two persons."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from common.database import Database
from tests.ledger.clicking import PEOPLE, Clicks, build
from tests.sites import make_site

Worlds = Callable[[], Clicks]
WHO = st.sampled_from(PEOPLE)


@pytest.fixture
def worlds(data_folder: Path, tmp_path: Path) -> Worlds:
    """Gives a new world, as often as is asked; each stands on a copy of one database."""
    accounts, numbers = build(data_folder), count()

    def another() -> Clicks:
        folder = tmp_path / f"world-{next(numbers)}"
        shutil.copytree(data_folder, folder)
        return Clicks(make_site(folder), accounts)

    return another


def close(world: Clicks) -> None:
    database: Database = world.app.extensions["database"]
    database.close()
    database.engine.dispose()
    shutil.rmtree(world.app.extensions["settings"].data)


def test_the_clicks_reach_what_they_are_for(worlds: Worlds) -> None:
    """Shows that the machine below can sign, confirm and publish, and that the same person may not do both."""
    world = worlds()
    executive, administrator, reviewer = PEOPLE[2:5]
    world.begin(executive)
    world.prepare(executive, "wie-tekent")
    world.put_signature(executive)
    world.judge(executive, "bevestigen")
    world.judge(administrator, "bevestigen")
    world.correct(executive, "")
    world.correct(administrator, "overnemen")
    world.hand_in(PEOPLE[1])
    world.review(PEOPLE[1], "nemen")
    world.review(reviewer, "nemen")
    world.review(reviewer, "publiceren")
    world.end(administrator)
    world.holds()
    assert world.done == {
        "bevestigen 422", "bevestigen 303", "overnemen 303", "nemen 422", "nemen 303", "publiceren 303",
        "beeindigen 303",
    }  # fmt: skip
    close(world)


def test_any_order_of_clicks_keeps_the_chain_whole_and_the_four_eyes_two_persons(worlds: Worlds) -> None:
    class AnyOrder(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.world = worlds()

        @rule(who=WHO, verb=st.sampled_from(("wie-tekent", "intrekken", "terugsturen")))
        def prepare(self, who: str, verb: str) -> None:
            self.world.begin(who)
            self.world.prepare(who, verb)

        @rule(who=WHO)
        def sign(self, who: str) -> None:
            self.world.put_signature(who)

        @rule(who=WHO, verb=st.sampled_from(("bevestigen", "weigeren")))
        def judge(self, who: str, verb: str) -> None:
            self.world.judge(who, verb)

        @rule(who=WHO, decides=st.sampled_from(("", "overnemen", "laten")))
        def correct(self, who: str, decides: str) -> None:
            self.world.correct(who, decides)

        @rule(who=WHO)
        def end(self, who: str) -> None:
            self.world.end(who)

        @rule(who=WHO)
        def hand_in(self, who: str) -> None:
            self.world.hand_in(who)

        @rule(who=WHO, verb=st.sampled_from(("nemen", "nemen", "publiceren", "vragen", "heropenen", "intrekken")))
        def review(self, who: str, verb: str) -> None:
            self.world.review(who, verb)

        @invariant()
        def holds(self) -> None:
            self.world.holds()

        def teardown(self) -> None:
            close(self.world)

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=3, stateful_step_count=12, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
