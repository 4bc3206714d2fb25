"""Takes back what was chosen at a merger, and the merger itself: until its day, when nothing has moved in fact yet.

From the day on the things live on with their successors and are corrected where they stand, each with a reason.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import now, today
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.versions import known_at
from registry.authorities import merging
from registry.authorities.models import Merger
from registry.buyer_groups import members
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.mergers.estate import read_estate
from registry.mergers.models import MergerChoice
from registry.mergers.settling import check_reason
from registry.signatures.changing import change, copied_parties, current_version
from registry.signatures.models import Signature


def undo(session: Session, merger: Merger, *, reason: str, actor: Actor) -> int:
    """Take back all that was chosen at a merger that is still to come; return how many choices that were.

    Raises Refused from its day on, and where nothing was chosen; Conflict when somebody else changed the merger.
    """
    _lock(session, merger, reason)
    settled = read_estate(session, merger).settled
    if not settled:
        raise Refused(N_("Er is niets gekozen."))
    _take_back(session, merger, settled, reason, actor)
    return len(settled)


def withdraw(session: Session, merger: Merger, *, reason: str, actor: Actor) -> None:
    """Say that a merger does not happen: what was chosen is taken back, and the authorities go on as they were.

    Raises as `undo`. After its day a merger is withdrawn only as long as nothing went over.
    """
    _lock(session, merger, reason)
    settled = read_estate(session, merger).settled
    if settled:
        _take_back(session, merger, settled, reason, actor)
    merging.withdraw_merger(session, merger, reason=reason, actor=actor)


def _lock(session: Session, merger: Merger, reason: str) -> None:
    check_reason(reason)
    ledger.lock(session)
    session.refresh(merger)
    if merger.superseded_at is not None:
        raise Conflict(N_("Iemand anders veranderde deze herindeling intussen. Bekijk wat er nu staat."))


def _take_back(session: Session, merger: Merger, settled: tuple[MergerChoice, ...], reason: str, actor: Actor) -> None:
    if merger.merged_on <= today():
        raise Refused(N_("De dag van de herindeling is er al. Wat overging, verbetert u op zijn eigen pagina."))
    for subject, from_id in dict.fromkeys((one.subject, one.from_authority_id) for one in settled):
        own = [one for one in settled if (one.subject, one.from_authority_id) == (subject, from_id)]
        sort, _colon, key = subject.partition(":")
        (_signature if sort == "signature" else _group)(session, merger, key, own, (reason, actor))
        for one in own:
            one.undone_at = now()
        payload = {"thing": subject, "from": own[0].from_authority.code, "reason": reason}
        ledger.record(session, "merger.undone", f"authority:{own[0].from_authority.code}", payload, actor=actor)
    session.flush()


def _signature(session: Session, merger: Merger, key: str, own: list[MergerChoice], why: tuple[str, Actor]) -> None:
    """Let a signature bind the old authority without an end, and the successors of this merger no more."""
    reason, actor = why
    signature = session.scalars(select(Signature).where(Signature.key == key)).one()
    heirs = {one.to_authority_id for one in own}
    parties = [
        party
        for party in copied_parties(current_version(session, signature))
        if not (party.authority_id in heirs and party.merger_id and party.binds_from == merger.merged_on)
    ]
    for party in parties:
        if party.authority_id == own[0].from_authority_id and party.binds_to == merger.merged_on:
            party.binds_to = None
    change(session, signature, {}, parties=parties, reason=reason, actor=actor)  # its duties follow it


def _group(session: Session, merger: Merger, key: str, own: list[MergerChoice], why: tuple[str, Actor]) -> None:
    """Let the old authority take part in a buyer group without an end, and the successors not."""
    reason, actor = why
    heirs = {one.to_authority_id for one in own}
    its, day = BuyerGroupMember, merger.merged_on
    query = select(its).join(its.group).where(BuyerGroup.slug == key, known_at(its))
    for member in session.scalars(query).all():
        begins_then = member.valid_from is not None and member.valid_from >= day
        if member.authority_id in heirs and begins_then and not member.withdrawn:
            members.withdraw(session, member, reason=reason, actor=actor)
        taken = member.change_reason == own[0].reason if member.withdrawn else member.valid_to == day
        if member.authority_id == own[0].from_authority_id and taken:
            _as_before(session, member, reason, actor)


def _as_before(session: Session, member: BuyerGroupMember, reason: str, actor: Actor) -> None:
    """Say of a membership again what was said before the merger ended it, or took it away."""
    its = BuyerGroupMember
    query = select(its).where(its.group_id == member.group_id, its.authority_id == member.authority_id)
    query = query.where(its.superseded_at == member.recorded_at, its.id < member.id)
    before = session.scalars(query.order_by(its.id.desc())).first()
    if before is None:
        return
    if not member.withdrawn:
        said = (before.valid_from, before.last_day, before.source)
        members.put_right(session, member, said, reason=reason, actor=actor)
        return
    again = members.join(session, member.group, member.authority, before.valid_from, before.source, actor=actor)
    if before.last_day:
        members.leave(session, again, before.last_day, reason=reason, actor=actor)
