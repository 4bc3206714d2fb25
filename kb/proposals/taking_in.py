"""Takes a proposal into the guide: how it fits in the text of now, and the revisions that come of it.

A change of an editor is a revision of its own after that of the author. So the history says who wrote what, and the
rule of four eyes (kb/guides/writing.py) asks for a colleague where an editor added something that nobody else read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from common.comparing import Part
from common.errors import N_, Conflict, Refused
from common.joining import MINE
from common.ledger import Actor
from kb.guides.fields import LONGEST_NOTE, GuideFields, fields_of
from kb.guides.merging import OWN, MergedFields, Unsettled, merge_fields, settled
from kb.guides.models import Revision
from kb.guides.writing import Origin, create_guide, is_taken, lock_guide, newest_revision, revision_with, save_guide
from kb.proposals.checking import Problem, problems_of_address, problems_of_text
from kb.proposals.models import Proposal
from kb.proposals.reading import changes, live_revision, whole_text
from kb.proposals.typed import fields_of_content


class CannotMerge(Conflict):
    """The guide was changed at the same place: a person chooses, on the screen with both texts."""

    def __init__(self, fit: "Fit") -> None:
        self.fit = fit
        super().__init__(N_("De gids is intussen op dezelfde plek veranderd. Kies eerst welke tekst blijft."))


class NoAddress(Refused):
    """A new guide needs an address that no guide has or had."""


class NoGuide(Refused):
    """What was chosen makes no guide: `problem` says which field is empty or too long."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.sentence, **problem.values)


@dataclass(frozen=True)
class Settling:
    """What an editor chose where two texts clash, and where a new guide is to stand."""

    choices: Mapping[str, str] = field(default_factory=dict)
    """By the name of the clash: one of the choices of kb/guides/merging.py."""
    own: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""


@dataclass(frozen=True)
class Fit:
    """How a proposal fits in its guide as that stands now; of a new guide it is the text itself."""

    proposed: GuideFields
    """What is proposed, over its own base: after accepting with changes, the text of the editor."""
    authors: GuideFields
    """The same without what an editor changed."""
    newest: Revision | None = None
    merged: MergedFields | None = None
    base: GuideFields | None = None

    @property
    def fields(self) -> GuideFields | None:
        """What the guide would say; None where two texts clash."""
        return self.merged.fields if self.merged else self.proposed

    @property
    def shown(self) -> GuideFields:
        """What the guide would say, for reading: where two texts clash, with the proposal's."""
        if self.merged is None or self.merged.fields is not None:
            return self.fields or self.proposed
        return settled(self.merged, {clash.name: MINE for clash in self.merged.clashes})

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else's changes come in, or clash."""
        return self.merged is not None and bool(self.merged.taken or self.merged.clashes)


def fit(session: Session, proposal: Proposal, at: int | None = None) -> Fit:
    """Say how a proposal fits in the newest revision of its guide, or in revision `at`."""
    proposed = whole_text(session, proposal)
    authors = fields_of_content(proposal.authors_content, None) if proposal.authors_content else proposed
    if proposal.guide is None or proposal.base_number is None:
        return Fit(proposed, authors)
    newest = newest_revision(session, proposal.guide)
    into = (revision_with(session, proposal.guide, at) if at else None) or newest
    began = revision_with(session, proposal.guide, proposal.base_number) or newest
    merged = merge_fields(fields_of(began), proposed, fields_of(into))
    return Fit(proposed, authors, into, merged, fields_of(began))


def fit_for_author(session: Session, proposal: Proposal, began: int | None = None) -> Fit:
    """Say how a proposal fits in the text that everybody reads; where the guide ended, in what its author began with.

    For whoever may not see what editors have in work: the author, and who reads by a link. `began` is the revision that
    was on the screen; it holds where that was public.
    """
    if began and (at := fit(session, proposal, began)).newest and at.newest.published_at:
        return at
    live = live_revision(session, proposal)
    return fit(session, proposal, live.number if live else proposal.base_number)


def editors_changes(proposal: Proposal, labels: dict[str, str]) -> list[tuple[str, list[Part]]]:
    """Return what an editor changed in the text when he accepted it, field by field; for the author too."""
    if not proposal.authors_content:
        return []
    before, after = (fields_of_content(content, None) for content in (proposal.authors_content, proposal.content))
    return changes(before, after, labels)


def take_in(session: Session, proposal: Proposal, settling: Settling, *, actor: Actor) -> Revision:
    """Write the revision, or the two, that come of an accepted proposal; return the last.

    Raises CannotMerge while a clash is open, NoGuide where what was chosen is none, and NoAddress for a new guide.
    """
    if proposal.guide is None:
        return _new_guide(session, proposal, settling.slug or proposal.slug or "", actor=actor)
    lock_guide(session, proposal.guide)
    found = fit(session, proposal)
    assert found.newest is not None
    final = _settled(found, settling.choices, settling.own)
    origin = replace(_origin(proposal), merged_with=found.newest.number if found.is_outdated else None)
    authors = _without_editor(found, settling)
    if authors is None:  # what the author had clashes by now, and the editor's text does not: that one goes in
        authors, origin = final, replace(origin, author_id=proposal.decided_by_id)
    saved = save_guide(session, proposal.guide, authors, found.newest.number, origin, actor=actor)
    if final == authors:
        return saved.revision
    return _editors(session, proposal, saved.revision, final, settling, actor=actor)


def _without_editor(found: Fit, settling: Settling) -> GuideFields | None:
    """Return what the guide would say without the words of an editor; None where that cannot be said."""
    if found.authors == found.proposed:
        mine = {name: MINE if choice == OWN else choice for name, choice in settling.choices.items()}
        try:
            return _settled(found, mine)
        except NoGuide:
            return None
    assert found.base is not None
    assert found.newest is not None
    return merge_fields(found.base, found.authors, fields_of(found.newest)).fields


def _settled(found: Fit, choices: Mapping[str, str], own: Mapping[str, str] | None = None) -> GuideFields:
    assert found.merged is not None
    try:
        fields = found.merged.fields or settled(found.merged, choices, own)
    except Unsettled as still_open:
        raise CannotMerge(found) from still_open
    if problem := next(problems_of_text(fields), None):
        raise NoGuide(problem)
    return fields


def _editors(
    session: Session, proposal: Proposal, before: Revision, final: GuideFields, settling: Settling, *, actor: Actor
) -> Revision:
    """Save what an editor changed as his own revision over that of the author."""
    typed_now = OWN in settling.choices.values()
    origin = Origin(author_id=actor.user_id if typed_now else proposal.decided_by_id)
    return save_guide(session, before.guide, final, before.number, origin, actor=actor).revision


def _origin(proposal: Proposal) -> Origin:
    """Say who wrote it, also of who wants no name: who took it in did not write it. What is shown is named.py's."""
    return Origin(author_id=proposal.author_id, note=proposal.why.strip()[:LONGEST_NOTE] or None)


def _new_guide(session: Session, proposal: Proposal, slug: str, *, actor: Actor) -> Revision:
    for problem in problems_of_address(slug, {slug} if is_taken(session, slug) else ()):
        raise NoAddress(problem.sentence)
    found = fit(session, proposal)
    made = create_guide(session, slug, found.authors, _origin(proposal), actor=actor)
    if found.proposed == found.authors:
        return made
    return _editors(session, proposal, made, found.proposed, Settling(), actor=actor)
