"""The session of the present request."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session

from common.database import Database, WriteInReadOnlyRequest, set_reading_only

_SAFE = {"GET", "HEAD", "OPTIONS"}
V = TypeVar("V", bound=Callable[..., Any])
WRITES_ON_GET = "writes_on_get"
WRITES_BESIDE = "writes_beside"


def db() -> Session:
    """Return the database session of this request or command."""
    return cast(Database, current_app.extensions["database"]).session()


def commit_now() -> None:
    """Commit what was written so far, so that it stands whatever becomes of the request, and hold no lock after it.

    For the few requests that are not one transaction: a try is counted before the password is hashed, and nobody
    waits for the write lock while it is; and what ends a session must stand though the request is refused.
    """
    db().commit()


def writes_on_get(reason: str) -> Callable[[V], V]:
    """Mark a view as one that may write though it is a GET, with the reason. A test lists the few that there are."""

    def mark(view: V) -> V:
        setattr(view, WRITES_ON_GET, reason)
        return view

    return mark


def start_writing() -> None:
    """End the reading of a marked GET and let it write from here on. Raises WriteInReadOnlyRequest in any other.

    What was read before may have changed since; it is read again when it is looked at.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, WRITES_ON_GET):
        raise WriteInReadOnlyRequest
    write_from_here()


def write_from_here() -> None:
    """End the reading of this request, and let it write; whoever calls it says why that is right."""
    db().rollback()
    set_reading_only(False)


def writes_beside(reason: str) -> Callable[[V], V]:
    """Mark a POST whose request only reads, as a GET does; what it writes goes in a short transaction of its own.

    For what a page tells every few seconds: it takes no write lock that somebody who saves would wait for.
    """

    def mark(view: V) -> V:
        setattr(view, WRITES_BESIDE, reason)
        return view

    return mark


def init_database(app: Flask, database: Database) -> None:
    """Give every request a session that is closed at its end; safe methods may only read."""
    app.extensions["database"] = database

    @app.before_request
    def choose_transaction() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        set_reading_only(request.method in _SAFE or hasattr(view, WRITES_BESIDE))

    @app.teardown_request
    def give_back(_error: BaseException | None) -> None:
        database.close()
        set_reading_only(False)


def no_store(response: Response) -> Response:
    """Keep a page with personal or unpublished content out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
