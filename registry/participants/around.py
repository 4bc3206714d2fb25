"""What stands around an authority's own agreements: mergers, duties, certificates, groups. All of it in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from common.together import read_together
from common.versions import AsOf
from registry.authorities.reading import MergerStory, merger_query, merger_stories
from registry.buyer_groups.reading import Membership, group_query, groups_from
from registry.certificates.reading import Held, certificate_query, certificates_from
from registry.mergers.reading import Legacy, legacy_from, legacy_queries
from registry.obligations.models import Duty
from registry.obligations.reading import AskedDuty, asked_duties, duty_query
from registry.signatures.afterwards import Afterwards, afterwards_from, afterwards_query


@dataclass(frozen=True)
class Around:
    """What the page of an authority tells beside what it signed."""

    mergers: tuple[MergerStory, ...]
    """Newest first, also those after the day that is read."""
    duties: Sequence[AskedDuty]
    legacy: Legacy | None
    afterwards: Afterwards
    certificates: Sequence[Held]
    buyer_groups: Sequence[Membership]
    changes: int
    """How often anything about it changed since it became public."""
    beside: Mapping[str, Sequence[Any]]
    """The rows of what others show (beside.py)."""


def read_around(
    session: Session, authority_id: int, at: AsOf, counting: Select[Any], beside: Mapping[str, Select[Any]]
) -> Around:
    """Return what the register says around an authority; `counting` counts its changes. One query with `beside`."""
    rows = read_together(
        session,
        {
            "mergers": merger_query([authority_id], AsOf(date.max, at.moment)),
            "duties": duty_query(at.moment, Duty.authority_id == authority_id),
            "afterwards": afterwards_query(authority_id, at),
            "certificates": certificate_query(authority_id, at),
            "buyer_groups": group_query(authority_id, at),
            "changes": counting,
            **legacy_queries(authority_id, at),
            **beside,
        },
    )
    mergers = tuple(merger_stories(rows["mergers"]))
    return Around(
        mergers,
        asked_duties(rows["duties"]),
        legacy_from(rows, authority_id, [one for one in mergers if one.merged_on <= at.day], at),
        afterwards_from(rows["afterwards"], at),
        certificates_from(rows["certificates"], at),
        groups_from(rows["buyer_groups"], at),
        rows["changes"][0].number,
        {name: rows[name] for name in beside},
    )
