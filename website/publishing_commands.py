"""Guides that go out at a time: at the first request after the moment, or by `flask kb publish-due`."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import cast

import click
from flask import Flask, Response, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from common.clock import now
from common.database import Database, reading_only
from common.web.database import db
from kb.command_group import kb_commands
from kb.guides.scheduling import next_due, publish_due
from kb.search.index import SearchIndex
from website.search_upkeep import keep_up

log = logging.getLogger(__name__)
LOOK_AFTER = timedelta(seconds=1)
"""How long a process waits before it looks again whether something is due: one short query."""


def init_publishing(app: Flask) -> None:
    """Let what is due go out when an answer has gone, and by a command."""
    looked_at: list[datetime] = []

    @app.after_request
    def look(response: Response) -> Response:
        moment = now()
        if not looked_at or abs(moment - looked_at[0]) >= LOOK_AFTER:
            looked_at[:] = [moment]
            # The reader does not wait for it: it has a transaction of its own, after his answer.
            response.call_on_close(partial(publish_what_is_due, app))
        return response


def publish_what_is_due(app: Flask) -> list[str]:
    """Publish what is due, in a transaction of its own; return the addresses of the guides.

    A failure is noted, and the next request tries again.
    """
    database = cast(Database, app.extensions["database"])
    try:
        with reading_only(), Session(database.engine) as session:
            due = next_due(session)
        if due is None or due > now():
            return []
        with Session(database.engine) as session:
            published = publish_due(session)
            session.commit()
    except SQLAlchemyError:
        log.exception("a guide that is due could not be published")
        return []
    _after(app, published)
    return published


def _after(app: Flask, published: list[str]) -> None:
    for slug in published:
        log.info("gids %s is gepubliceerd op het gekozen moment", slug)
    if published:
        keep_up(cast(Database, app.extensions["database"]).engine, cast(SearchIndex, app.extensions["search_index"]))


@kb_commands.command("publish-due")
def publish_due_command() -> None:
    """Publish the guides whose moment has come; the running site does so too, at the first request after it."""
    session = db()
    published = publish_due(session)
    session.commit()
    _after(current_app._get_current_object(), published)  # type: ignore[attr-defined]
    for slug in published:
        click.echo(f"Gepubliceerd: {slug}")
    if not published:
        click.echo("Er is nu niets te publiceren.")
