"""Several queries of plain columns as one statement: a page about many nouns asks the database once for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, String, Text, cast, inspect, literal, null, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Rows = list[SimpleNamespace]
Slot = tuple[str, int]


def read_together(session: Session, queries: Mapping[str, Select[*tuple[Any, ...]]]) -> dict[str, Rows]:
    """Run the queries as one UNION ALL; return the rows of each, under its name. One query, or none of none.

    A row has the labels of its own query as attributes. Columns of a type share a place, so the statement is as
    wide as the widest query. In which order rows come is not promised: sort them.
    """
    parts = {name: query.subquery() for name, query in queries.items()}
    places = {name: _places(part.c) for name, part in parts.items()}
    slots = {slot: column for name, part in parts.items() for slot, column in zip(places[name], part.c, strict=True)}
    selects = []
    for number, (name, part) in enumerate(parts.items()):
        own = dict(zip(places[name], part.c, strict=True))
        columns = [own[slot] if slot in own else cast(null(), _type(column.type)) for slot, column in slots.items()]
        selects.append(
            select(
                literal(number).label("part"),
                *(column.label(f"c{place}") for place, column in enumerate(columns)),
            )
        )
    found: dict[str, Rows] = {name: [] for name in queries}
    if not selects:
        return found
    at = {slot: place + 1 for place, slot in enumerate(slots)}
    readers = [
        (found[name], [(column.key, at[slot]) for slot, column in zip(places[name], part.c, strict=True)])
        for name, part in parts.items()
    ]
    for row in session.execute(union_all(*selects)):
        rows, labels = readers[row[0]]
        rows.append(SimpleNamespace(**{label: row[place] for label, place in labels}))
    return found


def _type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return Text() if isinstance(kind, String) and type(kind) in {String, Text} else kind


def _places(columns: Any) -> list[Slot]:
    """Give each column the next free place of its type."""
    taken: dict[str, int] = defaultdict(int)
    places = []
    for column in columns:
        kind = repr(_type(column.type))
        places.append((kind, taken[kind]))
        taken[kind] += 1
    return places


def columns_of(entity: Any, name: str, only: Sequence[str] = ()) -> list[Any]:
    """Return the columns of a table, or those in `only`, each labelled with `name`, for `part_of` to find again."""
    keys = only or [attribute.key for attribute in inspect(entity).mapper.column_attrs]
    return [getattr(entity, key).label(f"{name}__{key}") for key in keys]


def part_of(row: Any, name: str) -> Any:
    """Return what `columns_of` read under a name; None where an outer join found nothing (its `id` is empty)."""
    first = f"{name}__"
    found = {key.removeprefix(first): value for key, value in vars(row).items() if key.startswith(first)}
    return SimpleNamespace(**found) if found.get("id") is not None else None
