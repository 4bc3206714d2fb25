"""More changes to published facts: certificates, buyer groups, texts, and what is taken back."""

from dataclasses import replace
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import Actor
from common.versions import known_at
from registry.agreements.content import content_of
from registry.agreements.models import Agreement
from registry.agreements.writing import newest_version, write_version
from registry.authorities import merging
from registry.buyer_groups import keeping as groups
from registry.buyer_groups import members
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.certificates import keeping as certificates
from registry.certificates.models import Certificate
from registry.signatures.changing import change
from tests.factories_changes import EVERY_CHANGE, signatures

STAFF = Actor("beheerder", 6)


def correct_certificate(session: Session, rng: Random) -> None:
    """Correct who holds the first certificate."""
    found = session.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert found is not None
    now = certificates.current_version(session, found)
    facts = replace(certificates.facts_of(now), holder=f"Bedrijf {rng.randrange(10**6)}")
    certificates.correct(session, found, facts, now.number, reason="Fout.", actor=STAFF)


def withdraw_certificate(session: Session, rng: Random) -> None:
    """Take the last certificate off the site."""
    found = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    assert found is not None
    certificates.withdraw(
        session, found, certificates.current_version(session, found).number, reason="Fout.", actor=STAFF
    )


def change_group(session: Session, rng: Random) -> None:
    """Give a buyer group another name."""
    group = session.scalars(select(BuyerGroup).where(BuyerGroup.slug == "ict")).one()
    now = groups.current_version(session, group)
    title = {"nl": f"Groep {rng.randrange(10**6)}", "en": "Other"}
    facts = replace(groups.facts_of(now), title=title)
    groups.save_group(session, group, facts, now.number, reason="Een andere naam.", actor=STAFF)


def withdraw_member(session: Session, rng: Random) -> None:
    """Say that an authority never took part in a buyer group."""
    query = select(BuyerGroupMember).where(known_at(BuyerGroupMember), BuyerGroupMember.withdrawn.is_(False))
    found = session.scalars(query.order_by(BuyerGroupMember.id)).first()
    assert found is not None
    members.withdraw(session, found, reason="Vergissing.", actor=STAFF)


def rewrite_agreement(session: Session, rng: Random) -> None:
    """Publish another text of an agreement."""
    agreement = session.scalars(select(Agreement).where(Agreement.slug == "voorbeeldafspraak")).one()
    content = content_of(newest_version(session, agreement))
    title = {"nl": f"Afspraak {rng.randrange(10**6)}", "en": "New"}
    new = replace(content, version={**content.version, "title": title, "short_title": title})
    write_version(session, new, actor=STAFF, reason="Een nieuwe tekst.")


def withdraw_merger(session: Session, rng: Random) -> None:
    """Say that the newest merger does not happen."""
    merging.withdraw_merger(
        session, list(merging.current_mergers(session))[-1], reason="De bron had het fout.", actor=STAFF
    )


def take_back_signature(session: Session, rng: Random) -> None:
    """Say that a signature is not sure any more, so that it is on no page."""
    chosen = rng.choice(session.scalars(signatures(confirmed=True)).unique().all())
    change(session, chosen, {"confirmed": False}, reason="Toch niet zeker.", actor=STAFF)


ALL_CHANGES = (
    *EVERY_CHANGE, correct_certificate, withdraw_certificate, change_group, withdraw_member, rewrite_agreement,
    withdraw_merger, take_back_signature,
)  # fmt: skip
