"""`flask ledger verify` walks the ledger, `checkpoint` signs how long it is, `new-key` changes the key that signs."""

import urllib.request
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from common.checkpoints import (
    Checkpoint,
    Key,
    KeyUnusable,
    NotACheckpoint,
    kept_checkpoints,
    read_checkpoints,
    strangers,
)
from common.database import reading_only
from common.ledger_verifying import Walk, walk
from common.web.database import db
from website.config import Settings
from website.integrity import (
    KeyNotVouchedFor,
    change_key,
    key_path,
    named_keys,
    publish_checkpoint,
    put_in_place,
    signing_key,
)
from website.standing import Compared, compare_with_ledger

LARGEST = 20 * 1024 * 1024
"""Bytes of a list of checkpoints that is fetched."""
UNUSABLE = (
    "De sleutel is er niet, of niet te lezen of te schrijven: {}\n"
    "Zet hem terug. Is hij echt weg? Gebruik: flask --app wsgi ledger new-key --lost"
)
ledger = AppGroup("ledger", help="Check the ledger, and sign how long it is.")


@ledger.command("verify")
@click.option(
    "--checkpoints", "kept", multiple=True, metavar="FILE|URL", help="Checkpoints that you kept; may be given often."
)
def verify_command(kept: tuple[str, ...]) -> None:
    """Walk the whole ledger and all that is public; name what does not fit: lines, checkpoints, versions (exit 1)."""
    given = [(name, one) for name in kept for one in _fetched(name)]
    found, own = _walk([one for _name, one in given])
    content, foreign = _compared([*own, *(one for _name, one in given)])
    wrong = _told(found)
    named = [*(("eigen", one) for one in own), *given]
    wrong += [f"De handtekening klopt niet: {_name(*one)}" for one in named if not one[1].is_signed()]
    wrong += [f"Van een andere sleutel dan het grootboek noemt: {_name(*one)}" for one in named if one[1] in foreign]
    wrong += [f"Past niet in het grootboek: {_name(*one)}" for one in named if one[1] in found.misfits]
    wrong += [
        f"Staat anders in het register dan in het grootboek: {one.subject}, {one.number}" for one in content.wrong
    ]
    if wrong:
        raise click.ClickException("\n".join(wrong))
    fitting = "1 controlepunt past" if len(named) == 1 else f"{len(named)} controlepunten passen"
    click.echo(f"Het grootboek klopt: {found.size} regels, en {fitting}.")
    click.echo(f"Nieuwste regel: {found.head}")
    older = f" Van {content.older} van voor versie 0003 staat er geen." if content.older else ""
    click.echo(f"Van {content.fitting} openbare versies staat de vingerafdruk in het grootboek.{older}")


@ledger.command("checkpoint")
def checkpoint_command() -> None:
    """Check the ledger, sign its size and newest hash, and mail that to LEDGER_KEEPERS. Run it each day."""
    key = _key()
    found, own = _walk()
    wrong = _told(found) + [f"Past niet in het grootboek: {_name('eigen', one)}" for one in own if one in found.misfits]
    if wrong:
        raise click.ClickException("Er is niet getekend.\n" + "\n".join(wrong))
    if own and own[-1].size == found.size:
        click.echo(f"Er is al een controlepunt bij {found.size} regels.")
        return
    try:
        made, mails = publish_checkpoint(db(), key, found, _settings().ledger_keepers)
    except KeyNotVouchedFor as error:
        raise click.ClickException(
            "Deze sleutel is niet die van het vorige controlepunt, en staat niet in het grootboek.\n"
            "Zet de oude sleutel terug, of gebruik: flask --app wsgi ledger new-key --lost"
        ) from error
    db().commit()
    click.echo(f"Getekend: {made.size} regels, {made.head}. Berichten aan bewaarders: {mails}.")


@ledger.command("new-key")
@click.option(
    "--lost", is_flag=True, help="The old key is gone: the new one signs without it, and everybody sees that."
)
def new_key_command(lost: bool) -> None:
    """Make a new key, name it in the ledger, and let the old one sign that."""
    found, _own = _walk()
    if not found.whole:
        raise click.ClickException("Het grootboek klopt niet: kijk eerst met flask --app wsgi ledger verify.")
    try:
        key = change_key(db(), key_path(_settings()), lost=lost)
        db().commit()
        put_in_place(key_path(_settings()))
    except (KeyUnusable, OSError) as error:
        raise click.ClickException(UNUSABLE.format(error)) from error
    click.echo(f"Nieuwe sleutel: {key.id}\nPubliek: {key.public}")
    if lost:
        click.echo("Teken nu: flask --app wsgi ledger checkpoint")
    else:
        click.echo("De oude sleutel tekende dit. Het volgende controlepunt is van de nieuwe.")


def _walk(given: list[Checkpoint] | None = None) -> tuple[Walk, list[Checkpoint]]:
    """Walk in a transaction that only reads, so that nobody waits for it."""
    with reading_only():
        db().rollback()
        own = kept_checkpoints(db())
        found = walk(db(), [*own, *(given or [])])
        db().rollback()
    return found, own


def _compared(points: list[Checkpoint]) -> tuple[Compared, list[Checkpoint]]:
    """Lay the register beside its ledger, and return the checkpoints that are of no key of the ledger."""
    with reading_only():
        own, named = kept_checkpoints(db()), named_keys(db())
        foreign = strangers(points, named, own[0].key_id if own else None)
        content = compare_with_ledger(db())
        db().rollback()
    return content, foreign


def _told(found: Walk) -> list[str]:
    if found.broken is None:
        there = f"De vingerafdruk van regel {found.mislaid} staat niet zo in de zoeklijst als in de regel zelf."
        return [there] if found.mislaid else []
    return [f"De eerste regel die niet klopt, is nummer {found.broken}. De {found.size} regels daarvoor kloppen."]


def _name(where: str, one: Checkpoint) -> str:
    return f"controlepunt bij {one.size} regels van {one.signed_at[:19]} ({where})"


def _fetched(name: str) -> list[Checkpoint]:
    try:
        if name.startswith(("https://", "http://")):
            with urllib.request.urlopen(name, timeout=30) as answer:  # noqa: S310  # only these two schemes
                text = answer.read(LARGEST).decode()
        else:
            text = Path(name).read_text(encoding="utf-8")
        return read_checkpoints(text)
    except (OSError, UnicodeDecodeError, NotACheckpoint) as error:
        raise click.ClickException(f"Geen controlepunten te lezen in {name}: {error}") from error


def _key() -> Key:
    try:
        return signing_key(db(), key_path(_settings()))
    except (KeyUnusable, OSError) as error:
        raise click.ClickException(UNUSABLE.format(error)) from error


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def init_ledger_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(ledger)
