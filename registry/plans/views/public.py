"""The public plan of an authority: the newest version, an older one, two side by side, and each as canonical JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, request

from common.versions import AsOf
from common.web.access import public
from common.web.as_of import asked_as_of
from common.web.canonical import as_canonical_response
from common.web.changes import change_count
from common.web.database import db
from common.web.rendering import render
from registry.agreements.models import Agreement, AgreementVersion
from registry.agreements.reading import current_version, find_agreement
from registry.authorities.models import Authority
from registry.authorities.reading import find_authority, version_on
from registry.plans.comparing import PlanChanges, compare_plans
from registry.plans.content import content_of
from registry.plans.models import PlanVersion
from registry.plans.reading import document_of, public_versions
from registry.plans.views.blueprint import blueprint


@dataclass(frozen=True)
class PublicPlan:
    """A plan that everybody may read, as of a day and moment, with the version that was asked for."""

    authority: Authority
    name: str
    agreement: Agreement
    agreement_version: AgreementVersion
    versions: Sequence[PlanVersion]
    shown: PlanVersion

    @property
    def is_newest(self) -> bool:
        """Whether the version that is shown is the one that holds."""
        return self.shown is self.versions[-1]


@blueprint.get("/deelnemers/<slug>/plannen/<afspraak>")
@public
def newest(slug: str, afspraak: str) -> Response:
    """The plan that holds: ambitions, actions, who adopted it when, and its versions."""
    return _page(_load(slug, afspraak))


@blueprint.get("/deelnemers/<slug>/plannen/<afspraak>/<int:number>")
@public
def version(slug: str, afspraak: str, number: int) -> Response:
    """One version of the plan."""
    return _page(_load(slug, afspraak, number))


@blueprint.get("/deelnemers/<slug>/plannen/<afspraak>.json")
@public
def newest_file(slug: str, afspraak: str) -> Response:
    """The plan that holds, as the bytes of which its fingerprint was taken."""
    return _file(_load(slug, afspraak))


@blueprint.get("/deelnemers/<slug>/plannen/<afspraak>/<int:number>.json")
@public
def version_file(slug: str, afspraak: str, number: int) -> Response:
    """One version, as the bytes of which its fingerprint was taken."""
    return _file(_load(slug, afspraak, number))


def _load(slug: str, agreement_slug: str, number: int | None = None) -> PublicPlan:
    session, at = db(), asked_as_of(download=request.path.endswith(".json"))
    authority = find_authority(session, slug, at.moment) or abort(404)
    agreement = find_agreement(session, agreement_slug, at.moment) or abort(404)
    versions = public_versions(session, authority.id, agreement.id, at)
    shown = _one_of(versions, number) if versions else None
    return PublicPlan(
        authority,
        _name(authority, at),
        agreement,
        current_version(agreement, at.moment),
        versions,
        shown or abort(404),
    )


def _one_of(versions: Sequence[PlanVersion], number: int | None) -> PlanVersion | None:
    return versions[-1] if number is None else next((one for one in versions if one.number == number), None)


def _name(authority: Authority, at: AsOf) -> str:
    return version_on(authority, at.day, at.moment).name


def _page(plan: PublicPlan) -> Response:
    wanted = request.args.get("met", "")
    other = _one_of(plan.versions, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else None
    compared = other is not None and other is not plan.shown
    subject = f"plan:{plan.authority.code}/{plan.agreement.slug}"
    return render(
        "registry/plans/compare.html" if compared else "registry/plans/detail.html",
        is_example=plan.authority.is_example,
        plan=plan,
        document=document_of(db(), plan.shown),
        changes=_compared(other, plan.shown) if other and compared else None,
        wanted=wanted if wanted and not compared else "",
        subject=subject,
        times_changed=change_count(db(), asked_as_of(), subjects=[subject]),
    )


def _compared(one: PlanVersion, other: PlanVersion) -> PlanChanges:
    """Compare from old to new, whichever of the two the reader came from."""
    return compare_plans(*sorted((one, other), key=lambda version: version.number))


def _file(plan: PublicPlan) -> Response:
    shown = plan.shown
    content = content_of(shown, plan.authority.code, plan.agreement.slug, document_of(db(), shown))
    return as_canonical_response(content, f"plan-{plan.authority.slug}-versie-{shown.number}")
