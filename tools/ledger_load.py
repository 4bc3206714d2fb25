"""Measure the ledger: `verify` of many entries, and `write` by many processes at once, with a ledger and without one.

    python tools/ledger_load.py verify --entries 100000
    python tools/ledger_load.py write --writers 20 --entries 2000 [--url postgresql+psycopg://...]
    python tools/ledger_load.py kill --times 100

It makes databases of its own in a temporary folder; a PostgreSQL address must be of an empty database.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import configure_mappers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import website.tables  # noqa: E402, F401  (all tables; these need the line above)
from common.clock import now  # noqa: E402
from common.database import open_database  # noqa: E402
from common.ledger import SYSTEM, head_number, record  # noqa: E402
from common.ledger_verifying import walk  # noqa: E402
from website.migrating import migrate  # noqa: E402

ROW = "INSERT INTO site_check (checked_at, works) VALUES (:at, :works)"
"""A change like any other: what is written beside the ledger's entry, in one transaction."""


@dataclass(frozen=True)
class Written:
    """What many writers left."""

    seconds: float
    rows: int
    entries: int
    broken: int | None
    failed: int
    """Processes that ended with an error."""


def new_database(url: str) -> None:
    """Make the tables, and read the mapping of all of them: the processes that follow need not each do that again."""
    configure_mappers()
    database = open_database(url)
    migrate(database.engine)
    database.engine.dispose()


def in_processes(number: int, work: Callable[[], None]) -> int:
    """Do the work in so many processes at once; returns how many of them failed. They share no connection."""
    children = []
    for _number in range(number):
        child = os.fork()
        if not child:
            try:
                work()
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def write_some(url: str, times: int, *, with_ledger: bool = True) -> None:
    """Make changes, each in a transaction of its own."""
    database = open_database(url)
    for number in range(times):
        session = database.session()
        if with_ledger:
            mark = os.urandom(32).hex()
            record(session, "guide.published", f"guide:load-{number}", {"fingerprint": mark}, actor=SYSTEM)
        session.execute(text(ROW), {"at": now().replace(tzinfo=None), "works": True})
        session.commit()
        session.close()
    database.engine.dispose()


def write_at_once(url: str, writers: int, entries: int, *, with_ledger: bool = True) -> Written:
    """Let so many processes make so many changes together, and look at the ledger afterwards."""
    began = time.perf_counter()
    failed = in_processes(writers, lambda: write_some(url, entries // writers, with_ledger=with_ledger))
    seconds = time.perf_counter() - began
    database = open_database(url)
    session = database.session()
    rows = session.execute(text("SELECT COUNT(*) FROM site_check")).scalar_one()
    found = Written(seconds, rows, head_number(session), walk(session).broken, failed)
    database.close()
    database.engine.dispose()
    return found


def kill_between(url: str, times: int, *, commit: bool = False) -> None:
    """Let processes write a change and its entry, and kill each before it commits; with `commit` after it."""
    for number in range(times):
        child = os.fork()
        if not child:
            session = open_database(url).session()
            session.execute(text(ROW), {"at": now().replace(tzinfo=None), "works": True})
            record(session, "guide.published", f"guide:killed-{number}", {"fingerprint": "ab" * 32}, actor=SYSTEM)
            session.flush()
            if commit:
                session.commit()
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)


def fill(url: str, entries: int) -> None:
    """Write a long ledger, a thousand entries in a transaction."""
    database = open_database(url)
    session = database.session()
    for number in range(entries):
        record(session, "report.published", f"report:vb{number}/load/2025", {"number": 1, "n": number}, actor=SYSTEM)
        if number % 1000 == 999:
            session.commit()
            session.expunge_all()
    session.commit()
    database.close()
    database.engine.dispose()


def measure_verify(url: str, entries: int) -> None:
    """Write a long ledger in a child, so that this process stays small, and walk over it."""
    in_processes(1, lambda: fill(url, entries))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database = open_database(url)
    began = time.perf_counter()
    found = walk(database.session())
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"verify: {found.size} entries, broken {found.broken}, {seconds:.2f} s, {grown:.1f} MB more memory at most")


def measure_write(urls: Sequence[str], writers: int, entries: int) -> None:
    """Write with a ledger and without one, in turns, in the same run."""
    with_ledger = write_at_once(urls[0], writers, entries)
    without = write_at_once(urls[1], writers, entries, with_ledger=False)
    print(f"with a ledger: {with_ledger}\nwithout: {without}")
    pace, plain = entries / with_ledger.seconds, entries / without.seconds
    print(f"{pace:.0f} entries a second against {plain:.0f} without a ledger: ratio {pace / plain:.2f}")


def main() -> int:
    """Measure what the command line asks for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    options.add_argument("what", choices=("verify", "write", "kill"))
    options.add_argument("--entries", type=int, default=2000)
    options.add_argument("--writers", type=int, default=20)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--url", action="append", help="empty databases: one for verify and kill, two for write")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls = given.url or [f"sqlite:///{Path(folder) / name}.sqlite" for name in ("one", "two")]
        for url in urls[: 2 if given.what == "write" else 1]:
            new_database(url)
        if given.what == "verify":
            measure_verify(urls[0], given.entries)
        elif given.what == "write":
            measure_write(urls, given.writers, given.entries)
        else:
            began = time.perf_counter()
            kill_between(urls[0], given.times)
            print(f"{given.times} kills in {time.perf_counter() - began:.1f} s: {write_at_once(urls[0], 1, 1)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
