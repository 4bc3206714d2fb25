"""Measures the import of official TOOI registers: seconds, rows, and that a second run changes nothing.

    .venv/bin/python tools/measure_import.py /path/to/rwc_gemeenten_compleet_5.json

Each run reads the file, compares every row and writes, as `flask registry import-tooi --commit` does, in a new register
of its own: first one that is empty, then once more.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import website.tables
from common.database import open_database
from common.ledger import SYSTEM
from registry.imports.outcome import carry_out
from registry.imports.registers import plan_registers
from registry.imports.tooi import read_register
from website.migrating import migrate

assert website.tables.MODULES


def main(files: Sequence[str]) -> None:
    """Import twice and print what happened."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'register.sqlite'}")
        migrate(database.engine)
        for run in ("first", "second"):
            session, begin, busy = database.session(), time.perf_counter(), time.process_time()
            preview = plan_registers(session, [read_register(one, Path(one).read_bytes()) for one in files])
            carry_out(session, preview, reason="meting", actor=SYSTEM)
            session.commit()
            wall, processor = time.perf_counter() - begin, time.process_time() - busy
            told = ", ".join(f"{number} {deed.value}" for deed, number in preview.counts.items())
            sys.stdout.write(f"{run} run: {wall:.2f} s ({processor:.2f} s of the processor); {told}\n")
            database.close()
        database.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
