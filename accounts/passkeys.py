"""Passkeys (WebAuthn level 2, by the package webauthn): making one, and proving that one has it.

One passkey serves as the way in and as the second step. It is discoverable and verifies the person himself, so as the
way in it counts as both steps.
"""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import webauthn
from flask import current_app, request, session
from flask_security import SQLAlchemySessionUserDatastore
from sqlalchemy import select
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import User
from accounts.second_factor import drop_useless_codes, tell
from accounts.sign_in_models import Passkey
from common.clock import now
from common.web.database import db

NAME = "Manifestkompas"
LONGEST_NAME = 64
MOST = 20
"""Passkeys of one person."""
ANSWER_WITHIN = timedelta(minutes=5)
_KEY = "passkey"
# What a hostile or broken answer makes the package raise.
_REFUSALS = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


class PasskeyRefused(Exception):
    """The answer of the browser does not prove what it should."""


@dataclass(frozen=True)
class Answer:
    """A passkey that was proved, and whose it is."""

    passkey: Passkey
    user: User


def origin() -> str:
    """Return the address of this site as a browser names it; a setting, and never the request's host."""
    parts = urlsplit(current_app.config["SITE_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def domain() -> str:
    """Return the name that passkeys of this site belong to (WebAuthn: the relying party's id)."""
    return urlsplit(current_app.config["SITE_URL"]).hostname or ""


def possible() -> bool:
    """Say whether browsers allow passkeys here: at a name and no number, on https or on this very machine.

    Whoever came by another name of this site (127.0.0.1 in a trial) cannot use them either.
    """
    if urlsplit(f"//{request.host}").hostname != domain():
        return False
    try:
        ipaddress.ip_address(domain())
    except ValueError:
        return origin().startswith("https://") or domain() == "localhost"
    return False


def _datastore() -> SQLAlchemySessionUserDatastore:
    return cast(SQLAlchemySessionUserDatastore, current_app.extensions["security"].datastore)


def _new_challenge(purpose: str) -> bytes:
    """Return a challenge; it waits in the signed cookie, for one answer (see `proved`)."""
    challenge = secrets.token_urlsafe(32)
    session[_KEY] = {"challenge": challenge, "purpose": purpose, "at": now().timestamp()}
    return challenge.encode()


def _asked(purpose: str) -> dict[str, Any]:
    """Take the waiting challenge away and return it; raise PasskeyRefused when there is none for this purpose."""
    kept: dict[str, Any] = session.pop(_KEY, {})
    if kept.get("purpose") != purpose or now().timestamp() - kept["at"] > ANSWER_WITHIN.total_seconds():
        raise PasskeyRefused
    return kept


def _described(user: User) -> list[PublicKeyCredentialDescriptor]:
    known = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(way) for way in one.transports or [] if way in known],
        )
        for one in user.webauthn
    ]


def making_options(user: User) -> dict[str, Any]:
    """Return what the browser needs to make a passkey for this person."""
    handle = user.fs_webauthn_user_handle or secrets.token_hex(16)
    options = webauthn.generate_registration_options(
        rp_id=domain(),
        rp_name=NAME,
        user_id=handle.encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=_new_challenge("make"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(user),
    )
    session[_KEY]["handle"] = handle
    return options_to_json_dict(options)


def keep_made(user: User, name: str, answer: str) -> None:
    """Keep the passkey that the browser made. Raises PasskeyRefused."""
    asked = _asked("make")
    try:
        proof = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked["challenge"].encode(),
            expected_origin=origin(),
            expected_rp_id=domain(),
            require_user_verification=True,
        )
        transports = webauthn.helpers.parse_registration_credential_json(answer).response.transports or []
    except _REFUSALS as error:
        raise PasskeyRefused from error
    db().refresh(user, with_for_update=True)  # two browsers that make one at once come one after the other
    if _datastore().find_webauthn(credential_id=proof.credential_id) or len(user.webauthn) >= MOST:
        raise PasskeyRefused
    if user.fs_webauthn_user_handle not in {None, asked["handle"]}:
        raise PasskeyRefused  # the other browser's passkey gives the handle of before: it would open nothing any more
    user.fs_webauthn_user_handle = asked["handle"]
    made = Passkey(
        credential_id=proof.credential_id,
        public_key=proof.credential_public_key,
        sign_count=proof.sign_count,
        transports=[way.value for way in transports],
        backup_state=proof.credential_backed_up,
        device_type=proof.credential_device_type.value,
        lastuse_datetime=now(),
        name=name,
        usage="first",
    )
    user.webauthn.append(made)
    tell(db(), user, "account.passkey-added", name=name)


def proving_options(user: User | None, purpose: str) -> dict[str, Any]:
    """Return what the browser needs to prove a passkey: one of this person, or any that it has for this site.

    As a second step the passkey need not ask who holds it, for the password did; as the way in it must.
    """
    second = purpose == "second-step"
    options = webauthn.generate_authentication_options(
        rp_id=domain(),
        challenge=_new_challenge(purpose),
        allow_credentials=_described(user) if user else None,
        user_verification=UserVerificationRequirement.PREFERRED if second else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def proved(answer: str, purpose: str) -> Answer:
    """Return the passkey and the person that the browser's answer proves. Raises PasskeyRefused.

    A count of signatures that does not grow is refused: then there may be a copy of the passkey (WebAuthn, 6.1.1). So
    is a challenge that is not newer than the last use: it waits in the cookie, of which there may be a copy as well.
    """
    asked = _asked(purpose)
    try:
        given = webauthn.helpers.parse_authentication_credential_json(answer)
        passkey = _locked(given.raw_id)
        user = db().get(User, passkey.user_id, populate_existing=True) if passkey else None
        if passkey is None or user is None or not user.active:
            raise PasskeyRefused
        if asked["at"] <= passkey.lastuse_datetime.timestamp():
            raise PasskeyRefused
        handle = given.response.user_handle
        if handle and handle != str(user.fs_webauthn_user_handle).encode():
            raise PasskeyRefused
        proof = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=asked["challenge"].encode(),
            expected_origin=origin(),
            expected_rp_id=domain(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=purpose != "second-step",
        )
    except _REFUSALS as error:
        raise PasskeyRefused from error
    passkey.sign_count = proof.new_sign_count
    passkey.backup_state = proof.credential_backed_up
    passkey.lastuse_datetime = now()
    return Answer(passkey, user)


def _locked(credential_id: bytes) -> Passkey | None:
    """Return the passkey as it is now, and let one answer of it in at a time."""
    this_one = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    return db().scalars(this_one.execution_options(populate_existing=True)).one_or_none()


def remove(user: User, passkey: Passkey) -> None:
    """Take a passkey away; the recovery codes too when nothing is left to recover."""
    user.webauthn.remove(passkey)
    drop_useless_codes(user)
    tell(db(), user, "account.passkey-removed", name=passkey.name)
