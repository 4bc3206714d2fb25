"""A small correction: a typing error that goes straight out with a reason, and is counted where everybody sees it.

It needs no second person, also not where a guide asks for four eyes: nobody should wait a week for a comma. In return
it may change nothing that a reader relies on (small.py), and the history of the guide says that nobody else looked.
Where a guide asks for four eyes it is only letters within words, and together no more than one correction may be until
somebody else looked: or many small ones would be a text of one person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from common import ledger
from common.clock import now
from common.errors import N_, Refused
from common.ledger import Actor
from kb.guides.fields import LONGEST_NOTE, GuideFields, fields_of, in_same_order
from kb.guides.models import Guide, Revision
from kb.guides.reading import find_public
from kb.guides.writing import Origin, RevisionConflict, lock_guide, newest_revision, put_on_site, save_guide
from kb.proposals.small import MOST_CHARACTERS, TooMuch, characters_changed, why_not_alone, why_not_small

PAGE_SIZE: Final = 50
A_YEAR: Final = timedelta(days=365)


class NotSmall(Refused):
    """The change is more than a small correction; `reasons` says why, and `changed` how many characters."""

    def __init__(self, reasons: Sequence[TooMuch], changed: int) -> None:
        self.reasons, self.changed = tuple(reasons), changed
        super().__init__(N_("Dit is geen kleine verbetering."))


def why_not_now(session: Session, guide: Guide) -> str | None:
    """Return why this guide takes no small correction at all now (a sentence for the reader); None where it does."""
    shown = find_public(session, guide.slug)
    if shown is None:
        return N_("Deze gids staat niet op de site.")
    if shown.number != newest_revision(session, guide).number:
        return N_("Er staat een versie klaar die nog niet openbaar is. Verbeter de fout daarin: anders gaat zij mee.")
    return None


def correct(
    session: Session, guide: Guide, fields: GuideFields, reason: str, base: int | None = None, *, actor: Actor
) -> Revision:
    """Publish a small correction of what everybody reads, at once. `reason` is public.

    Raises NotSmall, Refused, and RevisionConflict when the text is no longer revision `base`.
    """
    lock_guide(session, guide)
    if refusal := why_not_now(session, guide):
        raise Refused(refusal)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_NOTE:
        raise Refused(N_("Schrijf in hoogstens %(num)s tekens op wat u verbeterde."), num=LONGEST_NOTE)
    newest = newest_revision(session, guide)
    if base is not None and base != newest.number:
        raise RevisionConflict(newest)
    before = fields_of(newest)
    fields = in_same_order(fields, before)
    spent = _spent(session, guide) if guide.four_eyes else 0
    alone = why_not_alone(before, fields, spent) if guide.four_eyes else ()
    if reasons := (*why_not_small(before, fields), *alone):
        raise NotSmall(reasons, characters_changed(before, fields) + spent)
    origin = Origin(is_correction=True, note=reason)
    made = save_guide(session, guide, fields, newest.number, origin, actor=actor).revision
    put_on_site(session, guide, made, second_id=None, actor=actor)
    payload = {"number": made.number, "correction": True}
    ledger.record(session, "guide.published", f"guide:{guide.slug}", payload, actor=actor)
    return made


def _spent(session: Session, guide: Guide) -> int:
    """Return how many characters small corrections changed since a second person looked; no more than matters."""
    of_guide = Revision.guide_id == guide.id
    seen = session.scalar(select(func.max(Revision.number)).where(of_guide, Revision.seconded_by_id.is_not(None)))
    since = select(Revision.number).where(of_guide, Revision.is_correction, Revision.number > (seen or 0))
    numbers = session.scalars(since.order_by(Revision.number.desc()).limit(MOST_CHARACTERS)).all()
    wanted = {near for number in numbers for near in (number - 1, number)}
    rows = session.scalars(select(Revision).where(of_guide, Revision.number.in_(wanted)))
    texts = {row.number: fields_of(row) for row in rows}
    return sum(characters_changed(texts[number - 1], texts[number]) for number in numbers)


@dataclass(frozen=True)
class Correction:
    """A small correction as staff see it."""

    slug: str
    title: str
    number: int
    reason: str
    who: str
    at: datetime


def corrections(session: Session, page: int = 1) -> list[Correction]:
    """Return the small corrections, newest first, fifty to a page. One query, without the texts."""
    columns = (Guide.slug, Revision.title, Revision.number, Revision.change_note, User.name, Revision.created_at)
    rows = session.execute(
        select(*columns)
        .select_from(Revision)
        .join(Guide, Guide.id == Revision.guide_id)
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.is_correction)
        .order_by(Revision.created_at.desc(), Revision.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [Correction(slug, title, number, note or "", who or "", at) for slug, title, number, note, who, at in rows]


def correction_counts(session: Session) -> tuple[int, int]:
    """Return how many small corrections there are, and how many of the last year."""
    recent = func.count().filter(Revision.created_at >= now() - A_YEAR)
    total, of_year = session.execute(select(func.count(), recent).where(Revision.is_correction)).one()
    return total, of_year


__all__ = ["MOST_CHARACTERS", "Correction", "NotSmall", "correct", "correction_counts", "corrections", "why_not_now"]
