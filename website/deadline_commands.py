"""`flask deadlines check`: looks whether the site works, and moves deadlines of a day on which it did not."""

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from common.ledger import SYSTEM
from common.vocabulary import CONTENT
from common.web.database import db
from registry.editions.opening import open_due
from registry.obligations.monitor import keep_look, look_at, move_after_outages
from registry.participants.met import met_in_time
from registry.participants.moved_mails import mail_moved
from registry.reports.deadlines import follow_deadlines
from registry.signatures.duties import start_missing
from website.config import Settings

deadlines = AppGroup("deadlines", help="Look after deadlines.")


@deadlines.command("check")
def check_command() -> None:
    """Ask the site for a page and keep what came; start what was not started, and move deadlines after an outage.

    Run it every five minutes (docs/settings.md). It ends with 1 when the site does not answer as it should.
    """
    settings = cast(Settings, current_app.extensions["settings"])
    wrong = look_at(f"{settings.site_url}/healthz")  # before the transaction: nobody waits for a site that hangs
    session = db()
    keep_look(session, wrong)
    session.commit()
    opened = open_due(session, CONTENT, actor=SYSTEM)
    started = start_missing(session, actor=SYSTEM)
    moved = move_after_outages(session, met_in_time)
    follow_deadlines(session, moved)
    mails = mail_moved(session, moved)
    session.commit()
    click.echo(f"De site werkt niet: {wrong}." if wrong else "De site werkt.")
    for edition in opened:
        click.echo(f"Vragenlijst over {edition.year} geopend: {edition.agreement.slug}.")
    if started:
        click.echo(f"{started} verplichtingen begonnen of verbeterd.")
    if moved:
        click.echo(f"{len(moved)} termijnen verschoven, {mails} berichten klaargezet.")
    if wrong:
        raise SystemExit(1)


def init_deadline_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(deadlines)
