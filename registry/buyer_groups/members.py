"""Who takes part in a buyer group: joining, leaving, and putting right what was wrong. Each stands in the ledger."""

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.typed import checked_reason
from common.versions import known_at, supersede
from registry.authorities.models import Authority
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember

LONGEST_SOURCE = 500


def join(
    session: Session, group: BuyerGroup, authority: Authority, since: date | None, source: str | None, *, actor: Actor
) -> BuyerGroupMember:
    """Let an authority take part from a day, or from a day that nobody knows.

    Raises Refused when it takes part already, or when one of the two is invented and the other is not.
    """
    ledger.lock(session)
    if authority.is_example != group.is_example:
        raise Refused(N_("Een verzonnen organisatie en een echte buyer group gaan niet samen."))
    if _overlapping(session, (group.id, authority.id), (since, None)):
        raise Refused(N_("Deze organisatie doet al mee aan deze buyer group."))
    made = BuyerGroupMember(group=group, authority=authority, valid_from=since, source=source, recorded_role=actor.role)
    session.add(made)
    session.flush()
    _record(session, "buyer_group.joined", made, actor)
    return made


def _overlapping(
    session: Session, who: tuple[int, int], period: tuple[date | None, date | None], but: int | None = None
) -> bool:
    """Say whether this authority takes part in this group in (a part of) the period already, by another membership.

    `who` is (group, authority); `period` is from the first day until the day after the last; `but` is left out.
    """
    begins, ends = period
    query = select(BuyerGroupMember.id).where(
        BuyerGroupMember.group_id == who[0],
        BuyerGroupMember.authority_id == who[1],
        BuyerGroupMember.id != (but or 0),
        known_at(BuyerGroupMember),
        BuyerGroupMember.withdrawn.is_(False),
    )
    if begins is not None:
        query = query.where(or_(BuyerGroupMember.valid_to.is_(None), BuyerGroupMember.valid_to > begins))
    if ends is not None:
        query = query.where(or_(BuyerGroupMember.valid_from.is_(None), BuyerGroupMember.valid_from < ends))
    return session.scalar(query.limit(1)) is not None


def leave(
    session: Session, member: BuyerGroupMember, last_day: date, *, reason: str | None = None, actor: Actor
) -> BuyerGroupMember:
    """End a membership: `last_day` is the last day on which the authority takes part.

    Raises Refused when it ends before it began, Conflict when somebody else changed it meanwhile.
    """
    return _replace(session, member, (member.valid_from, last_day, member.source), "left", reason, actor)


def put_right(
    session: Session,
    member: BuyerGroupMember,
    said: tuple[date | None, date | None, str | None],
    *,
    reason: str,
    actor: Actor,
) -> BuyerGroupMember:
    """Write what a membership really was: first day, last day and source.

    Raises as `leave`, and Refused without a reason or when the authority takes part in that time already.
    """
    return _replace(session, member, said, "member_changed", _needed(reason), actor)


def withdraw(session: Session, member: BuyerGroupMember, *, reason: str, actor: Actor) -> BuyerGroupMember:
    """Say that an authority was entered by mistake: it never took part."""
    said = (member.valid_from, member.last_day, member.source)
    return _replace(session, member, said, "member_withdrawn", _needed(reason), actor)


def _needed(reason: str) -> str:
    return checked_reason(reason, N_("Schrijf waarom u dit wijzigt."), most=LONGEST_REASON)


def _replace(
    session: Session,
    old: BuyerGroupMember,
    said: tuple[date | None, date | None, str | None],
    verb: str,
    reason: str | None,
    actor: Actor,
) -> BuyerGroupMember:
    ledger.lock(session)
    if old.superseded_at is not None or old.withdrawn:
        raise Conflict(N_("Iemand anders heeft dit lidmaatschap intussen gewijzigd."))
    first_day, last_day, source = said
    if first_day and last_day and last_day < first_day:
        raise Refused(N_("De laatste dag ligt vóór de eerste dag."))
    until = last_day + timedelta(days=1) if last_day else None
    withdrawn = verb == "member_withdrawn"
    if not withdrawn and _overlapping(session, (old.group_id, old.authority_id), (first_day, until), old.id):
        raise Refused(N_("Deze organisatie doet in die tijd al mee, volgens een ander lidmaatschap."))
    new = BuyerGroupMember(
        group_id=old.group_id,
        authority_id=old.authority_id,
        valid_from=first_day,
        valid_to=until,
        source=source,
        withdrawn=withdrawn,
    )
    supersede(session, old, new, actor=actor, reason=reason)
    _record(session, f"buyer_group.{verb}", new, actor)
    return new


def _record(session: Session, event: str, member: BuyerGroupMember, actor: Actor) -> None:
    payload = {
        "authority": member.authority.code,
        "valid_from": member.valid_from.isoformat() if member.valid_from else None,
        "valid_to": member.valid_to.isoformat() if member.valid_to else None,
        "source": member.source,
        "withdrawn": member.withdrawn,
    }
    personal = {"reason": member.change_reason}
    subject = f"buyer_group:{member.group.slug}"
    entry = ledger.record(session, event, subject, payload, actor=actor, personal=personal)
    if member.change_reason:
        ledger.belongs_to(session, entry, actor.user_id)
