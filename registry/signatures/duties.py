"""Lets obligations follow signatures: who signed is asked something from that day, and nothing after it ended."""

import calendar
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.obligations.starting import Bound, end_duties, start_many, void_duties
from registry.signatures.models import DatePrecision, Signature, SignatureParty, SignatureVersion

NOT_BOUND = "De ondertekening geldt niet voor deze organisatie."
"""The public reason where a signature was corrected, and binds the authority no more."""
MOVED = "De ondertekening ging over op een andere organisatie."
"""The public reason where a merger, and not the signature, ended what was asked."""


def follow_signatures(
    session: Session,
    agreement_id: int,
    authority_ids: Collection[int] | None = None,
    *,
    actor: Actor,
    known_before: bool = False,
) -> int:
    """Start, correct or end what one agreement asks of these authorities, or of all, by its confirmed signatures.

    Call it after every change of a signature, and when an edition opens. Idempotent. Of several signatures of one
    authority the first counts, in the version of the agreement that was signed then. An authority that is named and
    that no confirmed signature binds after all, is asked nothing. `known_before` dates new
    obligations from when the register published the signature: for databases of before it kept obligations.
    Returns how many changed.
    """
    bound: dict[int, dict[int, Bound]] = defaultdict(dict)
    ends: dict[tuple[date | None, str | None], list[int]] = defaultdict(list)
    by_authority = _confirmed(session, agreement_id, authority_ids)
    for authority_id, rows in by_authority.items():
        first = min(rows, key=lambda row: row.signed_on or date.max)
        known_since = first.recorded_at if known_before else None
        signed_on = last_day(first.signed_on, first.date_precision)
        ending = _ending(rows)
        bound[first.agreement_version_id][authority_id] = Bound(signed_on, first.binds_from, ending[0], known_since)
        ends[ending].append(authority_id)
    changed = sum(
        start_many(session, session.get_one(AgreementVersion, version_id), since, actor=actor)
        for version_id, since in bound.items()
    )
    changed += sum(
        end_duties(session, agreement_id, ids, ends_on, reason, actor=actor) for (ends_on, reason), ids in ends.items()
    )
    left = {one for one in authority_ids or () if one not in by_authority}
    return changed + void_duties(session, agreement_id, left, NOT_BOUND, actor=actor)


def _confirmed(
    session: Session, agreement_id: int, authority_ids: Collection[int] | None
) -> Mapping[int, Sequence[Any]]:
    """Return, by authority, each confirmed signature that binds it or once did, in plain columns. One query."""
    chosen = [SignatureParty.authority_id.in_(authority_ids)] if authority_ids is not None else []
    query = (
        select(
            SignatureParty.authority_id, SignatureParty.binds_from, SignatureParty.binds_to,
            Signature.agreement_version_id, SignatureVersion.signed_on, SignatureVersion.date_precision,
            SignatureVersion.ended_on, SignatureVersion.ended_reason, SignatureVersion.recorded_at,
        )
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .where(Signature.agreement_id == agreement_id, known_at(SignatureVersion))
        .where(SignatureVersion.confirmed.is_(True), *chosen)
        .order_by(SignatureParty.authority_id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.authority_id].append(row)
    return found


def start_missing(session: Session, *, actor: Actor) -> int:
    """Start the obligations that a database of before they were kept does not have; return how many."""
    ids = session.scalars(select(Agreement.id)).all()
    return sum(follow_signatures(session, one, actor=actor, known_before=True) for one in ids)


def _ending(rows: Sequence[Any]) -> tuple[date | None, str | None]:
    """Return the first day on which no signature binds any more, with the public reason; None while one goes on."""
    found = []
    for row in rows:
        days = [(day, why) for day, why in ((row.ended_on, row.ended_reason), (row.binds_to, MOVED)) if day]
        if not days:
            return None, None
        found.append(min(days))
    return max(found)


def last_day(signed_on: date | None, precision: DatePrecision) -> date | None:
    """Return the last day of signing that the source allows, so that nobody is called late too soon."""
    if signed_on is None:
        return None
    if precision is DatePrecision.YEAR:
        return date(signed_on.year, 12, 31)
    if precision is DatePrecision.MONTH:
        return signed_on.replace(day=calendar.monthrange(signed_on.year, signed_on.month)[1])
    if precision is DatePrecision.WEEK:
        return signed_on + timedelta(days=6 - signed_on.weekday())
    return signed_on
