"""The mail to people whose authority ended: whether their work here went along, and to which successor."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from common.web.mails import site_link
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.mergers.settling import Moved

KIND = "authority_merged"


def mail_moved(session: Session, moved: Sequence[Moved], merged_on: date, reason: str) -> None:
    """Queue one mail for each person and authority, in his own language, however many roles he had."""
    seen: set[tuple[int, str]] = set()
    for one in moved:
        if (one.user.id, one.gone.code) in seen:
            continue
        seen.add((one.user.id, one.gone.code))
        path = f"/mijn?organisatie={one.heirs[0].code}" if one.heirs else "/mijn"
        queue_for(
            session, one.user, KIND, link=site_link(path, one.user.language),
            authority=_name(session, one.gone, merged_on), merged_on=merged_on, reason=reason,
            successors=[_name(session, heir, merged_on) for heir in one.heirs],
        )  # fmt: skip


def _name(session: Session, authority: Authority, day: date) -> str:
    found = by_code(session, authority.code)
    return version_on(found, day).name if found else authority.code
