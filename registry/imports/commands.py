"""`flask registry import-...`: what an import would do, and with --commit that it is done."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from common.errors import Conflict, Refused
from common.ledger import SYSTEM
from common.web.database import db
from registry.imports import authorities, signatures
from registry.imports.columns import Field, from_options
from registry.imports.outcome import WORDS, Deed, Preview, Wrong, carry_out
from registry.imports.registers import plan_registers
from registry.imports.signatures import Manner
from registry.imports.tables import Table, WrongTable, read_table
from registry.imports.tooi import read_register

group = AppGroup("registry", help="The register: imports of authorities and signatures. Dry, unless --commit is given.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_commit = click.option("--commit", is_flag=True, help="Write it; without this nothing is written.")
_verbose = click.option("--verbose", is_flag=True, help="Also name each row that is added, changed or ended.")
_map = click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help='Such as --map "Naam=name_as_signed".')


@group.command("import-tooi")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--reason", default="Nieuwe gegevens in het register van TOOI.", show_default=True, help="Public.")
@_commit
@_verbose
def import_tooi(files: Sequence[Path], reason: str, commit: bool, verbose: bool) -> None:
    """Read official TOOI register files (JSON-LD): authorities, their names in time, and mergers."""
    registers = [read_register(path.name, path.read_bytes()) for path in files]
    _finish(plan_registers(db(), registers), reason, commit=commit, verbose=verbose)


@group.command("import-authorities")
@click.argument("file", type=_FILE)
@_map
@click.option("--source", default="", help="Web address of the source, for the whole file.")
@click.option("--reason", default="Ingelezen uit een bestand.", show_default=True, help="Public.")
@_commit
@_verbose
def import_authorities(file: Path, maps: Sequence[str], source: str, reason: str, commit: bool, verbose: bool) -> None:
    """Read authorities from a CSV or XLSX."""
    table, columns = _read(file, maps, authorities.FIELDS)
    preview = authorities.plan_authorities(db(), table, columns, {"source": source})
    _finish(preview, reason, commit=commit, verbose=verbose)


@group.command("import-signatures")
@click.argument("file", type=_FILE)
@_map
@click.option("--agreement", default="", help="Slug of the agreement, for the whole file.")
@click.option("--source", default="", help="Web address of the source, for the whole file.")
@_commit
@_verbose
def import_signatures(
    file: Path, maps: Sequence[str], agreement: str, source: str, commit: bool, verbose: bool
) -> None:
    """Read signatures from a CSV or XLSX. Only those of which the source is certain or probable are public at once."""
    table, columns = _read(file, maps, signatures.FIELDS)
    given = {"agreement": agreement, "source": source}
    preview = signatures.plan_signatures(db(), table, columns, given, Manner(publishes=True))
    _finish(preview, "Ingelezen uit een bestand.", commit=commit, verbose=verbose)


def _read(file: Path, maps: Sequence[str], fields: Sequence[Field]) -> tuple[Table, dict[int, str]]:
    try:
        table = read_table(file.name, file.read_bytes())
        return table, from_options(table, maps, fields)
    except (WrongTable, Wrong) as error:
        raise click.ClickException(str(error)) from error


def _finish(preview: Preview, reason: str, *, commit: bool, verbose: bool) -> None:
    """Print what happens, and write it when asked to. Ends with 1 when a row is wrong: then nothing is written."""
    if verbose:
        for row in preview.outcomes:
            if row.deed not in {Deed.UNCHANGED, Deed.REFUSED}:
                told = "; ".join(f"{one.name}: {one.before or '-'} > {one.after or '-'}" for one in row.changes)
                click.echo(f"{WORDS[row.deed]}: {row.place} {row.name}{f' ({told})' if told else ''}")
    for problem in preview.problems:
        click.echo(str(problem), err=True)
    click.echo(", ".join(f"{number} {WORDS[deed]}" for deed, number in preview.counts.items()))
    for sort, number in preview.skipped:
        click.echo(f"overgeslagen: {number} {sort}")
    if preview.problems or not commit:
        db().rollback()
    if preview.problems:
        raise click.ClickException("Er is niets ingelezen: verbeter eerst wat hierboven staat.")
    if not commit:
        click.echo("Dit was een proef: er is niets geschreven. Met --commit wordt het geschreven.")
        return
    try:
        carry_out(db(), preview, reason=reason, actor=SYSTEM)
    except (Refused, Conflict) as error:
        db().rollback()
        raise click.ClickException(f"Er is niets ingelezen: {error}") from error
    db().commit()
    click.echo("Geschreven.")


def init_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(group)
