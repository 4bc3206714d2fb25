"""Invented certificates of the CO2-Prestatieladder: one holds, one expired, one is a trede of handbook 4.0."""

from datetime import date
from functools import partial

from common.ledger import SYSTEM
from registry.certificates.content import CertificateFacts
from registry.certificates.keeping import add_certificate
from website.example.days import moment, workday
from website.example.names import DEMO
from website.example.signing import SOURCE
from website.example.world import World

CERTIFIER = "Voorbeeld Certificering B.V."
EXPIRED = "Gemeente Torenhaven"
BY_STEP = "Waterschap Vier Vennen"


def plan_certificates(world: World) -> None:
    """Put the day on which each was entered on the timeline."""
    year = world.days.open_year
    _plan(world, DEMO, ("3.1", 3, None), date(year, 2, 3), world.days.today.year + 1)
    _plan(world, EXPIRED, ("3.0", 2, None), date(year - 2, 5, 12), year)
    _plan(world, BY_STEP, ("4.0", None, 1), date(year, 9, 15), world.days.today.year + 2)


def _plan(world: World, name: str, scale: tuple[str, int | None, int | None], begins: date, last_year: int) -> None:
    one = next(profile for profile in world.profiles if profile.name == name)
    handbook, level, step = scale
    facts = CertificateFacts(
        handbook=handbook,
        level=level,
        step=step,
        holder=one.name,
        certifier=CERTIFIER,
        valid_from=workday(begins),
        valid_until=date(last_year, begins.month, begins.day),
        source=SOURCE,
    )
    authority = world.authorities[one.code]
    entered = partial(add_certificate, world.session, authority, facts, actor=SYSTEM)
    world.timeline.at(moment(workday(begins), 45), entered)
