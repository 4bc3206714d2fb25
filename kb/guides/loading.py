"""Loads this noun's content files."""

from pathlib import Path

from sqlalchemy.orm import Session


def load(session: Session, folder: Path) -> None:
    """Load the files of `folder`."""
