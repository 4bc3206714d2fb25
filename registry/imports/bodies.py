"""What an import adds and changes of authorities: held against the register row by row, and written all together.

Whoever writes holds the lock for which everybody else waits, so thousands of rows go in by a few statements.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_
from common.ledger import Actor
from common.versions import known_at
from registry.authorities import changing, merging
from registry.authorities.models import Authority, AuthorityVersion, MergerPart
from registry.imports.outcome import Change, Deed, Outcome, Wrong

Versions = list[dict[str, Any]]
"""What an authority was in each period (`changing.FACTS`), oldest first."""


class Bodies:
    """The authorities that the register knows, and what becomes of them."""

    def __init__(self, session: Session) -> None:
        self.known = known_authorities(session)
        self._fixed = merging.fixed_days(session)
        self._added: list[tuple[str, Versions]] = []
        self._changed: list[tuple[Authority, Versions]] = []

    def __bool__(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self._added or self._changed)

    def add(self, place: str, code: str, versions: Versions) -> Outcome:
        """Plan an authority that the register does not know. Raises Wrong for periods that cannot be."""
        check_periods(versions)
        self._added.append((code, versions))
        return Outcome(place, versions[-1]["name"], Deed.ADDED, content=repr(versions))

    def change(self, place: str, code: str, new: Versions, name: str) -> Outcome:
        """Plan what a known authority was in every period. Raises Wrong for what cannot be, or may not move."""
        authority, old = self.known[code]
        if new == old:
            return Outcome(place, name, Deed.UNCHANGED)
        check_periods(new)
        self._refuse_fixed(code, old, new)
        self._changed.append((authority, new))
        deed = Deed.ENDED if new[-1]["valid_to"] and not old[-1]["valid_to"] else Deed.CHANGED
        return Outcome(place, name, deed, differences(old, new), content=repr(new))

    def write(self, session: Session, reason: str, actor: Actor) -> None:
        """Write all that was planned. Raises as `changing.add_all` and `changing.replace_all`."""
        changing.add_all(session, self._added, reason=reason, actor=actor)
        changing.replace_all(session, self._changed, reason=reason, actor=actor)

    def _refuse_fixed(self, code: str, old: Versions, new: Versions) -> None:
        """What went over at a merger, went over on its day: a list does not move that day."""
        part, day = self._fixed.get(code, (None, date.min))
        name = "valid_to" if part is MergerPart.ENDED else "valid_from"
        at = -1 if part is MergerPart.ENDED else 0
        if part and new[at][name] != old[at][name]:
            sentence = N_("Bij de herindeling van %(day)s is al iets overgegaan. Die dag staat vast.")
            raise Wrong(name, sentence, day=day.isoformat())


def known_authorities(session: Session) -> dict[str, tuple[Authority, Versions]]:
    """Return all authorities by code, with what the register says of them now. One query."""
    found: dict[str, tuple[Authority, Versions]] = {}
    query = select(Authority, AuthorityVersion).join(Authority.versions).where(known_at(AuthorityVersion))
    for authority, version in session.execute(query.order_by(Authority.id)):
        found.setdefault(authority.code, (authority, []))[1].append(changing.facts_of(version))
    for _authority, versions in found.values():
        versions.sort(key=lambda facts: facts["valid_from"] or date.min)
    return found


def check_periods(versions: Sequence[Mapping[str, Any]]) -> None:
    """Raise Wrong unless each period ends after it begins, and begins when the one before it has ended."""
    until: date | None = date.min
    for facts in versions:
        begins = facts["valid_from"] or date.min
        if until is None or begins < until:
            raise Wrong("valid_from", N_("Deze periode valt over een andere van dezelfde organisatie heen."))
        until = facts["valid_to"]
        if until is not None and until <= begins:
            raise Wrong("valid_to", N_("De laatste dag ligt voor de eerste."))


_TOLD = ("name", "kind", "province", "abbreviation", "valid_from", "valid_to", "inhabitants", "inhabitants_year",
         "latitude", "longitude", "source")  # fmt: skip


def differences(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return what would change, of the newest version and of the first; more versions than before are told too."""
    found = []
    for name in _TOLD:
        before, after = [str(facts[name] or "") for facts in old], [str(facts[name] or "") for facts in new]
        if before != after:
            said = [(" | ".join(dict.fromkeys(filter(None, values)))) for values in (before, after)]
            found.append(Change(name, *said))
    return tuple(found)
