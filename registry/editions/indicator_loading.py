"""Loads the indicators of content/indicators.yaml: each version once. What was there never changes or goes."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common.clock import now
from common.content import Entry, read_yaml_entries
from common.errors import ContentError
from common.ledger import SYSTEM, record
from common.vocabulary import vocabulary
from registry.editions.indicators import add_version, content_of, read_formula
from registry.editions.models import Comparable, Indicator

FILE: Final = "indicators.yaml"
_LONGEST_CODE: Final = 16
_WORDS: Final = {True: "yes", False: "no"}
"""What YAML makes of a bare yes and no."""


def load(session: Session, folder: Path) -> None:
    """Load indicators.yaml of `folder`. Raises ContentError with file, line and reason before anything is written.

    A code may stand there more than once, with every version it had. What staff opened with an edition need not be in
    the file; a code that came from the file must stay in it for ever.
    """
    entries = read_yaml_entries(folder / FILE, "indicators")
    by_code: dict[str, list[tuple[Entry, dict[str, Any]]]] = {}
    for entry in entries:
        by_code.setdefault(_code(entry), []).append((entry, _said(entry)))
    there = {one.code: one for one in session.scalars(select(Indicator).options(selectinload(Indicator.versions)))}
    gone = sorted(code for code, one in there.items() if code not in by_code and _is_of_file(one))
    if gone:
        raise ContentError(FILE, None, f"een code verdwijnt nooit, en ontbreekt nu: {', '.join(gone)}")
    wanted = [(code, said) for code, rows in by_code.items() for said in _to_add(rows, there.get(code))]
    for code, said in wanted:
        add_version(session, code, said, actor=SYSTEM)
    _retire(session, by_code)


def _is_of_file(indicator: Indicator) -> bool:
    return indicator.versions[0].recorded_role == SYSTEM.role


def _to_add(rows: list[tuple[Entry, dict[str, Any]]], there: Indicator | None) -> list[dict[str, Any]]:
    """Return the versions that are new; refuse one that says otherwise than what was there, and a gap."""
    known = {one.number: one for one in there.versions} if there else {}
    last, found = max(known, default=0), []
    for entry, said in sorted(rows, key=lambda row: row[1]["number"]):
        number = said["number"]
        if number in known:
            _same(entry, said, content_of(known[number]))
            continue
        if last and number != last + 1:
            raise entry.wrong(f"{entry['code']}: na versie {last} komt versie {last + 1}, niet {number}")
        found.append(said)
        last = number
    return found


def _same(entry: Entry, said: dict[str, Any], before: dict[str, Any]) -> None:
    now_said = {**said, "comparable": said["comparable"].value if said["comparable"] else None}
    other = [name for name in now_said if name != "number" and now_said[name] != before[name]]
    if other:
        raise entry.wrong(
            f"{entry['code']}: {', '.join(other)} is anders dan in versie {said['number']}. Wat er stond, blijft: "
            f"schrijf een regel met een hogere versie, en zeg met comparable of de cijfers te vergelijken zijn"
        )


def _code(entry: Entry) -> str:
    code = entry["code"]
    if not isinstance(code, str) or not code or len(code) > _LONGEST_CODE:
        raise entry.wrong(f"code is geen tekst van hoogstens {_LONGEST_CODE} tekens: {code!r}")
    return code


def _said(entry: Entry) -> dict[str, Any]:
    number = entry["version"]
    if type(number) is not int or number < 1:
        raise entry.wrong(f"version is geen getal vanaf 1: {number!r}")
    theme = entry["theme"]
    if theme is not None and theme not in vocabulary().themes:
        raise entry.wrong(f"onbekend thema: {theme!r}")
    return {
        "number": number,
        "name": _text(entry, "name"),
        "definition": _text(entry, "definition"),
        "unit": _text(entry, "unit") if entry["unit"] is not None else None,
        "allowed": _allowed(entry),
        "theme": theme,
        **_compared(entry, number),
    }


def _compared(entry: Entry, number: int) -> dict[str, Any]:
    given = entry.values.get("comparable")
    word = _WORDS.get(given, given) if isinstance(given, bool) else given
    formula = entry.values.get("formula")
    note = _text(entry, "note") if entry.values.get("note") is not None else None
    if number == 1:
        if word is not None or formula is not None:
            raise entry.wrong("bij een eerste versie valt er niets te vergelijken: laat comparable en formula weg")
        return {"comparable": None, "formula": None, "note": note}
    if word not in list(Comparable):
        raise entry.wrong(f"{entry['code']}: comparable hoort bij versie {number} yes, formula of no te zijn")
    if (formula is not None) != (word == Comparable.FORMULA):
        raise entry.wrong("een formule hoort bij comparable: formula, en alleen daar")
    if formula is not None:
        try:
            read_formula(formula)
        except ValueError as error:
            raise entry.wrong(f"formula {formula!r}: {error}") from error
    return {"comparable": Comparable(word), "formula": formula, "note": note}


def _allowed(entry: Entry) -> Any:
    allowed = entry.values.get("allowed")
    if allowed is None:
        return None
    if isinstance(allowed, list) and allowed and all(isinstance(code, str) for code in allowed):
        return allowed
    bounds = allowed if isinstance(allowed, dict) else {}
    if bounds and set(bounds) <= {"least", "most"} and all(type(one) in {int, float} for one in bounds.values()):
        return allowed
    raise entry.wrong(f"allowed hoort codes te zijn, of least en most: {allowed!r}")


def _text(entry: Entry, name: str) -> dict[str, str]:
    value = entry[name]
    if not isinstance(value, dict) or not all(
        isinstance(value.get(code), str) and value[code] for code in ("nl", "en")
    ):
        raise entry.wrong(f"{name} heeft geen tekst in het Nederlands en het Engels")
    return {"nl": value["nl"], "en": value["en"]}


def _retire(session: Session, by_code: dict[str, list[tuple[Entry, dict[str, Any]]]]) -> None:
    """Note since when no new form may ask a code whose last row says `retired: true`."""
    wanted = {code for code, rows in by_code.items() if rows[-1][0].values.get("retired") is True}
    for one in session.scalars(select(Indicator).where(Indicator.code.in_(by_code))):
        if (one.retired_at is not None) != (one.code in wanted):
            one.retired_at = now() if one.code in wanted else None
            record(session, "indicator.retired", f"indicator:{one.code}", {"retired": one.code in wanted}, actor=SYSTEM)
