"""`flask privacy clean` removes what is kept no longer; `erase-signer` the name of who signed."""

from collections.abc import Callable
from functools import partial
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.database import Database, reading_only
from common.files.storage import clean
from common.ledger import SYSTEM
from common.outbox import remove_files
from registry.signatures.erasing import erase_signer
from registry.signatures.models import Signature
from website.files.uploading import storage
from website.mailing import mail_folder
from website.retention import RULES, clean_by, to_clean
from website.retention_rules import Rule

privacy = AppGroup("privacy", help="Personal data: what is kept no longer.")


@privacy.command("clean")
def clean_command() -> None:
    """Remove what the rules of the privacy page keep no longer. Run it every day; twice does no harm.

    What fails is undone and named, and the rest goes on; the exit status is then 1.
    """
    database = cast(Database, current_app.extensions["database"])
    session = database.session()
    done = [_step(session, rule.key, partial(_clean_by, session, rule)) for rule in RULES]
    done.append(_step(session, "mail_files", partial(_clean_mail_files, session)))
    done.append(_step(session, "file_contents", partial(_clean_contents, session)))
    database.close()
    if not all(done):
        raise click.ClickException("Niet alles is opgeruimd. Los op wat hierboven staat en draai dit opnieuw.")


@privacy.command("erase-signer")
@click.argument("signature")
@click.option("--reason", required=True, help="Why; only its hash enters the ledger.")
def erase_signer_command(signature: str, reason: str) -> None:
    """Take the name of who signed SIGNATURE (its key, as at /controleer) off every page, of any moment."""
    session = cast(Database, current_app.extensions["database"]).session()
    found = session.scalars(select(Signature).where(Signature.key == signature)).one_or_none()
    if found is None:
        raise click.ClickException(f"Er is geen ondertekening {signature}.")
    number = erase_signer(session, found, reason=reason, actor=SYSTEM)
    session.commit()
    click.echo(f"De naam is weg uit {number} versies.")


def _step(session: Session, name: str, work: Callable[[], int | None]) -> bool:
    """Do one part and say what became of it; return whether it worked."""
    try:
        number = work()
    except Exception as error:  # whatever is wrong with one part, the others have to be cleaned
        session.rollback()
        click.echo(f"{name:<16} mislukt: {type(error).__name__}", err=True)
        return False
    if number is not None:
        click.echo(f"{name:<16} {number:>6}")
    return True


def _clean_by(session: Session, rule: Rule) -> int | None:
    """Clean by a rule, in as many transactions as it has parts; None where no time is set."""
    if not (rule.clean or rule.clean_one):
        return None
    with reading_only():  # what is to be cleaned is looked for without holding up who writes
        parts = to_clean(session, rule)
        session.rollback()
    number = 0
    for part in parts:
        number += clean_by(session, rule, part)
        session.commit()
    return number


def _clean_mail_files(session: Session) -> int:
    """Take away the files of mails that were emptied or dropped."""
    with reading_only():
        number = remove_files(session, mail_folder(current_app.extensions["settings"]))
        session.rollback()
    return number


def _clean_contents(session: Session) -> int:
    """Take away contents that no row names; the rows are only read, and nobody waits for the storage."""
    with reading_only():
        number = clean(session, storage())
        session.rollback()
    return number


def init_privacy_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(privacy)
