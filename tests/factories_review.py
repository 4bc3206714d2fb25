"""Rows for tests of reviews: persons, an authority, an agreement, an edition, and a submitted report."""

import json
from datetime import date

from flask import Flask
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, Role, StaffRole, User
from common.content import read_yaml
from common.ledger import SYSTEM, Actor
from common.vocabulary import CONTENT
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.models import Edition
from registry.editions.opening import open_edition
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import AnswerState, Report, ReportState, Submission
from registry.reports.submitting import submit
from registry.reports.values import AnswerInput
from registry.signatures.duties import follow_signatures
from registry.signatures.models import Certainty, DatePrecision, Signature, SignatureParty, SignatureVersion

EMPTY_FORM = {
    "version": 1,
    "title": {"nl": "Niets", "en": "Nothing"},
    "intro": {"nl": "", "en": ""},
    "sections": [],
    "questions": [],
}
EMPTY_CONTENT = {
    "agreement": "proefafspraak", "year": 2025, "edition": {}, "authority": {}, "number": 1, "receipt": "",
    "submitted_at": "", "answers": {},
}  # fmt: skip


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
        snapshot=json.dumps(EMPTY_FORM | {"agreement": slug, "year": year}), sha256="0" * 64,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    return edition


def make_submission(session: Session, report: Report, submitter: User, editor: User | None = None) -> Submission:
    """Return the next submission of a report, which now waits for staff."""
    number = len(report.submissions) + 1
    submission = Submission(
        report=report, number=number, receipt=f"T-{report.id}-{number}", content=json.dumps(EMPTY_CONTENT),
        fingerprint=f"{number:064d}",
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


PASSWORD = "een lang wachtwoord voor proeven"

VALUES = {
    "A3": {"name": "Inge Invuller", "function": "Inkoopadviseur", "email": "inge@voorbeeld.example"},
    "A4": "Wethouder duurzaamheid",
    "A5": "college",
    "A6": "2026-03-02",
    "B1": "in-voorbereiding",
    "B3": {
        "milieu": "geen", "klimaat": "geen", "circulair": "geen", "keten": "geen", "diversiteit": "geen",
        "social-return": "basis",
    },
    "B6": {"chosen": ["inkoopbeleid"]},
    "B7": {"answer": "nee"},
    "C1": 43.5,
    "C2": 10,
    "C4": {"chosen": ["mvi-zet"]},
    "C5": "volledig",
    "D1": 8,
    "D3": 4,
    "E12": 100,
    "E13": 500,
    "F2": {"judgement": "op-koers"},
    "G1": {"chosen": ["data"]},
    "G4": "Graag een training over gunnen.",
    "H1": "Wij kochten in dit jaar vaker verantwoord in dan in het jaar ervoor.",
    "H3": True,
}  # fmt: skip
"""A report that can be submitted, with one figure that a soft check asks about (E13)."""


def filled(**changes: object) -> dict[str, AnswerInput]:
    """Return answers to the form of 2025; some carry the sentence that their soft check asks for."""
    answers = {key: AnswerInput(AnswerState.GIVEN, value) for key, value in {**VALUES, **changes}.items()}
    sentences = {"B1": "Het plan ligt bij de raad.", "C1": "Een werk begon.", "E13": "Een groot contract liep uit."}
    for key, sentence in sentences.items():
        answers[key] = AnswerInput(AnswerState.GIVEN, answers[key].value, remark=sentence)
    return answers


def make_account(session: Session, app: Flask, name: str, staff: StaffRole | None = None) -> User:
    """Return a person who can sign in with PASSWORD."""
    with app.app_context():
        user = make_person(session, name, password=hash_password(PASSWORD))
    if staff:
        role = session.scalars(select(Role).filter_by(name=staff.value)).first() or Role(name=staff.value)
        user.roles.append(role)
    session.flush()
    return user


def join(session: Session, user: User, authority: Authority, role: MemberRole) -> User:
    """Make somebody work for an authority."""
    session.add(Membership(user_id=user.id, authority_code=authority.code, role=role))
    session.flush()
    session.refresh(user)
    return user


def credentials(user: User) -> dict[str, str]:
    """Return what this person signs in with."""
    return {"email": user.email, "password": PASSWORD}


def sign(session: Session, authority: Authority, agreement: Agreement, *, confirmed: bool = True) -> Signature:
    """Return the signature of an authority under an agreement that asks a report each year."""
    version = agreement.versions[0]
    if not version.obligations:
        for kind in ObligationKind:
            within = "P1Y" if kind is ObligationKind.ACTION_PLAN else None
            session.add(Obligation(agreement_version=version, code=kind.value, kind=kind, within=within, text={}))
    signature = Signature(
        key=f"{agreement.slug}:{authority.slug}", agreement_id=agreement.id, agreement_version_id=version.id
    )
    signature.versions.append(
        SignatureVersion(
            number=1, name_as_signed=authority.versions[0].name, signed_on=date(2024, 2, 1), confirmed=confirmed,
            date_precision=DatePrecision.DAY, source="https://voorbeeld.example/bericht",
            certainty=Certainty.CERTAIN if confirmed else Certainty.UNCERTAIN,
            parties=[SignatureParty(authority_id=authority.id)],
        )
    )  # fmt: skip
    session.add(signature)
    session.flush()
    session.refresh(version, ["obligations"])
    follow_signatures(session, agreement.id, actor=SYSTEM)
    return signature


def open_real_edition(session: Session, agreement: Agreement, year: int) -> Edition:
    """Return the form of 2025 as the edition of an agreement and year, open now."""
    data = read_yaml(CONTENT / "editions" / "2025.yaml")
    return open_edition(session, agreement, year, (date(year + 1, 1, 5), date(year + 1, 12, 26)), data, actor=SYSTEM)


def hand_in(session: Session, authority: Authority, edition: Edition, user: User, **changes: object) -> Submission:
    """Fill in a report and submit it, as a coördinator would."""
    actor = Actor(MemberRole.COORDINATOR.value, user.id)
    report = start_report(session, authority, edition, actor=actor)
    save_answers(session, report, filled(**changes), report.version, actor=actor)
    return submit(session, report, actor=actor, says_true=True)
