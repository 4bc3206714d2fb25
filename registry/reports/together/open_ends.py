"""What colleagues and guests have not ended yet, for who is about to hand in: handing in passes it by."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.reports.progress import SectionProgress
from registry.reports.together.reading import Together


@dataclass(frozen=True)
class OpenEnd:
    """What is open at one question, or at one section as a whole."""

    key: str
    came: int
    """Answers that came through a link, and that the coördinator did not decide on."""
    guests: tuple[str, ...]
    """Who may still answer by a link."""
    who: tuple[str | None, ...]
    """Who has a task; None for somebody whose account was erased."""
    thread_open: bool


def open_ends(together: Together, progress: Sequence[SectionProgress]) -> list[OpenEnd]:
    """Return where something is open, by key."""
    tasks = together.open_tasks(progress)
    found = [
        OpenEnd(
            key=key,
            came=at.came,
            guests=tuple(link.name for link in at.links if link.is_open and not link.came),
            who=tuple(task.who for task in tasks if task.key == key),
            thread_open=at.thread_open,
        )
        for key, at in together.items()
    ]
    return [one for one in found if one.came or one.guests or one.who or one.thread_open]
