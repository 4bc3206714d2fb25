"""The second step of signing in: authenticator app, recovery codes, passkeys; and for whom it is compulsory.

Flask-Security makes the secret and the codes and keeps them encrypted. Its own pages for this are off: they show
recovery codes again, accept a code twice, and take the domain of a passkey from the request.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, cast

import qrcode
from cryptography.fernet import InvalidToken, MultiFernet
from flask import Flask, current_app
from flask_babel import gettext as _
from flask_security import Security, Totp, UserMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from passlib.totp import TOTP, TotpMatch
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.people import is_staff
from accounts.security_events import note
from common.clock import now
from common.ledger import Actor
from common.web.database import db
from common.web.mails import queue_mail, site_link

SETTINGS: dict[str, Any] = {
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "accounts.second_step.SecondStep"},
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
}
ISSUER = "Manifestkompas"
FEW_CODES = 3
"""So many recovery codes or fewer, and the site says that they run low."""
SET_UP_WITHIN = 1800
"""Seconds for scanning the key and typing the first code."""
SHOWN_WITHIN = 600
"""Seconds in which new recovery codes can be read and downloaded."""
CODES = "recovery_codes"
"""Where new recovery codes wait in the cookie, sealed, for the one page that shows them."""
_WINDOW = 30
"""Seconds by which the clock of a telephone may be wrong: one code before and one after."""


class AuthenticatorApp(Totp):
    """Codes by RFC 6238 that work once, on the clock of the site."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=secrets, now=lambda: now().timestamp())

    def get_last_counter(self, user: UserMixin) -> int | None:
        """Return the time step of the last code that was accepted (RFC 6238, 5.2)."""
        return cast(User, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Keep the time step of the accepted code."""
        cast(User, user).tf_last_counter = tmatch.counter


def init_second_factor(app: Flask, security: Security) -> None:
    """Set up the second step: keys from the secret that is kept, and our step between password and signed in."""
    salt = app.config["SECURITY_PASSWORD_SALT"]
    security.mf_recovery_codes_util.setup_cryptor([base64.urlsafe_b64encode(_derived(salt, "recovery codes"))])
    # Flask-Security makes this by itself only together with pages of its own.
    security._totp_factory = AuthenticatorApp({"1": _derived(salt, "authenticator app").hex()}, ISSUER)
    security.support_mfa = True  # lets signing in ask accounts.second_step
    # Its own templates are English and in no style of ours. Without their folder none is ever shown.
    app.blueprints["security"].template_folder = None


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def _security() -> Security:
    return cast(Security, current_app.extensions["security"])


def second_step_required(user: User) -> bool:
    """Say whether this person may do nothing before a second step is set up: staff, where the setting says so."""
    setting = current_app.config["SECOND_FACTOR_REQUIRED"]
    if setting is False or not is_staff(user):
        return False
    return bool(setting) or not db().scalar(select(exists().where(User.is_example)))


def has_app(user: User) -> bool:
    """Say whether the person has set up an authenticator app."""
    return bool(user.tf_totp_secret)


def has_second_step(user: User) -> bool:
    """Say whether the person is asked a second step after the password."""
    return has_app(user) or bool(user.webauthn)


def may_lose(user: User, *, app: bool = False, passkeys: int = 0) -> bool:
    """Say whether the person may do away with these ways: not the last one where a second step is compulsory."""
    left = int(has_app(user) and not app) + len(user.webauthn) - passkeys
    return left > 0 or not second_step_required(user)


# Setting up the app -------------------------------------------------------------------------------------------------


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="authenticator-app")


def new_secret(user: User) -> str:
    """Return a new secret, encrypted and sealed for this person. It travels with the form: reading writes nothing."""
    return str(_sealer().dumps([user.id, _security().totp_factory.generate_totp_secret()]))


def opened_secret(user: User, seal: str) -> str | None:
    """Return the encrypted secret in the form of this person; None when it is another's, too old, or no seal."""
    try:
        user_id, secret = _sealer().loads(seal, max_age=SET_UP_WITHIN)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(secret) if user_id == user.id else None


def set_up_values(user: User, secret: str) -> dict[str, Any]:
    """Return what the page of setting up shows: the key in groups of four, and the QR code as an SVG path."""
    factory = _security().totp_factory
    code = qrcode.QRCode(border=0)
    code.add_data(factory.get_totp_uri(user.email, secret))
    rows = code.get_matrix()
    key = factory.get_totp_pretty_key(secret).replace("-", " ")
    return {"key": key, "qr_size": len(rows), "qr_path": _svg_path(rows)}


def _svg_path(rows: Sequence[Sequence[bool | None]]) -> str:
    """Return the dark dots of a QR code as the path of an SVG image, a rectangle for each run of them in a row."""
    path = []
    for y, row in enumerate(rows):
        for dark, run in groupby(range(len(row)), key=row.__getitem__):
            columns = list(run)
            path += [f"M{columns[0]} {y}h{len(columns)}v1h-{len(columns)}z"] if dark else []
    return "".join(path)


def accept_app(user: User, secret: str, code: str) -> bool:
    """Set up the app when `code` is one of this secret; False when it is not."""
    user.tf_last_counter = None
    if not _code_fits(user, secret, code):
        return False
    _security().datastore.tf_set(user, "authenticator", totp_secret=secret)
    tell(db(), user, "account.factor-added")
    return True


def remove_app(user: User) -> None:
    """Take the app away, and the recovery codes when nothing is left to recover."""
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    drop_useless_codes(user)
    tell(db(), user, "account.factor-removed")


def app_code_fits(user: User, code: str) -> bool:
    """Say whether this is a code of the person's app that was not used before; it cannot be used again."""
    return bool(user.tf_totp_secret) and _code_fits(user, str(user.tf_totp_secret), code)


def _code_fits(user: User, secret: str, code: str) -> bool:
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isdecimal() or not digits.isascii():
        return False
    return bool(_security().totp_factory.verify_totp(digits, secret, user, window=_WINDOW))


def take_off_second_step(session: Session, user: User, reason: str, *, by: Actor) -> None:
    """Take app, passkeys and recovery codes off the account of somebody who lost them; `reason` is mailed to him."""
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
    user.webauthn.clear()
    note(session, "account.second-step-taken-off", user.id, by=by, personal={"reason": reason})
    _mail(session, user, "account.second-step-taken-off", reason=reason)


# Recovery codes -----------------------------------------------------------------------------------------------------


def codes_left(user: User) -> int:
    """Return how many recovery codes the person has not used."""
    return len(user.mf_recovery_codes or [])


def make_codes(user: User, *, first: bool = False) -> str:
    """Make new recovery codes in place of all earlier ones; return them sealed, to be shown once.

    The `first` come with a new way of signing in, of which a mail tells already.
    """
    codes = _security().mf_recovery_codes_util.create_recovery_codes(user)
    if first:
        note(db(), "account.recovery-codes-made", user.id)
    else:
        tell(db(), user, "account.recovery-codes-made")
    return _cryptor().encrypt(json.dumps([user.id, codes]).encode()).decode()


def opened_codes(user: User, seal: str) -> list[str]:
    """Return the codes of this person in a seal of the last ten minutes; none when it is another's or too old."""
    try:
        user_id, codes = json.loads(_cryptor().decrypt(seal.encode(), ttl=SHOWN_WITHIN))
    except (InvalidToken, ValueError, TypeError):
        return []
    return list(codes) if user_id == user.id else []


def _cryptor() -> MultiFernet:
    return cast(MultiFernet, _security().mf_recovery_codes_util.cryptor)


def use_code(user: User, typed: str) -> bool:
    """Use one recovery code up; False when it is none of the person's. Capitals, spaces and dashes do not matter."""
    letters = "".join(sign for sign in typed.casefold() if sign.isalnum())
    code = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
    helper = _security().mf_recovery_codes_util
    if not helper.check_recovery_code(user, code):
        return False
    helper.delete_recovery_code(user, code)
    tell(db(), user, "account.recovery-code-used", details={"left": codes_left(user)})
    return True


def drop_useless_codes(user: User) -> None:
    """Forget the recovery codes of a person who has no second step any more."""
    if not has_second_step(user):
        user.mf_recovery_codes = None


# Telling ------------------------------------------------------------------------------------------------------------


def tell(session: Session, user: User, event: str, details: dict[str, object] | None = None, name: str = "") -> None:
    """Note that a way of signing in changed, and mail it to the person: if it was not he, he should know at once.

    `name` is what he calls his passkey; it stands in the mail alone.
    """
    note(session, event, user.id, details=details)
    _mail(session, user, event, passkey=name)


def _mail(session: Session, user: User, event: str, *, passkey: str = "", reason: str = "") -> None:
    queue_mail(
        session,
        "account_new_factor",
        user.email,
        user.language,
        to_user_id=user.id,
        person=user.name,
        event=event,
        passkey=passkey,
        reason=reason,
        left=codes_left(user),
        link=site_link("/mijn/instellingen", user.language),
    )


def state_of_codes(user: User) -> str:
    """Say in one sentence how many recovery codes there are, and that they run low."""
    left = codes_left(user)
    if not left:
        return _("U hebt geen herstelcodes meer.") if has_second_step(user) else ""
    return str(_("U hebt nog %(num)s van de 10 herstelcodes.", num=left))
