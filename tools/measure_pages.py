"""Measures pages against a bare Flask route of 20 kB: same gunicorn settings, same run, requests in turns.

    .venv/bin/python tools/measure_pages.py

It sets up a site of its own in a temporary folder, adds signatories until the example agreement has 400, and asks each
address one by one over one connection each. "Made anew" asks for pages that were not kept (another text each time).
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 300
SIGNATORIES = 400
BARE = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef page():\n    return 'x' * 20_000\n"

PAGES = {
    "/deelnemers, 400 signatories": "/deelnemers?afspraak=voorbeeldafspraak",
    "/deelnemers, made anew": "/deelnemers?afspraak=voorbeeldafspraak&q=e{n}",
    "a guide": "/kennisbank/actieplan-schrijven",
    "a guide, made anew": "/kennisbank/actieplan-schrijven?n={n}",
    "home": "/",
    "one authority, made anew": "/deelnemers/gemeente-alkmaar?n={n}",
    "search, made anew": "/zoeken?q=aanbesteding{n}",
}


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(target: str, folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application with the site's own settings; give its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), target]
    if target != "wsgi:app":
        command = [*command[:3], "--workers", "2", "--keep-alive", "5", "--bind", f"127.0.0.1:{port}", target]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment, "PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            try:
                ask(port, "/")
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, path: str) -> tuple[float, int]:
    """Ask one page over a connection of its own; return milliseconds and size in bytes as sent (gzip)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    start = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    size = len(response.read())
    took = 1000 * (time.perf_counter() - start)
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status}")
    return took, size


def memory(pid: int) -> list[float]:
    """Return the resident memory of each worker process in MB."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [
        round(int(line.split()[1]) / 1024, 1)
        for child in found
        for line in (Path("/proc") / child / "status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]


def prepare(data: Path) -> None:
    """Set up a site in `data` whose example agreement has 400 signatories."""
    os.environ["MANIFESTKOMPAS_DATA"] = str(data)
    sys.path.insert(0, str(ROOT))
    from tools.many_signatories import add_signatories

    add_signatories(SIGNATORIES)


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        (Path(folder) / "bare.py").write_text(BARE)
        prepare(data)
        site = served("wsgi:app", ROOT, {"MANIFESTKOMPAS_DATA": str(data)})
        bare = served("bare:app", Path(folder), {})
        with site as (port, pid), bare as (bare_port, _):
            times: dict[str, list[float]] = {name: [] for name in ("bare Flask, 20 kB", *PAGES)}
            sizes: dict[str, int] = {}
            for number in range(ROUNDS + 20):
                for name in times:
                    where = (bare_port, "/") if name not in PAGES else (port, PAGES[name].format(n=number))
                    took, size = ask(*where)
                    sizes[name] = size
                    if number >= 20:
                        times[name].append(took)
            base = statistics.median(times["bare Flask, 20 kB"])
            print(f"{'page':34} {'median ms':>9} {'p95 ms':>7} {'ratio':>6} {'gzip kB':>8}")
            for name, values in times.items():
                p95 = statistics.quantiles(values, n=20)[-1]
                median = statistics.median(values)
                print(f"{name:34} {median:9.2f} {p95:7.2f} {median / base:6.1f} {sizes[name] / 1000:8.1f}")
            print(f"memory of the workers: {memory(pid)} MB")


if __name__ == "__main__":
    main()
