"""Measures the status of 400 signatories with five obligations each: the pure rule, and with reading from the database.

    .venv/bin/python tools/measure_standings.py

It sets up a site of its own in a temporary folder and lets the example agreement have 400 signatories; each is asked a
plan and four reports, as if all had signed before the first year. Both are measured in one process.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 50
SIGNATORIES = 400
SLUG = "voorbeeldafspraak"


def prepare(data: Path) -> None:
    """Set up a site with 400 signatories, and start what is asked of them."""
    os.environ["MANIFESTKOMPAS_DATA"] = str(data)
    os.environ.setdefault("MANIFESTKOMPAS_RATE_LIMITS", "off")
    sys.path.insert(0, str(ROOT))
    from sqlalchemy import select

    from common.clock import today
    from common.ledger import SYSTEM
    from common.versions import AsOf
    from registry.agreements.models import Agreement
    from registry.agreements.reading import current_version
    from registry.editions.models import Edition
    from registry.obligations.starting import start_duties
    from registry.signatures.signatories import signatories
    from tools.many_signatories import add_signatories
    from website.factory import create_app

    add_signatories(SIGNATORIES)
    session = create_app().extensions["database"].session()
    agreement = session.scalars(select(Agreement).where(Agreement.slug == SLUG)).one()
    first = min(session.scalars(select(Edition.year).where(Edition.agreement_id == agreement.id)))
    ids = [one.authority_id for one in signatories(session, agreement.id, AsOf(today()))]
    start_duties(session, current_version(agreement), ids, date(first, 1, 1), actor=SYSTEM)
    session.commit()
    session.close()


def timed(work: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the milliseconds of each round by the wall clock and of the processor, after three to warm up."""
    found = []
    for _ in range(ROUNDS + 3):
        began, used = time.perf_counter(), time.process_time()
        work()
        found.append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)))
    return found[3:]


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        from common.clock import today
        from common.versions import AsOf
        from registry.agreements.reading import all_agreements
        from registry.obligations.reading import duties
        from registry.obligations.rule import standing
        from registry.participants.participants import list_participants
        from website.factory import create_app

        session = create_app().extensions["database"].session()
        agreement = next(one for one in all_agreements(session) if one.slug == SLUG)
        at = AsOf(today())
        terms = [one.term for one in duties(session, agreement_id=agreement.id)]
        measured = {
            "the rule alone": timed(lambda: [standing(term, None, at.day) for term in terms]),
            "read and judged, every participant": timed(lambda: list_participants(session, agreement, at)),
        }
        number = len(list_participants(session, agreement, at))
        print(f"{number} signatories, {len(terms)} obligations; {ROUNDS} rounds")
        print(f"{'':36} {'median ms':>9} {'p95 ms':>8} {'processor ms':>13}")
        for name, rounds in measured.items():
            wall, used = zip(*rounds, strict=True)
            p95 = statistics.quantiles(wall, n=20)[-1]
            print(f"{name:36} {statistics.median(wall):9.1f} {p95:8.1f} {statistics.median(used):13.1f}")


if __name__ == "__main__":
    main()
