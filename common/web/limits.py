"""How often a visitor may ask: one table of limits by name, and a mark on the views that they hold for.

Flask-Limiter counts, in the memory of each process or in Redis. While Redis does not answer, each process counts for
itself: the site stays up.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request, session
from flask_babel import ngettext
from flask_limiter import ApplicationLimit, Limiter, RequestLimit

from common.web.visitors import network_of

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

NAME = "rate_limit"
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Allowed:
    """How often something is allowed, as Flask-Limiter writes it ("30/minute;300/hour")."""

    often: str
    reading_too: bool = False
    """Whether a GET counts as well, and not only changes."""
    per_person: bool = False
    """Whether each person who is signed in has his own count, and only strangers share that of their address."""


WRITING = Allowed("300/minute", per_person=True)
"""Holds for every change, beside the named ones."""
LIMITS: Mapping[str, Allowed] = {
    # A whole town hall may come from one address: these stop a machine, and accounts/waiting.py guards each account.
    "sign_in": Allowed("30/minute;300/hour"),
    "second_step": Allowed("30/minute;300/hour"),
    "recovery": Allowed("10/minute;60/hour"),
    "search": Allowed("240/minute", reading_too=True),  # as one types, each pause is a question
    "suggest": Allowed("600/minute", reading_too=True),  # a question per letter, of a whole town hall; all in memory
    "export": Allowed("30/minute", reading_too=True),
    "log": Allowed("20/minute;120/hour", reading_too=True),  # the whole ledger is megabytes
    "check": Allowed("60/minute;600/hour", reading_too=True),  # a stranger's file of 20 MB
    "upload": Allowed("30/minute;300/hour", per_person=True),
    "invitation": Allowed("30/minute;200/hour", per_person=True),
    "mail_link": Allowed("60/minute", reading_too=True),
    "preview_file": Allowed("600/minute", reading_too=True),  # a text may show tens of pictures
    "preview": Allowed("120/minute", per_person=True),  # a pause in typing, and each makes HTML of a whole text
    "references": Allowed("240/minute", reading_too=True, per_person=True),
    "propose": Allowed("20/minute;120/hour", per_person=True),  # each begins a draft
    "vote": Allowed("20/minute;200/hour"),  # a whole town hall may find a guide useful on one day
    "comment": Allowed("20/minute;200/hour", per_person=True),  # each may write mails to others
    "guest": Allowed("60/minute;600/hour"),  # who answers by a link: his form saves itself while he types
}
OF_ENDPOINT: Mapping[str, str] = {
    # Views of Flask-Security, and those of which the mark would stand far from here.
    "security.login": "sign_in",
    "security.verify": "sign_in",
    "passkeys.proving_options": "sign_in",
    "passkeys.prove": "sign_in",
    "second_step.check": "second_step",
    "second_step.set_up": "second_step",
    "mail_choices.ending": "mail_link",
    "mail_choices.end": "mail_link",
}


def limited(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Hold a view to the limit of this name. Stands directly above the function, below @public or @signed_in."""
    if name not in LIMITS:
        raise KeyError(name)

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, NAME, name)
        return view

    return mark


def init_limits(app: Flask, *, storage: str, enabled: bool) -> None:
    """Count what visitors ask, before anything else looks at the request."""
    redis = storage.startswith("redis")
    limiter = Limiter(
        key_func=_visitor,
        application_limits=[
            ApplicationLimit(_often_of_name, key_function=_key_of_name),
            ApplicationLimit(_often_of_writing, key_function=_key_of_writing),
        ],
        storage_uri=storage,
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1} if redis else {},
        strategy="fixed-window",
        in_memory_fallback_enabled=redis,
        enabled=enabled,
    )
    app.extensions["limiter_of_visitors"] = limiter
    limiter.init_app(app)
    app.after_request(_say_what_is_left)


def name_of(endpoint: str | None) -> str:
    """Return the name of the limit that holds for an endpoint, "" where it has none."""
    view = current_app.view_functions.get(endpoint or "")
    return str(getattr(view, NAME, "") or OF_ENDPOINT.get(endpoint or "", ""))


def _allowed() -> Allowed | None:
    found = LIMITS.get(name_of(request.endpoint))
    return found if found and (found.reading_too or request.method not in _SAFE) else None


def _often_of_name() -> str:
    found = _allowed()
    return found.often if found else ""


def _key_of_name() -> str:
    found = _allowed()
    return f"{name_of(request.endpoint)}:{_person_or_address() if found and found.per_person else _visitor()}"


def _often_of_writing() -> str:
    return "" if request.method in _SAFE else WRITING.often


def _key_of_writing() -> str:
    return f"writing:{_person_or_address()}"


def _person_or_address() -> str:
    # The cookie is signed, so nobody can pretend to be many.
    person = session.get("_user_id")
    return f"person:{person}" if person else _visitor()


def _visitor() -> str:
    return network_of(request.remote_addr)


def _current() -> RequestLimit | None:
    limiter: Limiter = current_app.extensions["limiter_of_visitors"]
    return limiter.current_limit if limiter.enabled else None


def seconds_to_wait() -> int:
    """Return in how many seconds the visitor may ask again, at least one."""
    found = _current()
    return max(int(found.reset_at - time.time()) + 1, 1) if found else 60


def when_again() -> str:
    """Say in words when the visitor may ask again."""
    seconds = seconds_to_wait()
    minutes = -(-seconds // 60)
    if seconds < 90:
        said = ngettext(
            "Probeer het over %(num)d seconde opnieuw.", "Probeer het over %(num)d seconden opnieuw.", seconds
        )
    else:
        said = ngettext(
            "Probeer het over %(num)d minuut opnieuw.", "Probeer het over %(num)d minuten opnieuw.", minutes
        )
    return str(said)


def _say_what_is_left(response: Response) -> Response:
    try:
        found = _current()
        if found:
            response.headers.extend(_headers_of(found, refused=response.status_code == 429))
    except Exception:  # Redis stopped in the middle of the request: the answer counts, and not these headers
        log.warning("the count of a rate limit could not be read")
    return response


def _headers_of(found: RequestLimit, *, refused: bool) -> dict[str, str]:
    left = seconds_to_wait()
    told = {
        "RateLimit-Policy": f"{found.limit.amount};w={found.limit.get_expiry()}",
        "RateLimit-Limit": str(found.limit.amount),
        "RateLimit-Remaining": str(max(found.remaining, 0)),
        "RateLimit-Reset": str(left),
    }
    return {**told, "Retry-After": str(left)} if refused else told
