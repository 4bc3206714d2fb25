"""For measuring the form: invented authorities that signed, each with a coordinator, and a client that fills in."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from flask_security import hash_password
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from accounts.models import MemberRole, Membership, User
from common.clock import now
from common.database import Database
from common.ledger import SYSTEM, record
from registry.agreements.reading import find_agreement
from registry.editions.models import Edition
from registry.signatures.duties import follow_signatures
from tests.html_forms import form_on
from tests.report_form import ALL_ANSWERS
from tools.many_signatories import add_signatories
from website.factory import create_app

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "een lang geheim voor het meten"  # noqa: S105  # of invented people on a site of its own
AGREEMENT = "voorbeeldafspraak"
FIRST = 1000
"""Numbers of the invented authorities begin here, so that those of the example are left alone."""


def prepare(data: Path, authorities: int) -> tuple[int, list[str]]:
    """Set a site up in `data` with so many authorities; return the open year and their coordinators' addresses."""
    os.environ["MANIFESTKOMPAS_DATA"] = str(data)
    add_signatories(authorities + 60)
    app = create_app()
    database: Database = app.extensions["database"]
    session = database.session()
    with app.app_context():
        one_hash = hash_password(PASSWORD)
        agreement = find_agreement(session, AGREEMENT)
        if agreement is None:
            raise SystemExit("the example has no agreement")
        follow_signatures(session, agreement.id, actor=SYSTEM)
        codes = [f"vb9{number:04d}" for number in range(60, authorities + 60)]
        addresses = []
        for code in codes:
            person = User(
                email=f"{code}@meten.voorbeeld.example", name=f"Meter {code}", password=one_hash, active=True,
                fs_uniquifier=f"meten-{code}", language="nl", is_example=True, created_at=now(),
            )  # fmt: skip
            person.memberships.append(Membership(authority_code=code, role=MemberRole.COORDINATOR))
            session.add(person)
            addresses.append(person.email)
        record(session, "people.measured", "agreement:voorbeeldafspraak", {"people": len(addresses)}, actor=SYSTEM)
        session.commit()
        year = session.scalars(select(func.max(Edition.year))).one()
    database.close()
    return year, addresses


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The site under gunicorn with its own settings and two workers, on a port of loopback."""

    def __init__(self, data: Path, workers: int = 2) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ, "MANIFESTKOMPAS_DATA": str(data), "PORT": str(self.port), "WEB_CONCURRENCY": str(workers),
            "RATE_LIMITS": "off",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"],
            cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        for _time in range(300):
            try:
                if requests.get(f"{self.address}/healthz", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def kill(self) -> None:
        """Kill master and workers at once, as a power cut does."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Stop it in good order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


@contextmanager
def served(data: Path, workers: int = 2) -> Iterator[Server]:
    """Give a server that is stopped afterwards."""
    server = Server(data, workers)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Person:
    """A coordinator in a browser without JavaScript, who remembers what the server acknowledged."""

    def __init__(self, server: Server, email: str, year: int) -> None:
        self.server, self.email = server, email
        self.path = f"/mijn/rapportages/{year}"
        self.http = requests.Session()
        self.http.headers["User-Agent"] = "meten"

    def get(self, path: str) -> requests.Response:
        """Ask a page."""
        return self.http.get(self.server.address + path, timeout=60)

    def post(self, path: str, fields: MultiDict[str, str], **headers: str) -> requests.Response:
        """Send a form; redirects are not followed."""
        pairs = list(fields.items(multi=True))
        sent = {"Referer": self.server.address + path, **headers}
        return self.http.post(self.server.address + path, data=pairs, headers=sent, timeout=60, allow_redirects=False)

    def sign_in(self) -> requests.Response:
        """Sign in with the password that all have."""
        fields = form_on(self.get("/inloggen").text, "/inloggen")
        fields.setlist("email", [self.email])
        fields.setlist("password", [PASSWORD])
        return self.post("/inloggen", fields)

    def begin(self) -> requests.Response:
        """Press "Begin met invullen"."""
        return self.post(self.path, form_on(self.get(self.path).text, self.path))

    def form(self, section: str) -> MultiDict[str, str]:
        """Open a section."""
        return form_on(self.get(f"{self.path}/{section}").text, f"{self.path}/{section}")

    def save_by_itself(self, section: str, fields: MultiDict[str, str]) -> requests.Response:
        """Save as the browser does while somebody types."""
        return self.post(f"{self.path}/{section}/concept", fields, **{"HX-Request": "true"})


def typed(fields: MultiDict[str, str], section: str) -> MultiDict[str, str]:
    """Return a section's form with the answers that every authority of the measurement gives."""
    changed = MultiDict(fields)
    for name, value in ALL_ANSWERS[section].items():
        changed.setlist(name, value if isinstance(value, list) else [value])
    return changed
