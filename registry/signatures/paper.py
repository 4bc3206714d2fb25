"""A signature on paper: entered by one beheerder with its evidence, confirmed by another; and whom typed names mean."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Refused
from common.files.models import Attachment
from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.signatures.changing import note
from registry.signatures.days import first_day
from registry.signatures.eligible import MOST_BOUND, WhyNot, candidates, refuse_held
from registry.signatures.models import Certainty, DatePrecision, Origin, Signature, SignatureParty, SignatureVersion
from registry.signatures.online import new_key

_IN_THE_WAY = (WhyNot.BOUND, WhyNot.WAITS)
"""A body that ended since, or of another kind, may have signed on paper all the same."""


@dataclass(frozen=True)
class PaperFacts:
    """What stands on the paper, and where it came from."""

    name_as_signed: str
    signed_on: date | None
    precision: DatePrecision
    signed_by: str
    signed_by_function: str
    source: str
    note: str


def enter(
    session: Session,
    text: AgreementVersion,
    facts: PaperFacts,
    authority_ids: Collection[int],
    evidence: Attachment,
    *,
    actor: Actor,
) -> Signature:
    """Write a signature that was made on paper; it is not public until somebody else confirms it.

    Raises Refused for an authority that is bound already, or was after that day, or of which a signature waits.
    """
    ledger.lock(session)
    for one in candidates(session, text, authority_ids):
        if one.why_not in _IN_THE_WAY:
            raise Refused(N_("%(name)s tekende deze afspraak al, of er wacht een ondertekening."), name=one.name)
    refuse_held(session, text, authority_ids, first_day(facts.signed_on, facts.precision))
    version = _first_version(facts, evidence, actor)
    version.parties = [SignatureParty(authority_id=one) for one in authority_ids]
    signature = Signature(
        key=new_key(text.agreement.slug),
        agreement=text.agreement,
        agreement_version=text,
        versions=[version],
    )
    session.add(signature)
    session.flush()
    note(session, "signature.entered", signature, version, actor)
    return signature


def _first_version(facts: PaperFacts, evidence: Attachment, actor: Actor) -> SignatureVersion:
    return SignatureVersion(
        number=1,
        name_as_signed=facts.name_as_signed,
        signed_on=facts.signed_on,
        date_precision=facts.precision,
        certainty=Certainty.CERTAIN,
        origin=Origin.PAPER,
        confirmed=False,
        signed_by=facts.signed_by or None,
        signed_by_function=facts.signed_by_function or None,
        source=facts.source,
        note=facts.note or None,
        evidence_id=evidence.id,
        entered_by_id=actor.user_id,
        recorded_role=actor.role,
    )


@dataclass(frozen=True)
class Named:
    """What typed lines mean: the authorities, and the lines that are no name or code, with names that look like it."""

    authorities: Sequence[Authority]
    unknown: Sequence[tuple[str, Sequence[str]]]


def named(session: Session, written: str, *, is_example: bool) -> Named:
    """Read one name or TOOI code a line; a name that an authority had earlier counts too. At most two queries."""
    lines = list(dict.fromkeys(line for line in (" ".join(raw.split()) for raw in written.splitlines()) if line))
    if len(lines) > MOST_BOUND:
        raise Refused(N_("Teken voor hoogstens %(number)s organisaties tegelijk."), number=MOST_BOUND)
    rows = session.execute(
        select(Authority, AuthorityVersion.name)
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(Authority.is_example.is_(is_example), known_at(AuthorityVersion))
        .where(or_(*(AuthorityVersion.search_text.contains(fold(line), autoescape=True) for line in lines)))
    ).all() if lines else []  # fmt: skip
    exact: dict[str, set[int]] = defaultdict(set)
    by_id: dict[int, Authority] = {}
    for authority, name in rows:
        by_id[authority.id] = authority
        exact[fold(name)].add(authority.id)
        exact[fold(authority.code)].add(authority.id)
    found, unknown = [], []
    for line in lines:
        ids = exact.get(fold(line), set())
        if len(ids) == 1:
            found.append(by_id[next(iter(ids))])
        else:
            like = sorted({name for _authority, name in rows if fold(line) in fold(name)})
            unknown.append((line, like[:3]))
    return Named(list(dict.fromkeys(found)), unknown)
