"""What can be found: guides, authorities and agreements, each as a document of the index; more is beside it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from common.clock import local, today
from common.versions import AsOf, known_at
from common.vocabulary import product_group_names, vocabulary
from kb.guides.models import Guide, GuideAddress, Revision
from kb.guides.reading import is_public
from kb.guides.sections import sections_of, words_of
from kb.search.documents import Document, Section, Translation
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import has_ended, version_on
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding
from website.buyer_groups.search_documents import buyer_groups
from website.search_register import EXAMPLE, ambitions, pilots, questions

GUIDE, AUTHORITY, AGREEMENT = "guide", "authority", "agreement"
PLACES = {"gemeente", "provincie", "waterschap"}
"""Kinds of authorities that are called after where they are."""
AT_ONCE = 200
"""Guides that are read from the database together."""
WEIGHT, ENDED_WEIGHT = 0.8, 0.5
"""Of an authority: a word that is in its name also is what guides are about. Who types the name finds it first."""


def all_documents(session: Session) -> Iterator[Document]:
    """Yield every page that can be found, one by one: not all texts are in memory at once."""
    for read in (guides, authorities, agreements, buyer_groups, pilots, ambitions, questions):
        yield from read(session)


def guides(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the public guides, or those among these slugs."""
    query = select(Revision).join(Revision.guide).options(contains_eager(Revision.guide)).where(is_public())
    if slugs is not None:
        query = query.where(Guide.slug.in_(slugs))
    for revision in session.scalars(query.order_by(Guide.slug).execution_options(yield_per=AT_ONCE)):
        yield _guide(revision)


def all_addresses(session: Session, slugs: Collection[str]) -> set[str]:
    """Return these slugs with every other address, of now and of before, that the same guides have. Two queries."""
    left = select(GuideAddress.guide_id).where(GuideAddress.slug.in_(slugs))
    meant = Guide.slug.in_(slugs) | Guide.id.in_(left)
    now = session.execute(select(Guide.id, Guide.slug).where(meant)).all()
    before = session.scalars(select(GuideAddress.slug).where(GuideAddress.guide_id.in_([row.id for row in now])))
    return {*slugs, *(row.slug for row in now), *before}


def _guide(revision: Revision) -> Document:
    words, groups = vocabulary(), product_group_names()
    themes = [words.themes[code] for code in revision.themes if code in words.themes]
    names = [*(theme.name for theme in themes), *(groups[code] for code in revision.product_groups if code in groups)]
    told = revision.reviewed_on or (revision.published_at and local(revision.published_at).date())
    return Document(
        kind=EXAMPLE if revision.kind == EXAMPLE else GUIDE,
        key=f"guide:{revision.guide.slug}",
        title=revision.title,
        path=f"/kennisbank/{revision.guide.slug}",
        summary=revision.summary,
        sections=tuple(Section(part.anchor, part.title, part.text) for part in sections_of(revision.html)),
        # A guide on all themes is not about each of them, so their names help only where there are few.
        keywords=tuple(text for name in names for text in name.values()) if len(themes) < 4 else (),
        facts={"guide_kind": revision.kind, "themes": list(revision.themes), "level": revision.level},
        language=revision.language,
        themes=tuple(revision.themes),
        product_groups=tuple(revision.product_groups),
        year=told.year if told else None,
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
        language="",
        is_place=now.kind in PLACES,
        path=f"/deelnemers/{authority.slug}",
        keywords=tuple(sorted(names - {now.name})) + ((now.abbreviation,) if now.abbreviation else ()),
        # Who types "Bergen" wants a municipality of today before one that ended.
        exact=() if ended else tuple(name for name in (*names, now.abbreviation or "") if name),
        weight=ENDED_WEIGHT if ended else WEIGHT,
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
    def text(of: Mapping[str, Any], language: str) -> str:
        return str(of.get(language) or "")

    sections = {language: (Section("", "", words_of(text(version.body_html, language))),) for language in ("nl", "en")}
    english = Translation(
        "en",
        text(version.title, "en"),
        text(version.summary, "en"),
        sections["en"],
        (text(version.short_title, "en"),),
    )
    return Document(
        kind=AGREEMENT,
        key=f"agreement:{version.agreement.slug}",
        title=str(version.title["nl"]),
        path=f"/afspraken/{version.agreement.slug}",
        summary=text(version.summary, "nl"),
        sections=sections["nl"],
        keywords=(str(version.short_title["nl"]),),
        exact=tuple(str(name) for name in (*version.short_title.values(), *version.title.values()) if name),
        translations=(english,) if english.title else (),
        # One on all themes is not about each of them, but who narrows down to one theme wants it all the same.
        themes=tuple(version.themes),
        year=version.period_from.year,
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
