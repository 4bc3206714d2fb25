"""Takes in a file to import: CSV, XLSX or the JSON of a register. It is checked by reading it, and kept as it came."""

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app, request
from flask_babel import gettext as _

from common.files.accepting import Accepted
from common.files.rejecting import LARGEST, SENTENCES, Reason
from common.files.storage import StorageDown
from common.web.database import db
from registry.imports.outcome import Problem
from registry.imports.tables import WrongTable, read_table
from registry.imports.tooi import read_register
from website.files.uploading import down_words, storage

KINDS = ("authorities", "signatures", "registers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 100


@dataclass
class Taken:
    """A form with a file to import, as it was sent."""

    kind: str = ""
    name: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    """Where the file cannot be read as a table or register at all."""
    accepted: Accepted | None = None
    status: int = 422


def take() -> Taken:
    """Read what was sent; where all is well, the content is kept in the storage. Ends the transaction first."""
    found = Taken(kind=request.form.get("soort", ""))
    db().rollback()
    if found.kind not in KINDS:
        found.errors.append(("soort", _("Kies wat u inleest.")))
    sent = request.files.get("bestand")
    if sent is None or not sent.filename:
        found.errors.append(("bestand", _(SENTENCES[Reason.MISSING])))
        return found
    found.name = _plain_name(sent.filename)
    content = cast(Any, sent.stream).read(LARGEST + 1)
    if not content:
        found.errors.append(("bestand", _(SENTENCES[Reason.EMPTY])))
    elif len(content) > LARGEST:
        found.errors.append(("bestand", _(SENTENCES[Reason.TOO_LARGE])))
    if not found.errors:
        _check(found, content)
    elif content:
        found.errors.append(("bestand", _("Kies het bestand opnieuw. Een browser onthoudt het niet.")))
    return found


def _check(found: Taken, content: bytes) -> None:
    """Read the file as what it should be. Rows that are wrong show in the preview; a file that is no table does not."""
    media_type = "application/json" if found.kind == "registers" else XLSX if content[:2] == b"PK" else "text/csv"
    if found.kind == "registers":
        register = read_register(found.name, content)
        found.problems = tuple(register.problems) if not register.bodies else ()
    else:
        try:
            read_table(found.name, content)
        except WrongTable as error:
            found.problems = error.problems
    if found.problems:
        found.errors.append(("bestand", _("Wij kunnen dit bestand niet inlezen. Hieronder staat waarom.")))
        return
    sha256 = hashlib.sha256(content).hexdigest()
    found.accepted = Accepted(io.BytesIO(content), sha256, len(content), media_type)
    try:
        storage().keep(found.accepted.content, sha256)
    except StorageDown as error:
        current_app.logger.error("storage of files is down", exc_info=error)
        found.errors.append(("bestand", down_words()))
        found.status = 503


def _plain_name(name: str) -> str:
    """Return the last part of a file's name, without what a page or a folder cannot show."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*')
    return shown.strip(" .")[-LONGEST_NAME:] or "bestand"
