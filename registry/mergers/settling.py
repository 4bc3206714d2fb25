"""Settles what authorities leave: everything that was chosen, in one transaction, with a reason, and kept for ever."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import Membership, User
from common import ledger
from common.clock import now, today
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from registry.authorities import merging
from registry.authorities.merging import MergerFacts
from registry.authorities.models import Authority, Merger
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.mergers import moving
from registry.mergers.estate import Estate, read_estate
from registry.mergers.models import Inheritance, MergerChoice
from registry.mergers.things import PERSONAL, Outcome, Sort, Thing, planned

Move = Callable[[Session, Merger, Thing, Sequence[Authority], str, Actor], None]

_MOVES: Mapping[Sort, Move] = {
    Sort.SIGNATURE: moving.move_signature,
    Sort.GROUP: moving.move_group,
    Sort.PLAN: moving.move_plan,
    Sort.PLAN_DRAFT: moving.move_plan_draft,
    Sort.REPORT: moving.move_report,
    Sort.CERTIFICATE: moving.move_certificate,
    Sort.DOCUMENTS: moving.move_documents,
    Sort.MEMBERSHIP: moving.move_member,
    Sort.INVITATION: moving.end_invitation,
    Sort.SIGNING: moving.end_signing,
}


@dataclass(frozen=True)
class Moved:
    """A person whose work for an authority went along or ended, for the mail about it."""

    user: User
    gone: Authority
    heirs: tuple[Authority, ...]


def settle(session: Session, merger: Merger, chosen: Mapping[str, str], *, reason: str, actor: Actor) -> list[Moved]:
    """Carry out what was chosen, by the key of each thing. Returns the people to whom a mail must go.

    Raises Refused for a choice that there is not, or without a reason; Conflict when what was chosen about is not
    there any more: somebody else settled it meanwhile.
    """
    check_reason(reason)
    ledger.lock(session)
    session.refresh(merger)
    if merger.superseded_at is not None:
        raise Conflict(N_("Iemand anders veranderde deze herindeling intussen. Bekijk wat er nu staat."))
    estate = read_estate(session, merger)
    possible = {one.key: one for one in estate.now_possible(today())}
    if set(chosen) - set(possible):
        raise Conflict(N_("Iemand anders koos intussen al. Bekijk wat er nog open staat."))
    if not chosen:
        raise Refused(N_("Er is niets gekozen."))
    if any(option not in possible[key].options for key, option in chosen.items()):
        raise Refused(N_("Maak bij elk onderdeel een keuze."))
    moved = []
    for key, outcome in planned(possible.values(), chosen).items():
        moved += _settle_one(session, estate, possible[key], outcome, reason, actor)
    payload = {"settled": len(chosen), "reason": reason}
    ledger.record(session, "merger.settled", f"merger:{merger.id}", payload, actor=actor)
    return moved


def check_reason(reason: str) -> None:
    """Raise Refused for a reason that is empty or too long."""
    if not reason:
        raise Refused(N_("Schrijf waarom. Iedereen kan dit lezen."))
    if len(reason) > LONGEST_REASON:
        raise Refused(N_("Gebruik hoogstens %(num)s tekens."), num=LONGEST_REASON)


def _settle_one(
    session: Session, estate: Estate, thing: Thing, outcome: Outcome, reason: str, actor: Actor
) -> list[Moved]:
    choice, heirs = outcome
    user = session.get_one(Membership, thing.id).user if thing.sort is Sort.MEMBERSHIP else None
    if choice is not Inheritance.STAYS:
        _MOVES[thing.sort](session, estate.merger, thing, heirs, reason, actor)
    for heir in heirs or (None,):
        session.add(
            MergerChoice(
                merger_id=thing.via[heir.id] if heir else estate.merger.id, from_authority_id=thing.heir_of.id,
                to_authority_id=heir.id if heir else None, subject=thing.subject, choice=choice, reason=reason,
                decided_by_id=actor.user_id, decided_at=now(),
            )
        )  # fmt: skip
    session.flush()
    if thing.sort not in PERSONAL:
        payload = {
            "thing": thing.subject, "choice": choice.value, "from": thing.heir_of.code,
            "to": [heir.code for heir in heirs], "reason": reason,
        }  # fmt: skip
        ledger.record(session, "merger.chosen", f"authority:{thing.heir_of.code}", payload, actor=actor)
    if user is None or choice is Inheritance.STAYS:
        return []
    return [Moved(user, thing.heir_of, heirs)]


def correct(session: Session, merger: Merger, facts: MergerFacts, *, reason: str, actor: Actor) -> Merger:
    """Correct a merger; what was chosen stays chosen. Raises as `merging.correct_merger`."""
    check_reason(reason)
    return merging.correct_merger(session, merger, facts, reason=reason, actor=actor)
