"""One process at a time for a piece of work: a lock that the system takes away when it dies, however it dies."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

# Any constants will do, as long as every process takes the same one for a work, and not the ledger's.
_NUMBERS = {"mail-sender": 20260102, "mail-digest": 20260103}


class SenderLock:
    """Held by the process that sends or writes the digests: a lock of PostgreSQL, or on a file beside SQLite."""

    def __init__(self, engine: Engine, folder: Path, work: str = "mail-sender") -> None:
        """No lock is taken yet."""
        self._engine = engine
        self._number = _NUMBERS[work]
        self._path = folder / f"{work}.lock"
        self._descriptor: int | None = None
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take the lock; False where another process has it."""
        if self._engine.dialect.name == "postgresql":
            return self._take_in_database()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def _take_in_database(self) -> bool:
        # Outside any transaction: the lock belongs to the connection, and a transaction may not stay open for days.
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}):
            connection.close()
            return False
        self._connection = connection
        return True

    def is_held(self) -> bool:
        """Whether the lock is still ours: with a connection that broke, PostgreSQL gives it to another."""
        if self._connection is None:
            return self._descriptor is not None
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._connection is not None:
            self._connection.invalidate()  # really closed: in the pool it would keep the lock
            self._connection.close()
            self._connection = None
