"""Which optional mail a person wants: asked in one place, before a mail is written."""

from typing import Any, Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from accounts.mail_kinds import KINDS, Kind
from accounts.models import MailChoice, User
from accounts.security_events import PERSON
from common import ledger
from common.ledger import Actor
from common.outbox import OutboxMail
from common.web.mails import queue_mail, site_link

_SALT: Final = "mail-choice"
END_PATH: Final = "/mijn/instellingen/berichten/stoppen/"


def optional_kinds(user: User) -> list[Kind]:
    """Return the kinds that this person may choose."""
    return [kind for kind in KINDS.values() if kind.optional and kind.concerns(user)]


def wanted(session: Session, user: User, kind: str) -> bool:
    """Say whether a mail of this kind is to be written for this person."""
    if not user.active or user.erased_at:
        return False
    found = KINDS[kind]
    if not found.optional:
        return True
    choice = session.get(MailChoice, (user.id, kind))
    return found.concerns(user) and (choice.wanted if choice else found.default(user))


def choose(session: Session, user: User, kind: str, want: bool) -> bool:
    """Keep what a person wants; say whether that changed anything. Only optional kinds can be chosen."""
    assert KINDS[kind].optional
    choice = session.get(MailChoice, (user.id, kind))
    if (choice.wanted if choice else KINDS[kind].default(user)) == want:
        return False
    if choice:
        choice.wanted = want
    else:
        session.add(MailChoice(user_id=user.id, kind=kind, wanted=want))
    # Through the link in a mail nobody is signed in: whoever has the link acts for the person.
    entry = ledger.record(
        session,
        "mail.chosen",
        "mail:choice",
        {"kind": kind, "wanted": want},
        actor=Actor(PERSON, user.id),
        personal={"account": str(user.id)},
    )
    ledger.belongs_to(session, entry, user.id)
    return True


def queue_for(session: Session, user: User, kind: str, **context: Any) -> OutboxMail | None:
    """Write a mail for a person with an account and put it in the outbox; None where he does not want it.

    It fills in his name, address and language, and for an optional kind the reason and the link that ends it.
    """
    if not wanted(session, user, kind):
        return None
    if KINDS[kind].optional:
        context = {"why": KINDS[kind].why, "end_link": end_link(user, kind), **context}
    return queue_mail(session, kind, user.email, user.language, to_user_id=user.id, person=user.name, **context)


def end_link(user: User, kind: str) -> str:
    """Return the address that ends a kind of mail for a person, without signing in.

    It is signed and has no end: a mail may be read years later. It can do nothing but switch this kind off.
    """
    return site_link(END_PATH + _signer().dumps([user.id, kind]), user.language)


def read_end_token(session: Session, token: str) -> tuple[User, Kind] | None:
    """Return of whom and of which kind a link is; None where it is not ours, or the person or the kind is gone."""
    try:
        user_id, name = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    user, kind = session.get(User, user_id), KINDS.get(name)
    if user is None or user.erased_at or kind is None or not kind.optional:
        return None
    return user, kind


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT)
