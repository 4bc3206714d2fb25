"""Tampers with a ledger as somebody with the whole database could, and asks both verifiers what they see."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from click.testing import Result
from flask import Flask

from common.database import Database
from common.ledger_hashing import GENESIS, content_hash, entry_hash, sha256
from website.config import ROOT


def raw(app: Flask) -> sqlite3.Connection:
    """Open the database past the site, without the triggers that guard the ledger."""
    database: Database = app.extensions["database"]
    database.close()
    database.engine.dispose()
    connection = sqlite3.connect(str(app.extensions["settings"].data / "manifestkompas.sqlite"), isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def opened(connection: sqlite3.Connection) -> int:
    """Return the number of an entry that the public log shows in full, somewhere in the middle."""
    found = connection.execute("SELECT MIN(seq) FROM ledger_entry WHERE event = 'report.published' AND seq > 200")
    return int(found.fetchone()[0])


def flip(connection: sqlite3.Connection, number: int) -> None:
    """Change one figure in an entry, and its own hash of it as well."""
    (payload,) = connection.execute("SELECT payload FROM ledger_entry WHERE seq = ?", (number,)).fetchone()
    changed = json.dumps({**json.loads(payload), "number": 9}, sort_keys=True, separators=(",", ":"))
    values = (changed, sha256(changed), number)
    connection.execute("UPDATE ledger_entry SET payload = ?, payload_hash = ? WHERE seq = ?", values)


def leave_out(connection: sqlite3.Connection, number: int) -> None:
    """Delete one entry."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM ledger_entry WHERE seq = ?", (number,))


def swap(connection: sqlite3.Connection, number: int) -> None:
    """Let two entries that follow each other change places."""
    for old, new in ((number, -1), (number + 1, number), (-1, number + 1)):
        connection.execute("UPDATE ledger_entry SET seq = ? WHERE seq = ?", (new, old))


def cut(connection: sqlite3.Connection, number: int) -> None:
    """Take away an entry and all that follow it."""
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("ledger_entry", "ledger_fingerprint", "ledger_salt"):
        connection.execute(f"DELETE FROM {table} WHERE seq >= ?", (number,))  # noqa: S608  # the names above


def rewrite(connection: sqlite3.Connection, number: int) -> None:
    """Change an entry and give it, and all after it, hashes that fit again."""
    flip(connection, number)
    previous = GENESIS
    connection.row_factory = sqlite3.Row
    for row in connection.execute("SELECT * FROM ledger_entry ORDER BY seq").fetchall():
        entry: Any = SimpleNamespace(**dict(row))
        entry.recorded_at = moment(entry.recorded_at)
        entry.payload_hash, entry.previous_hash = sha256(entry.payload), previous
        entry.content_hash = content_hash(entry)
        previous = entry_hash(entry)
        values = (entry.payload_hash, entry.content_hash, entry.previous_hash, previous, entry.seq)
        change = "SET payload_hash = ?, content_hash = ?, previous_hash = ?, hash = ? WHERE seq = ?"
        connection.execute(f"UPDATE ledger_entry {change}", values)


def moment(written: str) -> Any:
    """Read a moment as SQLite keeps it: in UTC, without saying so."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def command(app: Flask, *arguments: object) -> Result:
    """Run `flask ledger ...`."""
    return app.test_cli_runner().invoke(args=["ledger", *map(str, arguments)])


def keep(app: Flask, folder: Path, name: str = "kept.json") -> Path:
    """Keep the checkpoints that the site publishes, outside it."""
    path = folder / name
    path.write_text(app.test_client().get("/integriteit/checkpoints.json").text)
    return path


def outside(app: Flask, folder: Path, *arguments: object, log: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Let the program that knows nothing of our code look at a log, or at what the site has now, shut off from us."""
    if log is None:
        log = folder / "log.jsonl"
        log.write_bytes(app.test_client().get("/integriteit/grootboek.jsonl").data)
    program = [sys.executable, "-I", str(ROOT / "tools" / "verify_ledger.py"), str(log), *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd=folder)
