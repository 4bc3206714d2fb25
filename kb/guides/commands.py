"""`flask kb render`: the HTML of all guides anew, from the Markdown that is kept."""

import click

from common.web.database import db
from kb.command_group import kb_commands
from kb.guides.rerendering import rerender


@kb_commands.command("render")
def render_command() -> None:
    """Make the HTML of every version of every guide anew; say which guides look different by it."""
    changed = rerender(db())
    db().commit()
    for slug in changed:
        click.echo(f"{slug}: opnieuw gemaakt")
    click.echo(f"{len(changed)} gidsen zien er anders uit")
