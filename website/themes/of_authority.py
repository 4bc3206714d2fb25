"""The practice examples of one authority, for its page, as of a day and moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from common.clock import day_after
from common.versions import AsOf, known_at
from kb.guides.models import EndingKind, Guide, GuideEnding, Revision
from kb.guides.reading import is_public
from kb.proposals.models import Proposal, ProposalKind, ProposalState
from registry.authorities.models import Authority
from website.themes.practice import EXAMPLE


@dataclass(frozen=True)
class OwnExample:
    """A practice example as it stands on the page of its authority."""

    slug: str
    title: str
    summary: str
    language: str
    themes: Sequence[str]


def examples_query(authority_id: int, at: AsOf) -> Select[Any]:
    """Return the query of the examples that were public then, of an authority."""
    first = aliased(Revision)
    begun = select(first.id).where(first.guide_id == Guide.id, first.published_at < day_after(at.day)).exists()
    return (
        select(Guide.slug, Revision.title, Revision.summary, Revision.language, Revision.themes)
        .join(Revision.guide)
        .join(Proposal, Proposal.guide_id == Guide.id)
        .join(Authority, Authority.code == Proposal.authority_code)
        .where(Authority.id == authority_id, Proposal.kind == ProposalKind.EXAMPLE)
        .where(Proposal.state == ProposalState.MERGED, Revision.kind == EXAMPLE, _public(at), begun)
    )


def _public(at: AsOf) -> ColumnElement[bool]:
    if at.moment is None:
        return is_public()
    ended = select(GuideEnding.id).where(
        GuideEnding.guide_id == Guide.id, GuideEnding.kind != EndingKind.BACK, known_at(GuideEnding, at.moment)
    )
    replaced = or_(Revision.superseded_at.is_(None), Revision.superseded_at > at.moment)
    return and_(Revision.published_at <= at.moment, replaced, ~ended.correlate(Guide).exists())


def examples_from(rows: Sequence[Any]) -> list[OwnExample]:
    """Return what the rows say, by title, each guide once."""
    found = {row.slug: OwnExample(row.slug, row.title, row.summary, row.language, tuple(row.themes)) for row in rows}
    return sorted(found.values(), key=lambda one: one.title.casefold())
