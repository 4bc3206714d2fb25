"""Values that hold until the next change. Every change is in the ledger, so its newest number says when."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from sqlalchemy.orm import Session

from common.ledger import public_head

T = TypeVar("T")


class SnapshotCache:
    """A small cache for one process; an entry counts only while the ledger stands where it stood."""

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, key: Hashable, build: Callable[[], T]) -> T:
        """Return the value under `key`, building it when the register changed since it was built."""
        head = public_head(session)
        value = self.find(head, key)
        if value is None:
            value = build()
            self.put(head, key, value)
        return cast(T, value)

    def find(self, head: int, key: Hashable) -> object | None:
        """Return what was kept under `key` when the ledger stood at `head`, or None."""
        with self._lock:
            found = self._values.get(key)
            if not found or found[0] != head:
                return None
            self._values.move_to_end(key)
            return found[1]

    def put(self, head: int, key: Hashable, value: object) -> None:
        """Keep a value that was made while the ledger stood at `head`."""
        with self._lock:
            self._values[key] = (head, value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
