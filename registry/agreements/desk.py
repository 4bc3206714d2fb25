"""What staff work on: the draft of an agreement, and the version that the public reads now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import Actor
from common.versions import known_at
from registry.agreements.content import content_of
from registry.agreements.draft_fields import DraftFields, fields_of, stored_fields
from registry.agreements.drafting import drafts, find_draft, save_draft, start_draft
from registry.agreements.models import Agreement, AgreementDraft, AgreementVersion
from registry.agreements.reading import all_agreements, current_version
from registry.agreements.writing import find, newest_version


@dataclass(frozen=True)
class Bench:
    """One agreement as staff see it: its draft, where there is one, and what is public, where something is."""

    slug: str
    draft: AgreementDraft | None
    agreement: Agreement | None
    current: AgreementVersion | None

    @property
    def fields(self) -> DraftFields:
        """What the form shows: the draft, or the public version from which a draft would start."""
        if self.draft:
            return stored_fields(self.draft.content)
        return fields_of(content_of(self.current)) if self.current else DraftFields()

    @property
    def title(self) -> str:
        """Its Dutch title, or its address while it has none."""
        said = self.fields.texts
        return said.get("kort_nl") or said.get("titel_nl") or self.slug

    @property
    def is_example(self) -> bool:
        """Whether it is invented."""
        return bool(self.agreement and self.agreement.is_example)

    @property
    def behind(self) -> bool:
        """Whether a version was published after the draft began: publishing it would undo that."""
        return bool(self.draft and self.current and self.draft.content.get("base") != self.current.number)


@dataclass(frozen=True)
class DeskRow:
    """One line of the list of agreements."""

    slug: str
    title: dict[str, Any]
    is_example: bool
    version: AgreementVersion | None
    draft: AgreementDraft | None
    period_from: date | None


def open_bench(session: Session, slug: str, *, to_write: bool = False) -> Bench | None:
    """Return what staff work on at this address; None where there is neither a draft nor an agreement."""
    draft, agreement = find_draft(session, slug, to_write=to_write), find(session, slug)
    if draft is None and agreement is None:
        return None
    if agreement is None:
        return Bench(slug, draft, None, None)
    if to_write:
        return Bench(slug, draft, agreement, newest_version(session, agreement))
    public = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id, known_at(AgreementVersion))
    return Bench(slug, draft, agreement, session.scalars(public).one())


def save(session: Session, bench: Bench, fields: DraftFields, *, actor: Actor) -> bool:
    """Save the fields as the draft, which begins here where there was none; False when nothing changed."""
    if bench.draft:
        return save_draft(session, bench.draft, {**bench.draft.content, **fields.stored}, actor=actor)
    if fields.stored == bench.fields.stored:
        return False
    base = {"base": bench.current.number if bench.current else 0}
    start_draft(session, bench.slug, {**fields.stored, **base}, agreement=bench.agreement, actor=actor)
    return True


def desk_rows(session: Session) -> list[DeskRow]:
    """Return every agreement and every draft: what is in preparation first, then the newest."""
    by_slug = {draft.slug: draft for draft in drafts(session)}
    public = [(agreement, current_version(agreement)) for agreement in all_agreements(session)]
    known = {agreement.slug for agreement, _version in public}
    new = [
        DeskRow(draft.slug, _draft_title(draft), False, None, draft, None)
        for draft in by_slug.values()
        if draft.slug not in known
    ]
    rows = [
        DeskRow(one.slug, version.short_title, one.is_example, version, by_slug.get(one.slug), version.period_from)
        for one, version in public
    ]
    return new + rows


def other_slugs(session: Session, slug: str) -> Sequence[str]:
    """Return the addresses of all other public agreements: what may be a predecessor."""
    return session.scalars(select(Agreement.slug).where(Agreement.slug != slug).order_by(Agreement.slug)).all()


def _draft_title(draft: AgreementDraft) -> dict[str, Any]:
    said = stored_fields(draft.content).texts
    nl = said["kort_nl"] or said["titel_nl"] or draft.slug
    return {"nl": nl, "en": said["kort_en"] or said["titel_en"] or nl}
