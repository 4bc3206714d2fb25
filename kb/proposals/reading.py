"""Reads proposals: one by its key, a person's own, the whole text that one proposes, what differs from the guide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from common.comparing import Part, changed_fields
from common.markdown import render_markdown
from kb.guides.fields import RESERVED, GuideFields, fields_of
from kb.guides.merging import MergedFields, merge_fields
from kb.guides.models import Guide, GuideAddress, Revision
from kb.guides.reading import is_public
from kb.proposals.models import OPEN, WRITABLE, Proposal, ProposalKind, ProposalState
from kb.proposals.sections import Section, cut, loses_heading, put_back
from kb.proposals.small import why_not_small
from kb.proposals.typed import fields_of_content, slug_from, sources_as_text

PAGE = 50
"""Own proposals on one page of the list."""


@dataclass(frozen=True)
class OwnProposal:
    """A proposal in the list of its author, with the title of the guide as everybody reads it."""

    proposal: Proposal
    guide_title: str | None
    guide_slug: str | None
    live_number: int | None

    @property
    def title(self) -> str:
        """What the proposal is called: its own title, or that of the guide; "" for a draft without one."""
        return self.proposal.content.get("title") or self.guide_title or ""

    @property
    def section(self) -> str:
        """What the part is called that it is about, by its own first line; "" where it is about a whole guide."""
        if not self.proposal.section:
            return ""
        first = self.proposal.content.get("body", "").lstrip().partition("\n")[0]
        headings = render_markdown(first).headings
        return headings[0].title if headings else self.proposal.section.replace("-", " ")

    @property
    def outdated(self) -> bool:
        """Whether the guide moved on since it was written."""
        return is_outdated(self.proposal, self.live_number)


def subject_of(proposal: Proposal) -> str:
    """Return how the ledger and files name a proposal."""
    return f"proposal:{proposal.key}"


def find_proposal(session: Session, key: str) -> Proposal | None:
    """Return the proposal with this key, with its guide. One query."""
    query = select(Proposal).options(joinedload(Proposal.guide)).where(Proposal.key == key)
    return session.scalars(query).one_or_none()


def lock_proposal(session: Session, proposal: Proposal) -> None:
    """Read a proposal again, and let nobody else change it until this transaction ends."""
    # Its guide is read along by an outer join, of which PostgreSQL can lock this side only.
    session.refresh(proposal, with_for_update={"of": Proposal})


def is_outdated(proposal: Proposal, newest_number: int | None) -> bool:
    """Say whether the guide moved on since the proposal was written over it, and that still matters."""
    waits = proposal.state in (*OPEN, *WRITABLE)
    return waits and bool(proposal.base_number and newest_number and newest_number > proposal.base_number)


def own_proposals(session: Session, user_id: int, page: int = 1) -> tuple[list[OwnProposal], int]:
    """Return one page of what a person proposed, what he can work on first, and how many there are. Two queries."""
    own = Proposal.author_id == user_id
    total = session.scalar(select(func.count()).select_from(Proposal).where(own)) or 0
    rows = session.execute(
        select(Proposal, Revision.title, Guide.slug, Revision.number)
        .outerjoin(Guide, Guide.id == Proposal.guide_id)
        .outerjoin(Revision, (Revision.guide_id == Guide.id) & is_public())
        .where(own)
        .order_by(_waits_for_author().desc(), Proposal.saved_at.desc(), Proposal.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [OwnProposal(*row) for row in rows], total


def _waits_for_author() -> ColumnElement[bool]:
    return Proposal.state == ProposalState.CHANGES_ASKED


def number_asked(session: Session, user_id: int) -> int:
    """Return of how many of a person's proposals the editors asked something."""
    query = select(func.count()).select_from(Proposal).where(Proposal.author_id == user_id, _waits_for_author())
    return session.scalar(query) or 0


def open_drafts(session: Session, user_id: int, guide_id: int) -> list[Proposal]:
    """Return what a person has in work for one guide."""
    query = select(Proposal).where(
        Proposal.author_id == user_id, Proposal.guide_id == guide_id, Proposal.state.in_((*WRITABLE, *OPEN))
    )
    return list(session.scalars(query.order_by(Proposal.id)))


def live_revision(session: Session, proposal: Proposal) -> Revision | None:
    """Return the text of its guide that everybody reads now; None for a new guide, or one that ended."""
    if proposal.guide_id is None:
        return None
    return session.scalars(select(Revision).where(Revision.guide_id == proposal.guide_id, is_public())).one_or_none()


def base_fields(session: Session, proposal: Proposal) -> GuideFields | None:
    """Return what the guide said when the proposal was written over it; None for a new guide."""
    if proposal.base_number is None:
        return None
    query = select(Revision).where(Revision.guide_id == proposal.guide_id, Revision.number == proposal.base_number)
    return fields_of(session.scalars(query).one())


def whole_text(session: Session, proposal: Proposal) -> GuideFields:
    """Return the whole guide as the proposal wants it: over its base, a section put back in its place.

    It may lack what its author did not write yet. Raises nothing.
    """
    base = base_fields(session, proposal)
    if proposal.section and base:
        text = proposal.content.get("body", "")
        body = put_back(base.body, proposal.section, text)
        # The base never changes, so its section is there; should a renderer of later see it otherwise, nothing is lost.
        return fields_of_content({"body": body if body is not None else f"{base.body}\n{text}"}, base)
    return fields_of_content(proposal.content, base)


def is_small(session: Session, proposal: Proposal) -> bool:
    """Say whether it changes no more than a typing error would: editors find it in their quick list."""
    base = base_fields(session, proposal)
    return (
        proposal.kind is ProposalKind.CHANGE
        and base is not None
        and not why_not_small(base, whole_text(session, proposal))
    )


def merged_with_live(session: Session, proposal: Proposal) -> MergedFields | None:
    """Return the proposal put in the guide that everybody reads now; None for a new guide, or one that ended."""
    base, live = base_fields(session, proposal), live_revision(session, proposal)
    if base is None or live is None:
        return None
    return merge_fields(base, whole_text(session, proposal), fields_of(live))


def section_title(session: Session, proposal: Proposal) -> str:
    """Return the heading of the section that it is about, as it read when the author began; "" for a whole guide."""
    section = _own_section(session, proposal)
    return section.title if section else ""


def lost_heading(session: Session, proposal: Proposal) -> Section | None:
    """Return its section where the text has no heading in the place of the one that stood above it; else None."""
    section, text = _own_section(session, proposal), proposal.content.get("body", "")
    return section if section and text.strip() and loses_heading(section, text) else None


def _own_section(session: Session, proposal: Proposal) -> Section | None:
    base = base_fields(session, proposal) if proposal.section else None
    return cut(base.body, proposal.section or "") if base else None


def changes(before: GuideFields, after: GuideFields, labels: dict[str, str]) -> list[tuple[str, list[Part]]]:
    """Return each field that differs, by its label, with what goes and what comes in it."""
    return changed_fields(as_texts(before), as_texts(after), labels)


def as_texts(fields: GuideFields) -> dict[str, str]:
    """Return the fields that an author writes, each as one text, by the name that the form has for it."""
    return {
        "titel": fields.title,
        "samenvatting": fields.summary,
        "tekst": fields.body,
        "bronnen": sources_as_text([vars(source) for source in fields.sources]),
        "themas": "\n".join(fields.themes),
        "productgroepen": "\n".join(fields.product_groups),
    }


def addresses_in_use(session: Session, wanted: Sequence[str]) -> set[str]:
    """Return which of these addresses a guide has, or had. One query."""
    now = select(Guide.slug).where(Guide.slug.in_(wanted))
    before = select(GuideAddress.slug).where(GuideAddress.slug.in_(wanted))
    return set(session.scalars(now.union(before)))


def address_for(session: Session, proposal: Proposal) -> str:
    """Return the address that a new guide gets: what the author typed, or else the first free one from its title."""
    if proposal.slug or proposal.guide_id is not None:
        return proposal.slug or ""
    plain = slug_from(proposal.content.get("title", ""))
    if not plain:
        return ""
    tries = [plain, *(f"{plain}-{number}" for number in range(2, 12))]
    taken = addresses_in_use(session, tries)
    return next((one for one in tries if one not in taken and one not in RESERVED), "")


def by_origin(session: Session, origins: Sequence[str]) -> dict[str, Proposal]:
    """Return per row of a report what was proposed of it, by whomever; what was withdrawn does not count. One query."""
    query = select(Proposal).where(Proposal.origin.in_(origins), Proposal.state != ProposalState.WITHDRAWN)
    return {one.origin: one for one in session.scalars(query.order_by(Proposal.id)) if one.origin}


def asked_at(proposal: Proposal) -> datetime | None:
    """Return when the editors last asked for changes; None where they did not."""
    return max((one.at for one in proposal.messages if one.event == "changes_asked"), default=None)
