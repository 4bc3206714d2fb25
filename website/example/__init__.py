"""The example world: invented authorities under an invented agreement, so that a newcomer sees the site at work."""

from pathlib import Path

from sqlalchemy.orm import Session


def make(session: Session, data: Path) -> list[str]:
    """Make the example world where it is absent; return lines that say what was made."""
    return []
