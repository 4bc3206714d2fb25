"""Changes to authorities: one added, renamed or moved to another province from a day, corrected, ended.

Nothing is overwritten: each change is a new version with a reason, and the ledger says what the authority is now.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.markdown import anchor
from common.versions import known_at, supersede
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import search_text, sort_name

FACTS = (
    "name", "sort_name", "search_text", "kind", "province", "abbreviation", "valid_from", "valid_to",
    "inhabitants", "inhabitants_year", "latitude", "longitude", "source",
)  # fmt: skip
"""What a version says; when one of these changes, a new version supersedes the old one."""


def current_versions(session: Session, authority_id: int) -> list[AuthorityVersion]:
    """Return what the register says of an authority now, one version for each period, oldest first."""
    found = session.scalars(
        select(AuthorityVersion).where(AuthorityVersion.authority_id == authority_id, known_at(AuthorityVersion))
    )
    return sorted(found, key=lambda one: one.valid_from or date.min)


def named(name: str, code: str, abbreviation: str | None = None, also: str = "") -> dict[str, str]:
    """Return the three forms of a name: shown, for sorting, for searching. `also` is another name it is known by."""
    return {
        "name": name,
        "sort_name": sort_name(name),
        "search_text": search_text(" ".join(part for part in (name, also) if part), name, abbreviation, code),
    }


def add(
    session: Session,
    code: str,
    versions: list[dict[str, Any]],
    *,
    reason: str,
    actor: Actor,
    is_example: bool = False,
) -> Authority:
    """Add an authority with what it was called in each period (`FACTS`). Raises Conflict when the code is taken.

    A fictional one (`is_example`) goes only where the example world is: Refused elsewhere.
    """
    if is_example and not has_examples(session):
        raise Refused(N_("Een verzonnen organisatie kan hier niet."))
    return add_all(session, [(code, versions)], reason=reason, actor=actor, is_example=is_example)[0]


def has_examples(session: Session) -> bool:
    """Say whether the example world is present: there are fictional authorities."""
    return session.scalars(select(Authority.id).where(Authority.is_example).limit(1)).first() is not None


def add_all(
    session: Session,
    bodies: Sequence[tuple[str, list[dict[str, Any]]]],
    *,
    reason: str,
    actor: Actor,
    is_example: bool = False,
) -> list[Authority]:
    """Add authorities, each with its code and its versions; a few statements for any number. Raises as `add`."""
    ledger.lock(session)
    if session.scalars(select(Authority.id).where(Authority.code.in_([code for code, _ in bodies])).limit(1)).first():
        raise Conflict(N_("Er is al een organisatie met deze code."))
    slugs, made = set(session.scalars(select(Authority.slug))) if bodies else set(), []
    for code, versions in bodies:
        slug = anchor(versions[-1]["name"])[:100] or code
        slug = f"{slug}-{code}" if slug in slugs else slug
        slugs.add(slug)
        made.append(Authority(code=code, slug=slug, is_example=is_example))
    session.add_all(made)
    session.flush()
    told = list(zip(made, [versions for _code, versions in bodies], strict=True))
    _add_versions(session, told, reason, actor)
    _note_all(session, [("authority.added", *one) for one in told], reason, actor)
    return made


def _add_versions(
    session: Session, told: Iterable[tuple[Authority, list[dict[str, Any]]]], reason: str, actor: Actor
) -> None:
    recorded = {"recorded_at": now(), "recorded_role": actor.role, "change_reason": reason}
    session.add_all(
        AuthorityVersion(**facts, authority_id=authority.id, **recorded)
        for authority, versions in told
        for facts in versions
    )
    session.flush()


def correct(
    session: Session, old: AuthorityVersion, facts: Mapping[str, Any], *, reason: str, actor: Actor
) -> AuthorityVersion:
    """Correct what one version says, for the whole of its period. Raises Conflict when another did so meanwhile."""
    _still_current(session, old)
    new = _copy(old, facts)
    supersede(session, old, new, actor=actor, reason=reason)
    _note(session, "authority.changed", session.get_one(Authority, old.authority_id), reason, actor)
    return new


def change_from(
    session: Session, old: AuthorityVersion, day: date, facts: Mapping[str, Any], *, reason: str, actor: Actor
) -> AuthorityVersion:
    """Let an authority be something else from a day on; until then it stays what it was.

    Raises Refused when the version does not hold on that day, Conflict when another changed it meanwhile.
    """
    _still_current(session, old)
    if (old.valid_to and old.valid_to <= day) or (old.valid_from and old.valid_from > day):
        raise Refused(N_("Op deze dag geldt deze naam niet. Kies een andere dag."))
    if old.valid_from == day:
        return correct(session, old, facts, reason=reason, actor=actor)
    until, begins = _copy(old, {"valid_to": day}), _copy(old, {**facts, "valid_from": day})
    supersede(session, old, until, actor=actor, reason=reason)
    begins.recorded_at, begins.recorded_role, begins.change_reason = until.recorded_at, actor.role, reason
    session.add(begins)
    session.flush()
    _note(session, "authority.changed", session.get_one(Authority, old.authority_id), reason, actor)
    return begins


def end(session: Session, authority: Authority, day: date, *, reason: str, actor: Actor) -> AuthorityVersion:
    """Let an authority exist no more from a day on. Raises Refused when it begins later, or ended before."""
    last = current_versions(session, authority.id)[-1]
    if last.valid_to and last.valid_to <= day:
        raise Refused(N_("Deze organisatie is al eerder opgehouden te bestaan."))
    if last.valid_from and last.valid_from >= day:
        raise Refused(N_("Deze organisatie bestaat op die dag nog niet, of krijgt daarna een andere naam."))
    _still_current(session, last)
    new = _copy(last, {"valid_to": day})
    supersede(session, last, new, actor=actor, reason=reason)
    _note(session, "authority.ended", authority, reason, actor)
    return new


def replace_all(
    session: Session, bodies: Sequence[tuple[Authority, list[dict[str, Any]]]], *, reason: str, actor: Actor
) -> None:
    """Say anew what authorities were in every period; a version that says the same stays."""
    ledger.lock(session)
    ids = [authority.id for authority, _versions in bodies]
    known: dict[int, list[AuthorityVersion]] = {one: [] for one in ids}
    query = select(AuthorityVersion).where(AuthorityVersion.authority_id.in_(ids), known_at(AuthorityVersion))
    for version in session.scalars(query) if bodies else ():
        known[version.authority_id].append(version)
    moment, fresh, noted = now(), [], []
    for authority, versions in bodies:
        old = known[authority.id]
        kept = [facts_of(one) for one in old]
        for one in old:
            if facts_of(one) not in versions:
                one.superseded_at = moment
        fresh.append((authority, [facts for facts in versions if facts not in kept]))
        ended = all(facts["valid_to"] for facts in versions) and not all(one.valid_to for one in old)
        noted.append(("authority.ended" if ended else "authority.changed", authority, versions))
    _add_versions(session, fresh, reason, actor)
    _note_all(session, noted, reason, actor)


def facts_of(version: AuthorityVersion) -> dict[str, Any]:
    """Return what a version says, by the names in `FACTS`."""
    return {name: getattr(version, name) for name in FACTS}


def _copy(old: AuthorityVersion, facts: Mapping[str, Any]) -> AuthorityVersion:
    return AuthorityVersion(**{**facts_of(old), **facts}, authority_id=old.authority_id)


def _still_current(session: Session, version: AuthorityVersion) -> None:
    ledger.lock(session)
    session.refresh(version)
    if version.superseded_at is not None:
        raise Conflict(N_("Iemand anders veranderde deze organisatie intussen. Bekijk wat er nu staat."))


def _note(session: Session, event: str, authority: Authority, reason: str, actor: Actor) -> None:
    """Write into the ledger what the authority is called now, in every period."""
    versions = [facts_of(one) for one in current_versions(session, authority.id)]
    _note_all(session, [(event, authority, versions)], reason, actor)


def _note_all(
    session: Session, noted: Iterable[tuple[str, Authority, list[dict[str, Any]]]], reason: str, actor: Actor
) -> None:
    told = ("name", "kind", "province", "abbreviation", "valid_from", "valid_to", "inhabitants", "inhabitants_year")
    entries = [
        (
            event,
            f"authority:{authority.code}",
            {"versions": [{name: plain(facts[name]) for name in (*told, "source")} for facts in versions]},
            {"reason": reason},
        )
        for event, authority, versions in noted
    ]
    ledger.record_all(session, entries, actor=actor)


def plain(value: Any) -> Any:
    """Return a value as the ledger writes it: a day as text."""
    return value.isoformat() if isinstance(value, date) else value
