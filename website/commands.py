"""Commands of the whole site."""

import click
from flask import Flask

from common.errors import ContentError
from website.setup import set_up


@click.command("setup")
@click.option("--without-example", is_flag=True, help="Do not load the fictional example world.")
def setup_command(without_example: bool) -> None:
    """Migrate the database, load the content, make the example world and the search index."""
    try:
        done = set_up(with_example=not without_example)
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    for line in done:
        click.echo(line)


def init_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(setup_command)
