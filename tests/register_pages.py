"""An address for every page and file of the register that takes the two times, found in the site's own table."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.web.as_of import SAID_AT, _reads
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.certificates.models import Certificate
from registry.plans.models import Plan, PlanVersion
from registry.reports.models import Publication, Report
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

EXAMPLE, AUTHORITY = "voorbeeldafspraak", "gemeente-lindenveen"

RULES = (
    "/", "/afspraken", "/afspraken/<slug>", "/afspraken/<slug>/versies", "/afspraken/<slug>/versies/<int:number>",
    "/ambities", "/buyer-groups", "/buyer-groups/<slug>", "/deelnemers", "/deelnemers/<slug>",
    "/deelnemers/<slug>/plannen/<afspraak>", "/deelnemers/<slug>/plannen/<afspraak>/<int:number>",
    "/deelnemers/<slug>/rapportages/<int:jaar>", "/deelnemers/<slug>/rapportages/<int:jaar>/verschil",
    "/indicatoren", "/indicatoren/<code>",
    "/themas/<code>",
    "/vragenlijsten/<afspraak>/<int:jaar>", "/wijzigingen",
)  # fmt: skip
FILES = (
    "/afspraken/<slug>/versies/<int:number>.json", "/ambities.csv", "/buyer-groups/<slug>.json",
    "/certificaten/<int:certificate_id>.json", "/deelnemers.csv",
    "/deelnemers/<slug>/ondertekeningen/<int:signed_id>.json", "/deelnemers/<slug>/plannen/<afspraak>.json",
    "/deelnemers/<slug>/plannen/<afspraak>/<int:number>.json", "/deelnemers/<slug>/rapportages/<int:jaar>.json",
    "/indicatoren/<code>.json", "/vragenlijsten/<afspraak>/<int:jaar>.json",
    "/vragenlijsten/<afspraak>/<int:jaar>/versies/<int:number>.json", "/wijzigingen.atom", "/wijzigingen.csv",
)  # fmt: skip


def rules_that_read_as_of(app: Flask) -> set[str]:
    """Return every route of the site that takes the two times."""
    with app.app_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        return {rule.rule for rule in rules if _reads(rule.endpoint, SAID_AT)}


def address_of(session: Session, rule: str, year: int) -> str:
    """Return an address of the route at which the example world shows something."""
    plan = (
        select(Authority.slug)
        .join(Plan)
        .join(PlanVersion)
        .join(Agreement)
        .where(Agreement.slug == EXAMPLE, PlanVersion.number == 1, PlanVersion.published_at.is_not(None))
    )
    signed = select(Signature.id).join(SignatureVersion).join(SignatureParty).join(Authority)
    replaced = Publication.superseded_at.is_not(None)
    corrected = select(Authority.slug).join(Report).join(Publication).where(replaced).order_by(Authority.id)
    slug = EXAMPLE if rule.startswith("/afspraken") else AUTHORITY
    if rule.endswith("/verschil"):
        slug = session.scalars(corrected).first() or ""
    if "/plannen/" in rule:
        slug = session.scalars(plan.order_by(Authority.id)).first() or ""
    values = {
        "slug": "ict" if rule.startswith("/buyer") else slug,
        "int:number": "0" if rule.startswith("/vragenlijsten") else "1",
        "afspraak": EXAMPLE,
        "int:jaar": str(year),
        "code": "klimaat" if rule.startswith("/themas") else "TOEP-01",
        "int:certificate_id": str(session.scalar(select(Certificate.id).order_by(Certificate.id).limit(1))),
        "int:signed_id": str(session.scalar(signed.where(Authority.slug == AUTHORITY).limit(1))),
    }
    for name, value in values.items():
        rule = rule.replace(f"<{name}>", value)
    return rule
