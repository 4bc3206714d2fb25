"""Loads who signed what, when, for whom and by which source. Everything is checked before anything is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common.content import FROM_FILE, Row, read_csv
from common.ledger import SYSTEM
from common.markdown import anchor
from common.versions import known_at, supersede
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority
from registry.signatures.changing import copied_parties, note
from registry.signatures.days import end_of
from registry.signatures.duties import follow_signatures
from registry.signatures.models import Certainty, DatePrecision, Signature, SignatureParty, SignatureVersion

COLUMNS = (
    "agreement", "party_number", "name_as_signed", "authority_codes", "represented_by", "signed_on",
    "date_precision", "certainty", "signed_by", "signed_by_function", "source", "date_source", "note",
)  # fmt: skip

OF_STAFF = (
    "origin", "refused", "evidence_id", "entered_by_id", "confirmed_by_id", "ended_on", "ended_reason",
    "ended_evidence_id",
)  # fmt: skip
"""What only staff decide: a file leaves it as it is."""


@dataclass(frozen=True)
class SignatureContent:
    """A signature as the file gives it, checked: whom it binds and the fields of a version."""

    key: str
    agreement: str
    codes: tuple[str, ...]
    facts: dict[str, Any]


def load_signatures(session: Session, folder: Path) -> None:
    """Load signatories.csv of `folder`. Raises ContentError before anything is written.

    What staff changed on the site stays: the file only wins in a field that changed in the file itself.
    """
    authorities = {authority.code: authority for authority in session.scalars(select(Authority))}
    versions = {
        version.agreement.slug: version
        for version in session.scalars(
            select(AgreementVersion).where(known_at(AgreementVersion)).options(selectinload(AgreementVersion.agreement))
        )
        if not version.agreement.is_example
    }
    contents: dict[str, SignatureContent] = {}
    for row in read_csv(folder / "signatories.csv", COLUMNS):
        content = _checked(row, authorities, versions)
        if content.key in contents:
            raise row.wrong(f"dubbele rij: {row['name_as_signed']!r} staat al bij {row['agreement']}")
        contents[content.key] = content
    known = {
        signature.key: signature
        for signature in session.scalars(
            select(Signature).options(selectinload(Signature.versions).selectinload(SignatureVersion.parties))
        )
    }
    for key, content in contents.items():
        bound = [authorities[code] for code in content.codes]
        if key in known:
            _update(session, known[key], content, bound)
        else:
            store_signature(session, content, versions[content.agreement], bound)
    for agreement_id in {version.agreement_id for version in versions.values()}:
        follow_signatures(session, agreement_id, actor=SYSTEM)


def store_signature(
    session: Session, content: SignatureContent, version: AgreementVersion, bound: list[Authority]
) -> Signature:
    """Write a new signature with its first version."""
    signature = Signature(
        key=content.key,
        agreement_id=version.agreement_id,
        agreement_version_id=version.id,
        versions=[SignatureVersion(number=1, parties=[_party(one) for one in bound], **content.facts)],
    )
    session.add(signature)
    session.flush()
    note(session, "signature.recorded", signature, signature.versions[0], SYSTEM)
    return signature


def _update(session: Session, signature: Signature, content: SignatureContent, bound: list[Authority]) -> None:
    versions = sorted(signature.versions, key=lambda version: version.number)
    current = versions[-1]
    loaded = [version for version in versions if version.number == 1 or version.change_reason == FROM_FILE][-1]
    moved = {name: value for name, value in content.facts.items() if getattr(loaded, name) != value}
    wanted = {one.id for one in bound}
    others_bound = {party.authority_id for party in loaded.parties} != wanted
    if not moved and not others_bound:
        return
    kept = {name: getattr(current, name) for name in (*content.facts, *OF_STAFF)}
    facts = {**kept, **moved}
    if moved.get("confirmed"):
        facts["refused"] = False  # a source that is certain now wins over staff who did not know it
    parties = [_party(one) for one in bound] if others_bound else copied_parties(current)
    new = SignatureVersion(signature_id=signature.id, number=current.number + 1, parties=parties, **facts)
    supersede(session, current, new, actor=SYSTEM, reason=FROM_FILE)
    note(session, "signature.changed", signature, new, SYSTEM)


def _party(authority: Authority) -> SignatureParty:
    return SignatureParty(authority=authority)


def _checked(
    row: Row, authorities: Mapping[str, Authority], versions: Mapping[str, AgreementVersion]
) -> SignatureContent:
    if row["agreement"] not in versions:
        raise row.wrong(f"onbekende afspraak: {row['agreement']!r}")
    codes = tuple(code for code in row["authority_codes"].split(";") if code)
    if not codes:
        raise row.wrong("authority_codes is leeg")
    if len(set(codes)) < len(codes):
        raise row.wrong("een organisatie staat er twee keer in")
    for code in (*codes, *filter(None, [row["represented_by"]])):
        if code not in authorities:
            raise row.wrong(f"onbekende organisatie: {code!r}")
    for column in ("name_as_signed", "source"):
        if not row[column]:
            raise row.wrong(f"{column} is leeg")
    if row["certainty"] not in list(Certainty):
        raise row.wrong(f"onbekende zekerheid: {row['certainty']!r}")
    represented_by = authorities.get(row["represented_by"])
    precision, signed_on = _signed_on(row)
    facts = {
        "party_number": row.number("party_number"),
        "name_as_signed": row["name_as_signed"],
        "represented_by_id": represented_by.id if represented_by else None,
        "signed_on": signed_on,
        "date_precision": precision,
        "certainty": Certainty(row["certainty"]),
        "confirmed": row["certainty"] != Certainty.UNCERTAIN,
        "signed_by": row.get("signed_by"),
        "signed_by_function": row.get("signed_by_function"),
        "source": row["source"],
        "date_source": row.get("date_source"),
        "note": row.get("note"),
    }
    return SignatureContent(signature_key(row["agreement"], row["name_as_signed"]), row["agreement"], codes, facts)


def signature_key(agreement: str, name_as_signed: str) -> str:
    """Return the stable name of a signature: "mvoi-2022-2025/gemeente-ermelo"."""
    return f"{agreement}/{anchor(name_as_signed)}"


def _signed_on(row: Row) -> tuple[DatePrecision, date | None]:
    """Return the day of signing; of a month or year its last day, so that nobody is called late too soon."""
    if row["date_precision"] not in list(DatePrecision):
        raise row.wrong(f"onbekende date_precision: {row['date_precision']!r}")
    precision, written = DatePrecision(row["date_precision"]), row["signed_on"]
    shape = {DatePrecision.MONTH: r"\d{4}-\d{2}", DatePrecision.YEAR: r"\d{4}", DatePrecision.UNKNOWN: ""}
    if not re.fullmatch(shape.get(precision, r"\d{4}-\d{2}-\d{2}"), written):
        raise row.wrong(f"signed_on {written!r} past niet bij date_precision {precision.value}")
    try:
        if precision is DatePrecision.UNKNOWN:
            return precision, None
        if precision is DatePrecision.YEAR:
            return precision, end_of(date(int(written), 1, 1), precision)
        if precision is DatePrecision.MONTH:
            return precision, end_of(date(int(written[:4]), int(written[5:]), 1), precision)
        return precision, date.fromisoformat(written)
    except ValueError as error:
        raise row.wrong(f"signed_on is geen datum: {written!r}") from error
