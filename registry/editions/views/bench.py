"""A draft on the desk of staff: loading it, what its pages share, and refusing what cannot be."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_login import current_user

from accounts.models import StaffRole
from accounts.people import actor_for
from common.errors import N_, Conflict, ContentError
from common.ledger import Actor
from common.vocabulary import Text
from common.web.database import db
from registry.agreements.reading import current_version
from registry.editions.differing import Row, rows
from registry.editions.drafting import find_draft
from registry.editions.models import EditionDraft
from registry.editions.opening_drafts import base_of, known_versions
from registry.editions.readiness import Known, Missing, missing
from registry.editions.written import Form, Item, find_question, read
from registry.permissions import may_write_editions

ABOUT = "concept_van"
"""The field that says from which draft a form was made: its number alone may have become that of another."""


@dataclass(frozen=True)
class Bench:
    """One draft, with last year's form beside it."""

    draft: EditionDraft

    @property
    def form(self) -> Form:
        """The form as it is saved now."""
        return self.draft.content

    @cached_property
    def base(self) -> Form:
        """Last year's form; of a correction the one that is open."""
        return base_of(self.draft)

    @cached_property
    def rows(self) -> list[Row]:
        """Every question of both years."""
        return rows(self.form, self.base)

    @cached_property
    def known(self) -> Known:
        """The newest version of each indicator."""
        return known_versions(db())

    @cached_property
    def lacking(self) -> list[Missing]:
        """What stands in the way of opening; of a correction nothing of this."""
        return [] if self.draft.corrects_id else missing(self.form, self.base, self.known)

    @property
    def agreement_title(self) -> Text:
        """The short title of the agreement."""
        return current_version(self.draft.agreement).short_title

    @property
    def about(self) -> str:
        """What its pages are made from: the agreement, the year, and whether it corrects a form that is open."""
        return f"{self.draft.agreement.slug}/{self.draft.year}/{'verbetering' if self.draft.corrects_id else 'concept'}"

    @property
    def title(self) -> str:
        """What its pages are called."""
        if self.draft.corrects_id:
            return str(_("Verbetering van de vragenlijst over %(year)s", year=self.draft.year))
        return str(_("Vragenlijst over %(year)s", year=self.draft.year))

    @property
    def may_write(self) -> bool:
        """Whether the reader may change it."""
        return may_write_editions(current_user)

    @cached_property
    def problem(self) -> str:
        """What is wrong with the form as a whole, with the question at which it is; empty where it can be read."""
        return problem_of(self.form)


def problem_of(form: Form) -> str:
    """Return why a form cannot be read, in Dutch with the question first; empty where it can."""
    try:
        read(form, "concept")
    except ContentError as error:
        return error.reason
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return str(_("Een veld heeft een verkeerde vorm: %(error)s", error=error))
    return ""


def open_bench(draft_id: int, *, to_write: bool = False) -> Bench:
    """Return the draft, or end with 404."""
    draft = find_draft(db(), draft_id, to_write=to_write)
    return Bench(draft) if draft else abort(404)


def sent_bench(draft_id: int) -> Bench:
    """Return the draft to write what a form sent; Conflict where the form was made from another, or it is gone."""
    draft = find_draft(db(), draft_id, to_write=True)
    if draft is None or request.form.get(ABOUT, Bench(draft).about) != Bench(draft).about:
        raise Conflict(N_("Dit concept is er niet meer. Iemand gooide het weg, opende het of publiceerde het."))
    return Bench(draft)


def question_at(bench: Bench, name: str) -> Item:
    """Return a question of the draft, or end with 404."""
    return find_question(bench.form, name) or abort(404)


def staff_actor() -> Actor:
    """Return how the ledger names the person who writes."""
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def shared(bench: Bench) -> dict[str, Any]:
    """Return what every page of a draft shows around."""
    return {"bench": bench, "draft": bench.draft, "is_example": bench.draft.agreement.is_example}
