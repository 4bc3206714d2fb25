"""One result page over guides, the register and its forms; what is found is always what was published."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import click
from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.orm import Session

from common.clock import today
from common.database import Database
from common.web.access import public
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.limits import limited
from common.web.rendering import render, wants_fragment
from kb.search import missing, words
from kb.search.asking import ask
from kb.search.documents import Found
from kb.search.index import IndexUnusable, SearchIndex
from website.config import Settings
from website.search_choice import Choice
from website.search_upkeep import bring_up_to_date, keep_up, rebuild

blueprint = Blueprint("search", __name__, cli_group="search")

_SAFE = {"GET", "HEAD", "OPTIONS"}
SHORT_WAIT = 2.0
"""Seconds that a reader waits for a writer of the index; after that he gets what it held before."""
AFTER_THE_ANSWER = 0.5
"""Seconds that a process waits for a writer of the index before it turns to its next request."""


@dataclass(frozen=True)
class Answer:
    """What was found for a choice."""

    found: Found | None = None
    """None where the index cannot be read, and where nothing was asked."""
    instead: str = ""
    """The words that were looked for in the place of those typed, of which there was nothing."""
    is_current: bool = True
    """Whether it is what the site says now: if not, no cache may keep it."""

    @property
    def missed(self) -> bool:
        """Whether nothing was found for words that can be looked for."""
        return self.found is not None and not self.found.empty and (bool(self.instead) or not self.found.total)


@blueprint.get("/zoeken")
@public
@limited("search")
def results() -> Response:
    """Everything that holds the words, the best first; narrowed down by kind, theme, product group, year, language."""
    choice = Choice.read(request.args)
    answer = find(choice) if choice.shown_q else Answer()
    fragment = wants_fragment("resultaten")
    response = render(
        "website/search.html",
        fragment="resultaten",
        choice=choice,
        answer=answer,
        found=answer.found,
        facets=choice.facets(answer.found),
        is_fragment=fragment,
    )
    if fragment:
        response.headers["HX-Push-Url"] = choice.url(answer.found.page if answer.found else 1)
    if answer.missed and not choice.chosen:
        engine, language = _database().engine, page_language()
        # Reading writes nothing: this is counted when the answer has gone.
        response.call_on_close(partial(missing.note, engine, choice.shown_q, language, today()))
    return response if answer.is_current and not answer.missed else no_store(response)


def find(choice: Choice) -> Answer:
    """Look for the words, or for what the reader may have meant.

    An index that cannot be read is made anew first; nothing is found when that does not help either.
    """
    index, same = _index(), words.groups(db())
    is_current = keep_up(_database().engine, index, wait=SHORT_WAIT)
    for _attempt in range(2):
        try:
            said = ask(index, choice.q, choice.asked, choice.page, synonyms=same, language=page_language())
            return Answer(said.found, said.instead, is_current)
        except IndexUnusable:
            index.forget()
            is_current = keep_up(_database().engine, index)
    return Answer(is_current=False)


def _index() -> SearchIndex:
    return cast(SearchIndex, current_app.extensions["search_index"])


def _database() -> Database:
    return cast(Database, current_app.extensions["database"])


@blueprint.cli.command("rebuild")
def rebuild_command() -> None:
    """Make the search index anew from the database."""
    number = rebuild(db(), _index())
    click.echo(f"De zoekindex is opnieuw gemaakt: {number} pagina's.")


def init_search(app: Flask) -> None:
    """Open the index in the data folder, and bring it up to date after every request that changed something.

    That is done when the answer has gone: who changed something does not wait for it. Who searches before it is done
    takes in the change himself (`search`), so nobody finds less than was published.
    """
    settings = cast(Settings, app.extensions["settings"])
    app.extensions["search_index"] = SearchIndex(settings.data / "index")

    @app.after_request
    def take_in_changes(response: Response) -> Response:
        if request.method not in _SAFE:
            response.call_on_close(partial(keep_up, _database().engine, _index(), wait=AFTER_THE_ANSWER))
        return response


def rebuild_when_behind(session: Session, data: Path) -> None:
    """Bring the index in the data folder up to date with the ledger."""
    bring_up_to_date(session, SearchIndex(data / "index"))
