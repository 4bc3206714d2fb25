"""What other parts of the site show at an authority: each brings a query, what reads its rows, and a template.

The register knows nothing of the knowledge base. So who stands above both adds his part when the site is put together
(kb/guides/beside.py is the same for guides). The queries go along in the one statement of `read_around`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from common.versions import AsOf

if TYPE_CHECKING:
    from flask import Flask

Query = Callable[[int, AsOf], Select[Any]]
Read = Callable[[Sequence[Any]], Any]
_KEY = "authorities_beside"


@dataclass(frozen=True)
class Part:
    """One part of an authority's page: its template, and what that template finds as `part`."""

    template: str
    value: Any


def add_beside_authority(app: "Flask", template: str, query: Query, read: Read) -> None:
    """Show `template` at every authority for which `read` makes something of the rows of `query` (id, times).

    It stands in the main column, after the buyer groups. The page is read at any day and moment: so is the query.
    """
    app.extensions.setdefault(_KEY, {})[template] = (query, read)


def queries_beside(app: "Flask", authority_id: int, at: AsOf) -> dict[str, Select[Any]]:
    """Return the query of each part, by its template."""
    added = app.extensions.get(_KEY, {})
    return {template: query(authority_id, at) for template, (query, _read) in added.items()}


def parts_beside_authority(app: "Flask", rows: Mapping[str, Sequence[Any]]) -> list[Part]:
    """Return what the others show, from the rows of their queries."""
    added = app.extensions.get(_KEY, {})
    read = ((template, reader(rows[template])) for template, (_query, reader) in added.items() if template in rows)
    return [Part(template, value) for template, value in read if value]
