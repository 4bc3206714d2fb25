"""`flask kb export` and `flask kb import`: the knowledge base as a folder, out and in."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click
from flask import current_app
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role, person_with_address
from common.database import reading_only
from common.files.storage import PIECE, Storage, StorageDown
from common.ledger import SYSTEM, Actor
from common.web.database import db
from kb.command_group import kb_commands
from kb.exchange.exporting import export_to, written_whole
from kb.exchange.importing import Outcome, Row, import_guides, moved, not_in_folder, read_folder, unchanged
from kb.exchange.pictures import Pictures, pictures_of
from kb.exchange.taking_files import look_at_files, take_files
from kb.exchange.telling import ADVICE, told
from kb.guides.front_matter import GuideFile


@kb_commands.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--prune", is_flag=True, help="Also take away the files of guides that are no more.")
def export_command(folder: Path, prune: bool) -> None:
    """Write every guide to FOLDER as Markdown with front matter; drafts in FOLDER/concepten, files in FOLDER/bestanden.

    A file that was changed there and not imported stays as it is; the command then ends with 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    session = db()
    session.rollback()
    with reading_only():
        done = export_to(session, folder, prune=prune)
        pictures = pictures_of(session)
        new = [path for path in done.pictures if _write_picture(folder, path, pictures)]
        session.rollback()
    for path in done.kept:
        click.echo(
            f"{path}: gewijzigd in de map en niet overgenomen; blijft zoals het is: importeer het, of leg het apart"
        )
    for path in done.gone:
        click.echo(f"{path}: {'weggehaald' if prune else 'staat niet meer in de kennisbank (haal weg met --prune)'}")
    click.echo(f"{len(done.written)} geschreven, {len(done.same)} gelijk, {len(new)} bestanden erbij.")
    if done.kept:
        raise SystemExit(1)


def _storage() -> Storage:
    return cast(Storage, current_app.extensions["file_storage"])


def _write_picture(folder: Path, path: str, pictures: Pictures) -> bool:
    """Write the content of a file to its place; False where it stands already, whole."""
    place = folder / path
    _folder, content, name = path.split("/")
    file = pictures.by_content[content, name].file
    if place.exists() and place.stat().st_size == file.size:
        return False
    try:
        with _storage().open(file.sha256) as source, written_whole(place) as target:
            shutil.copyfileobj(source, target, PIECE)
    except (FileNotFoundError, StorageDown) as error:
        raise click.ClickException(f"{path}: de inhoud is nu niet te lezen.") from error
    return True


@kb_commands.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--commit", is_flag=True, help="Write it; without this nothing is written.")
@click.option("--author", metavar="EMAIL", help="The redacteur or beheerder in whose name it is done.")
def import_command(folder: Path, commit: bool, author: str | None) -> None:
    """Take the guides of FOLDER in. What both sides changed is merged; where that cannot be, both texts are shown.

    Ends with 1 when something was left because of that, or because a file is wrong; the other files are taken in.
    """
    files, rows = read_folder(folder)
    session = db()
    session.rollback()
    with reading_only():
        actor, pictures = _actor(session, author), pictures_of(session)
        same = unchanged(session, files, pictures)
        rows += moved(session, files, pictures)
        absent = not_in_folder(session, {Path(path).stem for path in (*files, *(row.path for row in rows))})
        session.rollback()
    left = same | {row.path for row in rows}
    changed = {path: file for path, file in files.items() if path not in left}
    incoming, troubles = look_at_files(folder, changed, pictures, _storage() if commit else None)
    if changed:  # from here on others wait
        rows += import_guides(session, changed, take_files(session, incoming, actor=actor), actor=actor)
    if commit:
        session.commit()
        _mark_taken(session, folder, files, rows)
    session.rollback()
    for line in [*troubles, *told(rows, len(same), absent, is_written=commit)]:
        click.echo(line)
    if troubles or any(row.left or row.outcome in ADVICE for row in rows):
        raise SystemExit(1)


def _mark_taken(session: Session, folder: Path, files: Mapping[str, GuideFile], rows: list[Row]) -> None:
    """Let each file that was taken in say that it is what the site has: the next change starts there."""
    taken = (Outcome.NEW, Outcome.CHANGED, Outcome.MERGED)
    whole = {row.path: files[row.path] for row in rows if row.outcome in taken and not row.notes}
    with reading_only():
        if whole:
            export_to(session, folder, taken=whole)
        session.rollback()


def _actor(session: Session, email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    user = person_with_address(session, email)
    for role in (StaffRole.EDITOR, StaffRole.ADMINISTRATOR):
        if user is not None and has_staff_role(user, role):
            return actor_for(user, role)
    raise click.ClickException(f"{email} is geen redacteur of beheerder.")
