"""Sets up the storage of files, and its commands: `flask files check` and `flask files clean`."""

import hashlib

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from common.files.models import StoredFile
from common.files.storage import PIECE, Storage, StorageDown, WrongAddress, clean, open_storage
from common.web.database import db
from website.config import CannotStart, Settings
from website.errors import error_page
from website.files.uploading import down_words, init_uploads, storage

files_commands = AppGroup("files", help="The contents of files: are they whole, and what is left over.")


def init_files(app: Flask, settings: Settings) -> None:
    """Open the storage that the settings name, and let files in; nothing is contacted before a file is asked for.

    Stands before the check of a form's token, which reads the request.
    """
    init_uploads(app)
    try:
        app.extensions["file_storage"] = open_storage(settings.storage_url, settings.data / "files")
    except WrongAddress as error:
        raise CannotStart(f"De instelling STORAGE_URL klopt niet: {error}. Zie docs/settings.md.") from error
    app.register_error_handler(StorageDown, lambda _error: error_page(503, down_words()))
    app.cli.add_command(files_commands)


@files_commands.command("check")
def check_command() -> None:
    """Read every content again and compare it with its hash; ends with 1 when one is gone or changed."""
    kept = storage()
    hashes = list(db().scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))
    db().rollback()
    try:
        wrong = [line for sha256 in hashes if (line := _fault(kept, sha256))]
    except StorageDown as error:
        raise click.ClickException("De opslag geeft geen antwoord; er is niets nagekeken.") from error
    for line in wrong:
        click.echo(line)
    click.echo(f"{len(hashes) - len(wrong)} van {len(hashes)} bestanden zijn heel.")
    if wrong:
        raise SystemExit(1)


def _fault(kept: Storage, sha256: str) -> str:
    digest = hashlib.sha256()
    try:
        with kept.open(sha256) as content:
            while piece := content.read(PIECE):
                digest.update(piece)
    except FileNotFoundError:
        return f"weg: {sha256}"
    return "" if digest.hexdigest() == sha256 else f"veranderd: {sha256}"


@files_commands.command("clean")
def clean_command() -> None:
    """Take away contents that no row names and parts of broken writes, when they are older than a day."""
    try:
        click.echo(f"{clean(db(), storage())} resten opgeruimd.")
    except StorageDown as error:
        raise click.ClickException("De opslag geeft geen antwoord; wat er nog staat, gaat de volgende keer.") from error
