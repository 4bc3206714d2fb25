"""Reads the changes to published facts, newest first: a page of them, or how many there were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from common.versions import AsOf, known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import best_on
from registry.changes import wording
from registry.changes.details import details_of
from registry.changes.sources import keys_of, loads, single
from registry.changes.wanted import Change, ChangeKind, Detail, FieldChange, Happened, Key, Named, Wanted

PAGE = 50


def counting(at: AsOf, *, subjects: Sequence[str] = (), authority_id: int | None = None) -> Select[Any]:
    """Return the query for how often these subjects of the ledger, or anything about an authority, changed.

    That is: since publication, one row with one `number`. What changed after the moment that is read does not count.
    """
    wanted = Wanted(subjects=tuple(subjects), authority_id=authority_id, until=at.moment)
    return select(func.count().label("number")).select_from(_keys(wanted).subquery())


def count(session: Session, wanted: Wanted) -> int:
    """Return how many lines the list of changes has. One query."""
    found = session.scalar(select(func.count()).select_from(_keys(wanted).subquery()))
    return int(found or 0)


def read_keys(session: Session, wanted: Wanted, *, first: int = 0, size: int = PAGE) -> tuple[list[Key], int]:
    """Return which versions stand in the list from number `first` on, newest first, and how many there are in all.

    One query; of a page past the last it cannot tell how many there are, and says 0.
    """
    rows = _keys(wanted).subquery()
    query = select(rows, func.count().over().label("total")).order_by(rows.c.at.desc(), rows.c.kind, rows.c.id.desc())
    found = session.execute(query.offset(first).limit(size)).all()
    keys = [Key(ChangeKind(row.kind), row.id, row.at, Happened(row.happened), row.number) for row in found]
    return keys, found[0].total if found else 0


def tell(session: Session, keys: Sequence[Key], agreements: Mapping[int, Named], at: AsOf) -> list[Change]:
    """Return what these versions changed. Four queries at most, whatever the nouns and the number."""
    details = details_of(session, [key for key in keys if key.number == 1], at.moment)
    authorities = _authorities(session, {one for found in details.values() for one in named_by(found)}, at)
    return [_change(key, details.get((key.kind, key.id)), authorities, agreements) for key in keys]


def named_by(detail: Detail) -> set[int]:
    """Return the authorities of which a change needs the name."""
    return {*detail.authority_ids, *(one.authority_id for side in detail.bound or () for one in side)}


def _change(
    key: Key, detail: Detail | None, authorities: Mapping[int, Named], agreements: Mapping[int, Named]
) -> Change:
    if detail is None or key.number > 1:
        return Change(key)
    named = tuple(authorities[one] for one in detail.authority_ids if one in authorities)
    if detail.bound:
        before, after = (wording.bound(one, authorities) for one in detail.bound)
        detail = replace(detail, fields=(*detail.fields, FieldChange(wording.BOUND, before, after)))
    return Change(key, detail, named, agreements.get(detail.agreement_id or 0))


def _keys(wanted: Wanted) -> Any:
    parts = [query for kind in wanted.kinds for query in keys_of(kind, wanted)]
    keys = union_all(*parts).subquery()
    if not wanted.also_new:
        return single(keys)
    return union_all(single(keys), loads(keys))


def _authorities(session: Session, ids: Iterable[int], at: AsOf) -> dict[int, Named]:
    ids = set(ids)
    if not ids:
        return {}
    version = AuthorityVersion
    query = (
        select(Authority.id, Authority.slug, Authority.is_example, version.name, version.valid_from, version.valid_to)
        .join(version, version.authority_id == Authority.id)
        .where(Authority.id.in_(ids), known_at(version, at.moment))
    )
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        rows[row.id].append(row)
    named = {number: best_on(found, at.day) for number, found in rows.items()}
    return {number: Named(row.slug, row.name, row.is_example) for number, row in named.items()}
