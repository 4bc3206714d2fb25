"""The mail about handing in: the receipt with its files, the agreement of the bestuurder, and what was taken back."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.memberships import members
from accounts.models import MemberRole, Membership, User
from common.outbox import Enclosure, enclose, fit
from common.vocabulary import Text
from common.web.mails import site_link
from registry.reports.models import Report, Submission
from registry.reports.receipts import receipt_files

KIND: Final = "report_submitted"


def coordinators(session: Session, code: str) -> Sequence[User]:
    """Return who answers for an organisation's reports."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_code == code, Membership.ended_at.is_(None), User.active)
        .where(Membership.role == MemberRole.COORDINATOR)
    )
    return session.scalars(query.order_by(User.name, User.id)).unique().all()


def executives(session: Session, code: str) -> list[User]:
    """Return the people who are bestuurder of the authority now, by name."""
    return [one.user for one in members(session, code) if one.role is MemberRole.EXECUTIVE]


def exactly(report: Report) -> str:
    """Return the query that says which report is meant, for whoever works for several organisations."""
    return f"?organisatie={report.authority.code}&afspraak={report.edition.agreement.slug}"


def page_of(report: Report, page: str = "") -> str:
    """Return the path of a page of the report; `page` is a part behind it, such as "/akkoord"."""
    return f"/mijn/rapportages/{report.edition.year}{page}{exactly(report)}"


def mail_receipt(session: Session, report: Report, submission: Submission, name: str, agreement: Text) -> None:
    """Put the receipt in the outbox for everybody who answers for it, with the PDF and the JSON as files."""
    people = {person.id: person for person in coordinators(session, report.authority.code)}
    sender = session.get(User, submission.submitted_by_id) if submission.submitted_by_id else None
    if sender:
        people[sender.id] = sender
    files: dict[str, list[Enclosure]] = {}
    for language in {person.language for person in people.values()}:
        made = receipt_files(submission, agreement, language)
        files[language] = made if fit(made) else []
    for person in people.values():
        mail = queue_for(
            session, person, KIND, **_about(report, person, name, agreement), submission=submission,
            attached=bool(files[person.language]), link=site_link(page_of(report, "/ontvangst"), person.language),
        )  # fmt: skip
        if mail:
            enclose(mail, files[person.language])


def mail_asked(
    session: Session, report: Report, people: Iterable[User], asker: User, name: str, agreement: Text
) -> None:
    """Ask a bestuurder to read the report and to agree, with a link to the page itself."""
    for person in people:
        mail = queue_for(
            session, person, "report_agreement_asked", **_about(report, person, name, agreement), asker=asker.name,
            link=site_link(page_of(report, "/akkoord"), person.language),
        )  # fmt: skip
        if mail:
            mail.about_user_id = asker.id


def mail_agreed(session: Session, report: Report, executive: User, name: str, agreement: Text) -> None:
    """Tell the coördinatoren that the bestuurder agrees, so that they can hand in."""
    _to_coordinators(session, report, executive, "report_agreed", "/controleren", **_texts(name, agreement))


def mail_sent_back(
    session: Session, report: Report, executive: User, remark: str, name: str, agreement: Text
) -> None:  # fmt: skip
    """Tell the coördinatoren what must be otherwise before the bestuurder agrees."""
    texts = _texts(name, agreement)
    _to_coordinators(session, report, executive, "report_agreement_returned", "/akkoord", reason=remark, **texts)


def mail_withdrawn(
    session: Session, submission: Submission, reviewer_id: int | None, reason: str, name: str, agreement: Text
) -> None:
    """Tell the beoordelaar who had it that the authority took the report back."""
    reviewer, report = session.get(User, reviewer_id) if reviewer_id else None, submission.report
    if reviewer is None:
        return
    path = f"/redactie/rapportages/{submission.id}"
    queue_for(
        session, reviewer, "report_withdrawn", **_about(report, reviewer, name, agreement), reason=reason,
        link=site_link(path, reviewer.language),
    )  # fmt: skip


def _texts(name: str, agreement: Text) -> dict[str, Any]:
    return {"name": name, "agreement": agreement}


def _to_coordinators(session: Session, report: Report, about: User, kind: str, page: str, **values: Any) -> None:
    name, agreement = values.pop("name"), values.pop("agreement")
    for person in coordinators(session, report.authority.code):
        if person.id == about.id:
            continue
        mail = queue_for(
            session, person, kind, **_about(report, person, name, agreement), executive=about.name, **values,
            link=site_link(page_of(report, page), person.language),
        )  # fmt: skip
        if mail:
            mail.about_user_id = about.id


def _about(report: Report, reader: User, name: str, agreement: Text) -> dict[str, Any]:
    return {
        "authority": name,
        "agreement": agreement.get(reader.language) or agreement["nl"],
        "year": report.edition.year,
    }
