"""The site on PostgreSQL: set up, read, and the ledger's rules held by that database too."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from accounts.models import MemberRole, Membership, User
from common.clock import now
from common.database import Database, open_database, reading_only
from common.ledger import SYSTEM, first_broken, head_number, lock, record
from common.sender_lock import SenderLock
from registry.reports.drafting import save_answers
from registry.reports.models import Answer, AnswerState, Report, ReportState
from registry.reviews.models import Decision, Verdict
from tests.factories_review import make_authority, make_edition, make_person, make_report, make_submission
from tests.factories_upgrade import count_rows, make_register_of_issue_3
from website.config import Settings
from website.factory import create_app
from website.migrating import migrate
from website.setup import set_up

pytestmark = pytest.mark.postgresql


def programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def run_as_postgres(*command: str) -> None:
    # PostgreSQL refuses to run as root; its package brings a user of that name.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this test's own, on a socket in its folder."""
    binaries = programs()
    if binaries is None:
        message = "no PostgreSQL on this machine: these tests were NOT run (apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = Path("/tmp") / f"manifestkompas-postgresql-{os.getpid()}"  # noqa: S108  # short: it holds a socket
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    run_as_postgres(str(binaries / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "postgres")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    run_as_postgres(
        str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start"
    )
    yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    run_as_postgres(str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_the_site_sets_up_and_reads_on_postgresql(server: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, server, "only for tests", "only for tests", "http://localhost")
    app = create_app(settings, TESTING=True)
    with app.app_context():
        set_up(with_example=True)
        assert set_up(with_example=True) == []
    client = app.test_client()
    for path in (
        "/",
        "/deelnemers",
        "/deelnemers?afspraak=voorbeeldafspraak",
        "/afspraken",
        "/kennisbank",
        "/zoeken?q=alkmaar",
    ):
        assert client.get(path).status_code == 200, path
    database: Database = app.extensions["database"]
    session = database.session()
    assert head_number(session) > 100
    assert first_broken(session) is None
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE ledger_entry SET event = 'x' WHERE seq = 3"))
    database.close()
    database.engine.dispose()


def test_who_locks_a_row_first_and_who_locks_the_ledger_first_do_not_wait_for_each_other(
    server: str, tmp_path: Path
) -> None:
    """A coordinator saves her report, which locks its row, while staff, who began with the ledger, change it."""
    app = create_app(Settings(tmp_path, server, "only for tests", "only for tests", "http://localhost"), TESTING=True)
    database: Database = app.extensions["database"]
    with app.app_context():
        set_up(with_example=True)
    with reading_only(), Session(database.engine) as session:
        number = session.scalars(select(Report.id).where(Report.state == ReportState.DRAFT).limit(1)).one()
    found: list[str] = []

    def staff() -> None:
        with Session(database.engine) as session:
            lock(session)
            session.get_one(Report, number).version += 1
            record(session, "report.started", "report:x", actor=SYSTEM)
            session.commit()
            found.append("staff")

    other = threading.Thread(target=staff)
    with Session(database.engine) as session:
        report = session.get_one(Report, number)
        save_answers(session, report, {}, report.version, actor=SYSTEM)  # locks its row
        other.start()
        time.sleep(1)  # long enough for the other to take what it can
        record(session, "report.saved", "report:x", actor=SYSTEM)
        session.commit()
        found.append("coordinator")
    other.join(20)
    assert sorted(found) == ["coordinator", "staff"]
    database.close()
    database.engine.dispose()


def test_postgresql_holds_the_rule_of_four_eyes_itself(server: str) -> None:
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text("CREATE DATABASE eyes"))
    database = open_database(server.replace("@/postgres?", "@/eyes?"))
    migrate(database.engine)
    with Session(database.engine) as session:
        writer, helper, first, second = (make_person(session, name) for name in ("inge", "helga", "eef", "twan"))
        edition = make_edition(session)
        edition.snapshot = json.dumps({**json.loads(edition.snapshot), "second_reviewer": True})
        report = make_report(session, make_authority(session), edition)
        submission = make_submission(session, report, writer)
        session.add(Answer(report_id=report.id, key="C1", version=1, state=AnswerState.BLANK, changed_by_id=helper.id))
        session.flush()

        def write(verdict: Verdict, user: User, **more: object) -> None:
            with session.begin_nested():
                session.add(Decision(submission_id=submission.id, verdict=verdict, decided_by_id=user.id, **more))

        for user, verdict in product((writer, helper), (Verdict.ACCEPTED, Verdict.PUBLISHED)):
            with pytest.raises(DatabaseError, match="four eyes"):
                write(verdict, user)
        with pytest.raises(DatabaseError, match="nobody accepted"):
            write(Verdict.PUBLISHED, first)
        write(Verdict.ACCEPTED, first)
        with pytest.raises(DatabaseError, match="second person"):
            write(Verdict.PUBLISHED, first)
        session.add(Membership(user_id=second.id, authority_code=report.authority.code, role=MemberRole.EXECUTIVE))
        session.flush()
        session.refresh(second)
        with pytest.raises(DatabaseError, match="who worked"):
            write(Verdict.PUBLISHED, second)
        second.memberships[0].ended_at = now()
        write(Verdict.PUBLISHED, second)
        published = session.scalars(select(Decision).where(Decision.verdict == Verdict.PUBLISHED)).one()
        with pytest.raises(DatabaseError, match="second person"), session.begin_nested():
            published.decided_by_id = first.id
        session.refresh(published)
        session.add(Answer(report_id=report.id, key="C1", version=2, state=AnswerState.BLANK, changed_by_id=second.id))
        published.undone_at = now()  # free, also for who works on it by now
        session.flush()
    database.close()
    database.engine.dispose()


def test_a_register_of_issue_3_is_upgraded_on_postgresql(server: str, tmp_path: Path) -> None:
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text("CREATE DATABASE upgrade"))
    url = server.replace("@/postgres?", "@/upgrade?")
    app = create_app(Settings(tmp_path, url, "only for tests", "only for tests", "http://localhost"), TESTING=True)
    database: Database = app.extensions["database"]
    before = make_register_of_issue_3(database.engine)
    migrate(database.engine)
    after = count_rows(database.engine)
    assert {name: after.get(name) for name in before} == {**before, "signature_authority": None}
    with app.app_context():
        set_up(with_example=True)
        assert set_up(with_example=True) == []
    for path in ("/", "/deelnemers?afspraak=voorbeeldafspraak", "/afspraken/mvoi-2022-2025", "/wijzigingen"):
        assert app.test_client().get(path).status_code == 200, path
    assert first_broken(database.session()) is None
    database.close()
    database.engine.dispose()


def test_one_process_sends_mail_at_a_time_and_a_broken_connection_frees_the_lock(server: str, tmp_path: Path) -> None:
    engines = [create_engine(server, poolclass=NullPool) for _number in range(2)]
    first, second = (SenderLock(engine, tmp_path) for engine in engines)
    assert first.take()
    assert not second.take()
    lock = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
    with engines[1].connect() as other:
        other.execute(text(f"SELECT pg_terminate_backend(({lock}))"))  # as when the process dies
    assert not first.is_held()
    assert second.take()
    assert second.is_held()
    first.release()
    second.release()
    assert first.take()
    first.release()
