"""Finished public pages, kept in each process until the ledger moves.

Every change is in the ledger, so a page made at its present number is the page that would be made now. Only
what everybody sees alike is kept: pages for strangers, without a session, on the day they were made.
"""

import hashlib
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.clock import today
from common.ledger import public_head
from common.snapshots import SnapshotCache
from common.web.access import ACCESS
from common.web.as_of import NAMES, asked_times
from common.web.database import db

LONGEST_QUERY = 200
# What belongs to one answer or to one connection (RFC 9110, 7.6.1), and not to the page.
_NOT_KEPT_HEADERS = {
    "set-cookie", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade", "content-length", "date",
}  # fmt: skip
_NOT_KEPT = {
    "website.healthz", "website.security_txt", "website.favicon",
    # These also change by what moves no page: a draft that is saved, a checkpoint, a file that is taken away.
    "integrity.page", "integrity.checkpoints", "integrity.log", "checking.page",
}  # fmt: skip


@dataclass(frozen=True)
class _Page:
    body: bytes
    headers: tuple[tuple[str, str], ...]


class PageCache:
    """The pages of one process; the newest replace those that were not asked for longest."""

    def __init__(self, app: Flask, size: int = 400, other_days: int = 60) -> None:
        self._now = SnapshotCache(size)
        # Of any day of the past and the future there is a page: those never push out what is read today.
        self._other_days = SnapshotCache(other_days)
        self._app = app
        app.before_request(self._answer_from_cache)
        app.after_request(self._keep)

    @property
    def _pages(self) -> SnapshotCache:
        return self._other_days if any(name in request.args for name in NAMES) else self._now

    def _may_be_kept(self) -> bool:
        view = self._app.view_functions.get(request.endpoint or "")
        return (
            request.method == "GET"
            and getattr(view, ACCESS, "") == "public"
            and request.endpoint not in _NOT_KEPT
            and len(request.query_string) <= LONGEST_QUERY
            and not _has_own_content()
        )

    def _answer_from_cache(self) -> BaseResponse | None:
        if not self._may_be_kept():
            return None
        g.page_key = _key()
        g.page_head = public_head(db())
        page = self._pages.find(g.page_head, g.page_key)
        if not isinstance(page, _Page):
            return None
        g.page_from_cache = True
        response = make_response(page.body)
        for name in dict(page.headers):
            response.headers.remove(name)  # what a new answer comes with: its type above all
        for name, value in page.headers:
            response.headers.add(name, value)
        return response.make_conditional(request)

    def _keep(self, response: Response) -> BaseResponse:
        wanted = "page_key" in g and not g.get("page_from_cache") and response.status_code == 200
        if (
            not wanted
            or _has_own_content()
            or response.is_streamed
            or "no-store" in response.headers.get("Cache-Control", "")
            or "Set-Cookie" in response.headers
            or _asks_what_cannot_be()
        ):
            return response
        body = response.get_data()
        if not response.get_etag()[0]:  # a file that has a fingerprint keeps it
            response.set_etag(hashlib.sha256(body).hexdigest()[:24])
        headers = tuple((name, value) for name, value in response.headers if name.lower() not in _NOT_KEPT_HEADERS)
        self._pages.put(g.page_head, g.page_key, _Page(body, headers))
        return response.make_conditional(request)


def _has_own_content() -> bool:
    """Say whether this visitor's pages may differ from everybody's: signed in, or a message is waiting for him."""
    # Whoever the page was made for counts, and not only the cookie: sign-in knows other ways to tell who somebody is.
    return "_flashes" in session or "_user_id" in session or bool(current_user.is_authenticated)


def _asks_what_cannot_be() -> bool:
    """Say whether the page tells of a day or moment that it cannot show: what lies ahead now is known in an hour."""
    asked = asked_times()
    return bool(asked and asked.wrong)


def _key() -> tuple[object, ...]:
    htmx = tuple(
        request.headers.get(name, "")
        for name in ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request")
    )
    return (request.script_root, request.path, request.query_string, htmx, today())
