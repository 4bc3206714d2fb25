"""Lets a large request in where a view takes files, and turns what was sent into a file that is kept, or an error."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.files.accepting import Accepted, accept, clean_name
from common.files.rejecting import LARGEST, SENTENCES, Reason, Rejected
from common.files.storage import Storage, StorageDown
from common.web.database import db
from common.web.languages import href
from website.errors import error_page

V = TypeVar("V", bound=Callable[..., Any])
TAKES_FILES = "takes_files"
ANYONE = "anyone"
AROUND = 1024 * 1024
"""Bytes of a request around its file: the other fields, and what the browser writes between them."""
MOST_DRAINED = 128 * 1024 * 1024
DRAIN_SECONDS = 20
_PIECE = 64 * 1024


def takes_files(view: V) -> V:
    """Mark a view that takes a file of 20 MB. Stands below @signed_in."""
    setattr(view, TAKES_FILES, True)
    return view


def takes_files_of_anyone(view: V) -> V:
    """Mark a view that takes a file of 20 MB of a stranger too. It keeps nothing, and has a limit on how often."""
    setattr(view, TAKES_FILES, ANYONE)
    return view


def storage() -> Storage:
    """Return the storage of this site."""
    return cast(Storage, current_app.extensions["file_storage"])


def init_uploads(app: Flask) -> None:
    """Decide how much may come in, before the check of the form's token reads the request."""

    @app.before_request
    def open_wider() -> BaseResponse | None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method != "POST" or not getattr(view, TAKES_FILES, False):
            return None
        known = current_user.is_authenticated or getattr(view, TAKES_FILES) == ANYONE
        db().rollback()  # or everybody would wait for the database while one person's file comes in
        length = request.content_length or 0
        if not known:
            too_large = length > app.config["MAX_CONTENT_LENGTH"]
            return redirect(url_for("security.login", next=href(request.path)), 303) if too_large else None
        if length > LARGEST + AROUND:
            return _too_large(length)
        request.max_content_length = LARGEST + AROUND
        return None


def _too_large(length: int) -> Response:
    """Answer 413. What still comes is read and dropped first: a browser that cannot finish sending shows no answer."""
    stream, end = request.environ["wsgi.input"], time.monotonic() + DRAIN_SECONDS
    left = length if length <= MOST_DRAINED else 0
    while left > 0 and time.monotonic() < end:
        piece = stream.read(min(_PIECE, left))
        if not piece:
            break
        left -= len(piece)
    return error_page(413, _("Een bestand mag hoogstens 20 MB groot zijn. Ga terug en kies een kleiner bestand."))


@dataclass
class Upload:
    """A form with a file, as it was sent: its texts, what is wrong, and the file when nothing is."""

    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    accepted: Accepted | None = None
    name: str = ""
    status: int = 422

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The errors for the box above the form, in the order of the form: the file first."""
        return sorted(self.errors.items(), key=lambda item: item[0] != "bestand")

    def ask_again(self) -> None:
        """Say that a file that was sent must be chosen once more: nothing was saved, and no browser remembers it."""
        if self.accepted and "bestand" not in self.errors:
            self.errors["bestand"] = _("Kies het bestand opnieuw. Een browser onthoudt het niet.")


def read_upload(
    names: Iterable[str], check: Callable[[Upload], None], *, optional: bool = False, field: str = "bestand"
) -> Upload:
    """Check the file and the other fields of the form that was sent; where all is well, keep the content.

    `check` puts errors of the other fields into the upload. Ends the transaction first: looking at a file takes time.
    Where the file is `optional`, `accepted` stays None without one. `field`: the name of its field, where the form has
    others; what is wrong with it always stands under "bestand".
    """
    found = Upload(texts={name: request.form.get(name, "").strip() for name in names})
    db().rollback()
    sent = request.files.get(field)
    try:
        if sent is None or not sent.filename:
            raise Rejected(Reason.MISSING)
        found.accepted = accept(cast(Any, sent.stream))
        found.name = clean_name(sent.filename, found.accepted.media_type)
    except Rejected as error:
        if not (optional and error.reason is Reason.MISSING):
            found.errors["bestand"] = _(SENTENCES[error.reason])
    check(found)
    if "bestand" in found.errors:  # forms ask for the file last
        found.errors["bestand"] = found.errors.pop("bestand")
    if found.accepted and not found.errors:
        _keep(found, found.accepted)
    else:
        found.ask_again()
    return found


def _keep(found: Upload, accepted: Accepted) -> None:
    try:
        storage().keep(accepted.content, accepted.sha256)
    except StorageDown as error:
        current_app.logger.error("storage of files is down", exc_info=error)
        found.errors["bestand"] = down_words()
        found.status = 503


def down_words() -> str:
    """Say that the storage does not answer."""
    return str(_("Onze opslag voor bestanden werkt nu niet. Er is niets bewaard. Probeer het straks opnieuw."))
