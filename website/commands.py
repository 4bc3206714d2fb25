"""Commands of the whole site."""

from typing import cast

import click
from alembic import command
from flask import Flask, current_app

import accounts.commands
import kb.commands
import registry.editions.commands
import registry.imports.commands
from common.database import Database
from common.errors import ContentError
from website.config import ROOT
from website.deadline_commands import init_deadline_commands
from website.ledger_commands import init_ledger_commands
from website.mail_commands import init_mail_commands
from website.migrating import alembic_config
from website.permissions_table import init_permissions_commands
from website.privacy_commands import init_privacy_commands
from website.publishing_commands import init_publishing
from website.report_commands import init_report_commands
from website.setup import set_up


@click.command("setup")
@click.option("--without-example", is_flag=True, help="Do not load the fictional example world.")
def setup_command(without_example: bool) -> None:
    """Migrate the database, load the content, make the example world and the search index."""
    if current_app.extensions["settings"].production and not without_example:
        raise click.ClickException("Met PRODUCTION=on hoort er geen voorbeeldwereld: gebruik --without-example.")
    try:
        done = set_up(with_example=not without_example)
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    for line in done:
        click.echo(line)


@click.command("revise")
@click.argument("message")
def revise_command(message: str) -> None:
    """Write a migration for what changed in the tables of the code; read it before you commit it."""
    database = cast(Database, current_app.extensions["database"])
    number = len(list((ROOT / "migrations" / "versions").glob("*.py"))) + 1
    with database.engine.connect() as connection:
        command.revision(alembic_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}")


def init_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(setup_command)
    app.cli.add_command(revise_command)
    init_ledger_commands(app)
    init_deadline_commands(app)
    init_mail_commands(app)
    init_privacy_commands(app)
    init_permissions_commands(app)
    init_report_commands(app)
    init_publishing(app)
    accounts.commands.init_commands(app)
    kb.commands.init_commands(app)
    registry.editions.commands.init_commands(app)
    registry.imports.commands.init_commands(app)
