"""Whatever somebody with the whole database does to the ledger: both verifiers name where it begins."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from common.ledger import SYSTEM, record
from common.web.database import db
from tests.ledger.chains import command, cut, flip, keep, leave_out, opened, outside, raw, rewrite, swap


def signed(app: Flask, folder: Path) -> Path:
    """Sign the ledger as it is, and keep the checkpoint outside the site."""
    assert command(app, "checkpoint").exit_code == 0
    return keep(app, folder)


def test_what_nobody_touched_fits_for_both(app: Flask, tmp_path: Path) -> None:
    kept = signed(app, tmp_path)
    inside, told = command(app, "verify", "--checkpoints", kept), outside(app, tmp_path, "--checkpoints", kept)
    assert inside.exit_code == 0, inside.output
    assert "2 controlepunten passen" in inside.output
    assert told.returncode == 0, told.stdout
    assert "ALL FITS, with 1 checkpoints" in told.stdout


@pytest.mark.parametrize("tamper", [flip, leave_out, swap])
def test_both_verifiers_name_the_first_number_that_is_wrong(
    app: Flask, tmp_path: Path, tamper: Callable[[sqlite3.Connection, int], None]
) -> None:
    connection = raw(app)
    number = opened(connection)
    tamper(connection, number)
    connection.close()
    inside, told = command(app, "verify"), outside(app, tmp_path)
    assert inside.exit_code == 1
    assert f"nummer {number}." in inside.output
    assert told.returncode == 1
    assert f"number {number}:" in told.stdout


@pytest.mark.parametrize("tamper", [cut, rewrite])
def test_a_kept_checkpoint_finds_a_cut_tail_and_a_ledger_that_was_written_anew(
    app: Flask, tmp_path: Path, tamper: Callable[[sqlite3.Connection, int], None]
) -> None:
    kept = signed(app, tmp_path)
    connection = raw(app)
    tamper(connection, opened(connection))
    assert "Past niet" in command(app, "verify").output  # the site's own checkpoint
    connection.execute("DELETE FROM ledger_checkpoint")  # which whoever tampers takes away too
    connection.close()
    # The chain alone does not find it: without a checkpoint this test would find nothing.
    assert outside(app, tmp_path).returncode == 0
    assert "Past niet" not in command(app, "verify").output
    assert command(app, "verify", "--checkpoints", kept).exit_code == 1
    assert outside(app, tmp_path, "--checkpoints", kept).returncode == 1
    assert "Past niet in het grootboek" in command(app, "verify", "--checkpoints", kept).output


def test_yesterdays_backup_does_not_pass_for_today(app: Flask, tmp_path: Path) -> None:
    database = app.extensions["settings"].data / "manifestkompas.sqlite"
    raw(app).close()
    shutil.copy(database, tmp_path / "yesterday.sqlite")
    with app.app_context():
        record(db(), "guide.published", "guide:today", {"number": 1}, actor=SYSTEM)
        db().commit()
    kept = signed(app, tmp_path)
    raw(app).close()
    shutil.copy(tmp_path / "yesterday.sqlite", database)
    for rest in database.parent.glob("manifestkompas.sqlite-*"):
        rest.unlink()
    assert command(app, "verify").exit_code == 0
    assert "Past niet in het grootboek" in command(app, "verify", "--checkpoints", kept).output
    assert "its tail is gone" in outside(app, tmp_path, "--checkpoints", kept).stdout


def test_the_site_signs_no_ledger_that_is_broken_or_shorter(app: Flask, tmp_path: Path) -> None:
    signed(app, tmp_path)
    connection = raw(app)
    number = opened(connection)
    cut(connection, number + 100)
    connection.close()
    assert "Er is niet getekend" in command(app, "checkpoint").output
    connection = raw(app)
    flip(connection, number)
    connection.close()
    refused = command(app, "checkpoint")
    assert refused.exit_code == 1
    assert f"nummer {number}." in refused.output


def test_a_checkpoint_that_was_changed_has_no_valid_signature(app: Flask, tmp_path: Path) -> None:
    kept = signed(app, tmp_path)
    kept.write_text(kept.read_text().replace('"signed_at":"2', '"signed_at":"1'))
    assert "De handtekening klopt niet" in command(app, "verify", "--checkpoints", kept).output
    assert "its signature is not valid" in outside(app, tmp_path, "--checkpoints", kept).stdout
