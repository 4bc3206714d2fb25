"""The table at which colleagues sit: one report, who looks at it, and what he may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask_login import current_user

from common import unsaved
from common.ledger import Actor
from common.web.access import authorise
from common.web.database import db
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import (
    may_drop_answers,
    may_fill_in,
    may_read_draft_report,
    may_take_over_answers,
    may_work_together,
)
from registry.reports.models import Report
from registry.reports.together.forms import Typed, typed
from registry.reports.together.tasks import may_be_given
from registry.reports.views.desk import Desk, open_desk, started


@dataclass(frozen=True)
class Table:
    """One report with the person who looks at it."""

    desk: Desk
    report: Report

    @property
    def may_write(self) -> bool:
        """Whether this person may give tasks, send links and write messages here now."""
        return may_work_together(current_user, self.report)

    @property
    def may_fill_in(self) -> bool:
        """Whether this person fills in reports here at all: what he typed is given back where he may not now."""
        return may_fill_in(current_user, self.desk.authority.code)

    @property
    def may_take_over(self) -> bool:
        """Whether this person may take over what came through a link."""
        return may_take_over_answers(current_user, self.report)

    @property
    def is_coordinator(self) -> bool:
        """Whether this person is a coördinator here, also after the report was handed in."""
        return may_drop_answers(current_user, self.report)

    @property
    def actor(self) -> Actor:
        """How the ledger names this person here."""
        return self.desk.actor

    def url(self, view: str, **values: Any) -> str:
        """Return the address of one of these pages."""
        return url_for(f"together.{view}", **{"jaar": self.desk.year, **values, **self.desk.extra})

    def path(self, where: str = "") -> str:
        """Return the path of a page without a language: under it unsaved input is kept."""
        path = f"/mijn/rapportages/{self.desk.year}/samen{where}"
        query = "&".join(f"{key}={value}" for key, value in self.desk.extra.items())
        return f"{path}?{query}" if query else path

    def kept(self, where: str = "") -> Typed:
        """Return what this person typed on a page and could not save; nothing where there is nothing."""
        fields = kept_fields(self.path(where))
        return typed(fields) if fields else Typed()

    def forget(self, where: str = "") -> None:
        """Drop what was kept for a page, for now it is saved."""
        unsaved.forget(db(), current_user.id, self.path(where))

    def frame(self, where: str = "") -> Mapping[str, Any]:
        """Return what every page here needs."""
        return {
            "table": self,
            "desk": self.desk,
            "report": self.report,
            "is_example": self.desk.authority.is_example,
            "keeper": keeper_fields(self.path(where)),
        }


def open_table(year: int) -> Table:
    """Load the report that the address asks for; 404 where it is not begun, and for who does not work there.

    Staff who enter a report from paper have the form, and not what colleagues say to each other.
    """
    desk = open_desk(year)
    authorise(may_read_draft_report(current_user, desk.authority.code), hidden=True)
    return Table(desk, started(desk))


def key_or_404(table: Table, typed_key: str) -> str:
    """Return the key of the question or section that the address names in small letters."""
    form = table.desk.questionnaire
    keys = {
        key.lower(): key for section in form.sections for key in (section.key, *(one.key for one in section.questions))
    }
    key = keys.get(typed_key)
    if key is None or not may_be_given(form, key):
        abort(404)
    return key


def button() -> str:
    """Return which button was pressed."""
    return request.form.get("actie", "")
