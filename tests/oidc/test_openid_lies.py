"""Tokens that lie: each is refused, and each gets in once the one guard against it is taken away."""

import base64
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from authlib.oidc.core.claims import IDToken
from flask import Flask
from joserfc._rfc7518 import jws_algs, oct_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import identities, openid, openid_client
from accounts.models import User
from accounts.openid_client import ProviderApp
from tests.oidc.liar import Claims, Liar
from tests.oidc.visits import begin, is_in, reason

Patch = pytest.MonkeyPatch
Accounts = dict[str, dict[str, str]]


def says(**lies: Any) -> Callable[[Liar], None]:
    """Let the token say this in place of the truth; None leaves the claim out."""

    def lie(liar: Liar) -> None:
        def token(claims: Claims) -> str:
            told = {**claims, **lies}
            return liar.signed({name: value for name, value in told.items() if value is not None})

        liar.token = token

    return lie


def at(seconds: int, claim: str) -> Callable[[Liar], None]:
    """Shift a moment of the token."""

    def lie(liar: Liar) -> None:
        liar.token = lambda claims: liar.signed({**claims, claim: claims["iat"] + seconds})

    return lie


def wrong_signature(liar: Liar) -> None:
    liar.token = lambda claims: liar.signed(claims, liar.strange_key)


def no_signature(liar: Liar) -> None:
    liar.metadata = {"id_token_signing_alg_values_supported": ["RS256", "none"]}
    liar.token = liar.unsigned


def public_key_as_secret(liar: Liar) -> None:
    liar.metadata = {"id_token_signing_alg_values_supported": ["RS256", "HS256"]}
    liar.token = liar.signed_with_public_key


def without_options(*names: str) -> Callable[[Patch, Liar], None]:
    original = ProviderApp.claims_options

    def off(patch: Patch, _liar: Liar) -> None:
        patch.setattr(
            ProviderApp,
            "claims_options",
            lambda self: {name: one for name, one in original(self).items() if name not in names},
        )

    return off


def without_check(name: str) -> Callable[[Patch, Liar], None]:
    return lambda patch, _liar: patch.setattr(IDToken, name, lambda self: None)


def without_nonce(patch: Patch, liar: Liar) -> None:
    without_options("nonce")(patch, liar)
    without_check("validate_nonce")(patch, liar)


def without_clock(patch: Patch, _liar: Liar) -> None:
    patch.setattr(openid_client, "LEEWAY_SECONDS", 1_000_000)


def without_signature(patch: Patch, _liar: Liar) -> None:
    patch.setattr(jws_algs.RSAAlgorithm, "verify", lambda *_all: True)


def with_every_algorithm(patch: Patch, _liar: Liar) -> None:
    patch.setattr(openid_client, "ALGORITHMS", ("RS256", "HS256", "none"))


def with_public_key_as_secret(patch: Patch, liar: Liar) -> None:
    with_every_algorithm(patch, liar)
    shared = base64.urlsafe_b64encode(liar.public_key()).decode().rstrip("=")
    secret = {"kty": "oct", "kid": "one", "k": shared}
    patch.setattr(oct_key, "UNSAFE_KEY_LOADERS", ())  # joserfc has a guard of its own
    patch.setattr(ProviderApp, "fetch_jwk_set", lambda *_all, **_more: {"keys": [secret]})


LIES: dict[str, tuple[Callable[[Liar], None], Callable[[Patch, Liar], None]]] = {
    "of another issuer": (says(iss="https://elders.example"), without_options("iss")),
    "for another site": (says(aud="other", azp="kompas"), without_options("aud")),
    "for nobody": (says(aud=[], azp="kompas"), without_options("aud")),
    "made for another party": (says(aud=["kompas", "other"], azp="other"), without_check("validate_azp")),
    "with another nonce": (says(nonce="elsewhere"), without_check("validate_nonce")),
    "without a nonce": (says(nonce=None), without_nonce),
    "that expired": (at(-3600, "exp"), without_clock),
    "from the future": (at(3600, "iat"), without_clock),
    "that is not valid yet": (at(3600, "nbf"), without_clock),
    "for another access token": (says(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), without_check("validate_at_hash")),
    "signed with another key": (wrong_signature, without_signature),
    "signed by nobody": (no_signature, with_every_algorithm),
    "signed with the public key": (public_key_as_secret, with_public_key_as_secret),
}


def sign_in(liar_site: Flask, liar: Liar, accounts: Accounts) -> tuple[str, bool]:
    client = liar_site.test_client()
    liar.email = accounts["invuller"]["email"]
    answer = client.get(liar.hears(begin(client)))
    why = reason(answer) if "reden=" in answer.headers["Location"] else ""
    return why, is_in(client)


def test_an_honest_token_gets_in(liar_site: Flask, liar: Liar, accounts: Accounts) -> None:
    assert sign_in(liar_site, liar, accounts) == ("", True)


@pytest.mark.parametrize("name", LIES)
def test_a_token_is_refused(liar_site: Flask, liar: Liar, accounts: Accounts, name: str) -> None:
    LIES[name][0](liar)
    assert sign_in(liar_site, liar, accounts) == ("verkeerd-antwoord", False)


@pytest.mark.parametrize("name", LIES)
@pytest.mark.filterwarnings("ignore")  # joserfc warns of `none`
def test_a_token_gets_in_without_its_guard(
    liar_site: Flask, liar: Liar, accounts: Accounts, monkeypatch: Patch, name: str
) -> None:
    LIES[name][0](liar)
    LIES[name][1](monkeypatch, liar)
    assert sign_in(liar_site, liar, accounts) == ("", True)


@pytest.mark.parametrize("subject", ["", "x" * 256, "with\x00nul", 12, None])
def test_a_subject_that_cannot_be_one_is_refused(
    liar_site: Flask, liar: Liar, accounts: Accounts, subject: object
) -> None:
    says(sub=subject)(liar)
    assert sign_in(liar_site, liar, accounts) == ("verkeerd-antwoord", False)


@pytest.mark.parametrize("verified", ["true", 1, "yes", None, False])
def test_an_address_is_verified_only_by_true(
    liar_site: Flask, liar: Liar, accounts: Accounts, verified: object
) -> None:
    says(email_verified=verified)(liar)
    assert sign_in(liar_site, liar, accounts) == ("niet-bevestigd", False)


def test_a_letter_that_only_looks_like_one_in_lower_case_is_another_address(
    liar_site: Flask, liar: Liar, session: Session, monkeypatch: Patch
) -> None:
    session.scalars(select(User).where(User.email.startswith("invuller@"))).one().email = "kok@voorbeeld.example"
    session.commit()
    accounts = {"invuller": {"email": "\N{KELVIN SIGN}ok@voorbeeld.example"}}
    assert sign_in(liar_site, liar, accounts) == ("geen-account", False)
    monkeypatch.setattr(identities, "_is_in_one_form", lambda _address: True)
    assert sign_in(liar_site, liar, accounts) == ("", True)


@pytest.mark.parametrize("email", ["geen adres", "a@b\x00c", {"a": 1}, ["a@b.example"], "@" * 300])
def test_an_address_that_cannot_be_one_counts_as_none(
    liar_site: Flask, liar: Liar, accounts: Accounts, email: object
) -> None:
    says(email=email)(liar)
    assert sign_in(liar_site, liar, accounts) == ("niet-bevestigd", False)


def test_the_answer_of_another_provider_is_refused_and_gets_in_without_the_guard(
    liar_site: Flask, liar: Liar, accounts: Accounts, monkeypatch: Patch
) -> None:
    liar.email = accounts["invuller"]["email"]
    for lie in ("https://elders.example", ""):
        client = liar_site.test_client()
        path = liar.hears(begin(client)).replace(f"&iss={liar.issuer}", f"&iss={lie}" if lie else "")
        assert reason(client.get(path)) == "verkeerd-antwoord"
    monkeypatch.setattr(openid, "_check_sender", lambda *_all: None)
    client = liar_site.test_client()
    with contextlib.closing(client.get(liar.hears(begin(client)).replace("iss=http", "iss=https"))):
        assert is_in(client)
