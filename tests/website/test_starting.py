"""Starting the site: settings, secrets, and a data folder that cannot be written to."""

import json
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.database import open_database
from website.config import CannotStart, prepare_folder, read_settings

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_secret_is_made_once_and_kept_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANIFESTKOMPAS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first, second = read_settings(), read_settings()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) > 40
    assert stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode) == 0o600


def test_what_is_made_in_a_new_data_folder_is_for_its_owner_only(environment: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        settings = read_settings()
        with open_database(settings.database_url).engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE iets (getal INTEGER)")
            rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.data.iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert {"manifestkompas.sqlite", "manifestkompas.sqlite-wal"} <= set(rights)
    assert set(rights.values()) == {0o600}


def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    prepare_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


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


SAFE = {
    "PRODUCTION": "on",
    "SITE_URL": "https://kompas.example",
    "SECRET_KEY": "k" * 32,
    "MAIL_URL": "smtp://localhost:25",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which only the data folder is set."""
    for name in (*SAFE, "SECRET_KEY_FILE", "TRUSTED_HOSTS", "PORT", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MANIFESTKOMPAS_DATA", str(tmp_path / "data"))
    return monkeypatch


def test_nothing_need_be_set_for_a_trial(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert not settings.production
    assert {"127.0.0.1", "localhost"} <= set(settings.hosts)


def test_in_production_the_site_starts_with_what_is_safe(environment: pytest.MonkeyPatch) -> None:
    for name, value in SAFE.items():
        environment.setenv(name, value)
    settings = read_settings()
    assert (settings.production, settings.https, settings.hosts) == (True, True, ("kompas.example",))
    assert settings.secret_key == "k" * 32


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", ""), ("SITE_URL", "http://kompas.example"), ("SECRET_KEY", ""), ("SECRET_KEY", "k" * 31),
        ("MAIL_URL", ""), ("TRUSTED_PROXIES", ""), ("TRUSTED_PROXIES", " "),
    ],
)  # fmt: skip
def test_in_production_the_site_refuses_what_is_not_safe_and_says_so(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other, safe in SAFE.items():
        environment.setenv(other, safe)
    environment.setenv(name, value)
    with pytest.raises(CannotStart, match=name):
        read_settings()


def test_in_production_a_site_without_a_proxy_says_so(environment: pytest.MonkeyPatch) -> None:
    for name, value in {**SAFE, "TRUSTED_PROXIES": "0"}.items():
        environment.setenv(name, value)
    assert read_settings().trusted_proxies == 0


def test_the_key_may_come_from_a_file_of_a_secret_store(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s" * 40 + "\n")
    for name, value in {**SAFE, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}.items():
        environment.setenv(name, value)
    assert read_settings().secret_key == "s" * 40
    environment.setenv("SECRET_KEY_FILE", str(tmp_path / "weg"))
    with pytest.raises(CannotStart, match="SECRET_KEY_FILE"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "acht"), ("PORT", "70000"), ("PORT", "-1"), ("PORT", "٣"), ("TRUSTED_PROXIES", "een"),
        ("TRUSTED_PROXIES", "11"), ("PRODUCTION", "misschien"), ("RATE_LIMITS", "soms"), ("OIDC_PROVIDERS", "{"),
        ("OIDC_PROVIDERS", '{"a": 1}'), ("OIDC_PROVIDERS", "[1]"), ("SITE_URL", "kompas.example"),
        ("SITE_URL", "https://kompas.example/pad"), ("SITE_URL", "https://jan@kompas.example"),
        ("SITE_URL", "javascript:alert(1)"), ("TRUSTED_HOSTS", "https://kompas.example"), ("TRUSTED_HOSTS", "*"),
        ("RATE_LIMIT_STORAGE", "http://x"), ("DATABASE_URL", "geen adres"), ("DATABASE_URL", "onbekend://x"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_read_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(CannotStart, match=name):
        read_settings()


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (["flask", "--app", "wsgi", "routes"], {"PRODUCTION": "on"}),
        (["gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"], {"PRODUCTION": "on"}),
        (["flask", "--app", "wsgi", "setup"], {"WEB_CONCURRENCY": "veel"}),
        (["gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"], {**SAFE, "PORT": "0"}),
        (["flask", "--app", "wsgi", "setup"], SAFE),
    ],
)
def test_every_way_to_start_ends_with_a_plain_message(
    data_folder: Path, command: list[str], wrong: dict[str, str]
) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SAFE}
    outcome = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, env={**kept, "MANIFESTKOMPAS_DATA": str(data_folder), **wrong},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert outcome.returncode not in {0, 124}
    assert "Traceback" not in outcome.stderr
    assert re.search(r"start niet met PRODUCTION=on|WEB_CONCURRENCY|--without-example", outcome.stderr)


def test_several_processes_may_start_at_once_on_one_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        for one in [several.submit(prepare_folder, tmp_path / "data") for _ in range(200)]:
            one.result()
    assert list((tmp_path / "data").iterdir()) == []
