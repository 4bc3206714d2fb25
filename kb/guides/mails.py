"""The mail about guides: a chosen moment that ended, and a text that asks for a second person."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import User
from common.web.mails import site_link
from kb.guides.models import Guide, Revision
from kb.guides.scheduling import scheduled_revision


@contextmanager
def telling_who_scheduled(session: Session, guide: Guide, by: User) -> Iterator[None]:
    """Mail who chose a moment, where what is done inside ends it and somebody else (`by`) does that."""
    waiting = scheduled_revision(session, guide)
    moment, user_id = (waiting.publish_at, waiting.scheduled_by_id) if waiting else (None, None)
    yield
    person = session.get(User, user_id) if user_id and user_id != by.id else None
    if waiting is None or waiting.publish_at is not None or person is None:
        return
    queue_for(
        session,
        person,
        "guide_called_off",
        title=waiting.title,
        number=waiting.number,
        moment=moment,
        is_public=waiting.published_at is not None,
        link=site_link(f"/redactie/gidsen/{guide.slug}", person.language),
    )


def mail_look_asked(session: Session, guide: Guide, newest: Revision, people: Sequence[User], by: User) -> None:
    """Ask these people to look at a text that `by` may not publish alone."""
    for person in people:
        mail = queue_for(
            session,
            person,
            "guide_look_asked",
            title=newest.title,
            writer=by.name,
            link=site_link(f"/redactie/gidsen/{guide.slug}/publiceren", person.language),
        )
        if mail:
            mail.about_user_id = by.id
