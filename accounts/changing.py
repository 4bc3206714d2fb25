"""Changing a password or an address: the new value, what ends by it, the note and the mails, in one transaction."""

import secrets

from sqlalchemy.orm import Session

from accounts.mails import mail_address_changed, mail_address_notice, mail_address_question, mail_password_changed
from accounts.models import User
from accounts.people import person_with_address
from accounts.security_events import note
from accounts.sessions import end_sessions


def change_password(
    session: Session, user: User, password_hash: str, *, means: str, except_key: str | None = None
) -> None:
    """Set the password and end the person's sessions, but for that with `except_key`; links made before die with it.

    `means` says how it came about: recovery or settings.
    """
    user.password = password_hash
    _end_what_was(session, user, except_key)
    note(session, "account.password-changed", user.id, details={"means": means})
    mail_password_changed(session, user)


def _end_what_was(session: Session, user: User, except_key: str | None) -> None:
    """End the person's sessions, second steps that wait, and links in mails: all hold to the word renewed here."""
    user.fs_uniquifier = secrets.token_hex(16)
    end_sessions(session, user.id, except_key)


def ask_new_address(session: Session, user: User, new_address: str, token: str) -> None:
    """Mail the new address the link and the old one a notice.

    Who has an account at the new address is not asked; the work is the same, so that nobody learns that there is one.
    """
    taken = person_with_address(session, new_address) is not None
    mail_address_notice(session, user, new_address)
    with session.begin_nested() as writing:
        mail_address_question(session, user, new_address, token)
        session.flush()
        if taken:
            writing.rollback()
    note(session, "account.email-change-asked", user.id)


def change_address(session: Session, user: User, new_address: str, *, except_key: str | None = None) -> bool:
    """Set the address and end what `change_password` ends; False, nothing changed, when somebody has it by now."""
    other = person_with_address(session, new_address)
    if other is not None and other.id != user.id:
        return False
    old, user.email = user.email, new_address
    _end_what_was(session, user, except_key)
    note(session, "account.email-changed", user.id, personal={"old_address": old, "new_address": new_address})
    mail_address_changed(session, user, old)
    return True
