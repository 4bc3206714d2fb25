"""What every answer carries, for which names the site answers, and whose forms it takes."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.datastructures import Headers
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}
HSTS = "max-age=31536000; includeSubDomains"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
"""Names under which a trial is reached."""

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_HOST = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_WRONG_HOST = "Deze site heet anders. Controleer het adres.\nThis site has another name. Please check the address.\n"


def init_security(app: Flask, *, https: bool) -> None:
    """Set strict cookies, and refuse forms that another site sent."""
    for name, plain in (("SESSION", "manifestkompas"), ("REMEMBER", "remember")):
        app.config[f"{name}_COOKIE_NAME"] = f"__Host-{plain}" if https else plain
        app.config[f"{name}_COOKIE_HTTPONLY"] = True
        app.config[f"{name}_COOKIE_SAMESITE"] = "Lax"
        app.config[f"{name}_COOKIE_SECURE"] = https
        app.config[f"{name}_COOKIE_PATH"] = "/"
    app.before_request(refuse_forms_of_others)


def refuse_forms_of_others() -> None:
    """Stop a change with 400 where the browser says that another site sent it, whatever token it carries.

    A browser names the site in `Origin`, and an older one in `Referer`; what names neither is left to the token.
    From a page of ours that sends no referrer, as its address holds a secret, the browser writes "null" and says in
    `Sec-Fetch-Site`, which no script can set, that the page is ours (Fetch Metadata, W3C).
    """
    if request.method in _SAFE:
        return
    sender = request.headers.get("Origin") or request.headers.get("Referer")
    if sender is None or (sender == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin"):
        return
    try:
        host = urlsplit(sender).netloc
    except ValueError:
        host = ""
    if host.lower() != request.host.lower():
        abort(400)


def add_form_target(response: Response, *origins: str) -> Response:
    """Let the forms of this page lead on to other sites ("https://inloggen.example"), such as a sign-in provider.

    Browsers hold a redirect after a form to `form-action` too. Raises ValueError for what is no bare origin.
    """
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError("an origin is a scheme and a host, and nothing more")
    allowed = " ".join(("form-action 'self'", *dict.fromkeys(origins)))
    response.headers["Content-Security-Policy"] = CSP.replace("form-action 'self'", allowed)
    return response


def guard_doors(app: Flask, *, hosts: Collection[str], proxies: int) -> None:
    """Answer for these names only, and believe so many proxies on the visitor's address.

    What is around the application here sees it finished: call it after everything else is added.
    """
    app.wsgi_app = KnownHosts(app.wsgi_app, hosts)  # type: ignore[method-assign]
    if proxies:
        # The proxy passes `Host` on as it came, so that there is one name to check and not two.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0
        )


def add_headers(app: Flask, *, https: bool) -> None:
    """Put the layer of headers around the application, and around every other layer."""
    app.wsgi_app = SafeHeaders(app.wsgi_app, https=https)  # type: ignore[method-assign]


class SafeHeaders:
    """WSGI layer that gives every answer the headers that it lacks: of views, of files, of errors before Flask."""

    def __init__(self, app: "WSGIApplication", *, https: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": HSTS} if https else {})}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, with the headers added."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            present = {name.lower() for name, _value in headers}
            missing = [pair for pair in self._headers.items() if pair[0].lower() not in present]
            return start_response(status, [*headers, *missing], exc_info)  # type: ignore[arg-type]

        return self._app(environ, start)


class KnownHosts:
    """WSGI layer that answers for the names of this site only, whatever port they come with."""

    def __init__(self, app: "WSGIApplication", hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or say with 400 that this is another site's name."""
        found = _HOST.fullmatch(environ.get("HTTP_HOST", ""))
        if found and found["name"].strip("[]").lower() in self._hosts:
            return self._app(environ, start_response)
        return plain_answer(start_response, "400 Bad Request", _WRONG_HOST)


def plain_answer(start_response: "StartResponse", status: str, text: str) -> list[bytes]:
    """Answer in plain text, without the application."""
    body = text.encode()
    headers = Headers({"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
    headers["Content-Length"] = str(len(body))
    start_response(status, list(headers))
    return [body]
