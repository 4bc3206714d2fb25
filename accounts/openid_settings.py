"""The providers of the setting OIDC_PROVIDERS, checked when the site starts."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TAKEN = {"password", "passkey"}
_KNOWN = {"name", "label", "issuer", "client_id", "client_secret", "scope", "trusted_second_factor"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class WrongSetting(SystemExit):
    """The site cannot start with this setting; the message says what to do about it, and is all that is printed."""


@dataclass(frozen=True)
class Provider:
    """One OpenID Connect provider, as the setting names it."""

    name: str
    """Part of the address of return, and what a browser session says that a person signed in by."""
    labels: Mapping[str, str]
    issuer: str
    client_id: str
    client_secret: str
    scope: str = "openid email"
    trusted_second_factor: bool | tuple[str, ...] = False
    """Whether its sign-in counts as the second step: always, or with one of these values of `acr` or `amr`."""

    def label(self, language: str) -> str:
        """Return the name on the button in this language, or in Dutch where it has no other."""
        return self.labels.get(language) or self.labels["nl"]

    def did_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Say whether the provider itself asked for a second factor, as far as the setting trusts it in that."""
        if isinstance(self.trusted_second_factor, bool):
            return self.trusted_second_factor
        amr = claims.get("amr")
        said = [claims.get("acr"), *(amr if isinstance(amr, list) else [])]
        return any(value in said for value in self.trusted_second_factor)


def is_loopback(address: str) -> bool:
    """Say whether an address is on this machine, where http does no harm."""
    return urlsplit(address).hostname in _LOOPBACK


def safe_address(address: Any, *, loopback: bool) -> bool:
    """Say whether one may talk to this address: https, or http on this machine where the issuer is there too."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (loopback and parts.scheme == "http" and is_loopback(address))


def read_providers(given: str | Sequence[Any]) -> tuple[Provider, ...]:
    """Read the setting: JSON text, or what stood in it. Raises WrongSetting with a message in plain Dutch."""
    if isinstance(given, str):
        try:
            given = json.loads(given or "[]")
        except ValueError as error:
            raise _wrong("dit is geen geldige JSON") from error
    if not isinstance(given, list | tuple):
        raise _wrong("dit moet een JSON-lijst zijn")
    providers = tuple(_read(number, entry) for number, entry in enumerate(given, start=1))
    for field in ("name", "issuer"):
        values = [getattr(provider, field) for provider in providers]
        if len(set(values)) != len(values):
            raise _wrong(f"twee aanbieders hebben dezelfde '{field}'")
    return providers


def _read(number: int, entry: Any) -> Provider:
    where = f"aanbieder {number}"
    if not isinstance(entry, Mapping):
        raise _wrong(f"{where} is geen JSON-object")
    if unknown := sorted(set(entry) - _KNOWN):
        raise _wrong(f"{where} heeft een onbekend veld '{unknown[0]}'")
    for field in ("name", "issuer", "client_id", "client_secret"):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            raise _wrong(f"bij {where} ontbreekt '{field}'")
    name, issuer, scope = entry["name"], entry["issuer"], entry.get("scope", Provider.scope)
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise _wrong(f"'name' van {where} mag alleen kleine letters, cijfers en streepjes hebben (hoogstens 31)")
    if not safe_address(issuer, loopback=True) or urlsplit(issuer).query:
        raise _wrong(f"'issuer' van {where} moet een adres zijn dat begint met https://")
    if not isinstance(scope, str) or "openid" not in scope.split():
        raise _wrong(f"'scope' van {where} moet het woord openid bevatten")
    return Provider(
        name=name,
        labels=_labels(where, entry.get("label", name)),
        issuer=issuer,
        client_id=entry["client_id"],
        client_secret=entry["client_secret"],
        scope=scope,
        trusted_second_factor=_trusted(where, entry.get("trusted_second_factor", False)),
    )


def _labels(where: str, given: Any) -> Mapping[str, str]:
    labels = {"nl": given} if isinstance(given, str) else given
    right = isinstance(labels, Mapping) and all(isinstance(one, str) and one.strip() for one in labels.values())
    if not right or not labels.get("nl") or len(labels["nl"]) > 60:
        raise _wrong(f"'label' van {where} moet een korte tekst zijn, of een tekst bij nl en bij en")
    return dict(labels)


def _trusted(where: str, given: Any) -> bool | tuple[str, ...]:
    if isinstance(given, bool):
        return given
    if isinstance(given, list | tuple) and given and all(isinstance(one, str) and one for one in given):
        return tuple(given)
    raise _wrong(f"'trusted_second_factor' van {where} moet true zijn, of een lijst van waarden van acr of amr")


def _wrong(what: str) -> WrongSetting:
    return WrongSetting(
        f"Manifestkompas kan niet starten: de instelling OIDC_PROVIDERS klopt niet: {what}.\n"
        "In docs/settings.md staat hoe een aanbieder wordt opgeschreven."
    )
