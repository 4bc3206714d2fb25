"""The mail about signing: to the bestuurder who is asked, to who prepared it, and to who signed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.memberships import coordinators, members
from accounts.models import MemberRole, User
from common.clock import today
from common.ledger import sha256
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


def mail_signed(session: Session, signing: Signing) -> None:
    """Send the receipt to who signed and who prepared it, and tell the coördinatoren of others whom it binds."""
    for person, path in _concerned(session, signing, page_of(signing, "/ontvangst")):
        queue_for(
            session, person, "signing_receipt", **_about(signing, person), **_receipt(signing),
            link=site_link(path, person.language),
        )  # fmt: skip


def mail_decided(session: Session, signature: Signature, version: SignatureVersion) -> None:
    """Tell all who got the receipt that staff confirmed the signature, or did not."""
    signing = session.scalars(select(Signing).where(Signing.signature_id == signature.id)).one_or_none()
    if signing is None:
        return
    kind = "signature_refused" if version.refused else "signature_confirmed"
    path = public_page(signing, version) if version.confirmed else page_of(signing, "/ontvangst")
    for person, where in _concerned(session, signing, path):
        queue_for(
            session, person, kind, **_about(signing, person), **_receipt(signing),
            reason=version.change_reason, link=site_link(where, person.language),
        )  # fmt: skip


def _concerned(session: Session, signing: Signing, path: str) -> list[tuple[User, str]]:
    """Return who signed and who prepared with that path, and the coördinatoren of others with their own page."""
    found = dict.fromkeys(_people(session, [signing.executive_id, signing.prepared_by_id]), path)
    for code in (one["code"] for one in _content(signing)["binds"] if one["code"] != signing.authority.code):
        for person in coordinators(session, code):
            found.setdefault(person, f"/mijn/ondertekenen?organisatie={code}")
    return list(found.items())


def _content(signing: Signing) -> dict[str, Any]:
    assert signing.content is not None
    return dict(json.loads(signing.content))


def _receipt(signing: Signing) -> dict[str, Any]:
    """Return what proves the signing, and for whom it was: the names of authorities, none of persons."""
    return {
        "number": signing.receipt,
        "mark": sha256(signing.content or ""),
        "bound": [one["name"] for one in _content(signing)["binds"]],
    }


def _people(session: Session, ids: Sequence[int | None]) -> list[User]:
    found = [session.get(User, one) for one in dict.fromkeys(ids) if one is not None]
    return [person for person in found if person is not None]


def _about(signing: Signing, reader: User) -> dict[str, Any]:
    version: AgreementVersion = signing.agreement_version
    return {
        "authority": version_on(signing.authority, today()).name,
        "agreement": version.short_title.get(reader.language) or version.short_title["nl"],
    }
