"""What other parts of the site show at a report, for the people of its authority: on its page, its receipt, its form.

The register knows nothing of the knowledge base. So who stands above both adds his part when the site is put together
(kb/guides/beside.py is the same for guides).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from registry.editions.form import Question
from registry.reports.models import Report

if TYPE_CHECKING:
    from flask import Flask

Read = Callable[[Session, Report], Any]
_KEY = "reports_beside"
_AT_QUESTIONS = "reports_beside_questions"


@dataclass(frozen=True)
class Part:
    """One part of the page: its template, and what that template finds as `part`, with the `desk`."""

    template: str
    value: Any


def add_beside_report(app: "Flask", template: str, read: Read) -> None:
    """Show `template` at every report for which `read` returns something."""
    app.extensions.setdefault(_KEY, {})[template] = read


def parts_beside_report(app: "Flask", session: Session, report: Report | None) -> list[Part]:
    """Return what the others show at this report; nothing at one that was not begun."""
    if report is None:
        return []
    found = ((template, read(session, report)) for template, read in app.extensions.get(_KEY, {}).items())
    return [Part(template, value) for template, value in found if value]


def add_beside_question(app: "Flask", template: str, belongs: Callable[[Question], bool]) -> None:
    """Show `template` below the fields of every question of the form for which `belongs` is true."""
    app.extensions.setdefault(_AT_QUESTIONS, {})[template] = belongs


def parts_beside_question(app: "Flask", question: Question) -> list[str]:
    """Return the templates that the others show at this question."""
    return [template for template, belongs in app.extensions.get(_AT_QUESTIONS, {}).items() if belongs(question)]
