"""What this package shows elsewhere: who applies a guide, at the guide; and an authority's examples, on its page."""

from flask import Flask, current_app
from sqlalchemy.orm import Session

from common.clock import today
from common.snapshots import SnapshotCache
from common.versions import AsOf
from kb.discussion.useful_views import read_question
from kb.guides.beside import add_beside
from kb.guides.reading import GuideCard
from registry.participants.beside import add_beside_authority
from website.themes.of_authority import examples_from, examples_query
from website.themes.practice import Applies, Practice, read_practice, who_applies


def init_beside(app: Flask) -> None:
    """Add the parts to the pages of guides, in the order in which a reader sees them."""
    add_beside(app, "website/themes/applies.html", applying)
    add_beside(app, "kb/discussion/useful.html", read_question)
    add_beside_authority(app, "website/themes/of_authority.html", examples_query, examples_from)


def applying(session: Session, card: GuideCard) -> list[Applies] | None:
    """Return who applies a guide; None where nobody is known to. At most two queries."""
    return who_applies(card, practice_of_now(session)) or None


def practice_of_now(session: Session) -> Practice:
    """Return all public practice, read once until the register or the knowledge base changes."""
    cache: SnapshotCache = current_app.extensions["snapshots"]
    at = AsOf(today())
    found: Practice = cache.get(session, ("practice", at), lambda: read_practice(session, at))
    return found
