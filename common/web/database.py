"""The session of the present request."""

from typing import cast

from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session

from common.database import Database, set_reading_only

_SAFE = {"GET", "HEAD", "OPTIONS"}


def db() -> Session:
    """Return the database session of this request or command."""
    return cast(Database, current_app.extensions["database"]).session()


def init_database(app: Flask, database: Database) -> None:
    """Give every request a session that is closed at its end; safe methods may only read."""
    app.extensions["database"] = database

    @app.before_request
    def choose_transaction() -> None:
        set_reading_only(request.method in _SAFE)

    @app.teardown_request
    def give_back(_error: BaseException | None) -> None:
        database.close()
        set_reading_only(False)


def no_store(response: Response) -> Response:
    """Keep a page with personal or unpublished content out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
