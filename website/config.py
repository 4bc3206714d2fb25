"""Settings from the environment, and the data folder with what is made once and kept."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from common.web.security import THIS_MACHINE

ROOT = Path(__file__).resolve().parent.parent


SHORTEST_SECRET = 32
"""Characters of the key that signs sessions, where the site is on the internet."""


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
    """Names under which the site answers beside that of `site_url`; in a trial also those of this machine."""
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
    ledger_key: str = ""
    """The file of the key that signs checkpoints; empty: one in the data folder, made at first use."""
    ledger_keepers: tuple[str, ...] = ()
    """Addresses that get each checkpoint by mail."""
    security_log: str = ""
    """A file that gets the lines about security too; the folder is there already."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the site answers."""
        own = (urlsplit(self.site_url).hostname or "", *self.trusted_hosts)
        return own if self.production else (*own, *THIS_MACHINE)

    @property
    def https(self) -> bool:
        """Whether people reach the site over https."""
        return self.site_url.startswith("https://")


def read_settings() -> Settings:
    """Read the environment; make the data folder and its secrets where they are absent.

    Raises CannotStart, with a plain message, where a setting cannot be read or is not safe on the internet.
    """
    data = Path(os.environ.get("MANIFESTKOMPAS_DATA") or ROOT / "instance").resolve()
    prepare_folder(data)
    kept = kept_secrets(data / "secrets.json")
    given = _given_secret()
    whole_number("WEB_CONCURRENCY", 2, least=1, most=256)  # gunicorn reads it, and says less about it
    settings = Settings(
        data=data,
        database_url=_database_url() or f"sqlite:///{data / 'manifestkompas.sqlite'}",
        secret_key=given or kept["secret_key"],
        password_salt=kept["password_salt"],
        site_url=_site_url(),
        contact=os.environ.get("CONTACT", ""),
        production=_switch("PRODUCTION") or False,
        trusted_hosts=_trusted_hosts(),
        trusted_proxies=whole_number("TRUSTED_PROXIES", 0, most=10),
        mail_url=os.environ.get("MAIL_URL", ""),
        mail_from=os.environ.get("MAIL_FROM") or Settings.mail_from,
        oidc_providers=_oidc_providers(),
        local_passwords=_switch("LOCAL_PASSWORDS") is not False,
        second_factor_required=_switch("SECOND_FACTOR_REQUIRED"),
        storage_url=os.environ.get("STORAGE_URL", ""),
        rate_limit_storage=_rate_limit_storage(),
        rate_limits=_switch("RATE_LIMITS") is not False,
        ledger_key=os.environ.get("LEDGER_KEY", ""),
        ledger_keepers=_ledger_keepers(),
        security_log=os.environ.get("SECURITY_LOG", ""),
    )
    _refuse_what_is_unsafe(settings, given)
    return settings


def _refuse_what_is_unsafe(settings: Settings, given_secret: str) -> None:
    """Stop where the site would stand unsafely on the internet; in a trial everything may be absent."""
    if not settings.production:
        return
    wrong = []
    if not settings.https:
        wrong.append("SITE_URL ontbreekt, of begint niet met https://. Geef het adres waarop mensen de site bereiken.")
    if len(given_secret) < SHORTEST_SECRET:
        wrong.append(
            f"SECRET_KEY (of een bestand in SECRET_KEY_FILE) ontbreekt, of is korter dan {SHORTEST_SECRET} tekens."
        )
    if not settings.mail_url:
        wrong.append("MAIL_URL ontbreekt: uitnodigingen en herstel van wachtwoorden gaan per mail.")
    if not os.environ.get("TRUSTED_PROXIES", "").strip():
        # Left out behind a proxy, all visitors would have its address: one of them could use up the limits of all.
        wrong.append(
            "TRUSTED_PROXIES ontbreekt. Geef het aantal proxy's voor deze site: meestal 1, en alleen 0 als er geen is."
        )
    if wrong:
        listed = "\n".join(f"- {one}" for one in wrong)
        raise CannotStart(f"Manifestkompas start niet met PRODUCTION=on:\n{listed}\nZie docs/settings.md.")


def _given_secret() -> str:
    """Return the key of the environment, or of the file that it names; "" where neither is set."""
    path = os.environ.get("SECRET_KEY_FILE", "")
    if os.environ.get("SECRET_KEY") or not path:
        return os.environ.get("SECRET_KEY", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"Het bestand in SECRET_KEY_FILE is niet te lezen ({path}).") from error


def _site_url() -> str:
    """Read the address of the site: scheme and host, and nothing more."""
    url = (os.environ.get("SITE_URL") or f"http://localhost:{whole_number('PORT', 8000, most=65_535)}").rstrip("/")
    if not re.fullmatch(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", url):
        raise CannotStart(
            "De instelling SITE_URL is een adres als https://manifestkompas.example, zonder pad en zonder naam ervoor."
        )
    return url


def _database_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        try:
            make_url(url).get_dialect()
        except (ArgumentError, ImportError, ValueError) as error:
            raise CannotStart(
                "De instelling DATABASE_URL is een adres als postgresql+psycopg://naam:wachtwoord@host/naam."
            ) from error
    return url


def _trusted_hosts() -> tuple[str, ...]:
    names = tuple(os.environ.get("TRUSTED_HOSTS", "").replace(",", " ").split())
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+", name):
            raise CannotStart(f"De instelling TRUSTED_HOSTS heeft namen als kompas.example, zonder https://: '{name}'.")
    return names


def _oidc_providers() -> tuple[Mapping[str, Any], ...]:
    try:
        found = json.loads(os.environ.get("OIDC_PROVIDERS") or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise CannotStart("De instelling OIDC_PROVIDERS is een lijst in JSON: [{...}]. Zie docs/settings.md.")
    return tuple(found)


def _rate_limit_storage() -> str:
    url = os.environ.get("RATE_LIMIT_STORAGE") or Settings.rate_limit_storage
    if not re.match(r"(memory|redis|rediss|redis\+unix)://", url):
        raise CannotStart("De instelling RATE_LIMIT_STORAGE is memory:// of een adres als redis://host:6379/0.")
    return url


def _ledger_keepers() -> tuple[str, ...]:
    addresses = tuple(one.strip() for one in os.environ.get("LEDGER_KEEPERS", "").split(",") if one.strip())
    for one in addresses:
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", one):
            raise CannotStart(f"De instelling LEDGER_KEEPERS heeft adressen met komma's ertussen: '{one[:80]}'.")
    return addresses


def whole_number(name: str, otherwise: int, *, least: int = 0, most: int) -> int:
    """Read a setting that is a whole number. Raises CannotStart for anything else."""
    word = os.environ.get(name, "").strip()
    if not word:
        return otherwise
    if not (word.isascii() and word.isdigit()) or not least <= int(word[:12]) <= most:
        raise CannotStart(f"De instelling {name} is een getal van {least} tot {most}, niet '{word[:40]}'.")
    return int(word)


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
    """Make the data folder, for its owner only, and check that it can be written to; else stop with a plain message.

    The rights of a folder that is there already are left to whoever made it.
    """
    # Each process has a trial of its own: two that start at once would take each other's away.
    probe = folder / f".schrijfproef-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
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
