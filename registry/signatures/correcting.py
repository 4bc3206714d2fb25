"""Ending a signature, and correcting a mistake in one; neither takes away what the register said before.

What a reader quotes (the day, the name, whom it binds, whether it ended) is changed in a public signature only after a
second beheerder agreed: until then the register says what it said. The rest, such as a source, is changed at once.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.errors import N_, Conflict, Refused
from common.files.models import Attachment
from common.ledger import Actor
from common.typed import checked_reason
from registry.signatures.changing import change, copied_parties, current_version
from registry.signatures.confirming import refuse_bound
from registry.signatures.days import first_day
from registry.signatures.models import (
    DatePrecision,
    Origin,
    Signature,
    SignatureCorrection,
    SignatureParty,
    SignatureVersion,
)

CORRECTABLE: Final = (
    "name_as_signed", "signed_on", "date_precision", "signed_by", "signed_by_function", "source", "note",
    "ended_on", "ended_reason", "bound", "represented_by_id", "date_source",
)  # fmt: skip
QUOTED: Final = {"name_as_signed", "signed_on", "date_precision", "ended_on", "bound"}
"""What asks for four eyes; corrections of a person's name or function do not, for they may be urgent."""
_NO_REASON: Final = N_("Schrijf op waarom u dit wijzigt. De reden is openbaar.")


def end(
    session: Session, signature: Signature, day: date, reason: str, evidence: Attachment | None, *, actor: Actor
) -> SignatureVersion:
    """End a public signature: `day` is the first day on which it does not bind any more.

    Raises Refused without a reason or for a day before it was signed, Conflict when it is not public, ended
    already, or a correction waits: another version would make that one void.
    """
    ledger.lock(session)
    old = current_version(session, signature)
    if not old.confirmed:
        raise Conflict(N_("Deze ondertekening is niet openbaar. Bevestig of weiger haar."))
    if old.ended_on is not None:
        raise Conflict(N_("Deze ondertekening is intussen al beëindigd."))
    if open_correction(session, signature):
        raise Conflict(N_("Er wacht een correctie van deze ondertekening. Beslis daar eerst over."))
    begins = first_day(old.signed_on, old.date_precision)
    if begins is not None and day <= begins:
        raise Refused(N_("De dag moet na de dag van ondertekening liggen."))
    reason = checked_reason(reason, N_("Schrijf op waarom de ondertekening eindigt. De reden is openbaar."))
    facts = {"ended_on": day, "ended_reason": reason, "ended_evidence_id": evidence.id if evidence else None}
    return change(session, signature, facts, reason=reason, actor=actor)


def facts_of(version: SignatureVersion) -> dict[str, Any]:
    """Return what can be corrected of a version, in plain values; `bound` are numbers of authorities."""
    return {
        **{name: getattr(version, name) for name in CORRECTABLE if name != "bound"},
        "bound": sorted(party.authority_id for party in version.parties),
    }


def correct(
    session: Session, signature: Signature, facts: Mapping[str, Any], reason: str, *, seen: int, actor: Actor
) -> SignatureVersion | SignatureCorrection:
    """Correct a signature, or propose it where a second beheerder must agree. `facts` as `facts_of` gives them.

    Raises Refused without a reason or a change, Conflict when another version came since the person read number
    `seen`, when a correction waits already, and for what was signed online and is not confirmed: refuse that.
    """
    ledger.lock(session)
    old = current_version(session, signature)
    if old.number != seen or old.refused:
        raise Conflict(N_("Deze ondertekening is gewijzigd sinds u haar las."))
    if open_correction(session, signature):
        raise Conflict(N_("Er wacht al een correctie van deze ondertekening."))
    if not old.confirmed and old.origin is Origin.ONLINE:
        raise Conflict(
            N_("Dit is op de site getekend en nog niet bevestigd. Weiger het, dan tekent de organisatie opnieuw.")
        )
    was = facts_of(old)
    moved = {name: value for name, value in facts.items() if value != was[name]}
    if not moved:
        raise Refused(N_("Er is niets gewijzigd."))
    reason = checked_reason(reason, _NO_REASON)
    _check(session, signature, old, moved)
    if old.confirmed and QUOTED & set(moved):
        return _propose(session, signature, old, moved, reason, actor)
    own = {} if old.confirmed else {"entered_by_id": actor.user_id}
    return _write(session, signature, old, {**moved, **own}, reason, actor)


def open_correction(session: Session, signature: Signature) -> SignatureCorrection | None:
    """Return the correction of a signature that waits for a second beheerder, or None."""
    query = select(SignatureCorrection).where(SignatureCorrection.signature_id == signature.id)
    return session.scalars(query.where(SignatureCorrection.decided_at.is_(None))).one_or_none()


def waiting_corrections(session: Session) -> Sequence[SignatureCorrection]:
    """Return the corrections that wait, oldest first."""
    query = select(SignatureCorrection).where(SignatureCorrection.decided_at.is_(None))
    return session.scalars(query.order_by(SignatureCorrection.id)).all()


def decide(session: Session, correction: SignatureCorrection, *, accept: bool, actor: Actor) -> SignatureVersion | None:
    """Accept a correction, so that it is a new version with its reason, or leave it.

    Who proposed it can take it back. Raises Refused when he accepts it himself, Conflict when it was decided, or
    another version came.
    """
    ledger.lock(session)
    session.refresh(correction, with_for_update=True)
    if correction.decided_at is not None:
        raise Conflict(N_("Over deze correctie is intussen al beslist."))
    own = correction.proposed_by_id == actor.user_id
    if own and accept:
        raise Refused(N_("U stelde deze correctie zelf voor. Een andere beheerder moet beslissen."))
    signature, version = correction.signature, None
    old = current_version(session, signature)
    if accept:
        if old.number != correction.from_number:
            raise Conflict(N_("Deze ondertekening is gewijzigd sinds u haar las."))
        facts = from_plain(correction.facts)
        _check(session, signature, old, facts)
        version = _write(session, signature, old, facts, correction.reason, actor)
    correction.decided_at, correction.accepted = now(), accept
    correction.decided_by_id = None if own else actor.user_id
    session.flush()
    if not accept:
        _note(session, correction, "left", actor)
    return version


def _check(session: Session, signature: Signature, old: SignatureVersion, facts: Mapping[str, Any]) -> None:
    """Raise Refused where the facts would end it before it was signed, or bind who is bound by another signature."""
    signed_on, precision, ended_on = (
        facts.get(name, getattr(old, name)) for name in ("signed_on", "date_precision", "ended_on")
    )
    begins = first_day(signed_on, precision)
    if begins and ended_on and ended_on <= begins:
        raise Refused(N_("De dag van ondertekening moet voor de dag liggen waarop de ondertekening eindigde."))
    if old.confirmed:
        refuse_bound(session, signature, set(facts.get("bound", ())) - {one.authority_id for one in old.parties})


def from_plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a correction as the columns hold them: days as days."""
    read: dict[str, Any] = dict(facts)
    for name in {"signed_on", "ended_on"} & set(read):
        read[name] = date.fromisoformat(read[name]) if read[name] else None
    if "date_precision" in read:
        read["date_precision"] = DatePrecision(read["date_precision"])
    return read


def _propose(
    session: Session, signature: Signature, old: SignatureVersion, moved: Mapping[str, Any], reason: str, actor: Actor
) -> SignatureCorrection:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in moved.items()}
    assert actor.user_id is not None
    correction = SignatureCorrection(
        signature=signature, from_number=old.number, facts=plain, reason=reason, proposed_by_id=actor.user_id
    )
    session.add(correction)
    session.flush()
    _note(session, correction, "proposed", actor)
    return correction


def _note(session: Session, correction: SignatureCorrection, verb: str, actor: Actor) -> None:
    payload = {"version": correction.from_number, "facts": sorted(correction.facts)}
    ledger.record(session, f"correction.{verb}", f"signature:{correction.signature.key}", payload, actor=actor)


def _write(
    session: Session, signature: Signature, old: SignatureVersion, facts: Mapping[str, Any], reason: str, actor: Actor
) -> SignatureVersion:
    rest = {name: value for name, value in facts.items() if name != "bound"}
    parties = None
    if "bound" in facts:
        kept = {party.authority_id: party for party in copied_parties(old)}
        parties = [kept.get(one) or SignatureParty(authority_id=one) for one in facts["bound"]]
    return change(session, signature, rest, parties=parties, reason=reason, actor=actor)
