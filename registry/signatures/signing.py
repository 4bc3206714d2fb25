"""Signing online: prepared by a coördinator, signed by a bestuurder, and then a signature that staff confirm."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.names import typed_name
from common import ledger
from common.clock import now
from common.errors import N_, Conflict, Refused
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from registry.agreements.models import Agreement, AgreementVersion, Signable
from registry.agreements.reading import current_version
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority
from registry.signatures.eligible import MOST_BOUND, Candidate, candidates
from registry.signatures.models import Signing, SigningState

OPEN = (SigningState.DRAFT, SigningState.PREPARED, SigningState.RETURNED)
LONGEST_REMARK = 2000


class ChangedSince(Conflict):
    """Somebody changed the signing, or the text of the agreement, since this person read it."""


class Incomplete(Refused):
    """Something is still missing or in the way; `problems` says what, in the order of the pages."""

    def __init__(self, problems: Sequence[Refused]) -> None:
        self.problems = problems
        super().__init__(N_("Deze ondertekening is nog niet klaar."))


def open_signing(session: Session, agreement: Agreement, authority: Authority) -> Signing | None:
    """Return what the authority is preparing for this agreement, or None."""
    query = select(Signing).where(Signing.agreement_id == agreement.id, Signing.authority_id == authority.id)
    return session.scalars(query.where(Signing.ended_at.is_(None))).one_or_none()


def begin(session: Session, agreement: Agreement, authority: Authority, *, actor: Actor) -> Signing:
    """Begin to sign, or go on with what the authority is preparing already. Raises Refused when signing is not open.

    Refused is also who is no more.
    """
    ledger.lock(session)
    found = open_signing(session, agreement, authority)
    if found:
        return found
    refuse_ended(session, authority)
    version = current_version(agreement)
    check_open(version)
    own = [one for one in candidates(session, version, [authority.id]) if one.why_not is None]
    signing = Signing(
        agreement=agreement,
        agreement_version=version,
        authority=authority,
        authority_ids=[one.id for one in own],
        prepared_by_id=actor.user_id,
    )
    session.add(signing)
    session.flush()
    ledger.record(session, "signing.started", subject_of(signing), {}, actor=actor)
    return signing


def check_open(version: AgreementVersion) -> None:
    """Raise Refused unless the agreement can be signed on the site now."""
    if version.signing is not Signable.OPEN:
        raise Refused(N_("Deze afspraak staat niet open om te tekenen."))


def subject_of(signing: Signing) -> str:
    """Return what the ledger calls a signing: a number that says nothing, since it is not public who prepares."""
    return f"signing:{signing.id}"


def hold(session: Session, signing: Signing) -> None:
    """Let nobody else change the signing in this transaction. Raises Conflict when it was signed or withdrawn."""
    ledger.lock(session)
    session.refresh(signing, with_for_update=True)
    if signing.state is SigningState.SIGNED:
        raise Conflict(N_("Deze afspraak is intussen al getekend."))
    if signing.state is SigningState.WITHDRAWN:
        raise Conflict(N_("Deze ondertekening is intussen ingetrokken."))


def bind(session: Session, signing: Signing, add: Collection[int], drop: Collection[int], *, actor: Actor) -> None:
    """Add and drop authorities that the signing will bind. Raises Refused for one that cannot be bound."""
    hold(session, signing)
    found = candidates(session, current_version(signing.agreement), add)
    if {one.id for one in found} != set(add):
        raise Refused(N_("Deze organisatie kan hier niet tekenen."))
    for one in found:
        if one.why_not:
            raise Refused(N_("%(name)s kan niet worden toegevoegd."), name=one.name)
    chosen = [one for one in dict.fromkeys([*signing.authority_ids, *add]) if one not in set(drop)]
    if len(chosen) > MOST_BOUND:
        raise Refused(N_("Teken voor hoogstens %(number)s organisaties tegelijk."), number=MOST_BOUND)
    if chosen != signing.authority_ids:
        signing.authority_ids = chosen
        _saved(session, signing, actor)


def name_signer(
    session: Session, signing: Signing, name: str, function: str, mandate: Attachment | None, *, actor: Actor
) -> None:
    """Say who signs, in which function, and by which mandate; a new one replaces the old. Raises Conflict."""
    hold(session, signing)
    signing.signed_by, signing.signed_by_function = typed_name(name), typed_name(function)
    if mandate is not None:
        before = session.get(Attachment, signing.evidence_id) if signing.evidence_id else None
        signing.evidence_id = mandate.id
        if before is not None:
            attaching.remove(session, before, actor=actor)
    _saved(session, signing, actor)


def bound_by(session: Session, signing: Signing) -> list[Candidate]:
    """Return whom the signing will bind, by name, each with what stands in the way now."""
    return candidates(session, current_version(signing.agreement), signing.authority_ids)


def binds_others(signing: Signing) -> bool:
    """Say whether it binds another authority than the one where the signer works: a mandate is compulsory then."""
    return any(one != signing.authority_id for one in signing.authority_ids)


def problems_of(session: Session, signing: Signing) -> list[Refused]:
    """Return what is missing or in the way of asking for a signature, and of signing."""
    found = []
    try:
        refuse_ended(session, signing.authority)
        check_open(current_version(signing.agreement))
    except Refused as closed:
        found.append(closed)
    bound = bound_by(session, signing)
    if not bound:
        found.append(Refused(N_("Kies voor wie wordt getekend.")))
    found += [Refused(N_("%(name)s kan niet meer meedoen."), name=one.name) for one in bound if one.why_not]
    if not signing.signed_by or not signing.signed_by_function:
        found.append(Refused(N_("Vul in wie tekent, met naam en functie.")))
    if binds_others(signing) and signing.evidence_id is None:
        found.append(Refused(N_("Voeg het mandaat toe. Dat moet als u ook voor een andere organisatie tekent.")))
    return found


def ask(session: Session, signing: Signing, executive: User, *, actor: Actor) -> None:
    """Put it before the bestuurder. Raises Incomplete, or Conflict when it was signed or withdrawn meanwhile."""
    hold(session, signing)
    problems = problems_of(session, signing)
    if problems:
        raise Incomplete(problems)
    signing.executive_id, signing.prepared_by_id, signing.prepared_at = executive.id, actor.user_id, now()
    _move(session, signing, SigningState.PREPARED, actor)


def send_back(session: Session, signing: Signing, remark: str, *, actor: Actor) -> None:
    """Give it back to the coördinator with a remark. Raises Refused without one, Conflict when it does not wait."""
    hold(session, signing)
    if signing.state is not SigningState.PREPARED:
        raise Conflict(N_("Deze ondertekening wacht niet op een bestuurder."))
    remark = remark.strip()
    if not remark:
        raise Refused(N_("Schrijf op wat er anders moet."))
    if len(remark) > LONGEST_REMARK:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST_REMARK)
    signing.remark = remark
    _move(session, signing, SigningState.RETURNED, actor)


def withdraw(session: Session, signing: Signing, *, actor: Actor) -> None:
    """Take back what was prepared; the authority can begin anew. Raises Conflict when it was signed meanwhile."""
    hold(session, signing)
    signing.ended_at = now()
    _move(session, signing, SigningState.WITHDRAWN, actor)


def _move(session: Session, signing: Signing, state: SigningState, actor: Actor) -> None:
    signing.state = state
    signing.version += 1
    if state is not SigningState.RETURNED:
        signing.remark = None
    session.flush()
    ledger.record(session, f"signing.{state.value}", subject_of(signing), {}, actor=actor)


def _saved(session: Session, signing: Signing, actor: Actor) -> None:
    signing.version += 1
    session.flush()
    payload: dict[str, Any] = {"version": signing.version}
    ledger.record(session, "signing.saved", subject_of(signing), payload, actor=actor)
