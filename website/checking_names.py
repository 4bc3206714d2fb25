"""What a subject of the ledger is called for people, and the page that shows it."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import today
from common.versions import known_at
from common.web.languages import href, text_in_language
from registry.agreements.reading import current_version, find_agreement
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion
from registry.certificates.models import Certificate
from registry.signatures.models import Signature, SignatureVersion


def named(session: Session, subject: str) -> tuple[str, str]:
    """Return the name of "noun:key" and the address of its page; "" where it has none."""
    noun, _colon, key = subject.partition(":")
    namer = _NAMERS.get(noun)
    return namer(session, key) if namer else (key, "")


def _report(session: Session, key: str) -> tuple[str, str]:
    code, agreement, year = key.split("/")
    name, page = _authority(session, code)
    link = f"{page}/rapportages/{year}?afspraak={agreement}" if page else ""
    return _("Rapportage over %(year)s van %(name)s", year=year, name=name), link


def _edition(session: Session, key: str) -> tuple[str, str]:
    agreement, _slash, year = key.partition("/")
    name, _page = _agreement(session, agreement)
    title = _("Vragenlijst over %(year)s, %(agreement)s", year=year, agreement=name)
    return title, href(f"/vragenlijsten/{key}")


def _indicator(_session: Session, key: str) -> tuple[str, str]:
    return _("Indicator %(code)s", code=key), href(f"/indicatoren/{key}")


def _plan(session: Session, key: str) -> tuple[str, str]:
    name, page = _authority(session, key.partition("/")[0])
    return _("Actieplan van %(name)s", name=name), page


def _signature(session: Session, key: str) -> tuple[str, str]:
    agreement, page = _agreement(session, key.partition("/")[0])
    query = select(SignatureVersion).join(Signature).where(Signature.key == key, known_at(SignatureVersion))
    found = session.scalars(query).one_or_none()
    if found is None or not found.confirmed:
        return _("Ondertekening van %(agreement)s", agreement=agreement), ""
    name = found.name_as_signed
    title = _("Ondertekening van %(agreement)s door %(name)s", agreement=agreement, name=name)
    day = today()
    bound = [
        one.authority.slug
        for one in found.parties
        if (one.binds_from is None or one.binds_from <= day) and (one.binds_to is None or one.binds_to > day)
    ]
    return title, href(f"/deelnemers/{bound[0]}") if len(bound) == 1 else page


def _agreement(session: Session, key: str) -> tuple[str, str]:
    found = find_agreement(session, key)
    return (text_in_language(current_version(found).short_title), href(f"/afspraken/{key}")) if found else (key, "")


def _buyer_group(session: Session, key: str) -> tuple[str, str]:
    query = select(BuyerGroupVersion.title).join(BuyerGroup).where(BuyerGroup.slug == key, known_at(BuyerGroupVersion))
    return text_in_language(session.scalars(query).one_or_none() or key), href(f"/buyer-groups/{key}")


def _certificate(session: Session, key: str) -> tuple[str, str]:
    query = select(Authority.code).join(Certificate, Certificate.authority_id == Authority.id)
    name, page = _authority(session, session.scalar(query.where(Certificate.key == key)) or key)
    return _("Certificaat van %(name)s", name=name), page


def _authority(session: Session, code: str) -> tuple[str, str]:
    found = by_code(session, code)
    if found is None:
        return code, ""
    return version_on(found, today()).name, href(f"/deelnemers/{found.slug}")


_NAMERS: dict[str, Callable[[Session, str], tuple[str, str]]] = {
    "report": _report,
    "edition": _edition,
    "indicator": _indicator,
    "plan": _plan,
    "signature": _signature,
    "agreement": _agreement,
    "authority": _authority,
    "buyer_group": _buyer_group,
    "certificate": _certificate,
}
