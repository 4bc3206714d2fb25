"""Who may use a view. Every view says so: @public, @signed_in, or authorise(...) right after loading."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from common.web.languages import href
from common.web.unsaved import keep_what_was_typed

P = ParamSpec("P")
R = TypeVar("R")

ACCESS = "access_rule"
# A browser passes over tabs and newlines, and reads a backslash as a slash: "/<tab>/name" is another site.
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,500}")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everybody."""
    setattr(view, ACCESS, "public")
    return view


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let only people with an account in; what a signed-out person typed is kept for after signing in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not current_user.is_authenticated:
            return to_sign_in()
        return view(*args, **kwargs)

    setattr(guarded, ACCESS, "signed_in")
    return guarded


def authorise(allowed: bool, *, hidden: bool = False) -> None:
    """Stop unless `allowed`: to the sign-in page when signed out, else 403.

    With `hidden` it is 404: for records whose existence a person may not know of.
    """
    if allowed:
        return
    if hidden:
        abort(404)
    if not current_user.is_authenticated:
        abort(to_sign_in())
    abort(403)


def to_sign_in() -> Response:
    """Send a signed-out person to the sign-in page and back afterwards; what he typed is kept, and the page says so."""
    if keep_what_was_typed():
        _say_kept()
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    target = url_for("security.login", next=href(wanted))
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)


def to_form_page() -> Response:
    """Send a person back to the page of the form he sent, where what he typed was kept for him.

    Who is signed out meets the sign-in page on his way there, which says so.
    """
    if not current_user.is_authenticated:
        _say_kept()
    target = href(page_of_form())
    if request.headers.get("HX-Request") == "true":
        return Response(status=409, headers={"HX-Redirect": target})
    return redirect(target, 303)


def _say_kept() -> None:
    flash(_("Wat u typte, is bewaard. Het staat er weer als u bent ingelogd."), "info")


def is_own_path(path: str) -> bool:
    """Say whether `path` is a page of this site in every browser, so that a person may be led there."""
    return bool(_OWN_PATH.fullmatch(path))


def page_of_form() -> str:
    """Return the path of the page on which the form stands: forms say so in `_pagina`.

    Of a form that does not say so it is the address to which it was sent, or the nearest one above it that is a page;
    the query stays, for it says of which organisation the page is.
    """
    page = request.form.get("_pagina", "")
    if is_own_path(page):
        return page
    query = request.query_string.decode("utf-8", "replace")
    return _nearest_page() + (f"?{query}" if query else "")


def _nearest_page() -> str:
    """Return the present path without the last parts that only take a POST ("/2/verwijderen", "/opties")."""
    if request.url_rule is None:
        return request.path
    pages = {one.rule for one in current_app.url_map.iter_rules() if "GET" in (one.methods or ())}
    # Compared as rules, for as addresses "/mensen/uitnodigingen" would be a page of an organisation of that name.
    named, parts = request.url_rule.rule.split("/"), request.path.split("/")
    longest = next((number for number in range(len(named), 1, -1) if "/".join(named[:number]) in pages), 0)
    return "/".join(parts[:longest]) or "/"
