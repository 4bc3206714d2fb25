"""Mail for tests of pages."""

from datetime import timedelta

from sqlalchemy.orm import Session

from common.clock import now
from common.outbox import MailState, OutboxMail, queue


def put_mail(
    session: Session, state: MailState = MailState.GIVEN_UP, *, address: str = "weg@gemeente.example", hours: int = 5
) -> OutboxMail:
    """Put a mail in the outbox that got this far, made so many hours ago; the caller commits."""
    mail = queue(session, "report_published", address, "nl", parts=("Onderwerp", "Geheime tekst", "<p>Geheim</p>"))
    mail.state, mail.created_at = state, now() - timedelta(hours=hours)
    mail.attempts, mail.last_error = 3, "RCPT: 550 (adres) unknown user"
    session.flush()
    return mail


def mail_values(session: Session) -> dict[str, str]:
    """A mail for the variable parts of the routes."""
    found = {"mail_id": str(put_mail(session).id)}
    session.commit()
    return found
