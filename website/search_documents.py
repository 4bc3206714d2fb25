"""What can be found: guides, authorities, agreements and buyer groups, each as a document of the index."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.clock import today
from common.versions import AsOf, known_at
from common.vocabulary import product_group_names, vocabulary
from kb.guides.models import Revision
from kb.guides.reading import public_revisions
from kb.guides.sections import sections_of, words_of
from kb.search.documents import Document, Section
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import has_ended, version_on
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding
from website.buyer_groups.search_documents import buyer_groups

GUIDE, AUTHORITY, AGREEMENT = "guide", "authority", "agreement"
ENDED_WEIGHT = 0.5


def all_documents(session: Session) -> list[Document]:
    """Return every page that can be found."""
    return [*guides(session), *authorities(session), *agreements(session), *buyer_groups(session)]


def guides(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the public guides, or those among these slugs."""
    for revision in public_revisions(session, None if slugs is None else list(slugs)):
        yield _guide(revision)


def _guide(revision: Revision) -> Document:
    words, groups = vocabulary(), product_group_names()
    themes = [words.themes[code] for code in revision.themes if code in words.themes]
    names = [*(theme.name for theme in themes), *(groups[code] for code in revision.product_groups if code in groups)]
    return Document(
        kind=GUIDE,
        key=f"guide:{revision.guide.slug}",
        title=revision.title,
        path=f"/kennisbank/{revision.guide.slug}",
        summary=revision.summary,
        sections=tuple(Section(part.anchor, part.title, part.text) for part in sections_of(revision.html)),
        # A guide on all themes is not about each of them, so their names help only where there are few.
        keywords=tuple(text for name in names for text in name.values()) if len(themes) < 4 else (),
        facts={"guide_kind": revision.kind, "themes": list(revision.themes)},
    )


def authorities(session: Session, codes: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the authorities, or those with these codes, under the names that they have today."""
    query = select(Authority).options(joinedload(Authority.versions.and_(known_at(AuthorityVersion))))
    if codes is not None:
        query = query.where(Authority.code.in_(codes))
    signed = _signed(session)
    for authority in session.scalars(query).unique():
        if authority.versions:
            yield _authority(authority, signed.get(authority.id, []))


def _authority(authority: Authority, signed: list[dict[str, Any]]) -> Document:
    now = version_on(authority, today())
    names = {version.name for version in authority.versions} | {now.sort_name}
    ended = has_ended(now, today())
    return Document(
        kind=AUTHORITY,
        key=f"authority:{authority.code}",
        title=now.name,
        path=f"/deelnemers/{authority.slug}",
        keywords=tuple(sorted(names - {now.name})) + ((now.abbreviation,) if now.abbreviation else ()),
        # Who types "Bergen" wants a municipality of today before one that ended.
        exact=() if ended else tuple(name for name in (*names, now.abbreviation or "") if name),
        weight=ENDED_WEIGHT if ended else 1.0,
        facts={
            "kind": now.kind,
            "province": now.province,
            "ended": ended,
            "signed": signed,
            "example": authority.is_example,
        },
    )


def _signed(session: Session) -> Mapping[int, list[dict[str, Any]]]:
    """Return authority -> the short titles of the agreements that it signed, the newest first."""
    rows = session.execute(
        select(SignatureParty.authority_id, Signature.agreement_id, AgreementVersion.short_title)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Signature.agreement_id)
        .where(known_at(AgreementVersion))
        .where(binding(AsOf(today())))
        .order_by(AgreementVersion.period_from.desc(), AgreementVersion.number)
    )
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for authority_id, agreement_id, title in rows:
        found.setdefault(authority_id, {})[agreement_id] = title
    return {authority_id: list(titles.values()) for authority_id, titles in found.items()}


def agreements(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the agreements as they now read, or those with these slugs."""
    query = (
        select(AgreementVersion)
        .join(AgreementVersion.agreement)
        .options(joinedload(AgreementVersion.agreement))
        .where(known_at(AgreementVersion))
    )
    if slugs is not None:
        query = query.where(Agreement.slug.in_(slugs))
    for version in session.scalars(query).unique():
        yield _agreement(version)


def _agreement(version: AgreementVersion) -> Document:
    english = [str(text.get("en") or "") for text in (version.title, version.short_title, version.summary)]
    return Document(
        kind=AGREEMENT,
        key=f"agreement:{version.agreement.slug}",
        title=str(version.title["nl"]),
        path=f"/afspraken/{version.agreement.slug}",
        summary=str(version.summary.get("nl") or ""),
        sections=(Section("", "", words_of(str(version.body_html.get("nl") or ""))),),
        keywords=(*english, str(version.short_title["nl"])),
        exact=tuple(str(name) for name in (*version.short_title.values(), *version.title.values()) if name),
        facts={
            "title": dict(version.title),
            "summary": dict(version.summary),
            "from": version.period_from.year,
            "to": version.period_to.year if version.period_to else None,
            "example": version.agreement.is_example,
        },
    )


def codes_signed_by(session: Session, keys: Iterable[str]) -> set[str]:
    """Return the codes of the authorities that these signatures bind."""
    return set(
        session.scalars(
            select(Authority.code)
            .join(SignatureParty, SignatureParty.authority_id == Authority.id)
            .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
            .join(Signature, Signature.id == SignatureVersion.signature_id)
            .where(Signature.key.in_(list(keys)))
        )
    )
