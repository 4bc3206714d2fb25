"""The mail about signing: to the bestuurder who is asked, to who prepared it, and to who signed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.memberships import members
from accounts.models import MemberRole, User
from common.clock import today
from common.web.mails import site_link
from registry.agreements.models import AgreementVersion
from registry.authorities.reading import version_on
from registry.signatures.models import Signature, SignatureVersion, Signing


def executives(session: Session, code: str) -> list[User]:
    """Return the people who are bestuurder of the authority now, by name."""
    return [one.user for one in members(session, code) if one.role is MemberRole.EXECUTIVE]


def page_of(signing: Signing, page: str = "") -> str:
    """Return the path of the page of one signing; `page` is a part behind it, such as "/ontvangst"."""
    return f"/mijn/ondertekenen/voorbereid/{signing.id}{page}?organisatie={signing.authority.code}"


def public_page(signing: Signing, version: SignatureVersion) -> str:
    """Return the path of the public page that shows the signature: one's own, or that of the first whom it binds."""
    slugs = [party.authority.slug for party in version.parties]
    own = signing.authority.slug
    return f"/deelnemers/{own if own in slugs or not slugs else min(slugs)}"


def mail_prepared(session: Session, signing: Signing, executive: User, preparer: str) -> None:
    """Ask the bestuurder to sign, with a link to the page itself."""
    mail = queue_for(
        session, executive, "signing_prepared", **_about(signing, executive),
        preparer=preparer, link=site_link(page_of(signing), executive.language),
    )  # fmt: skip
    if mail:
        mail.about_user_id = signing.prepared_by_id


def mail_returned(session: Session, signing: Signing, executive: User) -> None:
    """Tell who prepared it what must be otherwise."""
    preparer = session.get(User, signing.prepared_by_id) if signing.prepared_by_id else None
    if preparer is None or preparer.id == executive.id:
        return
    mail = queue_for(
        session, preparer, "signing_returned", **_about(signing, preparer), executive=executive.name,
        reason=signing.remark, link=site_link(page_of(signing), preparer.language),
    )  # fmt: skip
    if mail:
        mail.about_user_id = executive.id


def mail_decided(session: Session, signature: Signature, version: SignatureVersion) -> None:
    """Tell who signed on the site, and who prepared it, that staff confirmed the signature or did not."""
    signing = session.scalars(select(Signing).where(Signing.signature_id == signature.id)).one_or_none()
    if signing is None:
        return
    kind = "signature_refused" if version.refused else "signature_confirmed"
    path = public_page(signing, version) if version.confirmed else page_of(signing, "/ontvangst")
    for person in _people(session, [signing.executive_id, signing.prepared_by_id]):
        queue_for(
            session, person, kind, **_about(signing, person),
            reason=version.change_reason, link=site_link(path, person.language),
        )  # fmt: skip


def _people(session: Session, ids: Sequence[int | None]) -> list[User]:
    found = [session.get(User, one) for one in dict.fromkeys(ids) if one is not None]
    return [person for person in found if person is not None]


def _about(signing: Signing, reader: User) -> dict[str, Any]:
    version: AgreementVersion = signing.agreement_version
    return {
        "authority": version_on(signing.authority, today()).name,
        "agreement": version.short_title.get(reader.language) or version.short_title["nl"],
    }
