"""A report that an authority sent on paper: staff enter it on its behalf, with the scan as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import User
from common import clock, ledger
from common.clock import today
from common.errors import N_, Refused
from common.files.attaching import attachments_of
from common.files.models import Attachment
from common.ledger import Actor
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reports.drafting import find_report, name_of, start_report
from registry.reports.expected import UNTOUCHED, Expected, expected
from registry.reports.models import Report, ReportState, Submission


class OwnAnswers(Refused):
    """The authority answers on this site already: staff write nothing over it."""


def evidence_subject(report: Report) -> str:
    """Return with what the scans of a report are kept; website/files/access.py says who may read them."""
    return f"paper:{report.authority.code}/{report.edition.agreement.slug}/{report.edition.year}"


def begin_on_paper(
    session: Session, authority: Authority, edition: Edition, received_on: date, *, actor: Actor
) -> Report:
    """Let staff enter this authority's report of this edition, which came on paper on that day.

    Raises Refused for a day that cannot be, for an authority of which the report is not asked, and where a colleague
    enters it already; OwnAnswers where the authority has answers of its own here, or handed it in.
    """
    if received_on > today():
        raise Refused(N_("Deze dag moet nog komen."))
    if edition.opens_on > today() or authority.id not in {
        one.who.authority_id for one in expected(session, edition, today())
    }:
        raise Refused(N_("Van deze organisatie vragen wij deze rapportage niet."))
    ledger.lock(session)
    found = find_report(session, authority.id, edition.id)
    if found:
        session.refresh(found, with_for_update=True)
        _refuse_own(found)
    report = found or start_report(session, authority, edition, actor=actor)
    report.on_paper, report.paper_received_on, report.updated_at = True, received_on, clock.now()
    facts = {"received_on": received_on.isoformat()}
    ledger.record(session, "report.on_paper", report.subject, facts, actor=actor)
    return report


def may_begin(one: Expected) -> bool:
    """Say whether staff can begin this report on paper: its authority wrote nothing here, and no colleague began."""
    report, untouched = one.report, one.nothing_done and one.handed_in_on is None
    return report is None or (untouched and report.state is ReportState.DRAFT and not report.on_paper)


def _refuse_own(report: Report) -> None:
    if report.on_paper:
        raise Refused(N_("Deze rapportage wordt al op papier ingevoerd."))
    if report.submissions:
        raise OwnAnswers(N_("Deze organisatie diende de rapportage zelf al in."))
    if report.state is not ReportState.DRAFT or report.version > UNTOUCHED:
        raise OwnAnswers(
            N_("Deze organisatie vult de rapportage zelf al in. Er wordt niets overschreven. Vraag of zij indient.")
        )


def hand_over(session: Session, report: Report, *, actor: Actor) -> None:
    """Let the authority go on by itself; what was entered stays. Raises Refused where it does so already."""
    session.refresh(report, with_for_update=True)
    if not report.on_paper:
        raise Refused(N_("De organisatie vult deze rapportage al zelf in."))
    report.on_paper, report.updated_at = False, clock.now()
    if not report.submissions:
        report.paper_received_on = None  # it comes on the day on which the authority hands it in
    ledger.record(session, "report.handed_over", report.subject, {}, actor=actor)


@dataclass(frozen=True)
class PaperRow:
    """A report that came on paper, for the list of staff."""

    report: Report
    name: str
    received_on: date | None
    entered_by: str
    """Who changed it last."""
    submission_id: int | None
    submitted_at: datetime | None
    scans: Sequence[Attachment]


def papers(session: Session) -> list[PaperRow]:
    """Return the reports that staff enter or entered from paper, those that are not handed in first.

    Some queries for each: there are few.
    """
    rows = session.execute(_papers()).all()
    found = [
        PaperRow(
            report=row.Report,
            name=name_of(session, row.Report.authority),
            received_on=row.Report.paper_received_on,
            entered_by=row.name or "",
            submission_id=row.submission_id,
            submitted_at=row.submitted_at,
            scans=scans_of(session, row.Report),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.submission_id is not None, -one.report.edition.year, one.name))


def _papers() -> Select[*tuple[object, ...]]:
    newest = (
        select(
            Submission.report_id,
            func.max(Submission.id).label("submission_id"),
            func.max(Submission.submitted_at).label("submitted_at"),
        )
        .group_by(Submission.report_id)
        .subquery()
    )
    return (
        select(Report, User.name, newest.c.submission_id, newest.c.submitted_at)
        .outerjoin(User, User.id == Report.last_edited_by_id)
        .outerjoin(newest, newest.c.report_id == Report.id)
        .where(Report.on_paper.is_(True))
        .options(joinedload(Report.authority), joinedload(Report.edition).joinedload(Edition.agreement))
    )


def scans_of(session: Session, report: Report) -> list[Attachment]:
    """Return the scans that came with a report. One query."""
    return [one for one in attachments_of(session, evidence_subject(report)) if one.removed_at is None]
