"""Content files: which were loaded, so that loading again costs nothing, and how to refuse a wrong one."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now
from common.database import Base
from common.errors import ContentError

FROM_FILE = "Nieuwe gegevens in het bronbestand."
"""The reason of a version that a changed file made; by it the loader knows its own versions from those of staff."""


class ContentLoad(Base):
    """A set of content files as it was last loaded."""

    __tablename__ = "content_load"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(default=now)


def changed(session: Session, name: str, files: Iterable[Path]) -> bool:
    """Say whether these files differ from what was loaded under `name`, and note them as loaded.

    The note is part of the transaction: a load that fails is not noted.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    found = session.get(ContentLoad, name)
    if found and found.sha256 == digest.hexdigest():
        return False
    if found:
        found.sha256, found.loaded_at = digest.hexdigest(), now()
    else:
        session.add(ContentLoad(name=name, sha256=digest.hexdigest()))
    return True


@dataclass(frozen=True)
class Row:
    """One row of a CSV file that knows where it stands, so that an error can say so."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str) -> str | None:
        """Return the value of a column, None where it is empty."""
        return self.values[column] or None

    def wrong(self, reason: str) -> ContentError:
        """Return the error that says what is wrong with this row."""
        return ContentError(self.file, self.line, reason)

    def day(self, column: str) -> date | None:
        """Return a date column; raise ContentError where it is not a date."""
        try:
            return date.fromisoformat(self[column]) if self[column] else None
        except ValueError as error:
            raise self.wrong(f"{column} is geen datum: {self[column]!r}") from error

    def number(self, column: str) -> int | None:
        """Return a whole-number column; raise ContentError where it is not one."""
        try:
            return int(self[column]) if self[column] else None
        except ValueError as error:
            raise self.wrong(f"{column} is geen geheel getal: {self[column]!r}") from error


def read_csv(path: Path, columns: Sequence[str], *, unique: str | None = None) -> Iterator[Row]:
    """Read a CSV file row by row, checking its header and, when asked, that a column has no doubles."""
    with io.StringIO(_text(path), newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise ContentError(path.name, 1, f"kolom ontbreekt: {', '.join(missing)}")
        seen: dict[str, int] = {}
        for values in reader:
            if None in values:
                raise ContentError(
                    path.name, reader.line_num, "te veel kolommen: staat een komma buiten aanhalingstekens?"
                )
            row = Row(path.name, reader.line_num, {key: (value or "").strip() for key, value in values.items() if key})
            if unique:
                key = row[unique]
                if key in seen:
                    raise row.wrong(f"{unique} {key!r} staat al op regel {seen[key]}")
                seen[key] = row.line
            yield row


def _text(path: Path) -> str:
    """Return the text of a file; a spreadsheet program may put a byte order mark before it."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ContentError(path.name, line, "dit is geen UTF-8") from error


def read_yaml(path: Path) -> Any:
    """Read a YAML file; raise ContentError with the line where it cannot be read."""
    try:
        return yaml.safe_load(_text(path))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ContentError(path.name, line, str(error.problem)) from error


@dataclass(frozen=True)
class Entry:
    """One entry of a list in a YAML file that knows on which line it begins."""

    file: str
    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        if name not in self.values:
            raise self.wrong(f"{name} ontbreekt")
        return self.values[name]

    def wrong(self, reason: str) -> ContentError:
        """Return the error that says what is wrong with this entry."""
        return ContentError(self.file, self.line, reason)

    def day(self, name: str) -> date | None:
        """Return a date; raise ContentError where it is something else."""
        value = self[name]
        if value is None or type(value) is date:
            return value
        raise self.wrong(f"{name} is geen datum: {value!r}")


def read_yaml_entries(path: Path, name: str) -> list[Entry]:
    """Read the list under `name` in a YAML file, each entry with its line."""
    data = read_yaml(path)
    root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next((node for key, node in pairs if key.value == name), None)
    if not isinstance(found, yaml.SequenceNode):
        raise ContentError(path.name, 1, f"lijst ontbreekt: {name}")
    entries = []
    for node, values in zip(found.value, data[name], strict=True):
        line = node.start_mark.line + 1
        if not isinstance(values, dict):
            raise ContentError(path.name, line, "dit is geen lijst van velden")
        entries.append(Entry(path.name, line, values))
    return entries
