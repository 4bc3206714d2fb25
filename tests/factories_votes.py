"""Answers to "Was dit nuttig?", and practice examples of an authority, for tests. Plain functions."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common import clock
from common.ledger import Actor
from kb.discussion.models import UsefulVote
from kb.guides.fields import GuideFields
from kb.guides.models import Guide
from kb.guides.writing import create_guide, publish_guide
from kb.proposals.models import Proposal, ProposalKind, ProposalState

GUIDE = "actieplan-schrijven"
ACTOR = Actor("redacteur")
TEXT = GuideFields(
    title="Proef", summary="Zo deden wij het.", kind="example", themes=("circulair",), product_groups=(),
    level="starter", owner="redacteur", reviewed_on=None, review_due_on=None, related=(), sources=(),
    body="Vooraf.\n\n## Wat wij deden\n\nWij vroegen het.\n\n## Wat het opleverde\n\nVeel.",
)  # fmt: skip


def guide_id(session: Session, slug: str = GUIDE) -> int:
    return session.scalars(select(Guide.id).where(Guide.slug == slug)).one()


def add_vote(session: Session, number: int, useful: bool = True, sentence: str | None = None, ago: int = 0) -> None:
    """Add an answer of so many days ago, about the first version of a guide."""
    day = clock.today() - timedelta(days=ago)
    made = UsefulVote(id=number, guide_id=guide_id(session), revision_number=1, useful=useful, sentence=sentence)
    made.day = day
    session.add(made)


def vote_values(session: Session, number: str) -> dict[str, str]:
    """Return nothing new for a route, but let the answer of that number be there."""
    add_vote(session, int(number), sentence="Duidelijk.")
    return {}


def publish(session: Session, slug: str, **fields: object) -> Guide:
    """Publish a guide that says this."""
    revision = create_guide(session, slug, replace(TEXT, **fields), actor=ACTOR)  # type: ignore[arg-type]
    publish_guide(session, revision.guide, revision.number, actor=ACTOR)
    return revision.guide


def add_example(session: Session, code: str, slug: str, title: str, **fields: object) -> Guide:
    """Publish a practice example of the authority with this code, as a merged proposal leaves it."""
    guide = publish(session, slug, title=title, **fields)
    author, editor = session.scalars(select(User.id).order_by(User.id).limit(2))
    session.add(
        Proposal(
            key=slug[:16], kind=ProposalKind.EXAMPLE, state=ProposalState.MERGED, guide_id=guide.id, slug=slug,
            authority_code=code, content={}, author_id=author, merged_number=1,
            submitted_at=clock.now(), decided_at=clock.now(), decided_by_id=editor,
        )
    )  # fmt: skip
    session.flush()
    return guide
