"""Talks to one OpenID Connect provider: what it says of itself, its keys, and whether a token is what it seems.

Authlib does the protocol. This adds what it leaves to its users: times and sizes, the audience, the issuer, and which
algorithms may sign. Whatever a provider sends is foreign text, so nothing of it is passed on that is not named here.
"""

import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session

from accounts.openid_settings import Provider, is_loopback, safe_address

TIMEOUT_SECONDS = 5
LARGEST_ANSWER = 1_000_000
KEPT_SECONDS = 3600
PAUSE_SECONDS = 20
"""How long a provider that did not answer is left alone: a person then hears at once that it does not work."""
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Only signatures that need the provider's private key: never `none`, never HS with a key that everybody has."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderDown(Exception):
    """The provider does not answer, or not in time."""


class ProviderBroken(Exception):
    """The provider answers with something that no provider may say; the message is for the log."""


class ProviderSession(OAuth2Session):  # type: ignore[misc]  # Authlib has no types
    """A session that waits briefly, reads little and follows no redirect."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send a request. Raises ProviderDown and ProviderBroken."""
        began = time.monotonic()
        options.update(timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True)
        try:
            answer: requests.Response = super().request(method, url, **options)
            content = b""
            for part in answer.iter_content(65536):
                content += part
                if time.monotonic() - began > TIMEOUT_SECONDS:
                    raise ProviderDown(f"{url} is too slow")
                if len(content) > LARGEST_ANSWER:
                    raise ProviderBroken(f"{url} answers with too much")
        except requests.RequestException as error:
            raise ProviderDown(f"{url}: {type(error).__name__}") from error
        answer._content = content
        if answer.status_code >= 500:
            raise ProviderDown(f"{url} answers {answer.status_code}")
        return answer


class ProviderApp(FlaskOAuth2App):  # type: ignore[misc]  # as above
    """Authlib's client of one provider."""

    client_cls = ProviderSession
    server_metadata: dict[str, Any]

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            FlaskIntegration(provider.name),
            name=provider.name,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            client_kwargs={"scope": provider.scope, "code_challenge_method": "S256"},
        )
        self.provider = provider
        self._read_at = 0.0
        self._failed_at = -float(PAUSE_SECONDS)

    def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, read when first needed and kept for an hour.

        Raises ProviderDown and ProviderBroken.
        """
        if self.server_metadata and time.monotonic() - self._read_at < KEPT_SECONDS:
            return self.server_metadata
        if time.monotonic() - self._failed_at < PAUSE_SECONDS:
            raise ProviderDown("it did not answer a moment ago")
        try:
            self.server_metadata = self._discover()
        except ProviderDown:
            self._failed_at = time.monotonic()
            raise
        self._read_at = time.monotonic()
        return self.server_metadata

    def forget(self) -> None:
        """Read the provider's keys and addresses anew at the next sign-in."""
        self.server_metadata = {}

    def _discover(self) -> dict[str, Any]:
        with self._get_session() as session:
            address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            said = _object(session.request("GET", address, withhold_token=True))
        if said.get("issuer") != self.provider.issuer:
            raise ProviderBroken("it names another issuer than the setting")
        loopback = is_loopback(self.provider.issuer)
        for name in (*_ENDPOINTS, "userinfo_endpoint"):
            needed = name in _ENDPOINTS or name in said
            if needed and not safe_address(said.get(name), loopback=loopback):
                raise ProviderBroken(f"its {name} is no safe address")
        signs = said.get("id_token_signing_alg_values_supported")
        algorithms = [name for name in signs if name in ALGORITHMS] if isinstance(signs, list) else ["RS256"]
        if not algorithms:
            raise ProviderBroken("it signs with nothing that is allowed here")
        ways = said.get("token_endpoint_auth_methods_supported")
        posts = isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways
        return {
            **{name: said[name] for name in ("issuer", *_ENDPOINTS, "userinfo_endpoint") if name in said},
            "id_token_signing_alg_values_supported": algorithms,
            "token_endpoint_auth_method": "client_secret_post" if posts else "client_secret_basic",
            "authorization_response_iss_parameter_supported": said.get("authorization_response_iss_parameter_supported")
            is True,
        }

    def fetch_jwk_set(self, force: bool = False) -> Any:
        """Return the provider's public keys; with `force` as they are now. Raises ProviderDown and ProviderBroken."""
        metadata = self.load_server_metadata()
        if force or "jwks" not in metadata:
            with self._get_session() as session:
                metadata["jwks"] = _object(session.request("GET", metadata["jwks_uri"], withhold_token=True))
        return metadata["jwks"]

    def claims_options(self) -> dict[str, Any]:
        """Return what a token must say beside what Authlib asks: whose it is, and that it is for us."""
        return {
            "iss": {"essential": True, "values": [self.provider.issuer]},
            "aud": {"essential": True, "values": [self.provider.client_id]},
            "sub": {"essential": True},
            "nonce": {"essential": True},
        }

    def claims(self, code: str, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Change a code for a token and return what it says, once all of it holds.

        `kept` is what was kept at the start: redirect_uri, code_verifier, nonce. Raises ProviderDown, ProviderBroken,
        and errors of Authlib and joserfc where the code or the token is not right.
        """
        token = self.fetch_access_token(
            redirect_uri=kept["redirect_uri"], code=code, code_verifier=kept["code_verifier"]
        )
        if not isinstance(token.get("id_token"), str):
            raise ProviderBroken("it sent no id_token")
        said = self.parse_id_token(
            token, nonce=kept["nonce"], claims_options=self.claims_options(), leeway=LEEWAY_SECONDS
        )
        claims = dict(said)
        if "email" not in claims and "userinfo_endpoint" in self.server_metadata and "access_token" in token:
            claims.update(self._more_about(token, claims["sub"]))
        return claims

    def _more_about(self, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Return the address that the provider tells of this subject only when it is asked for it."""
        more = _object(self.get(self.server_metadata["userinfo_endpoint"], token=token))
        if more.get("sub") != subject:  # OpenID Connect Core 5.3.2: it could be about somebody else
            raise ProviderBroken("its userinfo is about another subject")
        return {name: more[name] for name in ("email", "email_verified") if name in more}


def _object(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise ProviderBroken(f"{answer.url} answers {answer.status_code}")
    try:
        found = answer.json()
    except ValueError as error:
        raise ProviderBroken(f"{answer.url} sends no JSON") from error
    if not isinstance(found, dict):
        raise ProviderBroken(f"{answer.url} sends no object")
    return found
