"""`flask editions export` and `import`: the form of a year as a workbook, out and in. Dry, unless --commit is given."""

import re
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from common.errors import Refused
from common.ledger import SYSTEM
from common.web.database import db
from registry.agreements.writing import find
from registry.editions.differing import Kind, rows
from registry.editions.drafting import draft_of, form_of, last_before, save_form, start_draft
from registry.editions.models import EditionDraft
from registry.editions.reading import find_edition
from registry.editions.sheet_in import read_form
from registry.editions.sheet_out import as_workbook
from registry.editions.written import Form
from registry.imports.tables import WrongTable

group = AppGroup("editions", help="The forms of each year: as a workbook, out and in.")
_NAME = re.compile(r"([a-z0-9-]+)/(\d{4})")


@group.command("export")
@click.argument("name", metavar="AGREEMENT/YEAR")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_command(name: str, file: Path) -> None:
    """Write the form of an agreement and year to FILE (XLSX): the draft where there is one, else what opened."""
    found = _NAME.fullmatch(name)
    if not found:
        raise click.ClickException("Schrijf afspraak/jaar, zoals voorbeeldafspraak/2026.")
    slug, year = found[1], int(found[2])
    draft, edition = draft_of(db(), slug, year), find_edition(db(), slug, year)
    if draft is None and edition is None:
        raise click.ClickException(f"Er is geen vragenlijst {name}.")
    form = draft.content if draft else form_of(edition) if edition else {}
    db().rollback()
    file.write_bytes(as_workbook(form))
    click.echo(f"{len(form['questions'])} vragen geschreven naar {file}.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commit", is_flag=True, help="Write it; without this nothing is written.")
def import_command(file: Path, commit: bool) -> None:
    """Read FILE (XLSX) into the draft that it names in `form_id`, which begins here where there is none."""
    session = db()
    session.rollback()
    try:
        form = read_form(file.name, file.read_bytes())
        draft = _draft(session, form)
    except WrongTable as error:
        raise click.ClickException("\n".join(str(problem) for problem in error.problems)) from error
    except Refused as error:
        session.rollback()
        raise click.ClickException(str(error)) from error
    told = [row for row in rows(form, draft.content) if row.kind is not Kind.SAME]
    save_form(session, draft, form, actor=SYSTEM)
    for row in told:
        click.echo(f"{row.name}: {row.kind.value}")
    if not commit:
        session.rollback()
        click.echo(f"{len(told)} vragen anders dan in het concept. Er is niets geschreven: geef --commit.")
        return
    session.commit()
    click.echo(f"{len(told)} vragen anders. Geschreven in het concept {form['agreement']}/{form['year']}.")


def _draft(session: Session, form: Form) -> EditionDraft:
    slug, year = form["agreement"], form["year"]
    if draft := draft_of(session, slug, year):
        return draft
    agreement = find(session, slug)
    before = last_before(session, agreement, year) if agreement else None
    if agreement is None or before is None:
        raise click.ClickException(f"Bij de afspraak {slug} is er geen eerdere vragenlijst.")
    return start_draft(session, agreement, year, before, actor=SYSTEM)


def init_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(group)
