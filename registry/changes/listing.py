"""One page of the list of changes, ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf, known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.changes.addresses import Asked
from registry.changes.reading import PAGE, count, read_keys, tell
from registry.changes.wanted import Change, Named

MOST_NAMES = 12
MOST = 5_000
"""Lines of a download: some seconds of work. Of more a period is asked, so that no file is cut off unseen."""


@dataclass(frozen=True)
class Choice:
    """What was asked, found in the register: which authority, which agreement."""

    asked: Asked
    agreements: tuple[Named, ...]
    organisation: Named | None = None
    others: tuple[Named, ...] = ()
    """Authorities that the typed words may mean, where they mean more than one."""
    authority_id: int | None = None
    agreement_id: int | None = None
    by_id: Mapping[int, Named] = field(default_factory=dict)
    """The agreements by their number."""

    @property
    def unknown(self) -> bool:
        """Whether an authority or agreement was asked that the register does not know: nothing fits then."""
        return self.lost or bool(self.asked.organisation and self.authority_id is None)

    @property
    def lost(self) -> bool:
        """Whether an agreement was asked that the register does not know, or did not know then."""
        return bool(self.asked.agreement) and self.agreement_id is None


@dataclass(frozen=True)
class ChangeList:
    """The lines of one page."""

    choice: Choice
    changes: Sequence[Change]
    total: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The number of the first line on the page, counted from one."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last line on the page."""
        return self.first + len(self.changes) - 1


def choose(session: Session, asked: Asked, at: AsOf) -> Choice:
    """Find the authority and the agreement that were asked. Two queries or fewer."""
    version = AgreementVersion
    query = (
        select(Agreement.id, Agreement.slug, Agreement.is_example, version.short_title)
        .join(version, version.agreement_id == Agreement.id)
        .where(known_at(version, at.moment))
        .order_by(Agreement.is_example, version.period_from.desc())
    )
    rows = session.execute(query).all()
    agreements = tuple(Named(row.slug, row.short_title, row.is_example) for row in rows)
    agreement_id = next((row.id for row in rows if row.slug == asked.agreement), None)
    found = _authorities(session, asked.organisation, at) if asked.organisation else []
    one = len(found) == 1
    return Choice(
        asked, agreements, found[0][1] if one else None, () if one else tuple(named for _, named in found),
        found[0][0] if one else None, agreement_id,
        {row.id: named for row, named in zip(rows, agreements, strict=True)},
    )  # fmt: skip


def _authorities(session: Session, typed: str, at: AsOf) -> list[tuple[int, Named]]:
    """Return the authority of this code, address or name, or those whose name holds the words."""
    version = AuthorityVersion
    query = (
        select(Authority.id, Authority.code, Authority.slug, Authority.is_example, version.name)
        .join(version, version.authority_id == Authority.id)
        .where(known_at(version, at.moment))
        .order_by(version.sort_name, version.valid_from.desc())
    )
    words = [version.search_text.contains(word, autoescape=True) for word in fold(typed).split()]
    exact = (Authority.code == typed) | (Authority.slug == typed)
    rows = session.execute(query.where(exact)).all() or session.execute(query.where(*words).limit(4 * MOST_NAMES)).all()
    found = {row.id: Named(row.slug, row.name, row.is_example) for row in reversed(rows)}
    same = {number: named for number, named in found.items() if fold(str(named.name)) == fold(typed)}
    return list(reversed((same or found).items()))[:MOST_NAMES]


def list_changes(session: Session, asked: Asked, at: AsOf, *, whole: bool = False) -> ChangeList:
    """Return the page of changes that was asked for, or with `whole` all of them."""
    choice = choose(session, asked, at)
    if choice.unknown:
        return ChangeList(choice, (), 0, 1, 1)
    wanted = asked.wanted(choice.authority_id, choice.agreement_id, at)
    if whole:
        keys, total = read_keys(session, wanted, size=MOST)
        return ChangeList(choice, tell(session, keys, choice.by_id, at), total, 1, 1)
    page = asked.page
    keys, total = read_keys(session, wanted, first=(page - 1) * PAGE)
    if not keys and page > 1:  # past the last page: that one is shown
        total = count(session, wanted)
        page = _pages(total)
        keys, total = read_keys(session, wanted, first=(page - 1) * PAGE)
    return ChangeList(choice, tell(session, keys, choice.by_id, at), total, page, _pages(total))


def _pages(total: int) -> int:
    return max(-(-total // PAGE), 1)
