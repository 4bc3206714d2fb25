"""What waits for staff over the register and the knowledge base, gathered for /redactie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.permissions import may_handle_mail, may_see_people
from common.clock import local
from kb.guides.desk import DRAFT, DUE, counts, drafts, review_due
from kb.permissions import (
    may_decide_on_proposals,
    may_manage_comments,
    may_manage_search_words,
    may_see_feedback,
    may_write_guide,
)
from registry.obligations.rule import DueState
from registry.participants.deadlines import OpenDeadline, open_deadlines
from registry.permissions import (
    may_enter_on_paper,
    may_manage_authorities,
    may_oversee_certificates,
    may_remind,
    may_review_reports,
    may_run_buyer_groups,
    may_see_agreement_drafts,
    may_see_deadlines,
    may_see_edition_drafts,
    may_see_note_template,
    may_see_unconfirmed_signatures,
)

REVIEW_SOON = timedelta(days=30)


@dataclass(frozen=True)
class GuideWork:
    """A guide that asks for attention, with the day that says why."""

    slug: str
    title: str
    day: date
    overdue: bool = False
    asks_second: bool = False


@dataclass(frozen=True)
class GuidesToDo:
    """The first guides that ask for attention: with an unpublished draft, or due for review."""

    drafts: Sequence[GuideWork]
    reviews: Sequence[GuideWork]


def guides_to_do(session: Session, today: date, most: int) -> GuidesToDo:
    """Return the drafts, who waits for a colleague first, and the reviews due within a month, longest due first."""
    due = [(row, row.review_due_on) for row in review_due(session, today + REVIEW_SOON, most)]
    return GuidesToDo(
        drafts=[
            GuideWork(row.slug, row.title, local(row.saved_at).date(), asks_second=row.asks_second)
            for row in drafts(session, most)
        ],
        reviews=[GuideWork(row.slug, row.title, day, overdue=day < today) for row, day in due if day],
    )


def number_of_guides_to_do(session: Session, today: date) -> tuple[int, int]:
    """Return how many guides have an unpublished draft, and how many reviews are due within a month. One query."""
    found = counts(session, today + REVIEW_SOON)
    return found[DRAFT], found[DUE]


@dataclass(frozen=True)
class Deadlines:
    """Who is late next, soonest first, and how many participants are late now under each agreement."""

    soon: Sequence[OpenDeadline]
    late: Sequence[tuple[OpenDeadline, int]]
    """One of the late deadlines of each agreement, with the number of participants that are late."""


def deadlines(session: Session, today: date) -> Deadlines:
    """Return the deadlines that come up under the agreements that this register follows."""
    found = open_deadlines(session, today)
    late: dict[str, dict[str, OpenDeadline]] = {}
    for one in found:
        if one.standing.state is DueState.LATE:
            late.setdefault(one.agreement, {})[one.slug] = one
    return Deadlines(
        soon=[one for one in found if one.standing.state is DueState.DUE_SOON],
        late=[(next(iter(ones.values())), len(ones)) for ones in late.values()],
    )


def places(user: Any) -> list[tuple[str, str]]:
    """Return the parts of the desk that somebody may open: the name in the page's language, and the path."""
    everywhere = (
        (_("Afspraken"), "/redactie/afspraken", may_see_agreement_drafts(user)),
        (_("Vragenlijsten"), "/redactie/vragenlijsten", may_see_edition_drafts(user)),
        (_("Ondertekeningen"), "/redactie/ondertekeningen", may_see_unconfirmed_signatures(user)),
        (_("Rapportages"), "/redactie/rapportages", may_review_reports(user)),
        (_("Sjabloon van de notitie"), "/redactie/notitie", may_see_note_template(user)),
        (_("Nog niet binnen"), "/redactie/rapportages/nog-niet-binnen", may_review_reports(user)),
        (_("Herinneringen"), "/redactie/herinneringen", may_remind(user)),
        (_("Op papier"), "/redactie/op-papier", may_enter_on_paper(user)),
        (_("Termijnen"), "/redactie/termijnen", may_see_deadlines(user)),
        (_("Buyer groups"), "/redactie/buyer-groups", may_run_buyer_groups(user)),
        (_("Certificaten"), "/redactie/certificaten", may_oversee_certificates(user)),
        (_("Organisaties"), "/redactie/organisaties", may_manage_authorities(user)),
        (_("Herindelingen"), "/redactie/herindelingen", may_manage_authorities(user)),
        (_("Lijsten inlezen"), "/redactie/importeren", may_manage_authorities(user)),
        (_("Gidsen"), "/redactie/gidsen", may_write_guide(user)),
        (_("Zorg voor de gidsen"), "/redactie/zorg", may_write_guide(user)),
        (_("Was dit nuttig?"), "/redactie/nuttig", may_see_feedback(user)),
        (_("Voorstellen"), "/redactie/voorstellen", may_decide_on_proposals(user)),
        (_("Opmerkingen"), "/redactie/opmerkingen", may_manage_comments(user)),
        (_("Zoekwoorden"), "/redactie/zoekwoorden", may_manage_search_words(user)),
        (_("Mensen"), "/redactie/mensen", may_see_people(user)),
        (_("Berichten"), "/redactie/berichten", may_handle_mail(user)),
    )
    return [(name, path) for name, path, allowed in everywhere if allowed]
