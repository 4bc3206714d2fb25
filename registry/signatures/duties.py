"""Lets obligations follow signatures: who signed is asked something from that day, and nothing after it ended."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.obligations.starting import Bound, end_duties, start_many, void_duties
from registry.signatures.days import first_day, last_day
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import leading

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
    authority those count that bind it without a break until the end or now; of these the first, in the version of the
    agreement that was signed then, and its own before one that it took over. An authority that is named and
    that no confirmed signature binds after all, is asked nothing. `known_before` dates new
    obligations from when the register published the signature: for databases of before it kept obligations.
    Returns how many changed.
    """
    bound: dict[int, dict[int, Bound]] = defaultdict(dict)
    ends: dict[tuple[date | None, str | None], list[int]] = defaultdict(list)
    by_authority = _confirmed(session, agreement_id, authority_ids)
    for authority_id, rows in by_authority.items():
        spell = newest_spell(rows)
        first, ending = min(spell, key=leading), _ending(spell)
        is_again = len(spell) < len(rows)
        bound[first.agreement_version_id][authority_id] = _bound(spell, first, ending[0], is_again, known_before)
        ends[ending].append(authority_id)
    changed = sum(
        start_many(session, session.get_one(AgreementVersion, version_id), since, actor=actor)
        for version_id, since in bound.items()
    )
    since = {one: found for chosen in bound.values() for one, found in chosen.items()}
    changed += sum(
        end_duties(session, agreement_id, {one: since[one] for one in ids}, ends_on, reason, actor=actor)
        for (ends_on, reason), ids in ends.items()
    )
    left = {one for one in authority_ids or () if one not in by_authority}
    return changed + void_duties(session, agreement_id, left, NOT_BOUND, actor=actor)


def _confirmed(
    session: Session, agreement_id: int, authority_ids: Collection[int] | None
) -> Mapping[int, Sequence[Any]]:
    """Return, by authority, each confirmed signature that binds it or once did, in plain columns. One query."""
    chosen = [SignatureParty.authority_id.in_(authority_ids)] if authority_ids is not None else []
    earlier = aliased(SignatureVersion)
    first = select(func.min(earlier.recorded_at)).where(
        earlier.signature_id == SignatureVersion.signature_id, earlier.confirmed.is_(True)
    )
    query = (
        select(
            SignatureParty.authority_id, SignatureParty.binds_from, SignatureParty.binds_to,
            Signature.agreement_version_id, SignatureVersion.signed_on, SignatureVersion.date_precision,
            SignatureVersion.ended_on, SignatureVersion.ended_reason, first.scalar_subquery().label("known_since"),
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
        end = _end(row)
        if end is None:
            return None, None
        found.append(end)
    return max(found)


def _end(row: Any) -> tuple[date, str] | None:
    days = [(day, why) for day, why in ((row.ended_on, row.ended_reason), (row.binds_to, MOVED)) if day]
    return min(days, default=None)


def newest_spell(rows: Sequence[Any]) -> list[Any]:
    """Return the signatures that follow one another without a day between them, up to the last one. Pure.

    Who ended and signed again later begins anew: nothing is late by a signature that had ended before.
    """
    spell: list[Any] = []
    until = date.min
    for row in sorted(rows, key=_begins):
        if until < _begins(row):
            spell = []
        spell.append(row)
        end = _end(row)
        until = max(until, end[0] if end else date.max)
    return spell


def _begins(row: Any) -> date:
    return max(first_day(row.signed_on, row.date_precision) or date.min, row.binds_from or date.min)


def _bound(spell: Sequence[Any], first: Any, ends_on: date | None, is_again: bool, known_before: bool) -> Bound:
    """Return since when the signatures of one spell bind an authority; the first tells, the others ask years too."""
    own, *others = [
        Bound(
            last_day(row.signed_on, row.date_precision), row.binds_from, ends_on,
            row.known_since if known_before else None, first_day(row.signed_on, row.date_precision),
        )
        for row in [first, *(one for one in spell if one is not first)]
    ]  # fmt: skip
    return replace(own, again=is_again, also=tuple(others))
