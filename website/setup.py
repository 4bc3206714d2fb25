"""Set-up: the database up to date, the content loaded, the example world made. Safe to run again."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

import kb.guides.loading
import registry.agreements.loading
import registry.authorities.loading
import registry.buyer_groups.loading
import registry.certificates.loading
import registry.editions.indicator_loading
import registry.plans.loading
import registry.signatures.duties
import registry.signatures.loading
import website.example
from common import unsaved
from common.content import changed
from common.database import Database
from common.ledger import SYSTEM
from common.vocabulary import CONTENT
from website.config import Settings
from website.migrating import migrate
from website.search import rebuild_when_behind

Loader = Callable[[Session, Path], None]

LOADERS: tuple[tuple[str, tuple[str, ...], Loader], ...] = (
    ("authorities", ("authorities.csv", "mergers.csv"), registry.authorities.loading.load),
    ("agreements", ("agreements/m*.yaml",), registry.agreements.loading.load),
    ("indicators", ("indicators.yaml",), registry.editions.indicator_loading.load),
    ("signatures", ("signatories.csv",), registry.signatures.loading.load_signatures),
    ("plans", ("plans.yaml",), registry.plans.loading.load),
    ("buyer_groups", ("buyer_groups.yaml",), registry.buyer_groups.loading.load),
    ("certificates", ("certificates.csv",), registry.certificates.loading.load),
    ("guides", ("guides/*.md",), kb.guides.loading.load),
)
"""Name, files below content/, and who loads them; each reads only the folder it is given."""


def load_content(session: Session, folder: Path = CONTENT) -> list[str]:
    """Load what changed in the content folder, in the order of the register; return the names of what was loaded.

    Raises ContentError with file, line and reason; the caller's transaction then keeps nothing of it.
    """
    loaded = []
    for name, patterns, load in LOADERS:
        files = [file for pattern in patterns for file in folder.glob(pattern)]
        if changed(session, name, files):
            load(session, folder)
            loaded.append(name)
    return loaded


def set_up(*, with_example: bool) -> list[str]:
    """Bring database, content, example world and search index up to date; return what was done, in words.

    All content is loaded in one transaction: a wrong file leaves everything as it was.
    """
    database = cast(Database, current_app.extensions["database"])
    settings = cast(Settings, current_app.extensions["settings"])
    migrate(database.engine)
    session = database.session()
    unsaved.forget_old(session)
    done = load_content(session)
    registry.signatures.duties.start_missing(session, actor=SYSTEM)
    if with_example:
        done += website.example.make(session, settings.data)
    session.commit()
    rebuild_when_behind(session, settings.data)
    database.close()
    return done
