"""Measures reading at another day or moment against reading now, and the list of changes with 10,000 versions.

    .venv/bin/python tools/measure_times.py

It sets up a site of its own in a temporary folder with 400 signatories, and corrects signatures until 10,000 versions were
superseded. Every page is made anew (another text each time), in one process, in turns, and each past reading asks for a
moment of its own. So ratios are within one run.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 60
VERSIONS = 10_000
LIST = "/deelnemers?afspraak=voorbeeldafspraak"

PAGES = {
    "list, today": f"{LIST}&q=e{{n}}",
    "list, today, all rows": f"{LIST}&sorteer=-naam&x={{n}}",
    "list, another day": f"{LIST}&sorteer=-naam&geldigOp={{day}}",
    "list, a past moment": f"{LIST}&sorteer=-naam&beschikbaarOp={{moment}}",
    "CSV, today": "/deelnemers.csv?afspraak=voorbeeldafspraak&x={n}",
    "CSV, a past moment": "/deelnemers.csv?afspraak=voorbeeldafspraak&beschikbaarOp={moment}",
    "authority, today": "/deelnemers/gemeente-lindenveen?x={n}",
    "authority, a past moment": "/deelnemers/gemeente-lindenveen?beschikbaarOp={moment}",
    "changes, first page": "/wijzigingen?x={n}",
    "changes, page 150": "/wijzigingen?pagina=150&x={n}",
    "changes, with what is new": "/wijzigingen?nieuw=ja&x={n}",
    "changes, one authority": "/wijzigingen?organisatie=gemeente-lindenveen&x={n}",
}


def prepare(data: Path) -> None:
    """Set up a site with 400 signatories and 10,000 corrections of signatures."""
    os.environ["MANIFESTKOMPAS_DATA"] = str(data)
    os.environ.setdefault("MANIFESTKOMPAS_RATE_LIMITS", "off")
    sys.path.insert(0, str(ROOT))
    from tools.many_signatories import add_signatories, add_versions

    add_signatories(400)
    add_versions(VERSIONS)


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        from common.clock import now, today
        from website.factory import create_app

        app = create_app()
        app.logger.disabled = True
        client = app.test_client()
        # What today's reader gets is kept until the register changes; a past moment that nobody asked for is not.
        times: dict[str, list[float]] = {name: [] for name in PAGES}
        for number in range(ROUNDS + 5):
            for name, path in PAGES.items():
                moment = (now() - timedelta(microseconds=number + 1, hours=1)).isoformat().replace("+00:00", "Z")
                address = path.format(n=number, day=today() - timedelta(days=number + 1), moment=moment)
                if name == "list, today, all rows":
                    app.extensions["snapshots"]._values.clear()
                start = time.perf_counter()
                answer = client.get(address, follow_redirects=True)
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
