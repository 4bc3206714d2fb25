"""`flask reports remind`: writes the reminders of the day to who has to hand in a report, or says whom."""

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from common.clock import today
from common.database import reading_only
from common.web.database import db
from registry.reminders.planning import Item, due_today
from registry.reminders.sending import by_person, remind_person
from website.config import Settings
from website.mailing import show_as_files

reports = AppGroup("reports", help="Look after the annual reports.")


@reports.command("remind")
@click.option("--dry-run", is_flag=True, help="Print who would get what, and write nothing.")
def remind_command(dry_run: bool) -> None:
    """Send the reminders that are due. Run it each day; a day that was missed is caught up by the next run.

    It may run twice, and at once in two processes: each person is asked about again with the lock in hand.
    """
    settings = cast(Settings, current_app.extensions["settings"])
    session, day = db(), today()
    with reading_only():
        items = due_today(session, day)
        plan = by_person(items, with_example=not settings.mail_url)
        session.rollback()
    if dry_run:
        _print(items)
        click.echo(f"{len(plan)} mensen zouden een herinnering krijgen.")
        return
    written = 0
    for user_id, own in plan.items():
        written += remind_person(session, user_id, own, day)
        session.commit()  # for each person: the site waits for one mail at most, and a crash loses nothing
    _show(session, settings, items)
    click.echo(f"{written} herinneringen gemaakt.")


def _show(session: Session, settings: Settings, items: list[Item]) -> None:
    if not settings.mail_url:
        show_as_files(session, settings)
    if nobody := [item for item in items if not item.people and not item.skipped]:
        click.echo(f"{len(nobody)} organisaties hebben niemand met een account; zie /redactie/herinneringen.")


def _print(items: list[Item]) -> None:
    for item in sorted(items, key=lambda item: (item.key, item.one.who.sort_name)):
        far = f"nog {item.progress.left} antwoorden" if item.progress else "nog niets gedaan"
        to = ", ".join(person.email for person in item.people) or "niemand met een account"
        who = "overgeslagen" if item.skipped else to
        name = f"{item.one.who.name}, {item.one.edition.year}, {item.key.kind.value}"
        click.echo(f"{name}, laatste dag {item.one.last_day.isoformat()}, {far}: {who}")


def init_report_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(reports)
