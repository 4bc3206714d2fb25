"""Values that hold until the next change. Every change is in the ledger, so its newest number says when."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from sqlalchemy.orm import Session

from common.ledger import head_number

T = TypeVar("T")


class SnapshotCache:
    """A small cache for one process; an entry is dropped as soon as the ledger has moved."""

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, key: Hashable, build: Callable[[], T]) -> T:
        """Return the value under `key`, building it when the register changed since it was built."""
        head = head_number(session)
        with self._lock:
            found = self._values.get(key)
            if found and found[0] == head:
                self._values.move_to_end(key)
                return cast(T, found[1])
        value = build()
        with self._lock:
            self._values[key] = (head, value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
