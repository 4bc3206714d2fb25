"""Starting the site: settings, secrets, and a data folder that cannot be written to."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from website.config import CannotStart, prepare_folder, read_settings

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_secret_is_made_once_and_kept_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANIFESTKOMPAS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first, second = read_settings(), read_settings()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) > 40
    assert stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_made_gives_a_plain_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file stands where the folder should be")
    with pytest.raises(CannotStart, match="niet te schrijven"):
        prepare_folder(tmp_path / "file" / "data")


def test_a_full_disk_gives_a_plain_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotStart, match="No space left"):
        prepare_folder(tmp_path / "data")


def test_set_up_says_what_is_wrong_instead_of_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(tmp_path / "file" / "data")}
    outcome = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "setup"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outcome.returncode != 0
    assert "niet te schrijven" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_example_accounts_are_there_for_every_role_and_readable_for_the_owner_only(data_folder: Path) -> None:
    path = data_folder / "example-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    accounts = json.loads(path.read_text())
    assert set(accounts) == {"invuller", "coordinator", "bestuurder", "redacteur", "beoordelaar", "beheerder"}
    assert len({account["password"] for account in accounts.values()}) == 6
