"""Settings from the environment, and the data folder with what is made once and kept."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

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
    )


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
