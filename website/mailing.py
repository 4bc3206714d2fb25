"""Shows the outbox to whoever runs the site without a mail server: each mail as a file in the data folder."""

import logging
from pathlib import Path

from flask import Flask, Response, request

from common.outbox import QUEUED, write_to_folder
from common.web.database import db

log = logging.getLogger(__name__)


def init_mailing(app: Flask, folder: Path) -> None:
    """After a request that put mail in the outbox and committed it, write that mail to `folder`."""

    @app.after_request
    def show_mail(response: Response) -> Response:
        session = db()
        if request.method in {"GET", "HEAD", "OPTIONS"} or not session.info.pop(QUEUED, False):
            return response
        session.rollback()  # what the view did not commit is not to be kept, or sent
        try:
            write_to_folder(session, folder)
            session.commit()
        except OSError:  # the change is made, and the mail is kept in the database until the folder can be written to
            session.rollback()
            log.exception("mail could not be written to %s", folder)
        return response
