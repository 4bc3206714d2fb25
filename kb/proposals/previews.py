"""Secret links by which somebody without an account reads a text that is not public: making, finding, ending.

Of the secret only the SHA-256 is kept. A link lends what its maker may read, and no more: it lives two weeks, while its
maker may still read the text, and while that text waits. What was declined or taken back is nobody's to show, nor what
a guide says that was taken off the site.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from common import clock, ledger
from common.errors import N_, Refused
from common.ledger import Actor, sha256
from kb.guides.ending import standing_end
from kb.guides.models import EndingKind, Guide, GuideAddress, Revision
from kb.permissions import may_read_proposal, may_share_revision
from kb.proposals.models import OPEN, Proposal, ProposalPreview, ProposalState

VALID_FOR: Final = timedelta(days=14)
MOST_LINKS: Final = 20
"""Open links of one text, for more nobody keeps in sight."""
Text = Proposal | Revision
_SHOWN: Final = (ProposalState.DRAFT, *OPEN)
"""States in which a proposal may be shown by a link."""


@dataclass(frozen=True)
class Made:
    """A link with its secret, which is known only now."""

    preview: ProposalPreview
    token: str


def make(session: Session, text: Text, *, actor: Actor) -> Made:
    """Make a link to a text. Who may do that is the caller's to ask. Raises Refused at too many."""
    if len(open_links(session, text)) >= MOST_LINKS:
        raise Refused(N_("Er zijn al %(num)s links naar deze tekst. Beëindig er eerst een."), num=MOST_LINKS)
    token, moment = secrets.token_urlsafe(32), clock.now()
    preview = ProposalPreview(
        token_hash=sha256(token),
        proposal_id=text.id if isinstance(text, Proposal) else None,
        revision_id=text.id if isinstance(text, Revision) else None,
        made_by_id=actor.user_id,
        made_at=moment,
        expires_at=moment + VALID_FOR,
    )
    session.add(preview)
    session.flush()
    _note(session, preview, text, "shared", actor)
    return Made(preview, token)


def end(session: Session, preview: ProposalPreview, text: Text, *, actor: Actor) -> None:
    """End a link: it works no more. Ending it twice is ending it once."""
    if preview.ended_at is None:
        preview.ended_at = clock.now()
        _note(session, preview, text, "unshared", actor)


def _note(session: Session, preview: ProposalPreview, text: Text, verb: str, actor: Actor) -> None:
    # One noun for both: that somebody shows a text to a third person moves no public page.
    if isinstance(text, Proposal):
        subject, payload = f"proposal:{text.key}", {"link": preview.id}
    else:
        subject, payload = f"guide:{text.guide.slug}", {"link": preview.id, "number": text.number}
    ledger.record(session, f"proposal.{verb}", subject, payload, actor=actor)


def open_links(session: Session, text: Text) -> Sequence["Opened"]:
    """Return the links to a text that have not ended, newest first; some may not work now (`Opened.works`)."""
    shown = may_be_shown(session, text)
    rows = session.execute(
        select(ProposalPreview, User)
        .join(User, User.id == ProposalPreview.made_by_id)
        .where(_of(text), ProposalPreview.ended_at.is_(None), ProposalPreview.expires_at > clock.now())
        .order_by(ProposalPreview.id.desc())
    )
    return [Opened(preview, text, maker, shown and _lends(preview, text, maker)) for preview, maker in rows]


def link_of(session: Session, text: Text, number: int) -> ProposalPreview | None:
    """Return one link of this text."""
    return session.scalars(select(ProposalPreview).where(_of(text), ProposalPreview.id == number)).one_or_none()


def _of(text: Text) -> ColumnElement[bool]:
    column = ProposalPreview.proposal_id if isinstance(text, Proposal) else ProposalPreview.revision_id
    return column == text.id


@dataclass(frozen=True)
class Opened:
    """A link: the text it leads to, who made it, and whether the text may still be read by it."""

    preview: ProposalPreview
    text: Text
    maker: User
    works: bool

    @property
    def guide(self) -> Guide | None:
        """The guide of which it is a text; None for a new one."""
        return self.text.guide


def find(session: Session, token: str) -> Opened | None:
    """Return what this secret leads to; None where it never led anywhere.

    The database looks for a hash, and that is compared in constant time: how long it takes tells nothing of a secret.
    """
    wanted = sha256(token)
    preview = session.scalars(_by_hash(wanted)).one_or_none()
    if preview is None or not hmac.compare_digest(preview.token_hash, wanted):
        return None
    text: Text | None = (
        session.get(Proposal, preview.proposal_id)
        if preview.proposal_id
        else session.get(Revision, preview.revision_id or 0)
    )
    maker = session.get(User, preview.made_by_id)
    if text is None or maker is None:
        return None
    return Opened(preview, text, maker, works=_lends(preview, text, maker) and may_be_shown(session, text))


def _by_hash(wanted: str) -> Select[ProposalPreview]:
    return select(ProposalPreview).where(ProposalPreview.token_hash == wanted)


def _lends(preview: ProposalPreview, text: Text, maker: User) -> bool:
    """Say whether a link has not ended and its maker may still read the text."""
    if preview.ended_at or preview.expires_at <= clock.now() or not maker.active or maker.erased_at:
        return False
    return may_read_proposal(maker, text) if isinstance(text, Proposal) else may_share_revision(maker)


def may_be_shown(session: Session, text: Text) -> bool:
    """Say whether a link may show this text: it waits, and its guide was not taken off the site with all it says."""
    waits = text.state in _SHOWN if isinstance(text, Proposal) else text.published_at is None
    ending = standing_end(session, text.guide) if waits and text.guide else None
    return waits and (ending is None or ending.kind is not EndingKind.UNPUBLISHED)


def drop_old(session: Session, before: datetime) -> int:
    """Drop links that ended or expired before that moment; return how many. The caller commits."""
    over = func.coalesce(ProposalPreview.ended_at, ProposalPreview.expires_at) < before
    return int(getattr(session.execute(delete(ProposalPreview).where(over)), "rowcount", 0))


def made_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the links that a person made, for handing them out; the secrets nobody has any more."""
    query = select(ProposalPreview).where(ProposalPreview.made_by_id == user.id).order_by(ProposalPreview.id)
    return [
        {"made_at": moment(one.made_at), "expires_at": moment(one.expires_at), "ended_at": moment(one.ended_at)}
        for one in session.scalars(query)
    ]


def subjects_of_files(session: Session, text: Text) -> set[str]:
    """Return the subjects of which a link to this text may show files: its own, and those of its guide.

    A text can name any file by its number. Without this rule whoever writes a proposal could have somebody's link show
    him the file of another guide, or the evidence of a report.
    """
    subjects = {f"proposal:{text.key}"} if isinstance(text, Proposal) else set()
    guide = text.guide
    if guide is not None:
        former = session.scalars(select(GuideAddress.slug).where(GuideAddress.guide_id == guide.id))
        subjects |= {f"guide:{slug}" for slug in (guide.slug, *former)}
        merged = select(Proposal.key).where(Proposal.guide_id == guide.id, Proposal.state == ProposalState.MERGED)
        subjects |= {f"proposal:{key}" for key in session.scalars(merged)}
    return subjects
