"""Compares what each way of filling in says of random answers: the fragment, submitting, a spreadsheet, and JSON.

    .venv/bin/python tools/measure_checks.py --count 2000

It sets up the example world in a temporary folder (or takes the one in --data) and lets hypothesis make sets of answers
to all questions of the open form: right and wrong ones, with every empty. Each set is checked in four ways, and each
answer is laid beside what the rules say when they are asked directly:

* the fragment that the browser gets when the form with all questions saves itself, read as a page;
* the page that answers an attempt to hand in: the points, with their fields, in order;
* a spreadsheet with these answers, written and read back; XLSX and ODS in turns;
* the answers as JSON, to be checked and not saved.

Of problems are compared: key, place, kind and whether it is hard; of pages the words and the fields.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERY = 200
SHOWN = 5
"""Sets that differ are printed up to this number."""


def main() -> int:
    """Print how many sets were compared and how many differ, by way; return 1 where one does."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--data", type=Path, help="a folder that flask setup made; it is copied")
    chosen = arguments.parse_args()
    sys.path.insert(0, str(ROOT))
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder) / "data", chosen.data, chosen.count)


def _measure(folder: Path, data: Path | None, count: int) -> int:
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.access_world import DEMO
    from tests.random_answers import answer_set
    from tests.sites import make_site, read_accounts, set_up_site, sign_in
    from tests.verdicts import compare, ways_of

    if data:
        shutil.copytree(data, folder)
    else:
        set_up_site(folder)
    site = make_site(folder)
    ways = ways_of(site, sign_in(site, read_accounts(folder)["coordinator"]), DEMO)
    differ: Counter[str] = Counter()
    sets, problems, started = 0, 0, time.monotonic()

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(answer_set(ways.questionnaire))
    def one_set(answers):  # type: ignore[no-untyped-def]
        nonlocal sets, problems
        found, wrong = compare(ways, answers, as_ods=sets % 2 == 1)
        sets, problems = sets + 1, problems + found
        if wrong and sum(differ.values()) < SHOWN:
            print(f"set {sets} differs in {', '.join(wrong)}: {answers}")
        differ.update(wrong)
        if sets % EVERY == 0:
            print(f"{sets} sets, {problems} problems, differ {sum(differ.values())}", flush=True)

    one_set()
    taken = time.monotonic() - started
    print(f"sets of answers: {sets}, problems in them: {problems}, seconds: {taken:.0f}")
    print(f"sets that differ: {sum(differ.values())}" + "".join(f"; {way} {number}" for way, number in differ.items()))
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
