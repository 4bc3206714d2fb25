"""The files of proposals: whose a text may name, and where they go when it is taken in or thrown away.

The address of a file is its number, and stays. So a text that is taken in needs no rewriting: its files only change
hands. A copy with a number of its own would leave the author's text, and the comments on it, pointing at the other one.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.attaching import attachments_of, move, remove
from common.files.models import Attachment
from common.ledger import Actor
from common.markdown import render_markdown
from kb.guides.files import closed_among, kept_for, named_in
from kb.guides.files import subject_of as subject_of_guide
from kb.guides.models import Revision
from kb.proposals.models import Proposal
from kb.proposals.previews import subjects_of_files
from kb.proposals.reading import subject_of, whole_text


def foreign_files(session: Session, proposal: Proposal, body: str) -> list[Attachment]:
    """Return the files that this text names and that belong to another draft, or to a guide that is not public.

    Once the text is public, its readers could open them. What another noun keeps (a plan, a report) has rules of its
    own, that no text changes.
    """
    named = named_in(render_markdown(body, whole_text(session, proposal).language).html)
    if not named:
        return []
    own = subjects_of_files(session, proposal)
    found = session.scalars(select(Attachment).where(Attachment.id.in_(named)).order_by(Attachment.id)).all()
    opened = ("guide:", "proposal:")
    return closed_among(session, [one for one in found if one.subject.startswith(opened) and one.subject not in own])


def hand_to_guide(session: Session, proposal: Proposal, made: Revision, *, actor: Actor) -> None:
    """Let the files that a text brings be those of the guide that took it in."""
    named = named_in(made.html)
    for one in attachments_of(session, subject_of(proposal)):
        if one.id in named:
            move(session, one, subject_of_guide(made.guide.slug), actor=actor)


def let_go(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Take away the files of a proposal that goes; what a guide names in any of its versions becomes that guide's."""
    attachments = attachments_of(session, subject_of(proposal))
    kept = kept_for(session, [one.id for one in attachments])
    for one in attachments:
        if one.id in kept:
            move(session, one, subject_of_guide(kept[one.id]), actor=actor)
        else:
            remove(session, one, actor=actor)
