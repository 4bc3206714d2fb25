"""A thousand random edits by four editors at one guide at a time: how many merge, how many clash, how many are lost.

python -m tools.measure_edits [--edits 1000]
"""

import argparse
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning
from sqlalchemy.orm import Session

from common.database import open_database
from tests.edit_storm import EDIT, Edit, storm
from website.migrating import migrate

AT_ONE_GUIDE = 25


def main() -> None:
    """Print what became of the edits, and the time of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    wanted: int = parser.parse_args().edits
    outcomes: Counter[str] = Counter()
    lost: list[str] = []
    warnings.simplefilter("ignore", NonInteractiveExampleWarning)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'edits.sqlite'}").engine
        migrate(engine)
        started = time.perf_counter()

        @settings(
            max_examples=-(-wanted // AT_ONE_GUIDE),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(st.lists(EDIT, min_size=AT_ONE_GUIDE, max_size=AT_ONE_GUIDE))
        def run(edits: list[Edit]) -> None:
            with Session(engine, expire_on_commit=False) as session:
                tally = storm(session, "storm", edits)
                session.rollback()
            outcomes.update(tally.outcomes)
            lost.extend(tally.lost)

        run()
        seconds = time.perf_counter() - started
    done = sum(outcomes.values())
    print(f"{done} edits: {dict(outcomes)}; texts lost: {len(lost)}; {1000 * seconds / done:.1f} ms an edit")


if __name__ == "__main__":
    main()
