"""The site looks at itself, and a deadline moves when it was out of order on the day."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from common.ledger import LedgerEntry
from common.outbox import OutboxMail
from registry.obligations.models import DeadlineCause, DutyVersion, SiteCheck
from registry.obligations.monitor import KEPT, keep_look, look_at, move_after_outages
from registry.obligations.outages import Look, outage_on, working_day_after
from registry.participants.met import met_in_time
from registry.plans.models import Plan, PlanVersion
from tests.factories_obligations import PLAN_DUE, Signed, make_signed

ROOT = Path(__file__).parents[2]
DAY = date(2025, 2, 1)
"""A Saturday, on which the plan of the test is due."""


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2025, 2, day, hour, minute, tzinfo=AMSTERDAM)


def looks(start: datetime, end: datetime, *bad: tuple[datetime, datetime], every: int = 5) -> list[Look]:
    """Return a look each five minutes; within `bad` it failed."""
    count = int((end - start) / timedelta(minutes=every))
    moments = [start + timedelta(minutes=every * number) for number in range(count + 1)]
    return [Look(one, not any(begin <= one < until for begin, until in bad)) for one in moments]


WHOLE = (at(0) - timedelta(days=1), at(12, day=2))
CASES = {
    "it always worked": (looks(*WHOLE), None),
    "nobody looked at all": ([], None),
    "it began to look a day later": (looks(at(0, day=2), at(12, day=2)), None),
    "an hour less a look": (looks(*WHOLE, (at(9), at(9, 55))), None),
    "an hour": (looks(*WHOLE, (at(9), at(10))), (60, at(10))),
    "half an hour twice": (looks(*WHOLE, (at(9), at(9, 30)), (at(20), at(20, 30))), (60, at(20, 30))),
    "from before midnight": (looks(*WHOLE, (at(23, day=1) - timedelta(days=1), at(1))), (60, at(1))),
    "until after midnight": (looks(*WHOLE, (at(22), at(3, day=2))), (120, at(3, day=2))),
    "only the day after": (looks(*WHOLE, (at(1, day=2), at(9, day=2))), None),
    "not yet recovered": (looks(*WHOLE, (at(22), at(23, day=3))), None),
    "the whole machine was down": ([Look(at(8), True), Look(at(14), True)], (360, at(14))),
    "a look failed after a gap": ([Look(at(8), True), Look(at(14), False), Look(at(15), True)], (420, at(15))),
    "a gap of half an hour": ([Look(at(8), True), Look(at(8, 30), True), Look(at(8, 35), True)], None),
    "switched off for weeks": ([Look(at(8) - timedelta(days=9), True), Look(at(20), True)], None),
}


@pytest.mark.parametrize("name", CASES)
def test_an_outage_of_an_hour_on_the_day_itself_counts(name: str) -> None:
    seen, expected = CASES[name]
    found = outage_on(DAY, seen)
    told = (round(found.lasted.total_seconds() / 60), found.recovered_at) if found else None
    assert told == expected


def test_a_day_when_the_clock_changes_is_a_day() -> None:
    midnight = datetime(2026, 3, 29, tzinfo=AMSTERDAM)
    found = outage_on(midnight.date(), [Look(midnight, False), Look(midnight + timedelta(days=2), True)])
    assert found is not None
    assert found.lasted == timedelta(hours=23)


def test_the_first_working_day_after() -> None:
    days = [date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 2)]
    assert [working_day_after(day) for day in days] == [date(2025, 1, 31), *[date(2025, 2, 3)] * 3]


class _Site(BaseHTTPRequestHandler):
    status = 200
    parts: tuple[bytes, ...] = (b"ok\n",)
    pause = 0.0

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        with suppress(OSError):  # who asked may have left
            for part in self.parts:
                self.wfile.write(part)
                sleep(self.pause)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_look_tells_an_answer_a_refusal_an_error_and_silence_apart(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_at(f"{site}/healthz") is None
    monkeypatch.setattr(_Site, "status", 503)
    assert look_at(f"{site}/healthz") == "antwoord 503"
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/healthz"
        assert look_at(address, timeout=0.3) == "geen antwoord binnen 0.3 seconden"
    assert look_at(address, timeout=0.3) == "geen verbinding"  # nobody listens there any more
    assert look_at("geen adres") == "geen verbinding"


def test_an_answer_that_drips_or_that_another_gives_is_no_answer(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Site, "parts", (b"Wij zijn zo terug",))
    assert look_at(f"{site}/healthz") == "een ander antwoord dan van deze site"
    monkeypatch.setattr(_Site, "parts", (b"o",) * 20)
    monkeypatch.setattr(_Site, "pause", 0.1)  # never as long as the limit, but all of it takes two seconds
    assert look_at(f"{site}/healthz", timeout=0.3) == "geen antwoord binnen 0.3 seconden"


def down(session: Session, *, until: datetime) -> Signed:
    """Let somebody sign, and the site fail on the day of his plan until `until`."""
    with frozen_at(datetime(2024, 2, 1, 12, tzinfo=AMSTERDAM)):
        signed = make_signed(session)
    for look in looks(at(0), at(12, day=2), (at(20), until)):
        session.add(SiteCheck(checked_at=look.at.astimezone(UTC), works=look.works))
    session.flush()
    return signed


def test_every_deadline_of_the_day_moves_once_and_the_ledger_says_so(session: Session) -> None:
    signed = down(session, until=at(22))
    with frozen_at(at(23)):
        assert move_after_outages(session) == []  # the day is not over
    with frozen_at(at(12, day=2)):
        assert [one.duty.authority_id for one in move_after_outages(session)] == [signed.authority.id]
        assert move_after_outages(session) == []
    plan = signed.plan()
    assert (plan.due_on, plan.cause, plan.number) == (date(2025, 2, 3), DeadlineCause.OUTAGE, 2)
    assert "120 minuten" in (plan.change_reason or "")
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.event, entry.subject) == (
        "duty.moved", f"duty:gm9301/{signed.agreement.slug}/action_plan",
    )  # fmt: skip


def test_a_short_outage_an_ended_signature_and_a_long_ago_move_nothing(session: Session) -> None:
    signed = down(session, until=at(20, 30))
    with frozen_at(at(12, day=2)):
        assert move_after_outages(session) == []
    session.add(SiteCheck(checked_at=at(20, 40).astimezone(UTC), works=False))
    with frozen_at(at(12) + timedelta(days=40)):
        assert move_after_outages(session) == []
    assert signed.plan().due_on == PLAN_DUE


def test_old_looks_are_forgotten(session: Session) -> None:
    with frozen_at(at(12) - KEPT):
        keep_look(session, None)
    with frozen_at(at(13)):
        keep_look(session, "geen verbinding")
    assert [(one.works, one.told) for one in session.scalars(select(SiteCheck))] == [(False, "geen verbinding")]


def test_two_commands_at_once_look_twice_and_move_once(app: Flask, session: Session, site: str) -> None:
    yesterday = datetime.now(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    signed = make_signed(session)
    session.execute(update(DutyVersion).where(DutyVersion.id == signed.plan().id).values(due_on=yesterday.date()))
    for hours in (8, 8.05, 10):
        session.add(SiteCheck(checked_at=(yesterday + timedelta(hours=hours)).astimezone(UTC), works=hours != 8.05))
    session.commit()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "deadlines", "check"]
    environment = {
        "PATH": os.environ["PATH"], "MANIFESTKOMPAS_DATA": str(app.extensions["settings"].data), "SITE_URL": site,
    }  # fmt: skip
    runs = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    told = [one.communicate(timeout=120) for one in runs]
    assert [one.returncode for one in runs] == [0, 0], told
    assert sum(b"1 termijnen verschoven" in out for out, _error in told) == 1
    assert session.scalar(select(func.count(SiteCheck.id))) == 5
    assert (signed.plan().number, signed.plan().cause) == (2, DeadlineCause.OUTAGE)
    assert session.scalar(select(func.count(OutboxMail.id)).where(OutboxMail.kind == "deadline_moved")) == 0


def test_the_command_ends_with_one_when_the_site_does_not_answer(app: Flask, session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}"
    app.extensions["settings"] = app.extensions["settings"].__class__(
        **{**vars(app.extensions["settings"]), "site_url": address}
    )
    outcome = app.test_cli_runner().invoke(args=["deadlines", "check"])
    assert (outcome.exit_code, outcome.output) == (1, "De site werkt niet: geen verbinding.\n")
    assert session.scalars(select(SiteCheck.works)).all() == [False]


def test_what_was_met_in_time_stays_where_it_is(session: Session) -> None:
    signed = down(session, until=at(22))
    with frozen_at(at(12, day=2)):
        assert move_after_outages(session, lambda _session: {signed.plan().duty_id}) == []
        plan = Plan(authority_id=signed.authority.id, agreement_id=signed.agreement.id)
        session.add(plan)
        session.flush()
        day = datetime(2024, 6, 1, tzinfo=AMSTERDAM)
        facts = {"number": 1, "title": "Plan", "adopted_on": day.date(), "published_at": day, "fingerprint": "x"}
        session.add(PlanVersion(plan_id=plan.id, **facts))
        session.flush()
        assert move_after_outages(session, met_in_time) == []
        assert move_after_outages(session) != []
