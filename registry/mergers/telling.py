"""Says what was chosen about in the words of a reader: the ledger knows a thing by its key only."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership, User
from common.versions import known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.mergers.models import MergerChoice
from registry.signatures.models import Signature, Signing


def told(session: Session, choices: Sequence[MergerChoice]) -> dict[int, tuple[str, Text | str]]:
    """Return, by choice, the sort of its thing and a name for it: of the agreement, group, holder or person."""
    by_sort: dict[str, set[str]] = {}
    for one in choices:
        sort, _colon, key = one.subject.partition(":")
        by_sort.setdefault(sort, set()).add(key)
    names = {(sort, key): name for sort, keys in by_sort.items() for key, name in _names(session, sort, keys).items()}
    found = {}
    for one in choices:
        sort, _colon, key = one.subject.partition(":")
        found[one.id] = sort, names.get((sort, key), key)
    return found


def _names(session: Session, sort: str, keys: Collection[str]) -> dict[str, Text | str]:
    """Return the names of the things of one sort. One query."""
    titles = (
        select(AgreementVersion.short_title)
        .where(AgreementVersion.agreement_id == Agreement.id, known_at(AgreementVersion))
        .scalar_subquery()
    )
    numbers = [int(key) for key in keys if key.isdecimal()]
    if sort == "signature":
        query = select(Signature.key, titles).join(Signature.agreement).where(Signature.key.in_(keys))
    elif sort == "signing":
        query = select(Signing.id, titles).join(Signing.agreement).where(Signing.id.in_(numbers))
    elif sort == "membership":
        query = select(Membership.id, User.name).join(Membership.user).where(Membership.id.in_(numbers))
    elif sort == "certificate":
        query = (
            select(Certificate.key, CertificateVersion.holder)
            .join(Certificate.versions)
            .where(known_at(CertificateVersion), Certificate.key.in_(keys))
        )
    elif sort == "buyer_group":
        query = (
            select(BuyerGroup.slug, BuyerGroupVersion.title)
            .join(BuyerGroup.versions)
            .where(known_at(BuyerGroupVersion), BuyerGroup.slug.in_(keys))
        )
    elif sort in {"plan", "plan_draft", "report"}:
        slugs = {key.split("/")[1] for key in keys}
        rows = session.execute(select(Agreement.slug, titles).where(Agreement.slug.in_(slugs)))
        by_slug = {row.slug: row[1] for row in rows}
        return {key: by_slug.get(key.split("/")[1], key) for key in keys}
    else:
        return {}
    return {str(key): name for key, name in session.execute(query)}
