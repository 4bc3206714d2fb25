"""The two times that a reader asks for: ?geldigOp=2025-01-31 (that day) and ?beschikbaarOp= (as the site said then).

The names are those of the temporal module of the Dutch API strategy. Links between public pages of the register
carry the two along by themselves, so that a reader stays on the day that he chose.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, current_app, g, request
from flask_babel import gettext as _

from common import clock
from common.snapshots import SnapshotCache
from common.typed import read_day
from common.versions import AsOf
from common.web.access import ACCESS
from common.web.downloads import refuse
from common.web.languages import href

VALID_ON, SAID_AT = "geldigOp", "beschikbaarOp"
NAMES = (VALID_ON, SAID_AT)
ONLY_MOMENTS, ONLY_NOW = "reads_only_moments", "reads_only_now"
FIRST_YEAR, LAST_YEAR = 1900, 2100
SETTLED = timedelta(seconds=60)
"""After so long a request that writes has ended (gunicorn's timeout), so that what was said then stays the same."""
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class AskedTimes:
    """What a reader asked for, as the picker, the banner and the links of a page need it."""

    at: AsOf
    pairs: tuple[tuple[str, str], ...] = ()
    """The parameters that say so, in one spelling; empty for the register as it is now."""
    told_by_day: date | None = None
    """The day of `beschikbaarOp` where a whole day was asked; None where a moment was."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """What was asked and cannot be, by parameter, with the words that say why."""
    typed: Mapping[str, str] = field(default_factory=dict)
    takes_day: bool = True
    """Whether `geldigOp` means something on this page."""

    @property
    def elsewhen(self) -> bool:
        """Whether another day or moment than now is read."""
        return bool(self.pairs)

    @property
    def in_future(self) -> bool:
        """Whether a day is read that has yet to come."""
        return self.at.day > clock.today()


def asked_as_of(*, download: bool = False) -> AsOf:
    """Return for which day and moment the reader wants the register; today and now when he does not say.

    A whole day as `beschikbaarOp` means the end of that Dutch day. What is no day or moment is left out and told at the
    picker; of a download (a file, JSON) it ends the request with 400 and the reason in words.
    """
    asked = _asked()
    if asked.wrong and download:
        refuse(400, *asked.wrong.values())
    g.as_of, g.asked_times = asked.at, asked
    return asked.at


def _asked() -> AskedTimes:
    typed = {name: request.args.get(name, "").strip() for name in NAMES}
    wrong: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    today, takes_day = clock.today(), _reads(str(request.endpoint), VALID_ON)
    day = _valid_on(typed[VALID_ON], wrong) if takes_day else None
    if typed[VALID_ON] and not takes_day:
        wrong[VALID_ON] = _(
            "Deze lijst gaat over wanneer iets op de site kwam, en kent geen %(name)s. Gebruik %(other)s, of de velden "
            "Van en Tot en met.", name=VALID_ON, other=SAID_AT,
        )  # fmt: skip
    moment, whole_day = _said_at(typed[SAID_AT], wrong)
    if moment:
        pairs.append((SAID_AT, whole_day.isoformat() if whole_day else _written(moment)))
    usual = clock.local(moment).date() if moment else today
    if day and day != usual:
        pairs.insert(0, (VALID_ON, day.isoformat()))
    return AskedTimes(AsOf(day or usual, moment), tuple(pairs), whole_day if moment else None, wrong, typed, takes_day)


def _valid_on(typed: str, wrong: dict[str, str]) -> date | None:
    day = read_day(typed)
    if typed and day is None:
        wrong[VALID_ON] = _(
            "Bij %(name)s past een dag tussen 1900 en 2100, zoals 2025-01-31.", name=VALID_ON
        )  # fmt: skip
    return day


def _said_at(typed: str, wrong: dict[str, str]) -> tuple[datetime | None, date | None]:
    """Return the moment, and the day where a whole day was asked; of today that is now, so no moment."""
    if not typed:
        return None, None
    day = read_day(typed)
    moment = _end_of(day) if day else _moment(typed)
    if moment is None:
        wrong[SAID_AT] = _(
            "Bij %(name)s past een dag, zoals 2025-01-31, of een moment met tijdzone, zoals 2025-01-31T12:00:00Z.",
            name=SAID_AT,
        )
        return None, None
    if day == clock.today():
        return None, None
    if moment > clock.now():
        wrong[SAID_AT] = _(
            "Wat deze site later zegt, weten wij nog niet. Kies bij %(name)s vandaag of eerder.", name=SAID_AT
        )
        return None, None
    if moment > clock.now() - SETTLED:
        # A change that was made before that moment may be on its way still: this is now, and promises nothing.
        return None, None
    return moment, day


def _end_of(day: date) -> datetime:
    return clock.day_after(day) - timedelta(microseconds=1)


def _moment(typed: str) -> datetime | None:
    written = typed.replace(" ", "+")  # a plus in an address arrives as a space
    try:
        found = datetime.fromisoformat(written) if _MOMENT.fullmatch(written) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def asked_times() -> AskedTimes | None:
    """Return what this page was asked for, or None on a page that knows no other day."""
    return cast(AskedTimes | None, g.get("asked_times"))


def as_of_pairs() -> tuple[tuple[str, str], ...]:
    """Return the parameters that keep a reader on the day that he chose; nothing when that is now."""
    asked = asked_times()
    return asked.pairs if asked else ()


def as_of_href(path: str) -> str:
    """Return the address of `path` in this page's language, on the day and moment of this page."""
    pairs = as_of_pairs()
    address = href(path)
    return f"{address}{'&' if '?' in path else '?'}{urlencode(pairs)}" if pairs else address


def other_arguments() -> list[tuple[str, str]]:
    """Return what the address asks apart from the times and the page of a list: the picker keeps it."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in {*NAMES, "pagina"} and value]


def address_of_now() -> str:
    """Return the address of this page as it is now, with its filters."""
    query = urlencode(other_arguments())
    return request.script_root + request.path + (f"?{query}" if query else "")


def snapshots_of(at: AsOf) -> SnapshotCache:
    """Return where values of that day are kept: of any other day than now in a small cache of their own.

    Everybody can ask for a thousand days; that must not push out what all readers need, nor fill the memory.
    """
    now = at.moment is None and at.day == clock.today()
    return cast(SnapshotCache, current_app.extensions["snapshots" if now else "other_snapshots"])


def as_of_picker_once() -> bool:
    """Say whether the picker has still to be shown on this page; a page that shows it itself is not given a second."""
    shown = g.get("as_of_picker_shown", False)
    g.as_of_picker_shown = True
    return not shown


def init_as_of(app: Flask) -> None:
    """Give templates the times, and let links between public pages of the register carry them."""
    app.extensions["other_snapshots"] = SnapshotCache(size=24)
    app.jinja_env.globals.update(
        asked_times=asked_times, as_of_href=as_of_href, as_of_pairs=as_of_pairs, other_arguments=other_arguments,
        address_of_now=address_of_now, as_of_picker_once=as_of_picker_once,
    )  # fmt: skip

    @app.url_defaults
    def stay_on_that_day(endpoint: str, values: dict[str, Any]) -> None:
        for name, value in as_of_pairs():
            if _reads(endpoint, name):
                values.setdefault(name, value)


def only_moments(view: View) -> View:
    """Mark a public view that reads `beschikbaarOp` and no `geldigOp`: of its facts no day tells when they hold."""
    setattr(view, ONLY_MOMENTS, True)
    return view


def only_now(view: View) -> View:
    """Mark a public view that shows nothing of the register, so that it has no other day or moment."""
    setattr(view, ONLY_NOW, True)
    return view


def _reads(endpoint: str, name: str) -> bool:
    """Say whether a view shows the register to everybody, and takes this one of the two times.

    Those of the register do, and the home page.
    """
    view = current_app.view_functions.get(endpoint)
    module = getattr(view, "__module__", "")
    return (
        getattr(view, ACCESS, "") == "public"
        and not getattr(view, ONLY_NOW, False)
        and (module.startswith(("registry.", "website.buyer_groups.", "website.themes.")) or endpoint == "website.home")
        and (name == SAID_AT or not getattr(view, ONLY_MOMENTS, False))
    )
