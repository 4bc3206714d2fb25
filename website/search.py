"""Views."""

from pathlib import Path

from flask import Blueprint
from sqlalchemy.orm import Session

blueprint = Blueprint("search", __name__)


def init_search(app: object) -> None:
    """Open the index."""


def rebuild_when_behind(session: Session, data: Path) -> None:
    """Bring the index in the data folder up to date with the ledger."""
