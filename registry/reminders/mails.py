"""How a reminder reads: one mail for all that one person can do now, in his own language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import User
from common.outbox import OutboxMail
from common.web.mails import site_link, write_mail
from registry.agreements.reading import current_version
from registry.reminders.models import ReminderKind
from registry.reminders.planning import Item
from registry.reports.expected import Expected
from registry.reports.how_far import HowFar, Turn

KIND = "report_reminder"


@dataclass(frozen=True)
class Line:
    """One authority's report in a reminder."""

    authority: str
    agreement: str
    year: int
    opening: bool
    last_day: date
    days_left: int
    """Below zero: days since the last day."""
    nothing_done: bool
    withdrawn: bool
    left: int
    """Answers that are still needed."""
    turn: str
    """A `Turn`: whose move it is."""
    words: str
    """What staff add, as they wrote it."""
    link: str


def line_of(item: Item, day: date, language: str, words: str | None = None) -> Line:
    """Return one authority's line. `words` stand in the place of those of the round."""
    one, progress = item.one, item.progress
    title: Mapping[str, str] = current_version(one.edition.agreement).short_title
    return Line(
        authority=one.who.name,
        agreement=title.get(language) or title["nl"],
        year=one.edition.year,
        opening=item.key.kind is ReminderKind.OPENING,
        last_day=one.last_day,
        days_left=(one.last_day - day).days,
        nothing_done=progress is None,
        withdrawn=one.is_withdrawn,
        left=progress.left if progress else 0,
        turn=_turn(progress).value,
        words=item.words if words is None else words,
        link=site_link(_path(one), language),
    )


def _turn(progress: HowFar | None) -> Turn:
    return progress.turn if progress else Turn.FILLING_IN


def _path(one: Expected) -> str:
    return f"/mijn/rapportages/{one.edition.year}?organisatie={one.who.code}&afspraak={one.edition.agreement.slug}"


def queue_reminder(session: Session, user: User, items: Sequence[Item], day: date) -> OutboxMail | None:
    """Put one reminder for these authorities in the outbox; None where the person gets no mail any more."""
    lines = [line_of(item, day, user.language) for item in items]
    return queue_for(session, user, KIND, lines=lines)


def preview(item: Item, day: date, language: str, words: str | None = None) -> tuple[str, str]:
    """Return subject and text of the reminder as the first person of an authority will read it."""
    name = item.people[0].name if item.people else ""
    subject, text, _html = write_mail(KIND, language, {"person": name, "lines": [line_of(item, day, language, words)]})
    return subject, text
