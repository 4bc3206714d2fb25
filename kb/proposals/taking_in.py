"""Takes a proposal into the guide: how it fits in the text of now, and the revisions that come of it.

A change of an editor is a revision of its own after that of the author. So the history says who wrote what, and the
rule of four eyes (kb/guides/writing.py) asks for a colleague where an editor added something that nobody else read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from common.comparing import Part
from common.errors import N_, Conflict, Refused
from common.joining import MINE
from common.ledger import Actor
from kb.guides.fields import LONGEST_NOTE, GuideFields, fields_of, in_same_order
from kb.guides.merging import OWN, MergedFields, Unsettled, merge_fields, settled
from kb.guides.models import Revision
from kb.guides.writing import Origin, create_guide, is_taken, lock_guide, newest_revision, revision_with, save_guide
from kb.proposals.checking import Problem, problems_of_address, problems_of_text
from kb.proposals.models import Proposal
from kb.proposals.reading import changes, live_revision, whole_text
from kb.proposals.typed import fields_of_content

WITH_CHANGES: Final = "approved_with_changes"
"""What a proposal's messages call it that an editor accepted it with a text that he changed himself."""


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


class NothingTaken(Refused):
    """Nothing of the proposal would come into the guide: that is no taking in, and its author is told why not."""

    def __init__(self) -> None:
        super().__init__(
            N_("Zo komt er niets van het voorstel in de gids. Neem het dan niet over, en schrijf de schrijver waarom.")
        )


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
        return _with_mine(self.merged)

    @property
    def without_editor(self) -> GuideFields:
        """What the guide would say of the author alone: his text stays where it clashes."""
        if self.base is None or self.newest is None:
            return self.authors
        return _with_mine(merge_fields(self.base, self.authors, fields_of(self.newest)))

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else's changes come in, or clash."""
        return self.merged is not None and bool(self.merged.taken or self.merged.clashes)


def _with_mine(merged: MergedFields) -> GuideFields:
    return settled(merged, {clash.name: MINE for clash in merged.clashes})


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
    """Write the revisions that come of an accepted proposal; return the last.

    Raises CannotMerge while a clash is open, NoGuide where what was chosen is none, NothingTaken where the guide stays
    as it is, and NoAddress for a new guide.
    """
    if proposal.guide is None:
        return _new_guide(session, proposal, settling.slug or proposal.slug or "", actor=actor)
    lock_guide(session, proposal.guide)
    found = fit(session, proposal)
    assert found.newest is not None
    made, origin = found.newest, _origin(proposal)
    if found.is_outdated:
        origin = replace(origin, merged_with=found.newest.number)
    hands = _hands(found, proposal, settling, actor)
    before = fields_of(found.newest)
    if in_same_order(hands[-1][0], before) == before:
        raise NothingTaken
    for text, author_id in hands:
        by = replace(origin, author_id=author_id)
        made = save_guide(session, proposal.guide, text, made.number, by, actor=actor).revision
        origin = Origin(note=origin.note)  # the last one is what goes public, and the history gives its note
    return made


def _hands(found: Fit, proposal: Proposal, settling: Settling, actor: Actor) -> list[tuple[GuideFields, int | None]]:
    """Return the texts one after the other, each with who wrote what it adds: author, editor, who typed at a clash.

    A text that makes no guide, as it clashes by now, is left out: what it adds comes with the next one.
    """
    final = _settled(found, settling.choices, settling.own)
    hands: list[tuple[GuideFields | None, int | None]] = []
    if proposal.authors_content:
        hands.append((_guide_of(found.without_editor), proposal.author_id))
    if OWN not in settling.choices.values():
        hands.append((final, _writer(proposal)))
    else:
        assert found.merged is not None
        mine = {name: MINE if choice == OWN else choice for name, choice in settling.choices.items()}
        hands += [(_guide_of(settled(found.merged, mine)), _writer(proposal)), (final, actor.user_id)]
    return [(text, author_id) for text, author_id in hands if text is not None]


def _guide_of(fields: GuideFields) -> GuideFields | None:
    return None if next(problems_of_text(fields), None) else fields


def _writer(proposal: Proposal) -> int | None:
    """Return who wrote the text of a proposal last: its author, or the editor who changed it.

    That need not be who decided: a colleague may have taken the decision back, and accepted it as it then stood.
    """
    if not proposal.authors_content:
        return proposal.author_id
    by = [one.author_id for one in proposal.messages if one.event == WITH_CHANGES]
    return by[-1] if by else proposal.decided_by_id


def _settled(found: Fit, choices: Mapping[str, str], own: Mapping[str, str] | None = None) -> GuideFields:
    assert found.merged is not None
    try:
        fields = found.merged.fields or settled(found.merged, choices, own)
    except Unsettled as still_open:
        raise CannotMerge(found) from still_open
    if problem := next(problems_of_text(fields), None):
        raise NoGuide(problem)
    return fields


def _origin(proposal: Proposal) -> Origin:
    """Say who wrote it, also of who wants no name: who took it in did not write it. What is shown is named.py's."""
    return Origin(author_id=proposal.author_id, note=proposal.why.strip()[:LONGEST_NOTE] or None)


def _new_guide(session: Session, proposal: Proposal, slug: str, *, actor: Actor) -> Revision:
    for problem in problems_of_address(slug, {slug} if is_taken(session, slug) else ()):
        raise NoAddress(problem.sentence)
    found = fit(session, proposal)
    made = create_guide(session, slug, found.authors, _origin(proposal), actor=actor)
    by = replace(_origin(proposal), author_id=_writer(proposal))
    return save_guide(session, made.guide, found.proposed, made.number, by, actor=actor).revision
