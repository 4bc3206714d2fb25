"""Whose form a file is: a hidden sheet that is compared when the file comes back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.reports.sheets.book import BookCell

SHEET: Final = "manifestkompas"
MARK: Final = "manifestkompas-formulier"
_LONGEST: Final = 20_000


@dataclass(frozen=True)
class Identity:
    """What a file says of itself."""

    authority: str
    agreement: str
    year: int
    edition: str
    """SHA-256 of the frozen form."""
    language: str
    layout: str
    """SHA-256 of what stands where."""
    version: int
    """Of the report."""
    versions: Mapping[str, int]
    """Of each answer; 0 where there was none."""
    suggested: frozenset[str] = frozenset()
    """The questions that showed last year's answer, or the plan's rows, to be looked at."""
    sheet: str = SHEET
    earlier: frozenset[str] = frozenset()
    """SHA-256 of the same form before its texts were corrected; not written in a file."""


def identity_rows(identity: Identity) -> list[list[BookCell]]:
    """Return the rows of the hidden sheet."""
    said = {
        "form": MARK,
        "authority": identity.authority,
        "agreement": identity.agreement,
        "year": str(identity.year),
        "edition": identity.edition,
        "language": identity.language,
        "layout": identity.layout,
        "version": str(identity.version),
        "versions": ",".join(f"{key}={version}" for key, version in identity.versions.items()),
        "suggested": ",".join(sorted(identity.suggested)),
    }
    return [[BookCell(name, "hidden"), BookCell(value, "hidden")] for name, value in said.items()]


def read_identity(said: Mapping[str, str]) -> Identity | None:
    """Read what a file says of itself; None where it is none of our forms, or says what cannot be."""
    if said.get("form") != MARK or any(len(value) > _LONGEST for value in said.values()):
        return None
    versions = _versions(said.get("versions", ""))
    year, version = _number(said.get("year", "")), _number(said.get("version", ""))
    if versions is None or year is None or version is None or said.get("language") not in {"nl", "en"}:
        return None
    return Identity(
        authority=said.get("authority", ""),
        agreement=said.get("agreement", ""),
        year=year,
        edition=said.get("edition", ""),
        language=said["language"],
        layout=said.get("layout", ""),
        version=version,
        versions=versions,
        suggested=frozenset(key for key in said.get("suggested", "").split(",") if key),
    )


def _versions(text: str) -> dict[str, int] | None:
    found = {}
    for item in text.split(",") if text else ():
        key, _, number = item.partition("=")
        version = _number(number)
        if not key or version is None:
            return None
        found[key] = version
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
