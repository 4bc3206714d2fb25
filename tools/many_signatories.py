"""Adds made-up signatories to the example agreement, for measuring with many rows."""

from datetime import timedelta

from sqlalchemy import func, select

from common.clock import now, today
from common.database import Base, Database
from common.ledger import SYSTEM, record
from common.versions import known_at
from registry.agreements.models import Agreement
from registry.authorities.models import Authority, AuthorityVersion
from registry.signatures.changing import COPIED
from registry.signatures.models import Certainty, DatePrecision, Signature, SignatureParty, SignatureVersion
from website.factory import create_app
from website.setup import set_up


def add_signatories(wanted: int) -> None:
    """Set up the site of the environment and let the example agreement have `wanted` signatures."""
    app = create_app()
    with app.app_context():
        set_up(with_example=True)
    database: Database = app.extensions["database"]
    session = database.session()
    agreement = session.scalars(select(Agreement).where(Agreement.slug == "voorbeeldafspraak")).one()
    template = session.scalars(select(Signature).where(Signature.agreement_id == agreement.id)).first()
    present = session.scalar(select(func.count(Signature.id)).where(Signature.agreement_id == agreement.id)) or 0
    for number in range(present, wanted):
        session.add_all(made_up(number, agreement.id, template.agreement_version_id if template else 0))
    record(session, "signatures.measured", "agreement:voorbeeldafspraak", {"wanted": wanted}, actor=SYSTEM)
    session.commit()
    database.close()


def made_up(number: int, agreement_id: int, version_id: int) -> list[Base]:
    """Return an invented authority with its signature."""
    authority = Authority(code=f"vb9{number:04d}", slug=f"gemeente-meetveld-{number}", is_example=True)
    version = AuthorityVersion(
        authority=authority,
        name=f"Gemeente Meetveld {number}",
        sort_name=f"meetveld {number:04d}",
        search_text=f"gemeente meetveld {number}",
        kind="gemeente",
        province=f"pv{20 + number % 12}",
        source="voorbeeld",
    )
    signature = Signature(
        key=f"meten/{number}",
        agreement_id=agreement_id,
        agreement_version_id=version_id,
    )
    signed = SignatureVersion(
        signature=signature,
        parties=[SignatureParty(authority=authority)],
        number=1,
        name_as_signed=version.name,
        signed_on=today() - timedelta(days=700 + number),
        date_precision=DatePrecision.DAY,
        certainty=Certainty.CERTAIN,
        confirmed=True,
        source="voorbeeld",
    )
    return [authority, version, signature, signed]


def add_versions(wanted: int) -> None:
    """Correct the signatures of the example agreement, in turns, until there are this many corrections."""
    app = create_app()
    database: Database = app.extensions["database"]
    session = database.session()
    agreement = session.scalars(select(Agreement).where(Agreement.slug == "voorbeeldafspraak")).one()
    query = select(SignatureVersion).join(Signature).where(Signature.agreement_id == agreement.id)
    current = list(session.scalars(query.where(known_at(SignatureVersion), SignatureVersion.confirmed.is_(True))))
    began = now() - timedelta(hours=30)
    for number in range(wanted):
        old = current[number % len(current)]
        facts = {name: getattr(old, name) for name in COPIED}
        parties = [SignatureParty(authority_id=party.authority_id) for party in old.parties]
        new = SignatureVersion(**{**facts, "note": f"Verbetering {number}"}, number=old.number + 1, parties=parties)
        new.recorded_at = old.superseded_at = began + timedelta(seconds=10 * number)
        new.change_reason, new.recorded_role = "Om te meten.", "beheerder"
        session.add(new)
        current[number % len(current)] = new
        if number % 500 == 0:
            session.flush()
    record(session, "signatures.measured", "agreement:voorbeeldafspraak", {"corrected": wanted}, actor=SYSTEM)
    session.commit()
    database.close()
