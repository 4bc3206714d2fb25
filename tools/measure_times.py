"""Measures reading at another day or moment against reading now, and the list of changes with 10,000 versions.

    .venv/bin/python tools/measure_times.py

It sets up a site of its own in a temporary folder with 400 signatories, and corrects signatures until 10,000 versions
were superseded. Every page is made anew (what was kept is thrown away before each), in one process, in turns. The past
moment lies after the signatories came and before the corrections. Ratios are within one run.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 30
VERSIONS = 10_000
LIST = "/deelnemers?afspraak=voorbeeldafspraak"

PAGES = {
    "list, today": f"{LIST}",
    "list, another day": f"{LIST}&geldigOp={{day}}",
    "list, a past moment": f"{LIST}&beschikbaarOp={{moment}}",
    "CSV, today": "/deelnemers.csv?afspraak=voorbeeldafspraak",
    "CSV, a past moment": "/deelnemers.csv?afspraak=voorbeeldafspraak&beschikbaarOp={moment}",
    "authority, today": "/deelnemers/gemeente-lindenveen",
    "authority, a past moment": "/deelnemers/gemeente-lindenveen?beschikbaarOp={moment}",
    "changes, first page": "/wijzigingen",
    "changes, page 150": "/wijzigingen?pagina=150",
    "changes, with what is new": "/wijzigingen?nieuw=ja",
    "changes, one authority": "/wijzigingen?organisatie=gemeente-lindenveen",
}


def prepare(data: Path) -> datetime:
    """Set up a site with 400 signatories and 10,000 corrections of signatures; return the moment between."""
    os.environ["MANIFESTKOMPAS_DATA"] = str(data)
    os.environ.setdefault("RATE_LIMITS", "0")
    sys.path.insert(0, str(ROOT))
    from tools.many_signatories import add_signatories, add_versions

    add_signatories(400)
    between = datetime.now(UTC)
    add_versions(VERSIONS)
    return between


def forget(app: Any) -> None:
    """Throw away every page and value that was kept, as if the ledger had moved."""
    for function in app.before_request_funcs[None]:
        cache = getattr(function, "__self__", None)
        for kept in ("_now", "_other_days"):
            if hasattr(cache, kept):
                getattr(cache, kept)._values.clear()
    for name in ("snapshots", "other_snapshots"):
        app.extensions[name]._values.clear()


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        between = prepare(Path(folder))
        from common.clock import today
        from website.factory import create_app

        app = create_app()
        logging.disable(logging.CRITICAL)
        client = app.test_client()
        times: dict[str, list[float]] = {name: [] for name in PAGES}
        moment = between.isoformat().replace("+00:00", "Z")
        for number in range(ROUNDS + 5):
            for name, path in PAGES.items():
                address = path.format(day=today() - timedelta(days=1), moment=moment)
                forget(app)
                start = time.perf_counter()
                answer = client.get(address)
                took = 1000 * (time.perf_counter() - start)
                if answer.status_code != 200:
                    raise SystemExit(f"{address}: {answer.status_code}")
                if number >= 5:
                    times[name].append(took)
        print(f"{'page':32} {'median ms':>9} {'p95 ms':>8}")
        for name, values in times.items():
            print(f"{name:32} {statistics.median(values):9.1f} {statistics.quantiles(values, n=20)[-1]:8.1f}")


if __name__ == "__main__":
    main()
