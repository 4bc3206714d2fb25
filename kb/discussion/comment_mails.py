"""Mails about comments: to whom one is named in, who takes part, who keeps the guide, and editors who want each."""

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import User
from common.web.mails import site_link
from kb.discussion.comments import first_of
from kb.discussion.mentions import Mentions, editors, took_part
from kb.discussion.models import Comment
from kb.guides.entrusting import keeper_of
from kb.guides.models import Guide, Revision
from kb.guides.reading import find_public
from kb.permissions import may_manage_comments


def address_of(guide: Guide, comment: Comment) -> str:
    """Return where a comment is read."""
    return f"/kennisbank/{guide.slug}/opmerkingen#opmerking-{comment.id}"


def mail_about(session: Session, revision: Revision, comment: Comment, mentions: Mentions, author: User) -> None:
    """Write one mail at most to each person, for the reason that is nearest to him; none to who wrote the comment.

    Of a guide that is not public only editors read the comments, and its newest title: nobody else gets a mail.
    """
    told = {author.id}
    shown = find_public(session, revision.guide.slug) is not None
    keeper = keeper_of(session, revision.guide)
    desk = ([keeper] if keeper else list(editors(session))) if mentions.desk else []
    first = first_of(session, comment)
    for kind, people in (
        ("comment_mention", [*mentions.people, *desk]),
        ("comment_answer", took_part(session, first.id) if first is not comment else []),
        ("comment_kept", [keeper] if keeper else []),
        ("comment_any", editors(session)),
    ):
        for person in people:
            may_read = shown or may_manage_comments(person)
            if may_read and person.id not in told and _tell(session, person, kind, revision, comment, author):
                told.add(person.id)


def _tell(session: Session, person: User, kind: str, revision: Revision, comment: Comment, author: User) -> bool:
    link = site_link(address_of(revision.guide, comment), person.language)
    values = {"guide": revision.title, "section": comment.section_title, "text": comment.text, "link": link}
    mail = queue_for(session, person, kind, asker=author.name, about_user_id=author.id, **values)
    return mail is not None
