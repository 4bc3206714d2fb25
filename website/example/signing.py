"""Invented authorities, the invented agreement, and who signed it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from accounts.people import actor_for
from common.ledger import SYSTEM, record
from common.vocabulary import CONTENT
from registry.agreements.loading import read_agreement, store
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.loading import store as store_authorities
from registry.authorities.models import Authority
from registry.authorities.naming import search_text, sort_name
from registry.signatures.correcting import end
from registry.signatures.duties import follow_signatures
from registry.signatures.loading import SignatureContent, signature_key, store_signature
from registry.signatures.models import Certainty, DatePrecision, Signature
from website.example.days import Days, moment, workday
from website.example.names import REPRESENTATIVE, REPRESENTED
from website.example.online import attach_paper, plan_online
from website.example.profiles import SIGNED_LATELY, UNCONFIRMED, WITHDREW, Profile
from website.example.world import World

SLUG = "voorbeeldafspraak"
SOURCE = "Voorbeeld: verzonnen gegevens"
FUNCTIONS = {
    "gemeente": ("de wethouder duurzaamheid", "de wethouder inkoop", "de burgemeester", "de wethouder financiën"),
    "waterschap": ("de dijkgraaf", "de heemraad duurzaamheid"),
    "overig": ("de directeur", "de voorzitter"),
}


def make_authorities(session: Session, profiles: Sequence[Profile], days: Days) -> dict[str, Authority]:
    """Write the invented authorities; return them by code."""
    store_authorities(
        session,
        {one.code: one.slug for one in profiles},
        {one.code: _facts(one, days) for one in profiles},
        is_example=True,
    )
    record(session, "authorities.invented", f"agreement:{SLUG}", {"rows": len(profiles)}, actor=SYSTEM)
    query = select(Authority).where(Authority.code.in_([one.code for one in profiles]))
    return {authority.code: authority for authority in session.scalars(query)}


def _facts(one: Profile, days: Days) -> dict[str, Any]:
    municipal = one.kind == "gemeente"
    short = one.name.removeprefix("Gemeente ")
    return {
        "name": one.name,
        "sort_name": sort_name(short),
        "search_text": search_text(short, one.name, None, one.code),
        "kind": one.kind,
        "province": one.province,
        "abbreviation": None,
        "valid_from": None,
        "valid_to": None,
        "inhabitants": one.size if municipal else None,
        "inhabitants_year": days.open_year if municipal else None,
        "latitude": None,
        "longitude": None,
        "source": SOURCE,
    }


def make_agreement(session: Session, days: Days) -> tuple[Agreement, AgreementVersion]:
    """Write the invented agreement with the period that belongs to the day of set-up."""
    content = read_agreement(CONTENT / "agreements" / f"{SLUG}.yaml", (days.agreed_on, days.agreed_until))
    agreement = store(session, content)
    version = session.scalars(select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id)).one()
    return agreement, version


def plan_signatures(world: World) -> None:
    """Put every signing on the timeline."""
    by_name = {one.name: one for one in world.signatories}
    representative = by_name[REPRESENTATIVE]
    for order, one in enumerate(world.signatories):
        if not one.signs_itself or one.signed_on is None or one.name == SIGNED_LATELY:
            continue
        bound = [one, *(by_name[name] for name in REPRESENTED)] if one is representative else [one]
        signing = partial(_sign, world, one, bound)
        world.timeline.at(moment(one.signed_on, order), signing)
    plan_online(world, by_name[SIGNED_LATELY])
    left = by_name[WITHDREW]
    day = withdrew_on(world.days)
    world.timeline.at(moment(day), partial(_withdraw, world, left, day))


def withdrew_on(days: Days) -> date:
    """Return the day on which one of them left the agreement."""
    return workday(date(days.open_year, 3, 15))


def _sign(world: World, one: Profile, bound: list[Profile]) -> None:
    representing = len(bound) > 1
    # Somebody who is certain of it told the register, but for one that staff still have to confirm.
    certainty = Certainty.UNCERTAIN if one.name == UNCONFIRMED else Certainty.CERTAIN
    facts = {
        "party_number": None,
        "name_as_signed": one.name,
        "represented_by_id": world.authorities[one.code].id if representing else None,
        "signed_on": one.signed_on,
        "date_precision": DatePrecision.DAY,
        "certainty": certainty,
        "confirmed": certainty is not Certainty.UNCERTAIN,
        "signed_by": None,
        "signed_by_function": one.chance("signer").choice(FUNCTIONS[one.kind]),
        "source": SOURCE,
        "date_source": None,
        "note": "Tekende ook voor vier gemeenten." if representing else None,
    }
    codes = tuple(each.code for each in bound)
    content = SignatureContent(signature_key(SLUG, one.name), SLUG, codes, facts)
    bound_by_it = [world.authorities[code] for code in codes]
    store_signature(world.session, content, world.version, bound_by_it)
    follow_signatures(world.session, world.agreement.id, [each.id for each in bound_by_it], actor=SYSTEM)


def _withdraw(world: World, one: Profile, day: date) -> None:
    signature = world.session.scalars(select(Signature).where(Signature.key == signature_key(SLUG, one.name))).one()
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    letter = attach_paper(world, one.code, "brief-voorbeeld.pdf", "Einde van de ondertekening", actor)
    end(world.session, signature, day, "De organisatie koopt niet meer zelf in.", letter, actor=actor)
