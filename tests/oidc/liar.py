"""A provider that lies as a test wants: its addresses and keys are right, what it answers is made to measure."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Liar:
    """Runs while the `with` block does. `token` makes the id_token from honest claims; a test replaces it to lie."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
        self.strange_key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
        self.token: Callable[[Claims], str] = self.signed
        self.email = "niemand@elders.example"
        self.metadata: Claims = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.wait = 0.0
        self.challenge = self.nonce = ""
        self.asked: list[Claims] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Liar":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hears(self, address: str) -> str:
        """Take in where the site sent the browser; return the honest path of the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge, self.nonce = asked.get("code_challenge", ""), asked["nonce"]
        path = asked["redirect_uri"].removeprefix(self.site)
        return f"{path}?code=once&state={asked['state']}&iss={self.issuer}"

    def claims(self) -> Claims:
        """Return what an honest provider says."""
        now = int(time.time())
        return {
            "iss": self.issuer, "aud": "kompas", "sub": "somebody", "nonce": self.nonce, "iat": now, "exp": now + 300,
            "auth_time": now, "email": self.email, "email_verified": True,
        }  # fmt: skip

    def signed(self, claims: Claims, key: RSAKey | None = None) -> str:
        """Sign claims as a provider does."""
        return str(jwt.encode({"alg": "RS256", "kid": "one"}, claims, key or self.key))

    def signed_with_public_key(self, claims: Claims) -> str:
        """Sign with what everybody can read, as if it were a shared secret."""
        head = ".".join(_encoded(json.dumps(one).encode()) for one in ({"alg": "HS256", "kid": "one"}, claims))
        return f"{head}.{_encoded(hmac.digest(self.public_key(), head.encode(), 'sha256'))}"

    def public_key(self) -> bytes:
        """Return the public key as it stands in a file."""
        return self.key.as_pem(private=False)

    def unsigned(self, claims: Claims) -> str:
        """Sign nothing at all."""
        return ".".join(_encoded(json.dumps(one).encode()) for one in ({"alg": "none", "kid": "one"}, claims)) + "."

    def discovery(self) -> Claims:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/me", "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256"], **self.metadata,
        }  # fmt: skip

    def answer(self, path: str, form: Claims) -> tuple[int, bytes]:
        """Return status and body for a request of the site."""
        time.sleep(self.wait)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self.discovery()).encode()
        if path == "/jwks":
            return 200, json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        if _encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest()) != self.challenge:
            return 400, b'{"error": "invalid_grant"}'
        said = {"access_token": "a", "token_type": "Bearer", "id_token": self.token(self.claims())}
        return 200, json.dumps(said).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: one[0] for name, one in parse_qs(self.rfile.read(length).decode()).items()}
                liar.asked.append({"path": self.path, **form})
                status, body = liar.answer(self.path, form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  # the server calls it so

            def log_message(self, *_details: object) -> None:
                """Say nothing."""

        return Handler
