"""Links in mails that let somebody do one thing once: recover a password, confirm a new address.

Nothing is kept of them. A link is signed, says until when it holds, and carries a fingerprint of what it is about: as
soon as the password or the address changes, every link made before is dead. So each works once, and does not come back
to life when the address is changed back: `fs_uniquifier` is renewed with each change.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import now


@dataclass(frozen=True)
class Purpose:
    """What a link is for, and how long it holds."""

    name: str
    valid_for: timedelta


RECOVERY = Purpose("wachtwoord-herstellen", timedelta(hours=1))
NEW_ADDRESS = Purpose("adres-bevestigen", timedelta(hours=2))


def make_link(secret: str, purpose: Purpose, user: User, extra: str = "") -> str:
    """Return the secret part of a link for this account; `extra` is carried along (a new address)."""
    until = int((now() + purpose.valid_for).timestamp())
    return str(_serializer(secret, purpose).dumps([user.id, until, _fingerprint(secret, user), extra]))


def read_link(session: Session, secret: str, purpose: Purpose, token: str) -> tuple[User, str] | None:
    """Return whose link this is and what it carries, or None when it is not ours, too old, used or overtaken.

    The account is read again, so that in a writing transaction the answer holds until its end.
    """
    try:
        user_id, until, fingerprint, extra = _serializer(secret, purpose).loads(token[:2000])
    except (BadSignature, TypeError, ValueError):
        return None
    user = session.get(User, user_id, populate_existing=True)
    if user is None or not user.active or user.erased_at or now().timestamp() >= until:
        return None
    if not hmac.compare_digest(fingerprint, _fingerprint(secret, user)):
        return None
    return user, str(extra)


def _serializer(secret: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=purpose.name)


def _fingerprint(secret: str, user: User) -> str:
    about = f"{user.email}\n{user.password or ''}\n{user.fs_uniquifier}"
    return hmac.new(secret.encode(), about.encode(), "sha256").hexdigest()[:32]
