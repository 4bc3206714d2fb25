"""Settings from the environment, and the data folder with what is made once and kept."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class CannotStart(SystemExit):
    """The site cannot start; the message says what to do about it, and is all that is printed."""


@dataclass(frozen=True)
class Settings:
    """What the environment says; docs/settings.md lists the same."""

    data: Path
    database_url: str
    secret_key: str
    password_salt: str
    site_url: str
    contact: str = ""
    production: bool = False
    """Whether the site refuses to start where it would not be safe on the internet."""
    trusted_hosts: tuple[str, ...] = ()
    """Names under which the site answers beside that of `site_url`; empty in a trial: any name of this machine."""
    trusted_proxies: int = 0
    """How many proxies stand in front and say who the visitor is."""
    mail_url: str = ""
    """SMTP server; without it every mail is written to a file in the data folder."""
    mail_from: str = "Manifestkompas <manifestkompas@localhost>"
    oidc_providers: tuple[Mapping[str, Any], ...] = ()
    local_passwords: bool = True
    second_factor_required: bool | None = None
    """None: required wherever the example world is absent."""
    storage_url: str = ""
    """Where files are kept, as fsspec names it; empty: a folder in the data folder."""
    rate_limit_storage: str = "memory://"
    rate_limits: bool = True

    @property
    def https(self) -> bool:
        """Whether people reach the site over https."""
        return self.site_url.startswith("https://")


def read_settings() -> Settings:
    """Read the environment; make the data folder and its secrets where they are absent."""
    data = Path(os.environ.get("MANIFESTKOMPAS_DATA") or ROOT / "instance").resolve()
    prepare_folder(data)
    kept = kept_secrets(data / "secrets.json")
    port = os.environ.get("PORT") or "8000"
    return Settings(
        data=data,
        database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data / 'manifestkompas.sqlite'}",
        secret_key=os.environ.get("SECRET_KEY") or kept["secret_key"],
        password_salt=kept["password_salt"],
        site_url=(os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        contact=os.environ.get("CONTACT", ""),
        production=_switch("PRODUCTION") or False,
        trusted_hosts=tuple(os.environ.get("TRUSTED_HOSTS", "").replace(",", " ").split()),
        trusted_proxies=int(os.environ.get("TRUSTED_PROXIES") or 0),
        mail_url=os.environ.get("MAIL_URL", ""),
        mail_from=os.environ.get("MAIL_FROM") or Settings.mail_from,
        oidc_providers=tuple(json.loads(os.environ.get("OIDC_PROVIDERS") or "[]")),
        local_passwords=_switch("LOCAL_PASSWORDS") is not False,
        second_factor_required=_switch("SECOND_FACTOR_REQUIRED"),
        storage_url=os.environ.get("STORAGE_URL", ""),
        rate_limit_storage=os.environ.get("RATE_LIMIT_STORAGE") or Settings.rate_limit_storage,
        rate_limits=_switch("RATE_LIMITS") is not False,
    )


def _switch(name: str) -> bool | None:
    """Read a setting that is on or off; None where it is not set. Stops with a plain message at any other word."""
    word = os.environ.get(name, "").strip().lower()
    if word in {"on", "1", "true", "yes"}:
        return True
    if word in {"off", "0", "false", "no"}:
        return False
    if word:
        raise CannotStart(f"De instelling {name} is 'on' of 'off', niet '{word}'.")
    return None


def prepare_folder(folder: Path) -> None:
    """Make the data folder and check that it can be written to; else stop with a plain message."""
    probe = folder / ".schrijfproef"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"0" * 65536)
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"Manifestkompas kan niet starten: de map {folder} is niet te schrijven ({error.strerror}).\n"
            "Maak ruimte vrij of geef schrijfrecht, of kies met MANIFESTKOMPAS_DATA een andere map."
        ) from error


def kept_secrets(path: Path) -> dict[str, str]:
    """Return the secrets in `path`, making them once, readable for the owner only."""
    if not path.exists():
        made = {"secret_key": secrets.token_urlsafe(48), "password_salt": secrets.token_urlsafe(32)}
        write_private(path, json.dumps(made, indent=1))
    return dict(json.loads(path.read_text()))


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read (mode 600), whole or not at all."""
    temporary = path.with_name(path.name + f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    temporary.replace(path)
