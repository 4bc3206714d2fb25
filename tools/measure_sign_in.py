"""Measures whether the time of an answer tells who has an account, and how many wrong passwords reach the hash.

    .venv/bin/python -m tools.measure_sign_in

It sets up a site of its own in a temporary folder, with argon2 as in the world and without limits per minute, and asks
in turns with and without an account: 200 wrong passwords each, 200 recoveries each. Then 8 threads send 200 wrong
passwords to one account at once.
"""

from __future__ import annotations

import logging
import re
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import func, select

from accounts.models import User
from accounts.sign_in_models import SecurityEvent
from common.database import Database
from website.config import Settings, kept_secrets
from website.factory import create_app
from website.setup import set_up

TRIES = 200
THREADS = 8
TARGET = "doelwit@bekend.example"


def make_site(folder: Path) -> Flask:
    """Make a site in `folder` with an account for each try."""
    kept = kept_secrets(folder / "secrets.json")
    settings = Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'manifestkompas.sqlite'}",
        secret_key=kept["secret_key"],
        password_salt=kept["password_salt"],
        site_url="http://localhost",
        rate_limits=False,
        mail_url="smtp://127.0.0.1:9",
    )
    app = create_app(settings)
    with app.app_context():
        set_up(with_example=False)
        hashed = hash_password("vier woorden op een rij")
        database: Database = app.extensions["database"]
        with database.session() as session, session.begin():
            for email in [TARGET, *(f"n{number}@bekend.example" for number in range(TRIES))]:
                session.add(User(email=email, name="Proef Persoon", password=hashed, fs_uniquifier=email))
        database.close()
    return app


def token(client: FlaskClient, path: str) -> str:
    """Return the token of the form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    if not found:
        raise SystemExit(f"no form on {path}")
    return found.group(1)


def answer_time(app: Flask, path: str, number: int, email: str) -> float:
    """Return the milliseconds of one answer to a browser and network of its own."""
    client = app.test_client()
    data: dict[str, Any] = {"email": email, "password": "een fout wachtwoord", "csrf_token": token(client, path)}
    place = {"REMOTE_ADDR": f"10.{number % 250}.{len(email)}.7"}
    begin = time.perf_counter()
    client.post(path, data=data, environ_overrides=place)
    return (time.perf_counter() - begin) * 1000


def compare(app: Flask, what: str, path: str) -> None:
    """Print the medians with and without an account, asked in turns."""
    times: dict[str, list[float]] = {"bekend": [], "niemand": []}
    for number in range(TRIES):
        for whose in sorted(times, reverse=bool(number % 2)):
            times[whose].append(answer_time(app, path, number, f"n{number}@{whose}.example"))
    known, nobody = statistics.median(times["bekend"]), statistics.median(times["niemand"])
    off = (nobody / known - 1) * 100
    print(f"{what}: with an account {known:.2f} ms, without {nobody:.2f} ms, {off:+.1f} % (medians of {TRIES})")


def reached_hash(app: Flask) -> None:
    """Print how many of the wrong passwords to one account reached the hash."""

    def run(_number: int) -> list[int]:
        client = app.test_client()
        data = {"email": TARGET, "password": "een fout wachtwoord", "csrf_token": token(client, "/inloggen")}
        return [client.post("/inloggen", data=data).status_code for _ in range(TRIES // THREADS)]

    failures = select(func.count(SecurityEvent.id)).where(SecurityEvent.kind == "session.failed")
    database: Database = app.extensions["database"]
    before = database.session().scalar(failures) or 0
    database.close()
    with ThreadPoolExecutor(THREADS) as pool:
        codes = [code for some in pool.map(run, range(THREADS)) for code in some]
    reached = (database.session().scalar(failures) or 0) - before
    database.close()
    print(f"{len(codes)} wrong passwords, {THREADS} threads: {reached} hashed, {codes.count(429)} told to wait")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_site(Path(folder))
        logging.disable(logging.CRITICAL)
        compare(app, "sign-in", "/inloggen")
        compare(app, "recovery", "/inloggen/vergeten")
        reached_hash(app)
        app.extensions["database"].engine.dispose()


if __name__ == "__main__":
    main()
