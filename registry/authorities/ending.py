"""What an authority that is no more may not do: begin something anew. Its successor does."""

from sqlalchemy.orm import Session

from common.clock import today
from common.errors import N_, Refused
from common.versions import AsOf
from registry.authorities.changing import current_versions
from registry.authorities.models import Authority
from registry.authorities.reading import best_on, has_ended, mergers_of


def refuse_ended(session: Session, authority: Authority) -> None:
    """Raise Refused for an authority that ended before today or ends today; the sentence names who goes on."""
    last = best_on(current_versions(session, authority.id), today())
    if not has_ended(last, today()):
        return
    stories = mergers_of(session, authority.id, AsOf(today()))
    heirs = [
        heir.name for story in stories if authority.id in {one.id for one in story.ended} for heir in story.continued
    ]
    if heirs:
        raise Refused(
            N_("%(name)s bestaat niet meer. %(heirs)s gaat verder. Daar kunt u dit beginnen."),
            name=last.name, heirs=", ".join(heirs),
        )  # fmt: skip
    raise Refused(N_("%(name)s bestaat niet meer. Daarom kan dit niet."), name=last.name)
