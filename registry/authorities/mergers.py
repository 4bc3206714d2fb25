"""Loads the mergers (herindelingen) between authorities. What the site or an import said of one stays."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common.clock import now
from common.content import Row, read_csv
from registry.authorities.models import Authority, Merger, MergerPart, MergerParty

COLUMNS = ("merged_on", "kind", "ended", "new", "enlarged", "source")
KINDS = {"samenvoeging", "uitbreiding", "herschikking", "splitsing"}


class MergerLine(NamedTuple):
    """What a line of the file says of one merger, comparable with what the register says."""

    merged_on: date
    kind: str
    source: str
    parties: frozenset[tuple[str, MergerPart]]


def read_mergers(path: Path, codes: Collection[str]) -> list[MergerLine]:
    """Read and check the file; `codes` are the authorities that exist. Raises ContentError."""
    found: dict[MergerLine, int] = {}
    for row in read_csv(path, COLUMNS):
        facts = _facts(row, codes)
        if facts in found:
            raise row.wrong(f"deze herindeling staat al op regel {found[facts]}")
        found[facts] = row.line
    return list(found)


def store_mergers(session: Session, wanted: Collection[MergerLine]) -> tuple[int, int]:
    """Make the mergers in the register those that are wanted; return how many are new and how many went.

    One that left the file is superseded and stays readable as what the register once said.
    """
    ids = {row.code: row.id for row in session.execute(select(Authority.code, Authority.id))}
    known = _known(session)
    of_file = {facts: merger for facts, merger in known.items() if merger.change_reason is None}
    gone = [merger for facts, merger in of_file.items() if facts not in wanted and merger.superseded_at is None]
    fresh = [facts for facts in wanted if facts not in known]
    for merger in gone:
        merger.superseded_at = now()
    session.add_all(
        Merger(
            merged_on=facts.merged_on,
            kind=facts.kind,
            source=facts.source,
            parties=[MergerParty(authority_id=ids[code], part=part) for code, part in sorted(facts.parties)],
        )
        for facts in fresh
    )
    session.flush()
    return len(fresh), len(gone)


def _facts(row: Row, codes: Collection[str]) -> MergerLine:
    merged_on = row.day("merged_on")
    if merged_on is None:
        raise row.wrong("merged_on is leeg")
    if row["kind"] not in KINDS:
        raise row.wrong(f"onbekende soort herindeling: {row['kind']!r}")
    parties: dict[str, MergerPart] = {}
    for part in MergerPart:
        for code in filter(None, row[part.value].split(";")):
            if code not in codes:
                raise row.wrong(f"onbekende organisatie: {code!r}")
            if code in parties:
                raise row.wrong(f"organisatie {code!r} staat er twee keer in")
            parties[code] = part
    if MergerPart.ENDED not in parties.values() or len(set(parties.values())) < 2:
        raise row.wrong("een herindeling heeft een organisatie die ophoudt en een die verdergaat")
    return MergerLine(merged_on, row["kind"], row["source"], frozenset(parties.items()))


def _known(session: Session) -> dict[MergerLine, Merger]:
    """Return the mergers of real authorities, also those that were corrected: the file does not bring them back.

    Those of the example world are no business of this file.
    """
    query = select(Merger).options(selectinload(Merger.parties).joinedload(MergerParty.authority))
    return {
        MergerLine(
            merger.merged_on,
            merger.kind,
            merger.source,
            frozenset((party.authority.code, party.part) for party in merger.parties),
        ): merger
        for merger in session.scalars(query)
        if not any(party.authority.is_example for party in merger.parties)
    }
