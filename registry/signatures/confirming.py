"""Signatures that wait: they stay unpublished until staff confirm them with the proof, or refuse them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.typed import checked_reason
from common.versions import known_at
from registry.signatures.changing import change, current_version
from registry.signatures.days import first_day
from registry.signatures.eligible import Candidate, WhyNot, candidates, refuse_held, taken_by
from registry.signatures.models import Certainty, Signature, SignatureParty, SignatureVersion


def unconfirmed(session: Session) -> Sequence[SignatureVersion]:
    """Return what the register knows of signatures that the public does not see yet, in the order of their names."""
    return session.scalars(
        select(SignatureVersion)
        .where(known_at(SignatureVersion), SignatureVersion.confirmed.is_(False), SignatureVersion.refused.is_(False))
        .options(selectinload(SignatureVersion.parties).selectinload(SignatureParty.authority))
        .order_by(SignatureVersion.name_as_signed, SignatureVersion.id)
    ).all()


def confirm(session: Session, signature: Signature, proof: str, *, actor: Actor) -> SignatureVersion:
    """Make a signature public, with the proof as the reason of the change.

    Raises Refused without proof, by who signed or entered it himself (four eyes) or where another signature binds
    the same authority, Conflict when it was decided.
    """
    old = _waiting(session, signature, actor)
    binds = [party.authority_id for party in old.parties if party.binds_to is None]
    refuse_bound(session, signature, binds)
    begins = first_day(old.signed_on, old.date_precision)
    refuse_held(session, signature.agreement_version, binds, begins, but=signature.id)
    proof = checked_reason(proof, N_("Schrijf op waaruit blijkt dat de organisatie tekende."))
    facts = {"certainty": Certainty.CERTAIN, "confirmed": True, "confirmed_by_id": actor.user_id}
    return change(session, signature, facts, reason=proof, actor=actor)


def refuse(session: Session, signature: Signature, reason: str, *, actor: Actor) -> SignatureVersion:
    """Do not confirm a signature: it never becomes public. Raises as `confirm`."""
    _waiting(session, signature, actor)
    reason = checked_reason(reason, N_("Schrijf op waarom u deze ondertekening niet bevestigt."))
    return change(session, signature, {"refused": True}, reason=reason, actor=actor)


def in_the_way(session: Session, signature: Signature, version: SignatureVersion) -> list[Candidate]:
    """Return whom it binds that signed elsewhere, wait elsewhere, or ended since: what staff look at first."""
    ids = [party.authority_id for party in version.parties if party.binds_to is None]
    found = candidates(session, signature.agreement_version, ids, but=signature.id)
    return [one for one in found if one.is_told or one.why_not]


def refuse_bound(session: Session, signature: Signature, ids: Collection[int]) -> None:
    """Raise Refused where another signature of the same agreement binds one of these authorities now."""
    taken = taken_by(session, signature.agreement_id, ids, but=signature.id)
    bound = [one for one, why in taken.items() if why is WhyNot.BOUND]
    for one in candidates(session, signature.agreement_version, bound, but=signature.id):
        raise Refused(
            N_("%(name)s is al gebonden door een andere ondertekening. Beëindig of corrigeer die eerst."),
            name=one.name,
        )


def _waiting(session: Session, signature: Signature, actor: Actor) -> SignatureVersion:
    session.refresh(signature, with_for_update=True)
    old = current_version(session, signature)
    if old.confirmed:
        raise Conflict(N_("Deze ondertekening is intussen al bevestigd."))
    if old.refused:
        raise Conflict(N_("Deze ondertekening is intussen al geweigerd."))
    if old.entered_by_id is not None and old.entered_by_id == actor.user_id:
        raise Refused(N_("U tekende dit zelf of voerde het in. Een andere beheerder moet het bevestigen."))
    return old
