"""What a text belongs to of which somebody adds a file: a guide, or a proposal."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.guides.files import named_in, subject_of
from kb.guides.writing import find_guide, newest_revision
from kb.permissions import may_add_guide_file, may_decide_on_proposal, may_read_proposal, may_write_proposal
from kb.proposals.models import Proposal
from kb.proposals.queue import title_of


@dataclass(frozen=True)
class Place:
    """Where files go, under the subject by which attachments name it."""

    subject: str
    title: str
    path: str
    """The page of the text."""
    may_know: bool
    may_add: bool
    named: frozenset[int] = frozenset()
    """The numbers of the files that the text shows or links."""


def find_place(session: Session, user: Any, subject: str) -> Place | None:
    """Return the guide or proposal of this subject, and what the user may do there."""
    noun, _colon, key = subject.partition(":")
    if noun == "guide":
        return _guide(session, user, key)
    return _proposal(session, user, key) if noun == "proposal" else None


def _guide(session: Session, user: Any, slug: str) -> Place | None:
    guide = find_guide(session, slug)
    if guide is None:
        return None
    newest, may = newest_revision(session, guide), may_add_guide_file(user)
    named = frozenset(named_in(newest.html))
    return Place(subject_of(slug), newest.title, f"/redactie/gidsen/{slug}", may, may, named)


def _proposal(session: Session, user: Any, key: str) -> Place | None:
    found = session.scalars(select(Proposal).where(Proposal.key == key)).one_or_none()
    if found is None:
        return None
    own = user.is_authenticated and user.id == found.author_id
    may_add = may_write_proposal(user, found) or may_decide_on_proposal(user, found)
    path = f"/mijn/voorstellen/{key}" if own else f"/redactie/voorstellen/{key}"
    # Markdown writes the same addresses as HTML: "](/bestanden/12/naam.png)".
    text = str(found.content.get("body", "")).replace("](", 'src="')
    named = frozenset(named_in(text))
    return Place(f"proposal:{key}", title_of(session, found), path, may_read_proposal(user, found), may_add, named)
