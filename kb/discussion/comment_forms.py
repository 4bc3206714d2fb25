"""The form of a comment: what was typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from common.database import row_number
from common.typed import clean_text
from kb.discussion.comments import LONGEST, Place
from kb.guides.models import Revision


@dataclass
class CommentForm:
    """One sending of the form. `text` and `section` are what was typed and chosen."""

    text: str = ""
    section: str = ""
    answers: int = 0
    """The number of the comment that is answered; 0 for one that begins a thread."""
    number: int = 0
    """Of the version that its writer read."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the fields."""
        ids = {"tekst": f"tekst-{self.answers}" if self.answers else "tekst", "kopje": "kopje"}
        return [(ids[name], self.errors[name]) for name in ("kopje", "tekst") if name in self.errors]


def typed(values: "MultiDict[str, str]") -> CommentForm:
    """Return the form as it was typed."""
    text = clean_text(values.get("tekst", ""))
    return CommentForm(
        text=text,
        section=clean_text(values.get("kopje", ""))[:120],
        answers=_number(values.get("antwoord_op", "")),
        number=_number(values.get("versie", "")),
    )


def checked(values: "MultiDict[str, str]", sections: Mapping[str, str]) -> CommentForm:
    """Return the form with what is wrong with it; `sections` are the titles of the headings by anchor."""
    form = typed(values)
    if not form.text.strip():
        form.errors["tekst"] = _("Schrijf uw opmerking.")
    elif len(form.text) > LONGEST:
        form.errors["tekst"] = _("Gebruik hoogstens %(num)s tekens.", num=LONGEST)
    if form.section not in sections:
        form.errors["kopje"] = _("Dit kopje staat niet meer in de gids. Kies opnieuw waar uw opmerking bij hoort.")
    return form


def sections_of_guide(revision: Revision) -> dict[str, str]:
    """Return the titles of the headings by anchor; the whole guide has neither."""
    return {"": "", **{item["id"]: item["title"] for item in revision.contents}}


def place_of(form: CommentForm, sections: Mapping[str, str], newest: int) -> Place:
    """Return where something is said; a version that nobody can have read counts as the present one."""
    number = form.number if 0 < form.number <= newest else newest
    return Place(number, form.section, sections.get(form.section, "")[:300])


def _number(text: str) -> int:
    return row_number(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
