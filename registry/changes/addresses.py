"""The address of the list of changes: reads what it asks for, and writes the one address that says so."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from common.clock import day_after
from common.typed import read_day
from common.versions import AsOf
from registry.changes.wanted import ChangeKind, Wanted

LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """What a reader of the changes asked for, as he wrote it; empty parts filter nothing."""

    organisation: str = ""
    kinds: tuple[ChangeKind, ...] = ()
    agreement: str = ""
    since: date | None = None
    until: date | None = None
    subject: str = ""
    also_new: bool = False
    page: int = 1
    ignored: tuple[str, ...] = ()
    """Values that mean nothing here."""

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters, without empty ones."""
        found = [("organisatie", self.organisation), *(("soort", kind.value) for kind in self.kinds)]
        found += [("afspraak", self.agreement), ("van", self.since.isoformat() if self.since else "")]
        found += [("tot", self.until.isoformat() if self.until else ""), ("onderwerp", self.subject)]
        found += [("nieuw", "ja" if self.also_new else ""), ("pagina", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in found if value]

    def url(self, path: str) -> str:
        """Return the address below `path`, which may ask for a day already."""
        query = urlencode(self.pairs())
        return f"{path}{'&' if '?' in path else '?'}{query}" if query else path

    def to_page(self, page: int) -> "Asked":
        """Return the same list at another page."""
        return replace(self, page=page)

    def chosen(self) -> list[tuple[str, str, "Asked"]]:
        """Return each filter as its name, its value and what is asked without it."""
        first = self.to_page(1)
        found = [(name, value, replace(first, **without)) for name, value, without in _parts(self) if value]
        kinds = [(one, tuple(other for other in self.kinds if other is not one)) for one in self.kinds]
        return found + [("soort", one.value, replace(first, kinds=others)) for one, others in kinds]

    def wanted(self, authority_id: int | None, agreement_id: int | None, at: AsOf) -> Wanted:
        """Return the same in numbers and moments; days begin and end on the Dutch clock."""
        last = day_after(self.until) - timedelta(microseconds=1) if self.until else None
        moments: list[datetime] = [moment for moment in (last, at.moment) if moment]
        return Wanted(
            kinds=self.kinds or tuple(ChangeKind),
            authority_id=authority_id,
            agreement_id=agreement_id,
            subjects=(self.subject,) if self.subject else (),
            begins=day_after(self.since - timedelta(days=1)) if self.since else None,
            until=min(moments, default=None),
            also_new=self.also_new,
        )


def _parts(asked: Asked) -> list[tuple[str, str, dict[str, Any]]]:
    since, until = (day.isoformat() if day else "" for day in (asked.since, asked.until))
    return [
        ("organisatie", asked.organisation, {"organisation": ""}),
        ("afspraak", asked.agreement, {"agreement": ""}),
        ("van", since, {"since": None}),
        ("tot", until, {"until": None}),
        ("onderwerp", asked.subject, {"subject": ""}),
        ("nieuw", "ja" if asked.also_new else "", {"also_new": False}),
    ]


def read_asked(args: "MultiDict[str, str]") -> Asked:
    """Read the parameters of a request; what means nothing is left out and told."""
    ignored: list[str] = []
    kinds = []
    for value in dict.fromkeys(args.getlist("soort")):
        if value in list(ChangeKind):
            kinds.append(ChangeKind(value))
        elif value:
            ignored.append(value[:40])
    if args.get("nieuw", "") not in {"", "ja"}:
        ignored.append(args["nieuw"][:40])
    days = {}
    for name in ("van", "tot"):
        typed = args.get(name, "").strip()
        days[name] = read_day(typed)
        if typed and days[name] is None:
            ignored.append(typed[:40])
    return Asked(
        organisation=_line(args.get("organisatie", "")), kinds=tuple(kinds), agreement=_line(args.get("afspraak", "")),
        since=days["van"], until=days["tot"], subject=_line(args.get("onderwerp", "")),
        also_new=args.get("nieuw") == "ja", page=_page(args.get("pagina", "")), ignored=tuple(ignored),
    )  # fmt: skip


def _line(typed: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())[:LONGEST]


def _page(typed: str) -> int:
    return max(int(typed[:6]), 1) if typed.isascii() and typed.isdigit() else 1
