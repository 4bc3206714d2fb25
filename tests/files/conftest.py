"""The example world holds invented papers; tests of files start with none."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

FREE = (
    "UPDATE signing SET evidence_id = NULL",
    "UPDATE signature_version SET evidence_id = NULL, ended_evidence_id = NULL",
    "DELETE FROM attachment",
    "DELETE FROM stored_file",
)


@pytest.fixture(autouse=True)
def no_papers(data_folder: Path) -> None:
    """Take away the files of the example world, and what names them; the ledger still says that they came."""
    with closing(sqlite3.connect(data_folder / "manifestkompas.sqlite")) as database:
        for statement in FREE:
            database.execute(statement)
        database.commit()
    shutil.rmtree(data_folder / "files", ignore_errors=True)
