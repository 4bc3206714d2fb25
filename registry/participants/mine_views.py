"""My organisation: what is asked of it, by when, and how far it is."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import MemberRole
from accounts.people import authority_codes, is_staff, member_roles
from common.clock import today
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.participants.mine import Mine, Step, my_page
from registry.permissions import may_agree_with_report, may_fill_in, may_see_own_authority
from registry.reports.approving import waiting_for_executive
from registry.reports.together.tasks import my_tasks
from registry.signatures.overview import waits_for

blueprint = Blueprint("mine", __name__)


@blueprint.get("/mijn")
@signed_in
def index() -> BaseResponse:
    """The page of one's own organisation; of several, the one in `organisatie` or else the first."""
    codes = authority_codes(current_user)
    if not codes:
        return redirect(url_for("staff.desk"), 303) if is_staff(current_user) else _without_organisation()
    authority = by_code(db(), code := request.args.get("organisatie", codes[0]))
    authorise(authority is not None and may_see_own_authority(current_user, code), hidden=True)
    assert authority is not None
    page, roles = my_page(db(), authority, today()), member_roles(current_user, code)
    return no_store(
        render(
            "registry/participants/mine.html",
            authority=authority,
            name=version_on(authority, today()).name,
            is_example=authority.is_example,
            organisations=_organisations(codes),
            report_url=_report_url(page, code if len(codes) > 1 else None),
            report_links=_report_links(page, code if len(codes) > 1 else None),
            to_agree=_to_agree(authority, page, code if len(codes) > 1 else None),
            page=page,
            **_for_me(authority),
            roles=sorted(roles),
            submitters=[one.name for one in page.colleagues if MemberRole.COORDINATOR in one.roles],
        )
    )


def _for_me(authority: Authority) -> dict[str, Any]:
    """Return what waits for this person himself, and what he may do about it."""
    return {
        "my_tasks": my_tasks(db(), authority, current_user.id),
        "waits_for_me": waits_for(db(), authority.id, current_user.id),
        "may_fill_in": may_fill_in(current_user, authority.code),
        "may_submit": MemberRole.COORDINATOR in member_roles(current_user, authority.code),
    }


def _to_agree(authority: Authority, page: Mine, code: str | None) -> list[tuple[int, str]]:
    """Return year and address of each report that this person is asked to agree with, as bestuurder."""
    several = _years(page).count
    return [
        (
            year := report.edition.year,
            url_for(
                "reports.agreement",
                jaar=year,
                organisatie=code,
                afspraak=report.edition.agreement.slug if several(year) > 1 else None,
            ),
        )
        for report in waiting_for_executive(db(), authority.id)
        if may_agree_with_report(current_user, report)
    ]


def _report_url(page: Mine, code: str | None) -> str:
    """Return where the next step is done; organisation and agreement are named where there is more than one."""
    if page.main is None:
        return ""
    view = _PLACES.get(page.main.step, "reports.overview")
    agreement = page.main.agreement.slug if _years(page).count(page.main.year) > 1 else None
    return url_for(view, jaar=page.main.year, organisatie=code, afspraak=agreement)


_PLACES = {
    Step.AGREE: "reports.agreement",
    Step.SUBMIT: "reports.look_over",
    Step.RESUBMIT: "reports.look_over",
    Step.WAIT: "reports.receipt",
}
"""Where a step is done, where that is not the overview of the report."""


def _report_links(page: Mine, code: str | None) -> dict[int, str]:
    """Return, by the number of the edition, where each report is that may be filled in or read here."""
    several = _years(page).count
    return {
        found.edition.edition_id: url_for(
            "reports.overview",
            jaar=found.edition.year,
            organisatie=code,
            afspraak=found.agreement.slug if several(found.edition.year) > 1 else None,
        )
        for found in page.obligations
        if found.edition
    }


def _years(page: Mine) -> list[int]:
    return [found.edition.year for found in page.obligations if found.edition]


def _organisations(codes: list[str]) -> list[tuple[str, str]]:
    """Return code and name of each organisation, for people who work for several."""
    if len(codes) < 2:
        return []
    found = [(code, by_code(db(), code)) for code in codes]
    return [(code, version_on(authority, today()).name) for code, authority in found if authority]


def _without_organisation() -> Response:
    return no_store(render("registry/participants/mine_without.html"))
