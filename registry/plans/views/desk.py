"""The desk of an employee: for which authority and agreement he plans, and what there is already."""

from dataclasses import dataclass

from flask import abort, request, url_for
from flask_login import current_user

from accounts.models import MemberRole
from accounts.people import actor_for, authority_codes, member_roles
from common.clock import today
from common.ledger import Actor
from common.versions import AsOf
from common.vocabulary import Text
from common.web.access import authorise
from common.web.database import db
from registry.agreements.models import Agreement, AgreementVersion, ObligationKind
from registry.agreements.reading import current_version, find_agreement, obligation_of
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.permissions import may_publish_plan, may_read_plan_draft, may_write_plan
from registry.plans.drafting import find_draft, find_plan
from registry.plans.models import Plan, PlanDraft, PlanDraftState, PlanVersion
from registry.plans.reading import newest_version, only_from_source
from registry.signatures.signatories import Signatory, signatories


class DraftGone(Exception):
    """The draft of which a page speaks is there no more: the plan was made public, or somebody threw the draft away."""

    def __init__(self, desk: "PlanDesk") -> None:
        self.desk = desk
        super().__init__()


class NotAsked(Exception):
    """The agreement asks no plan of who signed it."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        super().__init__()


@dataclass(frozen=True)
class PlanDesk:
    """One authority's plan under one agreement, begun or not."""

    authority: Authority
    name: str
    agreement: Agreement
    plan: Plan | None
    draft: PlanDraft | None
    public: PlanVersion | None
    """The newest version, where it is public."""

    @property
    def version(self) -> AgreementVersion:
        """What the agreement says now."""
        return current_version(self.agreement)

    @property
    def title(self) -> Text:
        """The short title of the agreement."""
        return self.version.short_title

    @property
    def may_write(self) -> bool:
        """Whether this person writes plans here."""
        return may_write_plan(current_user, self.authority.code)

    @property
    def may_publish(self) -> bool:
        """Whether this person notes the adoption and publishes."""
        return may_publish_plan(current_user, self.authority.code)

    @property
    def is_open(self) -> bool:
        """Whether there is a draft whose text can be changed."""
        return self.draft is not None and self.draft.state is PlanDraftState.DRAFT

    @property
    def asks_reason(self) -> bool:
        """Whether the draft revises a plan that its authority published itself."""
        return self.public is not None and not only_from_source(self.public)

    @property
    def actor(self) -> Actor:
        """How the ledger names this person here."""
        roles = member_roles(current_user, self.authority.code)
        role = MemberRole.COORDINATOR if MemberRole.COORDINATOR in roles else next(iter(sorted(roles)))
        return actor_for(current_user, role)

    @property
    def path(self) -> str:
        """The path of the form without a language: under it unsaved input is kept, apart for each revision."""
        path = f"/mijn/plan/{self.agreement.slug}?organisatie={self.authority.code}"
        return f"{path}&herziet={self.draft.base_number}" if self.draft and self.draft.base_number else path

    def url(self, view: str, anchor: str | None = None) -> str:
        """Return the address of one of these pages in this page's language."""
        return url_for(f"plans.{view}", _anchor=anchor, afspraak=self.agreement.slug, organisatie=self.authority.code)

    def url_with_errors(self, field: str | None = None) -> str:
        """Return the address of the form that also tells what is not there yet, at one field or at its top."""
        return url_for(
            "plans.form", _anchor=field, afspraak=self.agreement.slug, organisatie=self.authority.code, fouten="1"
        )

    @property
    def started(self) -> PlanDraft:
        """The draft. Raises DraftGone where there is none."""
        if self.draft is None:
            raise DraftGone(self)
        return self.draft


def open_desk(agreement_slug: str) -> PlanDesk:
    """Load the desk that the address asks for; 404 where this person has no business.

    Raises NotAsked where no plan is asked and there is none, DraftGone for a form of another draft than this one.
    """
    session = db()
    code = request.args.get("organisatie") or next(iter(authority_codes(current_user)), "")
    authorise(may_read_plan_draft(current_user, code), hidden=True)
    authority = by_code(session, code) or abort(404)
    agreement = find_agreement(session, agreement_slug) or abort(404)
    plan = find_plan(session, authority.id, agreement.id)
    if plan is None and authority.id not in {one.authority_id for one in _bound(agreement)}:
        abort(404)
    if plan is None and obligation_of(current_version(agreement), ObligationKind.ACTION_PLAN) is None:
        raise NotAsked(agreement)
    newest = newest_version(session, plan) if plan else None
    desk = PlanDesk(
        authority=authority,
        name=version_on(authority, today()).name,
        agreement=agreement,
        plan=plan,
        draft=find_draft(session, plan) if plan else None,
        public=newest if newest and newest.published_at else None,
    )
    if desk.draft and request.form.get("herziet") not in {None, str(desk.draft.base_number)}:
        raise DraftGone(desk)
    return desk


def _bound(agreement: Agreement) -> list[Signatory]:
    return signatories(db(), agreement.id, AsOf(today()))
