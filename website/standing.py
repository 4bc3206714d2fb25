"""What the site says now and said before, made again from its tables: to lay beside what the ledger says of it.

A fingerprint in the ledger tells what was published; only this tells whether the site still says so.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, selectinload

from common.fingerprints import fingerprint
from common.ledger_tables import LedgerEntry, LedgerFingerprint
from registry.agreements.content import content_of as agreement_content
from registry.agreements.content import public_content as agreement_says
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority
from registry.buyer_groups import keeping as groups
from registry.buyer_groups.content import public_content as group_says
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion
from registry.certificates import keeping as certificates
from registry.certificates.content import public_content as certificate_says
from registry.certificates.models import Certificate, CertificateVersion
from registry.editions.indicators import content_of as indicator_says
from registry.editions.models import Edition, EditionVersion, Indicator
from registry.plans.content import content_of as plan_says
from registry.plans.models import Plan, PlanVersion
from registry.plans.reading import document_of
from registry.reports.drafting import subject_of
from registry.reports.models import Publication, Report
from registry.reports.public_content import public_content as report_says
from registry.signatures.content import public_content as signature_says
from registry.signatures.models import Signature, SignatureVersion


@dataclass(frozen=True)
class Standing:
    """A version that is public, or was."""

    subject: str
    """As the ledger names it."""
    number: int
    recorded_at: datetime
    holds: bool
    """Whether the site shows it now."""
    fingerprint: str
    """Of what the tables say of it at this moment."""


Key = tuple[str, ...]
Found = tuple[Any, bool, str, int, Mapping[str, Any]]
"""The version, whether its page shows it where it is the newest, its subject, number and content."""


def standing(session: Session, subject: str | None = None) -> Iterator[Standing]:
    """Give every public version of a subject, or of all that have fingerprints. Reads every row of those nouns."""
    noun, _colon, key = (subject or "").partition(":")
    for name, read in _READERS.items():
        if subject is None or name == noun:
            for row, shown, said_of, number, content in read(session, tuple(key.split("/")) if key else ()):
                holds = shown and getattr(row, "superseded_at", None) is None
                yield Standing(said_of, number, row.recorded_at, holds, fingerprint(content))


@dataclass(frozen=True)
class Compared:
    """What laying the tables beside the ledger found."""

    fitting: int
    older: int
    """Versions of before the ledger held fingerprints of them: nothing can be said of these."""
    wrong: tuple[Standing, ...]
    """Versions of which the ledger holds another content, or none."""


def compare_with_ledger(session: Session) -> Compared:
    """Make the content of every public version again, and look whether the ledger has that of the same subject."""
    kept = {(row.subject, row.fingerprint) for row in session.scalars(select(LedgerFingerprint))}
    # A form that opened before its entry carried a fingerprint: the entry says the same as "sha256".
    opened = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "edition.opened"))
    kept |= {(entry.subject, json.loads(entry.payload).get("sha256", "")) for entry in opened}
    begun = session.scalar(
        select(LedgerEntry.recorded_at).where(LedgerEntry.content_hash.is_not(None)).order_by(LedgerEntry.seq).limit(1)
    )
    fitting, older, wrong = 0, 0, []
    for one in standing(session):
        if (one.subject, one.fingerprint) in kept:
            fitting += 1
        elif begun is None or one.recorded_at < begun:
            older += 1
        else:
            wrong.append(one)
    return Compared(fitting, older, tuple(wrong))


def _is(column: Any, wanted: str) -> ColumnElement[bool]:
    return column == wanted if wanted else true()


def _parts(key: Key, number: int) -> Key:
    """Return so many parts of a key; "" for each where all are wanted, and what fits nothing for another key."""
    if not key:
        return ("",) * number
    return key if len(key) == number else ("?",) * number


def _signatures(session: Session, key: Key) -> Iterator[Found]:
    query: Select[Any] = select(SignatureVersion).join(Signature).where(SignatureVersion.confirmed.is_(True))
    for row in session.scalars(query.where(_is(Signature.key, "/".join(key)))).unique():
        own = row.signature
        yield row, True, f"signature:{own.key}", row.number, signature_says(own, row)


def _agreements(session: Session, key: Key) -> Iterator[Found]:
    query = select(AgreementVersion).join(Agreement).where(_is(Agreement.slug, "/".join(key)))
    for row in session.scalars(query).unique():
        said = agreement_says(agreement_content(row), row.number)
        yield row, True, f"agreement:{row.agreement.slug}", row.number, said


def _plans(session: Session, key: Key) -> Iterator[Found]:
    code, slug = _parts(key, 2)
    query = select(PlanVersion).join(Plan).join(Authority).join(Agreement, Agreement.id == Plan.agreement_id)
    public = PlanVersion.published_at.is_not(None)
    for row in session.scalars(query.where(public, _is(Authority.code, code), _is(Agreement.slug, slug))).unique():
        code_of, under = row.plan.authority.code, row.plan.agreement.slug
        said = plan_says(row, code_of, under, document_of(session, row))
        yield row, True, f"plan:{code_of}/{under}", row.number, said


def _reports(session: Session, key: Key) -> Iterator[Found]:
    code, _slug, _year = _parts(key, 3)
    query = select(Publication).join(Report).join(Authority).where(_is(Authority.code, code))
    for row in session.scalars(query).unique():
        subject = subject_of(row.submission.report)
        if not key or subject == "report:" + "/".join(key):
            yield row, not row.withdrawn, subject, row.submission.number, report_says(row.submission)


def _certificates(session: Session, key: Key) -> Iterator[Found]:
    version = CertificateVersion
    query = select(version, Certificate).join(Certificate, Certificate.id == version.certificate_id)
    for row, own in session.execute(query.where(_is(Certificate.key, "/".join(key)))).unique():
        said = certificate_says(own, row, certificates.document_hash(session, row))
        yield row, not row.withdrawn, f"certificate:{own.key}", row.number, said


def _groups(session: Session, key: Key) -> Iterator[Found]:
    query = select(BuyerGroupVersion, BuyerGroup).join(BuyerGroup, BuyerGroup.id == BuyerGroupVersion.group_id)
    for row, own in session.execute(query.where(_is(BuyerGroup.slug, "/".join(key)))).unique():
        yield row, True, f"buyer_group:{own.slug}", row.number, group_says(own, row, groups.document_hash(session, row))


def _editions(session: Session, key: Key) -> Iterator[Found]:
    slug, year = _parts(key, 2)
    query = select(EditionVersion, Agreement.slug, Edition.year).join(EditionVersion.edition).join(Edition.agreement)
    for row, own, of in session.execute(query.where(_is(Agreement.slug, slug))):
        if year in {"", str(of)}:
            yield row, True, f"edition:{own}/{of}", row.number, json.loads(row.snapshot)


def _indicators(session: Session, key: Key) -> Iterator[Found]:
    query = select(Indicator).where(_is(Indicator.code, "/".join(key))).options(selectinload(Indicator.versions))
    for own in session.scalars(query):
        for row in own.versions:
            yield row, row is own.versions[-1], f"indicator:{own.code}", row.number, indicator_says(row)


_READERS: Mapping[str, Callable[[Session, Key], Iterator[Found]]] = {
    "signature": _signatures,
    "agreement": _agreements,
    "plan": _plans,
    "report": _reports,
    "certificate": _certificates,
    "buyer_group": _groups,
    "edition": _editions,
    "indicator": _indicators,
}
"""Every noun of which versions carry a fingerprint; tests/ledger/test_standing.py finds one that lacks here."""
