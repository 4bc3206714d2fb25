"""Rows for tests of reviews: persons, an authority, an agreement, an edition, and a submitted report."""

from datetime import date

from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, User
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.models import Edition
from registry.reports.models import Report, ReportState, Submission


def make_person(session: Session, name: str, **more: object) -> User:
    """Return a person with an account."""
    user = User(email=f"{name}@voorbeeld.example", name=name.title(), fs_uniquifier=f"test-{name}", **more)
    session.add(user)
    session.flush()
    return user


def make_member(session: Session, name: str, code: str, role: MemberRole, **more: object) -> User:
    """Return a person who works for an authority."""
    user = make_person(session, name, **more)
    session.add(Membership(user_id=user.id, authority_code=code, role=role))
    session.flush()
    session.refresh(user)
    return user


def make_authority(session: Session, code: str = "vb0001", name: str = "Gemeente Proefdam") -> Authority:
    """Return a fictional authority."""
    authority = Authority(code=code, slug=name.lower().replace(" ", "-"), is_example=True)
    authority.versions.append(
        AuthorityVersion(name=name, sort_name=name.lower(), search_text=name.lower(), kind="gemeente", source="test")
    )
    session.add(authority)
    session.flush()
    return authority


def make_edition(session: Session, year: int = 2025, slug: str = "proefafspraak") -> Edition:
    """Return an edition of a fictional agreement that asks nothing."""
    text = {"nl": "Proefafspraak", "en": "Trial agreement"}
    agreement = Agreement(slug=slug, is_example=True)
    agreement.versions.append(
        AgreementVersion(
            number=1, title=text, short_title=text, summary={}, body_html={}, period_from=date(2023, 1, 1),
            themes=[], followed=True, followed_note={}, counts=[], unknowns=[], sources=[],
        )
    )  # fmt: skip
    session.add(agreement)
    edition = Edition(
        agreement=agreement, year=year, opens_on=date(year + 1, 9, 1), due_on=date(year + 1, 12, 26),
        snapshot="{}", sha256="0" * 64,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    return edition


def make_submission(session: Session, report: Report, submitter: User, editor: User | None = None) -> Submission:
    """Return the next submission of a report, which now waits for staff."""
    number = len(report.submissions) + 1
    submission = Submission(
        report=report, number=number, receipt=f"T-{report.id}-{number}", content="{}", fingerprint=f"{number:064d}",
        submitted_by_id=submitter.id, last_edited_by_id=(editor or submitter).id,
    )  # fmt: skip
    report.state = ReportState.SUBMITTED
    session.add(submission)
    session.flush()
    return submission


def make_report(session: Session, authority: Authority, edition: Edition) -> Report:
    """Return an empty draft."""
    report = Report(authority=authority, edition=edition, due_on=edition.due_on)
    session.add(report)
    session.flush()
    return report
