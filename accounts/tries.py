"""One try to prove who one is (password, code): counted first, then made, then noted. No lock is held in between."""

from dataclasses import dataclass
from math import ceil

from flask import Response, abort, current_app, request

from accounts import waiting
from accounts.addresses import address_key
from accounts.known_browsers import known_as
from accounts.models import User
from accounts.security_events import note
from accounts.waiting import Counted, Reserved, counted
from common.clock import now
from common.web.database import commit_now, db, no_store
from common.web.rendering import render
from common.web.visitors import network_of


@dataclass(frozen=True)
class Try:
    """A counted try. Say `failed()` or `worked()` when it is known."""

    user: User | None
    account: Counted
    network: Counted | None
    means: str
    reserved: Reserved

    def failed(self) -> None:
        """Note the failure, and that a wait began; committed at once, for the request comes to nothing."""
        session, user_id = db(), self.user.id if self.user else None
        note(session, "session.failed", user_id, details={"means": self.means})
        if self.reserved.begins_wait:
            note(session, "account.waits", user_id, details={"means": self.means})
        commit_now()

    def worked(self) -> None:
        """Forget the failures of the account in this browser; the view commits."""
        waiting.clear(db(), self.account)
        if self.network:
            waiting.give_back(db(), self.network, self.reserved)


def begin_try(user: User | None, *, address: str = "", means: str = "password") -> Try:
    """Count a try and commit that; answer 429 in place of the view while one must wait.

    `user` is who the try is for; where nobody has the address typed, the address counts in his place, so that an
    unknown address waits as a known one does. `means` is password or code: each is counted by itself.
    """
    account, network = _keys(user, address, means)
    reserved = waiting.reserve(db(), *(one for one in (account, network) if one))
    commit_now()
    if reserved.refused_until:
        abort(_wait_page(reserved))
    return Try(user, account, network, means, reserved)


def count_asking(user: User, what: str) -> None:
    """Count that a person asks for mail to another address; answer 429 in place of the view when it is too often."""
    reserved = waiting.reserve(db(), counted(current_app.config["SECRET_KEY"], "asking", f"{what}:{user.id}"))
    if reserved.refused_until:
        abort(_wait_page(reserved))


def _keys(user: User | None, address: str, means: str) -> tuple[Counted, Counted | None]:
    secret = current_app.config["SECRET_KEY"]
    who = f"{means}:{user.id}" if user else f"{means}:{address_key(address)}"
    known = known_as(user)
    if known:  # counted apart from strangers, also from those in the same office
        return counted(secret, "browser", f"{known}:{who}"), None
    return counted(secret, "account", who), counted(secret, "network", network_of(request.remote_addr))


def _wait_page(reserved: Reserved) -> Response:
    """Return the page that says until when to wait, the same for every account and for none."""
    assert reserved.refused_until
    seconds = max(1, ceil((reserved.refused_until - now()).total_seconds()))
    page = no_store(render("accounts/wait.html", status=429, until=reserved.refused_until, seconds=seconds))
    page.headers["Retry-After"] = str(seconds)
    return page
