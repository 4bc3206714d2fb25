"""`flask privacy clean` removes what is kept no longer."""

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from common.database import Database
from common.files.storage import clean
from website.files.uploading import storage
from website.retention import RULES, clean_by

privacy = AppGroup("privacy", help="Personal data: what is kept no longer.")


@privacy.command("clean")
def clean_command() -> None:
    """Remove what the rules of the privacy page keep no longer. Run it every day; twice does no harm."""
    database = cast(Database, current_app.extensions["database"])
    for rule in RULES:
        if rule.clean is None:
            continue
        session = database.session()
        number = clean_by(session, rule)
        session.commit()  # a transaction of its own for each rule: one that fails leaves the others done
        click.echo(f"{rule.key:<16} {number:>6}")
    click.echo(f"{'file_contents':<16} {clean(database.session(), storage()):>6}")
    database.close()


def init_privacy_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(privacy)
