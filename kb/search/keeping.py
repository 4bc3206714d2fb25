"""What stands beside the index in its folder: up to where it is, and the words of which compounds are made.

Written after the engine's own commit, and put in place in one move: after a kill at any moment it says what the index
held before, or what it holds now. What was taken in and is not told of is taken in once more, which changes nothing.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from common.ledger import sha256
from kb.search.schema import VERSION


@dataclass(frozen=True)
class Head:
    """The newest change of the ledger that the index holds: its number and its hash, and of which day it tells."""

    number: int
    hash: str = ""
    day: str = ""
    """On another day other names hold, and authorities have ended, without any change of the ledger."""


@dataclass(frozen=True)
class State:
    """What the file says; `parts` names the list of the parts of compounds."""

    head: Head
    parts: str = ""


class Keeping:
    """The files beside the index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = folder / "state.json"

    def read(self) -> State | None:
        """Return what the index holds; None when there is none that can be used."""
        try:
            kept: Mapping[str, Any] = json.loads(self._state.read_text())
            head = kept["head"]
            if kept["version"] != VERSION:
                return None
            return State(
                Head(int(head["number"]), str(head["hash"]), str(head.get("day", ""))), str(kept.get("parts", ""))
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def stamp(self) -> tuple[int, int] | None:
        """Return what tells one state from another without reading it; None when there is none."""
        try:
            found = self._state.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def write(self, state: State) -> None:
        """Put the state in place, after everything it speaks of has reached the disk."""
        for file in self.folder.iterdir():
            if file.suffix in {".seg", ".toc"}:
                _to_disk(file)
        kept = {"version": VERSION, "head": asdict(state.head), "parts": state.parts}
        self._replace(self._state, json.dumps(kept))

    def forget(self) -> None:
        """Say that there is no index."""
        self._state.unlink(missing_ok=True)

    def write_parts(self, parts: set[str]) -> str:
        """Keep the parts of compounds; return the name under which they are found."""
        text = "\n".join(sorted(parts))
        name = f"parts-{sha256(text)[:12]}.txt"
        self._replace(self.folder / name, text)
        return name

    def parts(self, name: str) -> list[str]:
        """Return the parts of compounds that were kept under a name. Raises OSError when they are gone."""
        return (self.folder / name).read_text().split("\n") if name else []

    def clear_parts(self, besides: str) -> None:
        """Throw the lists of earlier indexes away."""
        for file in self.folder.glob("parts-*.txt"):
            if file.name != besides:
                file.unlink(missing_ok=True)

    def _replace(self, file: Path, text: str) -> None:
        temporary = file.with_name(f"{file.name}.new")  # one process writes at a time
        temporary.write_text(text)
        _to_disk(temporary)
        temporary.replace(file)


def _to_disk(file: Path) -> None:
    try:
        number = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(number)
    finally:
        os.close(number)
