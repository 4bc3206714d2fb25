"""What is missing or wrong in a plan before it can be adopted, and the plan as it then reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from common.clock import today
from common.errors import N_
from common.typed import is_web_address, read_day, read_number, wrong_day
from common.vocabulary import vocabulary
from registry.plans.fields import Typed, action_field, ambition_field
from registry.plans.models import Level

LONGEST_TEXTS: Final = {
    "titel": 200, "vastgesteld_door": 200, "link": 500, "reden": 500, "doel": 1000, "indicator": 200, "eenheid": 40,
    "wat": 300, "wie": 200,
}  # fmt: skip
LARGEST: Final = 10**12
LARGEST_BUDGET: Final = 2 * 10**9
"""Euros; its column is one of whole numbers, and on PostgreSQL the largest of those is 2,147,483,647."""


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way, at a field; `missing` says that nothing was typed there yet."""

    field: str
    sentence: str
    values: Mapping[str, object]
    missing: bool = False


def _wrong(field: str, sentence: str, **values: object) -> Problem:
    return Problem(field, sentence, values)


def _missing(field: str, sentence: str, **values: object) -> Problem:
    return Problem(field, sentence, values, missing=True)


def check(
    typed: Typed, themes: Iterable[str], *, reason_asked: bool, adopted_before: date | None = None
) -> list[Problem]:
    """Return what is in the way of adopting this plan, in the order of the form.

    `themes` are the themes of the agreement; `reason_asked` says that it revises a plan that is public,
    `adopted_before` on which day that one was adopted.
    """
    found = [*_head(typed, reason_asked=reason_asked)]
    for theme in themes:
        found += _ambition(theme, typed.ambition(theme))
    if not typed.rows:
        found.append(_missing("acties", N_("Schrijf minstens één actie op.")))
    for row in typed.rows:
        found += _action(row, typed.action(row))
    return found + list(_adoption(typed, adopted_before))


def wrong_only(problems: Sequence[Problem]) -> list[Problem]:
    """Return what was typed wrongly, without what is only not there yet."""
    return [one for one in problems if not one.missing]


def _head(typed: Typed, *, reason_asked: bool) -> Iterator[Problem]:
    if not typed.get("titel"):
        yield _missing("titel", N_("Geef het plan een titel."))
    yield from _length("titel", typed.get("titel"), "titel")
    if reason_asked and not typed.get("reden"):
        yield _missing("reden", N_("Schrijf in een zin waarom u het plan herziet."))
    yield from _length("reden", typed.get("reden"), "reden")
    yield from _period(("periode_van", typed.get("periode_van")), ("periode_tot", typed.get("periode_tot")), asked=True)
    link = typed.get("link")
    if link and not is_web_address(link):
        yield _wrong("link", N_("Schrijf het hele adres, dat begint met https://."))
    yield from _length("link", link, "link")
    yield from _number("budget", typed.get("budget"), whole=True)
    yield from _number("fte", typed.get("fte"))


def _adoption(typed: Typed, adopted_before: date | None) -> Iterator[Problem]:
    if not typed.get("vastgesteld_door"):
        yield _missing("vastgesteld_door", N_("Schrijf op welk bestuur het plan vaststelde."))
    yield from _length("vastgesteld_door", typed.get("vastgesteld_door"), "vastgesteld_door")
    written = typed.get("vastgesteld_op")
    day = read_day(written) if written else None
    if not written:
        yield _missing("vastgesteld_op", N_("Vul in op welke dag het plan is vastgesteld."))
    elif day is None:
        yield _wrong("vastgesteld_op", wrong_day(written))
    elif day > today():
        yield _wrong("vastgesteld_op", N_("Deze dag moet nog komen. Vul in wanneer het plan is vastgesteld."))
    elif adopted_before and day < adopted_before:
        sentence = N_(
            "Het openbare plan is van %(day)s. Een herziening kan niet eerder zijn vastgesteld. Klopt die dag niet? Een"
            " herziening verandert hem niet. Meld het bij de redactie."
        )
        yield _wrong("vastgesteld_op", sentence, day=adopted_before)


def _ambition(theme: str, parts: Mapping[str, str]) -> Iterator[Problem]:
    def name(part: str) -> str:
        return ambition_field(theme, part)

    if parts["niveau"] not in {level.value for level in Level}:
        yield _missing(name("niveau"), N_("Kies een niveau voor dit thema. Geen ambitie is ook een keuze."))
        return
    if parts["niveau"] == Level.NONE:
        yield from _length(name("doel"), parts["doel"], "doel")
        return
    if not parts["doel"]:
        yield _missing(name("doel"), N_("Schrijf in een zin wat u wilt bereiken."))
    for part in ("doel", "indicator", "eenheid"):
        yield from _length(name(part), parts[part], part)
    for part in ("nu", "straks"):
        yield from _number(name(part), parts[part])
        yield from _year(name(f"{part}_jaar"), parts[f"{part}_jaar"], needed=bool(parts[part]))
    if parts["straks"] and not parts["indicator"]:
        yield _missing(name("indicator"), N_("Schrijf op waaraan u dit meet, anders zegt het getal niets."))
    years = [read_number(parts["nu_jaar"]), read_number(parts["straks_jaar"])]
    if None not in years and years[1] < years[0]:  # type: ignore[operator]
        yield _wrong(name("straks_jaar"), N_("Dit jaar ligt voor het jaar van het begin."))


def _action(row: str, parts: Mapping[str, str]) -> Iterator[Problem]:
    def name(part: str) -> str:
        return action_field(row, part)

    if not parts["wat"]:
        yield _missing(name("wat"), N_("Schrijf op wat u gaat doen."))
    yield from _length(name("wat"), parts["wat"], "wat")
    if parts["thema"] not in vocabulary().themes:
        yield _missing(name("thema"), N_("Kies het thema waar deze actie bij hoort."))
    if "@" in parts["wie"]:
        yield _wrong(name("wie"), N_("Schrijf een functie op, geen naam of e-mailadres. Dit wordt openbaar."))
    yield from _length(name("wie"), parts["wie"], "wie")
    yield from _period((name("van"), parts["van"]), (name("klaar"), parts["klaar"]), asked=False)


def _length(field: str, text: str, kind: str) -> Iterator[Problem]:
    most = LONGEST_TEXTS[kind]
    if len(text) > most:
        yield _wrong(
            field, N_("Dit zijn %(length)s tekens. Gebruik er hoogstens %(most)s."), length=len(text), most=most
        )


def _number(field: str, text: str, *, whole: bool = False) -> Iterator[Problem]:
    number = read_number(text) if text else None
    if text and (number is None or not 0 <= number <= LARGEST):
        yield _wrong(field, N_("Schrijf een getal, bijvoorbeeld 12,5."))
    elif number is not None and whole and number != int(number):
        yield _wrong(field, N_("Schrijf een bedrag in hele euro's, zonder cijfers achter de komma."))
    elif number is not None and whole and number > LARGEST_BUDGET:
        yield _wrong(field, N_("Schrijf een bedrag van hoogstens 2 miljard euro."))


def _year(field: str, text: str, *, needed: bool) -> Iterator[Problem]:
    if needed and not text:
        yield _missing(field, N_("Vul ook het jaar in."))
    elif text and not (text.isdecimal() and len(text) == 4 and 1990 <= int(text) <= 2100):
        yield _wrong(field, N_("Schrijf een jaartal, bijvoorbeeld 2027."))


def _period(begin: tuple[str, str], end: tuple[str, str], *, asked: bool) -> Iterator[Problem]:
    days: list[date | None] = []
    for field, text in (begin, end):
        days.append(read_day(text) if text else None)
        if asked and not text:
            yield _missing(field, N_("Vul de eerste en de laatste dag in."))
        elif text and days[-1] is None:
            yield _wrong(field, wrong_day(text))
    if days[0] and days[1] and days[1] < days[0]:
        yield _wrong(end[0], N_("Deze dag ligt voor de eerste dag."))


def head_facts(typed: Typed) -> dict[str, Any]:
    """Return the columns of a plan version that these fields give; of a checked plan only."""
    fte, budget = read_number(typed.get("fte")), read_number(typed.get("budget"))
    return {
        "title": typed.get("titel"),
        "period_from": read_day(typed.get("periode_van")),
        "period_to": read_day(typed.get("periode_tot")),
        "adopted_by": typed.get("vastgesteld_door"),
        "adopted_on": read_day(typed.get("vastgesteld_op")),
        "document_url": typed.get("link") or None,
        "document_id": int(typed.get("document")) if typed.get("document").isdecimal() else None,
        "capacity_fte": fte,
        "budget_euro": None if budget is None else int(budget),
    }


def ambition_facts(parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of one ambition; of no ambition its sentence alone, which may say why there is none."""
    level = Level(parts["niveau"])
    if level is Level.NONE:
        return {"level": level, "aim": parts["doel"]}
    return {
        "level": level,
        "aim": parts["doel"],
        "indicator": parts["indicator"] or None,
        "unit": parts["eenheid"] or None,
        "baseline": read_number(parts["nu"]),
        "baseline_year": read_number(parts["nu_jaar"]),
        "target": read_number(parts["straks"]),
        "target_year": read_number(parts["straks_jaar"]),
    }


def action_facts(parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of one action."""
    return {
        "theme": parts["thema"],
        "title": parts["wat"],
        "owner_function": parts["wie"] or None,
        "starts_on": read_day(parts["van"]),
        "ready_by": read_day(parts["klaar"]),
    }
