"""The site on PostgreSQL: set up, read, and the ledger's rules held by that database too."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from werkzeug.datastructures import MultiDict

from accounts.models import MemberRole, Membership, User
from common.clock import now
from common.database import Database, open_database, reading_only
from common.ledger import SYSTEM, first_broken, head_number, lock, record
from common.sender_lock import SenderLock
from kb.guides.ending import bring_back, standing_end, unpublish
from kb.guides.fields import Source, fields_of
from kb.guides.models import Guide
from kb.guides.writing import newest_revision, publish_guide, save_guide
from registry.reports.drafting import save_answers
from registry.reports.models import Answer, AnswerState, Report, ReportState
from registry.reviews.models import Decision, Verdict
from tests.access_world import World, engine_of, make_world
from tests.factories_review import make_authority, make_edition, make_person, make_report, make_submission
from tests.factories_upgrade import count_rows, make_register_of_issue_3
from tests.sites import make_site
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


@pytest.fixture(scope="module")
def world(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The site with a browser for everybody, on a database of its own."""
    folder = tmp_path_factory.mktemp("postgresql") / "data"
    url = make_database(server, "world")
    app = make_site(folder, settings={"database_url": url})
    with app.app_context():
        set_up(with_example=True)
    engine_of(app).dispose()
    made = make_world(folder, database_url=url)
    made.app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    yield made
    engine_of(made.app).dispose()


def make_database(server: str, name: str) -> str:
    """Make an empty database and return its address."""
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.replace("@/postgres?", f"@/{name}?")


def test_the_site_sets_up_and_reads_on_postgresql(world: World) -> None:
    with world.app.app_context():
        assert set_up(with_example=True) == []
    client = world.app.test_client()
    for path in (
        "/",
        "/deelnemers",
        "/deelnemers?afspraak=voorbeeldafspraak",
        "/afspraken",
        "/kennisbank",
        "/zoeken?q=alkmaar",
    ):
        assert client.get(path).status_code == 200, path
    database: Database = world.app.extensions["database"]
    session = database.session()
    assert head_number(session) > 100
    assert first_broken(session) is None
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE ledger_entry SET event = 'x' WHERE seq = 3"))
    database.close()


def test_who_locks_a_row_first_and_who_locks_the_ledger_first_do_not_wait_for_each_other(world: World) -> None:
    """A coordinator saves her report, which locks its row, while staff, who began with the ledger, change it."""
    database: Database = world.app.extensions["database"]
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


def test_postgresql_holds_the_rule_of_four_eyes_itself(server: str) -> None:
    database = open_database(make_database(server, "eyes"))
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
    url = make_database(server, "upgrade")
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


GUIDE, OTHER_GUIDE = "actieplan-schrijven", "thema-klimaat"  # the walk renames the first


def test_a_page_shows_one_moment_though_its_guide_ends_and_comes_back_while_it_is_made(world: World) -> None:
    engine, reader = engine_of(world.app), world.app.test_client()
    left: list[int] = []  # as many queries of the page come before the other writes

    def turn() -> None:
        with Session(engine) as session:
            guide = session.scalars(select(Guide).where(Guide.slug == GUIDE)).one()
            change = bring_back if standing_end(session, guide) else unpublish
            change(session, guide, "Proef", None, actor=SYSTEM)
            session.commit()

    def interrupt(*_query: object) -> None:
        if left and threading.current_thread() is threading.main_thread() and not left.pop():
            other = threading.Thread(target=turn)
            other.start()
            other.join()

    event.listen(engine, "after_cursor_execute", interrupt)
    found = set()
    for queries in (*range(9), *range(9)):
        left.extend([0] + [1] * queries)
        found.add(reader.get(f"/kennisbank/{GUIDE}").status_code)
        left.clear()
    event.remove(engine, "after_cursor_execute", interrupt)
    assert found == {200, 410}
    with engine.connect() as connection:  # of the pool that served those pages
        settings = [connection.scalar(text(f"SHOW transaction_{name}")) for name in ("isolation", "read_only")]
    assert settings == ["read committed", "off"]


NUL = "a\x00b"
NAMES = "q gids sectie zoek voor thema vraag in_plaats reden titel adres vertaling verwant verwant_erbij themas kopje"
WITH_NUL = MultiDict([*((name, value) for name in NAMES.split() for value in (NUL, "\x00")), ("hoe", "intrekken")])
OF_ISSUE_6 = ("/kennisbank", "/mijn/voorstellen", "/redactie/gidsen", "/redactie/nuttig", "/redactie/opmerkingen",
              "/redactie/voorstellen", "/redactie/zoekwoorden", "/redactie/zorg", "/schrijven", "/themas", "/voorstel",
              "/zoeken", "/redactie/mensen")  # fmt: skip


def test_no_page_and_no_form_of_the_knowledge_base_is_an_error_with_nul_neither(world: World) -> None:
    routes = (Path(__file__).parent / "routes.txt").read_text().splitlines()
    wrong = []
    for method, rule in (line.split(" ", 1) for line in routes if line.split(" ", 1)[1].startswith(OF_ISSUE_6)):
        path, browser = world.path(rule), world.browsers["beheerder"]
        if method == "GET":
            query = ("&" if "?" in path else "?") + urlencode(list(WITH_NUL.items(multi=True)))
            answers = [browser.get(path), browser.get(path + query)]
        else:
            answers = [browser.post(path), browser.post(path, data=WITH_NUL)]
        wrong += [f"{method} {path}: {one.status_code}" for one in answers if one.status_code >= 500]
    assert wrong == []
    assert world.app.test_client().get("/kennisbank/a%00b").status_code == 404


ONLY_SQLITE_KEEPS = "[a](/bestanden/9999999999/a.pdf) [b](https://b.example/#%00)\n"
LONG_ADDRESS = "https://c.example/" + "".join(map(chr, range(0x4E00, 0x4E00 + 1900)))


def test_a_guide_may_name_a_file_and_addresses_that_no_column_can_hold(world: World) -> None:
    with Session(engine_of(world.app)) as session:
        guide = session.scalars(select(Guide).where(Guide.slug == OTHER_GUIDE)).one()
        newest = newest_revision(session, guide)
        fields = replace(fields_of(newest), body=ONLY_SQLITE_KEEPS, sources=(Source("Bron", LONG_ADDRESS),))
        saved = save_guide(session, guide, fields, newest.number, actor=SYSTEM)
        publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
        session.commit()
    desk = f"/redactie/gidsen/{OTHER_GUIDE}"
    for path in (f"/kennisbank/{OTHER_GUIDE}", "/redactie/zorg", f"{desk}/zorg", desk):
        assert world.browsers["beheerder"].get(path).status_code == 200, path
