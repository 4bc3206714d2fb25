"""Each invented authority with its character: how large, when it signed, how well it keeps its promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from common.markdown import anchor
from website.example.days import Days, workday
from website.example.names import DEMO, INVENTED, REPRESENTATIVE, REPRESENTED, Invented

SEED = 20_26
NEVER_SIGNED = {"Recreatieschap Rietplassen", "Gemeente Grasmonde", "Waterschap Kromme Slenk"}
UNCONFIRMED = "Gemeente Ganzemaat"
SIGNED_LATELY = "Gemeente Hazelkreek"
WITHDREW = "Streekarchief Korenland"

NO_PLAN = {"Gemeente Kievitshoek", "Gemeente Vossenrade", "Waterschap Oosterzegge", "Gemeente Lisveen"}
PLAN_CAME_LATE = {"Gemeente Torenhaven", "Gemeente Bronkade", "Waterschap Vier Vennen", "Gemeente Essenmarke"}
MISSED_REPORTS = {
    "Gemeente Kievitshoek": 3,
    "Gemeente Havermeer": 1,
    "Gemeente Vossenrade": 2,
    "Gemeente Wolfsakker": 1,
    "Veiligheidsregio Zilvermeren": 1,
}
"""How many of the last published years an authority missed."""


@dataclass(frozen=True)
class Profile:
    """One invented authority."""

    code: str
    slug: str
    name: str
    kind: str
    province: str | None
    size: int
    signed_on: date | None
    """None when it never signed, or signed through its representative's hand on the day of that one."""
    ambition: float
    """From 0 (cautious) to 1 (ambitious)."""
    missed: int = 0

    @property
    def domain(self) -> str:
        """An address that cannot exist: .example is reserved."""
        short = self.slug.removeprefix(f"{self.kind}-")
        return f"{short}.voorbeeld.example"

    @property
    def signs_itself(self) -> bool:
        """Whether it signed by its own hand."""
        return self.signed_on is not None and self.name not in REPRESENTED

    def chance(self, key: str) -> Random:
        """Return chance that is the same at every set-up, whatever was drawn before."""
        return Random(f"{SEED}/{self.code}/{key}")  # noqa: S311


def make_profiles(days: Days) -> list[Profile]:
    """Return all invented authorities with their character; the same at every set-up but for the dates."""
    signing = _signing_days(days)
    return [_profile(number, one, signing.get(one.name)) for number, one in enumerate(INVENTED, start=1)]


def _profile(number: int, one: Invented, signed_on: date | None) -> Profile:
    code = f"vb{number:03d}"
    return Profile(
        code=code,
        slug=anchor(one.name),
        name=one.name,
        kind=one.kind,
        province=one.province,
        size=one.size,
        signed_on=signed_on,
        # The authority of the example accounts has something to answer in nearly every section.
        ambition=0.7 if one.name == DEMO else Random(f"{SEED}/{code}").random(),  # noqa: S311
        missed=MISSED_REPORTS.get(one.name, 0),
    )


def _signing_days(days: Days) -> dict[str, date]:
    """Return who signed when: two signing moments, and ones and twos in the years after."""
    names = [one.name for one in INVENTED if one.name not in NEVER_SIGNED | {SIGNED_LATELY, UNCONFIRMED}]
    order = Random(SEED)  # noqa: S311
    first = {DEMO, REPRESENTATIVE, *REPRESENTED, *MISSED_REPORTS, *NO_PLAN, *PLAN_CAME_LATE, WITHDREW}
    others = [name for name in names if name not in first]
    order.shuffle(others)
    moments = _moments(days, order)
    signed = {name: days.agreed_on for name in names if name in first}
    signed |= dict(zip(others, moments, strict=False))
    signed[SIGNED_LATELY] = days.before(40)
    signed[UNCONFIRMED] = days.before(75)
    # Two of those without a plan signed not so long ago: otherwise all of them would be years late.
    signed["Gemeente Lisveen"] = workday(date(days.open_year - 1, 5, 20))
    signed["Waterschap Oosterzegge"] = workday(date(days.open_year, 3, 10))
    return signed


def _moments(days: Days, order: Random) -> Iterator[date]:
    begin = days.years[0]
    for _ in range(8):
        yield days.agreed_on
    second = workday(date(begin, 6, 9))
    for _ in range(12):
        yield second
    while True:
        year = order.choice([begin, begin + 1, begin + 1, begin + 2])
        yield workday(date(year, 1, 15) + timedelta(days=order.randrange(330)))
