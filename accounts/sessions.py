"""The browsers in which a person is signed in: kept in the database, listed, ended.

Flask's cookie is signed but cannot be taken back: a copy of it would work until its secret changes. So the cookie holds
a random key, the database its hash, and a person counts as signed in only while that row stands.
"""

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from flask import Flask, Response, g, session
from flask_babel import gettext as _
from flask_security import Security, user_authenticated
from flask_security.utils import set_request_attr
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from accounts import security_events
from accounts.devices import device_name
from accounts.models import User
from accounts.sign_in_models import BrowserSession
from common.beside import Busy, writing_briefly
from common.clock import now
from common.database import Database
from common.ledger import Actor, sha256
from common.web.database import db

LONGEST = timedelta(hours=8)
"""How long a person stays signed in, however busy he is."""
IDLE = timedelta(hours=1)
"""How long a browser may be silent."""
RENEW_AFTER = timedelta(minutes=1)
"""How old `seen_at` may be before it is written again."""
_KEY = "browser"


def init_sessions(app: Flask, security: Security) -> None:
    """Let a sign-in hold only as long as its row in the database does."""
    security.login_manager.user_loader(_load)
    user_authenticated.connect(_start, app)
    engine = cast(Database, app.extensions["database"]).engine

    @app.after_request
    def seen(response: Response) -> Response:
        session_id, seen_at = g.get("browser_session", (None, None))
        if session_id and now() - seen_at >= RENEW_AFTER:
            # A GET reads only, and should not wait for a writer. So this is written when the answer has gone.
            response.call_on_close(partial(touch, engine, session_id, now()))
        return response

    @app.context_processor
    def reasons() -> dict[str, Any]:
        return {"why_session_ended": why_ended}


def _start(_app: Flask, user: User, authn_via: list[str] | None = None, **_more: Any) -> None:
    """Note the browser in which somebody signed in; the view that signs him in commits it."""
    key = secrets.token_urlsafe(32)
    session[_KEY] = key
    means = "+".join(authn_via or ["password"])[:32]
    db().add(BrowserSession(user_id=user.id, key_hash=sha256(key), means=means, device=device_name()))


def _load(fs_uniquifier: str) -> User | None:
    """Return who is signed in by the cookie of this request, as Flask-Login asks it."""
    found = db().execute(_with_person().where(User.fs_uniquifier == str(fs_uniquifier))).first()
    if found is None or not holds(found[0], now()) or not found[1].active:
        return None
    g.browser_session = (found[0].id, found[0].seen_at)
    # What Flask-Security notes of a session, for its own checks of a fresh sign-in.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return cast(User, found[1])


def _with_person() -> Any:
    key_hash = sha256(session.get(_KEY) or secrets.token_hex())
    return (
        select(BrowserSession, User)
        .join(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.key_hash == key_hash)
    )


def holds(row: BrowserSession, moment: datetime) -> bool:
    """Say whether somebody is still signed in by this row at `moment`."""
    return row.ended_at is None and moment - row.started_at < LONGEST and moment - row.seen_at < IDLE


def why_ended() -> str:
    """Return in one sentence why the session of this browser ended by itself; empty where it did not."""
    found = db().execute(_with_person()).first() if session.get(_KEY) else None
    if found is None or holds(found[0], now()):
        return ""
    row: BrowserSession = found[0]
    if row.ended_at is not None:
        return str(_("Uw sessie in deze browser is beëindigd. Log opnieuw in om verder te gaan."))
    if now() - row.started_at >= LONGEST:
        return str(_("U was 8 uur ingelogd. Daarna vragen wij u om opnieuw in te loggen."))
    return str(_("U deed een uur niets op deze site. Daarom hebben wij u uitgelogd."))


def touch(engine: Engine, session_id: int, moment: datetime) -> bool:
    """Write that the browser was seen at `moment`, in a short transaction of its own; False when that did not work.

    On SQLite one may write at a time. Whoever reads must not wait for that, so this gives up at once when the database
    is busy: the next page tries again, and all that is lost is a minute of the hour that somebody may be silent.
    """
    try:
        with writing_briefly(engine) as connection:
            of_this = update(BrowserSession).where(BrowserSession.id == session_id)
            connection.execute(of_this.where(BrowserSession.seen_at < moment).values(seen_at=moment))
    except Busy:
        return False
    return True


def count_no_activity() -> None:
    """Let the present request not count as something that the person did: a page that tells by itself that it is open
    must not keep him signed in for longer than `IDLE`."""
    g.pop("browser_session", None)


def current_session_id() -> int | None:
    """Return the number of the row by which this browser is signed in."""
    found: tuple[int, datetime] | None = g.get("browser_session")
    return found[0] if found else None


def current_key() -> str | None:
    """Return the key of this browser's session, to spare it in `end_sessions`."""
    return session.get(_KEY)


def forget_key() -> None:
    """Take the key out of this browser's cookie: its session ended because the person wished so."""
    session.pop(_KEY, None)


def open_sessions(session: Session, user_id: int) -> list[BrowserSession]:
    """Return the browsers in which a person is signed in now, the last used first."""
    rows = session.scalars(
        select(BrowserSession)
        .where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None))
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    )
    return [row for row in rows if holds(row, now())]


def end_session(session: Session, row: BrowserSession) -> None:
    """End one browser's session, at the wish of the person himself."""
    row.ended_at = now()
    security_events.note(session, "session.ended", row.user_id, details={"number": 1})


def end_sessions(session: Session, user_id: int, except_key: str | None = None, by: Actor | None = None) -> int:
    """End all browser sessions of a person, but for the one with `except_key` (see `current_key`); return how many.

    For a changed password, recovery, erasure, and an account that may no longer come in. `by` is who did it when it was
    somebody else.
    """
    rows = open_sessions(session, user_id)
    spared = sha256(except_key) if except_key else ""
    ended = [row for row in rows if row.key_hash != spared]
    for row in ended:
        row.ended_at = now()
    if ended:
        security_events.note(session, "session.ended", user_id, by=by, details={"number": len(ended)})
    return len(ended)
