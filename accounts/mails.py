"""The mails about an account, all through the outbox."""

from typing import Any, NoReturn

from flask_security import MailUtil
from sqlalchemy.orm import Session

from accounts.models import User
from common.outbox import OutboxMail
from common.web.mails import queue_mail, site_link


class OutboxOnly(MailUtil):
    """Checks addresses for Flask-Security, and never sends: every mail of this site is one of templates/mail/."""

    def send_mail(self, template: str, *_args: Any, **_details: Any) -> NoReturn:
        """Refuse. Who meets this switched something on in Flask-Security that sends mail by itself."""
        raise RuntimeError(f"Flask-Security wanted to send {template!r}; mail goes through common.web.mails")


def mail_recovery(session: Session, to: User, token: str) -> OutboxMail:
    """Write the mail with which somebody chooses a new password."""
    link = site_link(f"/inloggen/herstellen/{token}", to.language)
    return queue_mail(
        session, "account_recovery", to.email, to.language, to_user_id=to.id, person=to.name or None, link=link
    )


def mail_password_changed(session: Session, to: User) -> OutboxMail:
    """Tell a person that his password was changed, and what to do if it was not he."""
    link = site_link("/inloggen/vergeten", to.language)
    return queue_mail(
        session, "account_password_changed", to.email, to.language, to_user_id=to.id, person=to.name, link=link
    )


def mail_address_question(session: Session, to: User, new_address: str, token: str) -> None:
    """Ask at the new address whether it is the person's."""
    link = site_link(f"/inloggen/adres/{token}", to.language)
    values = {"to_user_id": to.id, "person": to.name, "new_address": new_address, "asks": True}
    queue_mail(session, "account_email_change", new_address, to.language, link=link, **values)  # type: ignore[arg-type]


def mail_address_notice(session: Session, to: User, new_address: str) -> None:
    """Tell the present address that another was asked for, while there is time to prevent it."""
    link = site_link("/inloggen/vergeten", to.language)
    values = {"to_user_id": to.id, "person": to.name, "new_address": new_address, "asks": False}
    queue_mail(session, "account_email_change", to.email, to.language, link=link, **values)  # type: ignore[arg-type]


def mail_address_changed(session: Session, to: User, old_address: str) -> None:
    """Tell both addresses, the old and the new, that the address was changed."""
    for address in (old_address, to.email):
        queue_mail(
            session,
            "account_email_changed",
            address,
            to.language,
            to_user_id=to.id,
            person=to.name,
            new_address=to.email,
            link=site_link("/inloggen", to.language),
        )
