"""What gunicorn answers and logs by itself, before the application sees anything: driven over a real socket."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.web.security import HEADERS

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "geheim-7c1d"
REFUSED = {
    "a line that is too long": (f"GET /zoeken?q={SECRET}{'a' * 9000} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "no request at all": (f"{SECRET}\r\n\r\n", 400),
    "a strange method": (f"G\x01T /{SECRET} HTTP/1.1\r\n\r\n", 400),
    "a strange version": (f"GET /{SECRET} HTTP/9.9\r\n\r\n", 400),
    "a header without a colon": (f"GET / HTTP/1.1\r\nHost: localhost\r\n{SECRET}\r\n\r\n", 400),
    "a header with a NUL": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {SECRET}\0\r\n\r\n", 400),
    "a folded header": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n {SECRET}\r\n\r\n", 400),
    "too many headers": ("GET / HTTP/1.1\r\n" + f"X: {SECRET}\r\n" * 200 + "\r\n", 431),
    "two lengths": ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "length and chunks": (
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    ),
    "unknown coding": (f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {SECRET}\r\n\r\n", 501),
    "a strange host": (f"GET / HTTP/1.1\r\nHost: {SECRET}.example\r\n\r\n", 400),
    "no host": ("GET / HTTP/1.1\r\nHost: \r\n\r\n", 400),
    "a path upwards": (f"GET /static/../../{SECRET} HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a site as `make run` serves it, and its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = tmp_path_factory.mktemp("served") / "log"
    environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(prepared), "PORT": str(port), "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=file, stdout=file)
    for _ in range(300):
        time.sleep(0.1)
        if "Booting worker" in log.read_text():
            break
    yield port, log
    process.terminate()
    process.wait(20)


def ask(port: int, raw: str) -> tuple[int, set[str], str]:
    """Send these bytes, and return the status, the names of the headers and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(raw.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = received.partition("\r\n\r\n")
    lines = head.split("\r\n")
    return int(lines[0].split()[1]), {line.split(":")[0].lower() for line in lines[1:]}, body


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_gunicorn_refuses_has_every_header_and_tells_nothing_back(served: tuple[int, Path], kind: str) -> None:
    raw, status = REFUSED[kind]
    answered, headers, body = ask(served[0], raw)
    assert answered == status
    assert {name.lower() for name in HEADERS} <= headers
    assert SECRET not in body or status == 404


def test_the_log_of_gunicorn_is_json_without_what_was_sent_or_from_where(served: tuple[int, Path]) -> None:
    port, log = served
    for raw, _status in REFUSED.values():
        ask(port, raw)
    ask(port, "GET /over HTTP/1.1\r\nHost: localhost\r\n\r\n")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["log"] for line in lines} == {"gunicorn.error", "manifestkompas.requests"}
    assert SECRET not in log.read_text()
    assert not any("127.0.0.1" in str(line.get("message")) for line in lines if line["level"] == "warning")
    assert lines[-1]["rule"] == "/over"
