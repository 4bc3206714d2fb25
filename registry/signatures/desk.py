"""What the pages of signing share: whose signing it is, who may see it, and where its pages are."""

from dataclasses import dataclass

from flask import abort, url_for
from flask_login import current_user

from accounts.models import MemberRole
from accounts.people import actor_for
from common.clock import today
from common.ledger import Actor
from common.web.access import authorise
from common.web.database import db
from registry.agreements.models import AgreementVersion
from registry.agreements.reading import current_version
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.permissions import may_prepare_signing, may_see_own_authority, may_sign_agreement
from registry.signatures.models import Signing


@dataclass(frozen=True)
class SigningDesk:
    """One signing, as the person who is signed in may handle it."""

    signing: Signing
    text: AgreementVersion
    """The newest text of the agreement: the one that will be signed."""
    name: str

    @property
    def authority(self) -> Authority:
        """On behalf of whom."""
        return self.signing.authority

    @property
    def may_prepare(self) -> bool:
        """Whether the person may change it."""
        return may_prepare_signing(current_user, self.authority.code)

    @property
    def may_sign(self) -> bool:
        """Whether the person is a bestuurder here."""
        return may_sign_agreement(current_user, self.authority.code)

    def url(self, view: str) -> str:
        """Return the address of a page of this signing; `view` is the name of its endpoint."""
        return url_for(view, signing_id=self.signing.id, organisatie=self.authority.code)

    @property
    def read_url(self) -> str:
        """Where the agreement is read."""
        return url_for("signing.read", slug=self.signing.agreement.slug, organisatie=self.authority.code)

    @property
    def list_url(self) -> str:
        """Where all signing of the authority stands."""
        return url_for("signing.index", organisatie=self.authority.code)


def load_desk(signing_id: int, *, preparing: bool = False) -> SigningDesk:
    """Return a signing; 404 for who does not work there and, when `preparing`, 403 for who may only look."""
    signing = db().get(Signing, signing_id) or abort(404)
    authorise(may_see_own_authority(current_user, signing.authority.code), hidden=True)
    if preparing:
        authorise(may_prepare_signing(current_user, signing.authority.code))
    return SigningDesk(signing, current_version(signing.agreement), version_on(signing.authority, today()).name)


def member_actor(code: str) -> Actor:
    """Return how the ledger names the person when he prepares or signs for the authority."""
    executive = may_sign_agreement(current_user, code)
    return actor_for(current_user, MemberRole.EXECUTIVE if executive else MemberRole.COORDINATOR)
