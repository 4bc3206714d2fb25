""" "Was dit nuttig?": one answer a day from a browser, with one sentence at most, and nothing that tells who gave it.

What is kept of an answer: the guide and its version, yes or no, the day, and the sentence. Its number is drawn by lot,
because one that counts up would lay the answers beside the moments of the log. The ledger knows that there was an
answer, and not what it said.

Who answered without a sentence may add one on the same day. Nothing tells which answer was his, and nothing needs to:
all answers of that day that say the same, without a sentence, are alike, so the sentence is put at any one of them.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from common.clock import day_after, local, now, today
from common.database import LARGEST_NUMBER
from common.errors import N_, Refused
from common.ledger import Actor, record
from kb.discussion.models import UsefulVote
from kb.guides.models import Guide, Revision

READER: Final = Actor("lezer")
LONGEST: Final = 300
"""Characters of the sentence."""
KEPT_HIDDEN: Final = timedelta(days=30)
"""How long a hidden sentence can be put back; after that its words are gone."""
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Endings as addresses have them: "klaar.De rest" and "klaar.Net als" only miss a space after a full stop.
_WEB: Final = re.compile(r"(?i:https?:|www\.)|\b[\w-]+\.(?:nl|com|eu|org|net|NL|COM|EU|ORG|NET)\b")
_PHONE: Final = re.compile(r"(?<![\w.,])(?:\+|00?)[1-9](?:[\s().-]{0,2}\d){7,}")
_POST: Final = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b\s+\d|\b[1-9]\d{3} ?[A-Z]{2}\b")


def tidied(sentence: str) -> str:
    """Return a sentence on one line, without what no reader sees."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in sentence).split())


def wrong_with(sentence: str) -> str:
    """Return in Dutch (marked for the translators) why a tidied sentence is not taken; empty when it is. Pure."""
    if len(sentence) > LONGEST:
        return N_("Dit is langer dan 300 tekens. Maak uw zin korter.")
    if any(kind.search(sentence) for kind in (_MAIL, _WEB, _PHONE, _POST)):
        return N_("Hier staat een adres of een nummer in. Haal dat weg: wij bewaren niet wie u bent.")
    return ""


def give(session: Session, guide: Guide, number: int, useful: bool, sentence: str) -> UsefulVote:
    """Keep one answer of a reader about a version of a guide, with the sentence that `wrong_with` let through.

    A version that never was public counts as the one that is public now. Raises Refused where none is.
    """
    public = select(Revision.number, Revision.superseded_at).where(
        Revision.guide_id == guide.id, Revision.published_at.is_not(None)
    )
    numbers = {row.number: row.superseded_at is None for row in session.execute(public)}
    read = number if number in numbers else next((one for one, shown in numbers.items() if shown), None)
    if read is None:
        raise Refused(N_("Deze gids staat niet meer op de site."))
    vote = UsefulVote(
        id=_free_number(session), guide_id=guide.id, revision_number=read, useful=useful,
        sentence=sentence or None, day=today(),
    )  # fmt: skip
    session.add(vote)
    record(session, "vote.given", f"guide:{guide.slug}", {"revision": read}, actor=READER)
    return vote


def complete(session: Session, guide: Guide, was: bool, useful: bool, sentence: str) -> bool:
    """Add a sentence to an answer of today that said only `was`, with what its reader says now; False where none is."""
    alike = select(UsefulVote).filter_by(guide_id=guide.id, day=today(), useful=was, sentence=None)
    vote = session.scalars(alike.order_by(UsefulVote.revision_number.desc(), UsefulVote.id).limit(1)).one_or_none()
    if vote is None:
        return False
    vote.useful, vote.sentence = useful, sentence
    record(session, "vote.completed", f"guide:{guide.slug}", {"revision": vote.revision_number}, actor=READER)
    return True


def _free_number(session: Session) -> int:
    while True:
        number = secrets.randbelow(LARGEST_NUMBER) + 1
        if session.get(UsefulVote, number) is None:
            return number


def find_vote(session: Session, guide_id: int, number: int) -> UsefulVote | None:
    """Return an answer about this guide, or None."""
    if number > LARGEST_NUMBER:
        return None
    return session.scalars(select(UsefulVote).filter_by(id=number, guide_id=guide_id)).one_or_none()


def hide(session: Session, vote: UsefulVote, guide: Guide, reason: str, *, actor: Actor) -> None:
    """Take a sentence out of sight; the answer itself counts. Raises Refused without a reason, or a sentence."""
    if not vote.sentence:
        raise Refused(N_("Bij dit antwoord staat geen zin."))
    if not reason:
        raise Refused(N_("Schrijf waarom u deze zin verbergt. Collega's lezen dat."))
    vote.hidden_at, vote.hidden_reason = now(), reason
    record(session, "vote.hidden", f"guide:{guide.slug}", {}, actor=actor, personal={"reason": reason})


def show_again(session: Session, vote: UsefulVote, guide: Guide, *, actor: Actor) -> None:
    """Put a hidden sentence back, as long as its words are there."""
    if vote.hidden_at is None or not vote.sentence:
        raise Refused(N_("Deze zin is niet meer terug te zetten."))
    vote.hidden_at = vote.hidden_reason = None
    record(session, "vote.shown", f"guide:{guide.slug}", {}, actor=actor)


def forget_sentences(session: Session, before: datetime) -> int:
    """Drop the words of sentences of before that day, and of those that were hidden a month ago; return how many.

    The answers stay: a yes or a no on a day is of nobody.
    """
    long_hidden = UsefulVote.hidden_at < day_after(today()) - KEPT_HIDDEN
    too_old = UsefulVote.day < local(before).date()
    words_go = update(UsefulVote).where(UsefulVote.sentence.is_not(None), too_old | long_hidden)
    return _count(session, words_go.values(sentence=None, hidden_reason=None))


def _count(session: Session, statement: Update) -> int:
    outcome = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(outcome, CursorResult)
    return outcome.rowcount
