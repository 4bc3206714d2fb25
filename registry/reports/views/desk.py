"""The desk of an employee: for which authority, agreement and year he works, and what lies on it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flask import abort, request, url_for
from flask_login import current_user

from accounts.models import MemberRole, StaffRole
from accounts.people import actor_for, authority_codes, has_staff_role, member_roles
from common import clock
from common.ledger import Actor
from common.vocabulary import Text
from common.web.access import authorise
from common.web.database import db
from registry.agreements.reading import current_version
from registry.authorities.models import Authority
from registry.authorities.reading import by_code
from registry.editions.form import Questionnaire, Section
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.editions.reading import editions_of
from registry.permissions import (
    may_agree_with_report,
    may_edit_report,
    may_enter_on_paper,
    may_fill_in,
    may_read_draft_report,
    may_submit_report,
    may_take_back_report,
)
from registry.reports.carry_over import comparable_answers, previous_submission
from registry.reports.checking import Circumstances
from registry.reports.circumstances import circumstances_for
from registry.reports.drafting import find_report, name_of
from registry.reports.models import Report, Submission
from registry.reports.standing import Standing, standing_of
from registry.reports.values import AnswerInput

WHOLE: Final = "alles"
"""How the address names the page with all questions; no section of a form may be called so."""
_ALL_QUESTIONS: Final[Text] = {"nl": "Alle vragen", "en": "All questions"}


@dataclass(frozen=True)
class Desk:
    """One authority's report of one year, started or not."""

    authority: Authority
    name: str
    edition: Edition
    report: Report | None
    questionnaire: Questionnaire
    extra: dict[str, str]
    """What must stay in every link: the organisation and the agreement, where there is more than one."""

    @property
    def year(self) -> int:
        """The year that is reported on."""
        return self.edition.year

    @property
    def agreement_title(self) -> Text:
        """The short title of the agreement."""
        return current_version(self.edition.agreement).short_title

    @property
    def is_open(self) -> bool:
        """Whether the edition opened already."""
        return self.edition.opens_on <= clock.today()

    @property
    def may_fill_in(self) -> bool:
        """Whether this person fills in reports here: for what came on paper, staff and nobody else."""
        if self.on_paper:
            return may_enter_on_paper(current_user)
        return may_fill_in(current_user, self.authority.code)

    @property
    def on_paper(self) -> bool:
        """Whether staff enter this report, because the authority sent it on paper."""
        return self.report is not None and self.report.on_paper

    @property
    def is_staff(self) -> bool:
        """Whether the reader sits here as staff, entering what came on paper, and not for the authority itself."""
        return self.on_paper and not member_roles(current_user, self.authority.code)

    @property
    def may_edit(self) -> bool:
        """Whether this person may change this report now."""
        return self.report is not None and may_edit_report(current_user, self.report)

    @property
    def may_submit(self) -> bool:
        """Whether this person may hand this report in now."""
        return self.report is not None and may_submit_report(current_user, self.report)

    @property
    def handed_in(self) -> bool:
        """Whether the report lies with staff or is published."""
        return self.report is not None and not self.report.may_change

    @property
    def actor(self) -> Actor:
        """How the ledger names this person here."""
        if self.on_paper and may_enter_on_paper(current_user):
            reviews = has_staff_role(current_user, StaffRole.REVIEWER)
            return actor_for(current_user, StaffRole.REVIEWER if reviews else StaffRole.ADMINISTRATOR)
        roles = member_roles(current_user, self.authority.code)
        role = MemberRole.COORDINATOR if MemberRole.COORDINATOR in roles else next(iter(sorted(roles)))
        return actor_for(current_user, role)

    @cached_property
    def previous(self) -> Submission | None:
        """What this authority published last before this edition."""
        return previous_submission(db(), self.authority.id, self.edition)

    @cached_property
    def last(self) -> dict[str, AnswerInput]:
        """Last year's answers, by the question of this year that asks the same."""
        return comparable_answers(self.previous, self.edition)

    @cached_property
    def circumstances(self) -> Circumstances:
        """What the form depends on besides its answers."""
        return circumstances_for(db(), self.authority, self.edition, last=self.last)

    @cached_property
    def standing(self) -> Standing | None:
        """Where the report stands between the authority and the public; None where it was not started."""
        return standing_of(db(), self.report) if self.report else None

    @property
    def may_agree(self) -> bool:
        """Whether this person agrees with the report or returns it, as bestuurder."""
        return self.report is not None and may_agree_with_report(current_user, self.report)

    @property
    def may_take_back(self) -> bool:
        """Whether this person corrects what is public, and withdraws what is not yet."""
        return self.report is not None and may_take_back_report(current_user, self.report)

    def url(self, view: str, **values: Any) -> str:
        """Return the address of one of these pages in this page's language."""
        return url_for(f"reports.{view}", **{"jaar": self.year, **values, **self.extra})

    def path(self, section: Section) -> str:
        """Return the path of a section's page without a language: under it unsaved input is kept."""
        path = f"/mijn/rapportages/{self.year}/{section.key.lower()}"
        query = "&".join(f"{key}={value}" for key, value in self.extra.items())
        return f"{path}?{query}" if query else path


def open_desk(year: int) -> Desk:
    """Load the desk that the address asks for; 404 where this person has no business."""
    codes = authority_codes(current_user)
    wanted = request.args.get("organisatie", "")
    may_as_staff = bool(wanted) and wanted not in codes and may_enter_on_paper(current_user)
    authorise(may_as_staff or (bool(codes) and wanted in {"", *codes}), hidden=True)
    found = _first_with_edition([wanted] if wanted else codes, year)
    if found is None:
        abort(404)
    authority, edition, editions = found
    report = find_report(db(), authority.id, edition.id)
    # Staff have no business with a draft, but for the one that they enter themselves from paper.
    of_staff = may_as_staff and report is not None and report.on_paper
    authorise(of_staff or may_read_draft_report(current_user, authority.code), hidden=True)
    extra = {"organisatie": authority.code} if of_staff or len(codes) > 1 else {}
    if editions > 1:
        extra["afspraak"] = edition.agreement.slug
    return Desk(
        authority=authority,
        name=name_of(db(), authority),
        edition=edition,
        report=report,
        questionnaire=of_edition(edition),
        extra=extra,
    )


def _first_with_edition(codes: list[str], year: int) -> tuple[Authority, Edition, int] | None:
    agreement = request.args.get("afspraak", "")
    for code in codes:
        authority = by_code(db(), code)
        editions = editions_of(db(), authority.id, year) if authority else ()
        chosen = [edition for edition in editions if not agreement or edition.agreement.slug == agreement]
        if authority and chosen:
            return authority, chosen[0], len(editions)
    return None


def started(desk: Desk) -> Report:
    """Return the report on the desk, 404 where it was not started."""
    if desk.report is None:
        abort(404)
    return desk.report


def section_or_404(desk: Desk, key: str) -> Section:
    """Return the section that the address names in lower case; "alles" is the whole form on one page."""
    if key == WHOLE:
        return whole(desk)
    section = desk.questionnaire.section(key) if key == key.lower() else None
    if section is None:
        abort(404)
    return section


def whole(desk: Desk) -> Section:
    """Return all questions as one section, for who likes the form on one page."""
    return Section(WHOLE.upper(), _ALL_QUESTIONS, {}, tuple(desk.questionnaire.questions))


def is_whole(section: Section) -> bool:
    """Say whether this is the page with the whole form."""
    return section.key == WHOLE.upper()


def neighbours(desk: Desk, section: Section) -> tuple[Section | None, Section | None]:
    """Return the section before and the one after; the whole form has neither."""
    sections = desk.questionnaire.sections
    if section not in sections:
        return None, None
    at = sections.index(section)
    return (sections[at - 1] if at else None, sections[at + 1] if at + 1 < len(sections) else None)
