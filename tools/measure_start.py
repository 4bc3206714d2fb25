"""Measures `make run` in a clone: seconds until the first page, three times in a row.

    git clone . /some/folder && cd /some/folder && python3 tools/measure_start.py

The first time sets everything up; package caches are as they are. Needs a free port 8401.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = "8401"
PATIENCE = 300


def start_once() -> float:
    """Start the site, wait for its first page, stop it; return the seconds it took."""
    begin = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env={**os.environ, "PORT": PORT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while time.monotonic() - begin < PATIENCE:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1)
                return time.monotonic() - begin
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the site did not start")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def main() -> None:
    """Start three times and print the seconds."""
    for number in (1, 2, 3):
        print(f"start {number}: first page after {start_once():.1f} s")
        time.sleep(1)


if __name__ == "__main__":
    main()
