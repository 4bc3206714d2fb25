"""Questions that found nothing: counted per day, for staff who may then add a synonym. Nothing tells who asked.

They are not in the ledger. A count is no fact of the register, a stranger's question must not take the lock of every
change, and what is in the ledger stays for ever, while this goes after 90 days (website/retention.py). What staff does
with it, a synonym, is in the ledger.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from common import ledger
from common.beside import Busy, writing_briefly
from common.ledger import Actor
from kb.search.models import SearchMiss

LONGEST, MOST_WORDS = 80, 10
"""What is longer is a story more than a question, and stories name people."""
MOST_A_DAY = 1000
"""Different questions that are kept of one day: a machine that asks nonsense fills no disk."""
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"\+?\d[\d\s().+/-]{5,}\d")
_MANY_DIGITS = 7
_POSTCODE = re.compile(r"\b\d{4}\s?[a-z]{2}\b")


@dataclass(frozen=True)
class Missed:
    """A question that found nothing, over all days that are kept."""

    asked: str
    language: str
    times: int
    last_day: date


def as_kept(typed: str) -> str:
    """Return a question as it is counted: lower case, single spaces; "" for what may tell of a person.

    Left out: what holds an e-mail address, a number of seven digits or more (telephone, BSN, bank account; years do not
    count), a postcode with letters, and what is long.
    """
    asked = " ".join(typed.casefold().replace("\x00", " ").split())
    if not any(letter.isalnum() for letter in asked) or len(asked) > LONGEST or len(asked.split()) > MOST_WORDS:
        return ""
    return "" if "@" in asked or _POSTCODE.search(asked) or _has_number(asked) else asked


def _has_number(asked: str) -> bool:
    found = _NUMBER.findall(_YEARS.sub(" ", asked))
    return any(sum(letter.isdigit() for letter in number) >= _MANY_DIGITS for number in found)


def note(engine: Engine, typed: str, language: str, day: date) -> bool:
    """Count a question that found nothing, in a short transaction of its own; say whether it was counted.

    For after the answer: it waits for nobody, and a count that is lost is no harm.
    """
    asked = as_kept(typed)
    if not asked:
        return False
    insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(SearchMiss)
    row = {"asked": asked, "language": language, "day": day, "times": 1}
    once_more = insert.values(row).on_conflict_do_update(
        index_elements=("asked", "language", "day"), set_={"times": SearchMiss.times + 1}
    )
    try:
        with writing_briefly(engine) as connection:
            of_day = select(SearchMiss.asked).where(SearchMiss.day == day)
            number = connection.scalar(select(func.count()).select_from(of_day.limit(MOST_A_DAY).subquery())) or 0
            if number >= MOST_A_DAY:
                known = of_day.where(SearchMiss.asked == asked, SearchMiss.language == language)
                if connection.scalar(known) is None:
                    return False
            connection.execute(once_more)
    except Busy:
        return False
    return True


def missed(session: Session, page: int, size: int) -> tuple[list[Missed], int]:
    """Return one page of the questions that found nothing, the most asked first, and how many there are in all."""
    count = func.sum(SearchMiss.times)
    query = select(SearchMiss.asked, SearchMiss.language, count, func.max(SearchMiss.day))
    query = query.group_by(SearchMiss.asked, SearchMiss.language)
    rows = session.execute(query.order_by(count.desc(), SearchMiss.asked).limit(size).offset((page - 1) * size))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return [Missed(*row) for row in rows], total


def forget(session: Session, asked: str, language: str, *, actor: Actor) -> int:
    """Take a question off the list; return how many days told of it. It comes back when it is asked again."""
    rows = delete(SearchMiss).where(SearchMiss.asked == asked, SearchMiss.language == language)
    days = int(session.execute(rows).rowcount)  # type: ignore[attr-defined]  # of a DELETE it has one
    if days:
        personal = {"asked": asked}
        ledger.record(session, "search.forgotten", "search:missed", {"days": days}, actor=actor, personal=personal)
    return days


def drop_missed(session: Session, before: datetime) -> int:
    """Drop what was counted on days before that moment; return how many rows."""
    rows = delete(SearchMiss).where(SearchMiss.day < before.date())
    return int(session.execute(rows).rowcount)  # type: ignore[attr-defined]
