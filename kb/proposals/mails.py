"""The mail about a proposal: to its author after each decision, to editors when one comes in."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import Role, StaffRole, User
from common.web.mails import site_link
from kb.guides.models import Revision
from kb.proposals.deciding import Said
from kb.proposals.models import Proposal, ProposalKind
from kb.proposals.queue import title_of
from kb.proposals.standing import may_decide

PAGE, DESK = "/mijn/voorstellen/{}", "/redactie/voorstellen/{}"


def mail_submitted(session: Session, proposal: Proposal) -> None:
    """Tell editors that a proposal waits: who looks at it, or else all who may decide on it and want such a mail."""
    author = session.get(User, proposal.author_id)
    reviewer = session.get(User, proposal.reviewer_id) if proposal.reviewer_id else None
    again = sum(one.event == "submitted" for one in proposal.messages) > 1
    for person in [reviewer] if reviewer else _editors(session):
        if not may_decide(proposal, person):
            continue
        mail = queue_for(
            session,
            person,
            "proposal_new",
            title=title_of(session, proposal),
            proposer=author.name if author else "",
            is_new=proposal.kind is not ProposalKind.CHANGE,
            is_correction=proposal.is_correction,
            again=again,
            note=proposal.why.strip(),
            link=site_link(DESK.format(proposal.key), person.language),
        )
        if mail:
            mail.about_user_id = proposal.author_id


def _editors(session: Session) -> Sequence[User]:
    wanted = (StaffRole.EDITOR.value, StaffRole.ADMINISTRATOR.value)
    query = select(User).where(User.active, User.roles.any(Role.name.in_(wanted))).order_by(User.id)
    return session.scalars(query).unique().all()


def mail_asked(session: Session, proposal: Proposal, said: Sequence[Said]) -> None:
    """Tell the author what the editors ask, at which section, and that it is his turn."""
    asked = [one for one in said if one.text.strip()]
    _to_author(session, proposal, "proposal_asked", said=asked)


def mail_approved(session: Session, proposal: Proposal, text: str = "") -> None:
    """Tell the author that his text was found good; it is not in the guide yet."""
    _to_author(session, proposal, "proposal_approved", text=text.strip(), changed=bool(proposal.authors_content))


def mail_merged(session: Session, proposal: Proposal, made: Revision, text: str = "") -> None:
    """Tell the author that his text is in the guide, and where it is read when it is public."""
    public = made.published_at is not None
    _to_author(
        session, proposal, "proposal_merged", f"/kennisbank/{made.guide.slug}" if public else "",
        text=text.strip(), changed=bool(proposal.authors_content), public=public,
    )  # fmt: skip


def mail_declined(session: Session, proposal: Proposal, reason: str) -> None:
    """Tell the author that his proposal goes no further, and why."""
    _to_author(session, proposal, "proposal_declined", reason=reason.strip())


def _to_author(session: Session, proposal: Proposal, kind: str, path: str = "", **values: object) -> None:
    author = session.get(User, proposal.author_id)
    if author:
        link = site_link(path or PAGE.format(proposal.key), author.language)
        queue_for(session, author, kind, title=title_of(session, proposal), link=link, **values)
