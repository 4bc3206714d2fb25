"""An invented herindeling: two municipalities go on in a third, with the signature that one of them had given."""

from datetime import date
from functools import partial

from sqlalchemy import select

from accounts.models import MemberRole
from common.ledger import SYSTEM
from common.markdown import anchor
from registry.authorities.changing import FACTS, named
from registry.authorities.loading import store
from registry.authorities.merging import MergerFacts, record_merger
from registry.authorities.models import Authority, Merger, MergerPart, MergerParty
from registry.mergers.estate import read_estate
from registry.mergers.settling import settle
from registry.signatures.duties import follow_signatures
from registry.signatures.loading import SignatureContent, signature_key, store_signature
from registry.signatures.models import Certainty, DatePrecision
from website.example.accounts import make_account
from website.example.days import moment
from website.example.names import MERGED
from website.example.signing import SLUG, SOURCE
from website.example.world import World

CODES = ("vb901", "vb902", "vb903")
DECIDED = "De gemeenten gaan samen verder. De nieuwe gemeente houdt zich aan de afspraak."


def plan_merger(world: World) -> None:
    """Put on the timeline: the municipalities, the signature of the first, and the day on which they went together."""
    merged_on = world.days.before(75).replace(day=1)
    world.timeline.at(moment(world.days.made_on, 5), partial(_make, world))
    world.timeline.at(moment(world.days.before(160)), partial(_sign, world, world.days.before(160)))
    world.timeline.at(moment(world.days.before(120)), partial(_record, world, merged_on))
    world.timeline.at(moment(merged_on), partial(_settle, world))


def _make(world: World) -> None:
    facts = {
        code: {
            **dict.fromkeys(FACTS), **named(one.name, code), "kind": one.kind, "province": one.province,
            "inhabitants": one.size, "inhabitants_year": world.days.open_year, "source": SOURCE,
        }
        for code, one in zip(CODES, MERGED, strict=True)
    }  # fmt: skip
    slugs = {code: anchor(one.name) for code, one in zip(CODES, MERGED, strict=True)}
    store(world.session, slugs, facts, is_example=True)
    name = MERGED[0].name
    # Who hands in for the first goes along to the third, as is usual when the choices are made.
    make_account(
        world.session, f"coordinator@{slugs[CODES[0]].removeprefix('gemeente-')}.voorbeeld.example",
        f"Coördinator {name}", (CODES[0], MemberRole.COORDINATOR),
    )  # fmt: skip


def _sign(world: World, day: date) -> None:
    authority = world.session.scalars(select(Authority).where(Authority.code == CODES[0])).one()
    facts = {
        "party_number": None, "name_as_signed": MERGED[0].name, "represented_by_id": None, "signed_on": day,
        "date_precision": DatePrecision.DAY, "certainty": Certainty.CERTAIN, "confirmed": True, "signed_by": None,
        "signed_by_function": "de burgemeester", "source": SOURCE, "date_source": None, "note": None,
    }  # fmt: skip
    content = SignatureContent(signature_key(SLUG, MERGED[0].name), SLUG, CODES[:1], facts)
    store_signature(world.session, content, world.version, [authority])
    follow_signatures(world.session, world.agreement.id, [authority.id], actor=SYSTEM)


def _record(world: World, merged_on: date) -> None:
    parts = (MergerPart.ENDED, MergerPart.ENDED, MergerPart.NEW)
    facts = MergerFacts(merged_on, "samenvoeging", "https://voorbeeld.example/", dict(zip(CODES, parts, strict=True)))
    record_merger(world.session, facts, reason="De gemeenteraden besloten samen te gaan.", actor=SYSTEM)


def _settle(world: World) -> None:
    new = MergerParty.authority.has(Authority.code == CODES[2])
    merger = world.session.scalars(select(Merger).where(Merger.parties.any(new))).one()
    chosen = {thing.key: thing.usual for thing in read_estate(world.session, merger).open}
    settle(world.session, merger, chosen, reason=DECIDED, actor=SYSTEM)
