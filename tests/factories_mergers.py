"""A herindeling of invented municipalities, with everything that an authority can leave. The caller commits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import MemberRole, User
from common.clock import now
from common.ledger import SYSTEM
from registry.agreements.models import Agreement
from registry.authorities.models import Authority, Merger, MergerParty
from registry.buyer_groups import members
from registry.certificates.content import CertificateFacts
from registry.certificates.keeping import add_certificate
from registry.editions.models import Edition
from registry.mergers.models import MergerChoice
from registry.plans.models import Plan, PlanDraft, PlanVersion
from registry.reports.models import Report
from registry.signatures.models import SignatureParty, SignatureVersion
from tests.factories_certificates import make_group
from tests.factories_obligations import make_signed
from tests.factories_review import make_authority, make_member, make_report
from tests.html_forms import form_on
from tests.sites import csrf_token

NEW = "/redactie/herindelingen/nieuw"
LIST = "/redactie/herindelingen"
SOURCE = "https://voorbeeld.example/besluit"
PAST, COMING = date(2026, 1, 1), date(2027, 1, 1)


@dataclass
class Estate:
    """An authority that signed and left a plan, a report in work and a coordinator; with others around it."""

    session: Session
    old: Authority
    other: Authority
    new: Authority
    agreement: Agreement
    edition: Edition
    plan: Plan
    report: Report
    person: User

    def parties(self) -> dict[str, tuple[date | None, date | None]]:
        """Return whom the signature binds now, by code: from which day until which."""
        self.session.expire_all()
        query = (
            select(SignatureParty)
            .join(SignatureParty.version)
            .join(SignatureVersion.signature)
            .where(SignatureVersion.superseded_at.is_(None))
            .where(SignatureVersion.signature.has(agreement_id=self.agreement.id))
        )
        return {one.authority.code: (one.binds_from, one.binds_to) for one in self.session.scalars(query)}

    def signed(self) -> SignatureVersion:
        """Return what the register says of the signature now."""
        self.session.expire_all()
        query = select(SignatureVersion).where(SignatureVersion.superseded_at.is_(None))
        return self.session.scalars(query.where(SignatureVersion.signature.has(agreement_id=self.agreement.id))).one()


def make_estate(session: Session) -> Estate:
    """Make gm9401 with all its things, and gm9402 and gm9403 that have nothing."""
    signed = make_signed(session, "gm9401")
    plan = Plan(authority=signed.authority, agreement=signed.agreement)
    plan.versions.append(PlanVersion(number=1, title="Plan van toen", source=SOURCE, published_at=now()))
    session.add(plan)
    other, new = (make_authority(session, code, f"Gemeente {code}") for code in ("gm9402", "gm9403"))
    report = make_report(session, signed.authority, signed.edition)
    person = make_member(session, "karin", "gm9401", MemberRole.COORDINATOR)
    session.commit()
    return Estate(session, signed.authority, other, new, signed.agreement, signed.edition, plan, report, person)


def make_second(session: Session, estate: Estate) -> None:
    """Give gm9402 the same things as gm9401, and both a draft of a plan and a place in a buyer group. Commits."""
    group = make_group(session)
    for authority in (estate.old, estate.other):
        members.join(session, group, authority, date(2024, 1, 1), None, actor=SYSTEM)
        plan = estate.plan
        if authority is not estate.old:
            plan = Plan(authority=authority, agreement=estate.agreement)
            title = f"Plan van {authority.code}"
            plan.versions.append(PlanVersion(number=1, title=title, source=SOURCE, published_at=now()))
            make_report(session, authority, estate.edition)
        session.add_all([plan, PlanDraft(plan=plan, content={})])
    session.commit()


def add_certificate_of(
    session: Session, authority: Authority, holder: str, begins: date, document_id: int | None = None
) -> None:
    """Give an authority a certificate until 2028."""
    facts = CertificateFacts("4.0", None, 2, holder, None, begins, date(2028, 1, 1), SOURCE, None, document_id)
    add_certificate(session, authority, facts, actor=SYSTEM)


def record(browser: FlaskClient, day: date, ended: str, **more: str) -> TestResponse:
    """Send the form that records a merger: `nieuw` and `groeit` hold codes, one a line."""
    kind = "samenvoeging" if "nieuw" in more else "uitbreiding"
    fields = {"dag": day.strftime("%d-%m-%Y"), "soort": kind, "bron": SOURCE, "reden": "De raad besloot."}
    sent = {"csrf_token": csrf_token(browser, NEW), **fields, "eindigt": ended, **more}
    return browser.post(NEW, data=sent)


def settle(browser: FlaskClient, path: str, **chosen: str) -> TestResponse:
    """Choose at the page of a merger, look it over, and carry it out; what is not chosen goes as is usual.

    `chosen` is by the sort of thing: signature="ends". "old" stands for nothing: the options name numbers.
    """
    fields = form_on(browser.get(path).text, path)
    for key in list(fields):
        sort = key.removeprefix("keuze-").partition("-")[0]
        if key.startswith("keuze-") and sort in chosen:
            fields[key] = chosen[sort]
    fields["reden"] = "Zo besloten de raden."
    looked_over = browser.post(path, data={**fields, "nakijken": "ja"})
    assert looked_over.status_code == 200, looked_over.text
    done = browser.post(path, data=form_on(looked_over.text, path))
    assert done.status_code == 303, done.text
    return done


def letting_go(browser: FlaskClient, session: Session) -> FlaskClient:
    """Let the session of the test end what it read before each request: it holds the lock on the database."""
    opened = browser.open

    def open_after(*given: Any, **named: Any) -> TestResponse:
        session.rollback()
        return opened(*given, **named)

    browser.open = open_after  # type: ignore[method-assign]
    return browser


def newest_merger(session: Session) -> Merger:
    """Return the merger that was recorded last."""
    session.expire_all()
    return session.scalars(select(Merger).order_by(Merger.id.desc())).first() or Merger()


def choices(session: Session) -> dict[str, list[Any]]:
    """Return what was chosen and not taken back: by sort of thing, the choice and the codes of who took it over."""
    found: dict[str, list[Any]] = {}
    for one in session.scalars(select(MergerChoice).where(MergerChoice.undone_at.is_(None)).order_by(MergerChoice.id)):
        if one.from_authority.code.startswith("gm94"):
            to = one.to_authority.code if one.to_authority else None
            found.setdefault(one.subject.partition(":")[0], []).append((one.choice.value, to))
    return found


def parts_of(merger: Merger) -> dict[str, str]:
    """Return the part of each authority in a merger."""
    parties: list[MergerParty] = merger.parties
    return {one.authority.code: one.part.value for one in parties}
