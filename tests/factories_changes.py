"""Changes of every kind to published facts, each as one function of a session and a random source."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import clock
from common.ledger import Actor, record
from common.versions import known_at, supersede
from registry.agreements.models import Agreement, Signable
from registry.agreements.writing import newest_version, set_signing
from registry.authorities.changing import change_from, correct, current_versions, end, named
from registry.authorities.merging import MergerFacts, record_merger
from registry.authorities.models import Authority, AuthorityVersion, MergerPart
from registry.buyer_groups.members import leave
from registry.buyer_groups.models import BuyerGroupMember
from registry.editions.models import Edition
from registry.editions.opening import open_edition
from registry.obligations.models import DeadlineCause, DutyVersion
from registry.plans.models import PlanVersion
from registry.reports.models import Publication, Report, ReportState, Submission
from registry.signatures.changing import change
from registry.signatures.models import Certainty, DatePrecision, Origin, Signature, SignatureParty, SignatureVersion
from tests.factories_form import form_data
from tests.factories_participants import add_authority, add_signature

STAFF = Actor("beheerder")


def one_of(session: Session, rng: Random, query: Any) -> Any:
    """Return one of what a query finds."""
    return rng.choice(session.scalars(query).unique().all())


def signatures(confirmed: bool) -> Any:
    """Return the query for signatures whose present version is, or is not, confirmed, and that did not end."""
    version = SignatureVersion
    current = (
        known_at(version),
        version.confirmed.is_(confirmed),
        version.refused.is_(False),
        version.ended_on.is_(None),
    )
    return select(Signature).join(version).where(*current).order_by(Signature.id)


def current_names(session: Session, rng: Random) -> AuthorityVersion:
    """Return the present name of an authority that signed something and still exists."""
    query = (
        select(AuthorityVersion)
        .join(SignatureParty, SignatureParty.authority_id == AuthorityVersion.authority_id)
        .where(known_at(AuthorityVersion), AuthorityVersion.valid_to.is_(None))
        .order_by(AuthorityVersion.id)
    )
    return one_of(session, rng, query)  # type: ignore[no-any-return]


def confirm(session: Session, rng: Random) -> None:
    """Let an unconfirmed signature become public."""
    query = signatures(confirmed=False).where(SignatureVersion.origin == Origin.SOURCE)
    chosen = session.scalars(query).unique().first()
    if chosen:
        facts = {"confirmed": True, "certainty": Certainty.CERTAIN}
        change(session, chosen, facts, reason="Bewezen.", actor=STAFF)


def correct_day(session: Session, rng: Random) -> None:
    """Correct the day of a signature."""
    day = clock.today() - timedelta(days=rng.randrange(900))
    facts = {"signed_on": day, "date_precision": DatePrecision.DAY}
    change(session, one_of(session, rng, signatures(confirmed=True)), facts, reason="Verkeerde dag.", actor=STAFF)


def end_signature(session: Session, rng: Random) -> None:
    """End a signature today."""
    facts = {"ended_on": clock.today(), "ended_reason": "Opgezegd."}
    change(session, one_of(session, rng, signatures(confirmed=True)), facts, reason="Opgezegd.", actor=STAFF)


def rename(session: Session, rng: Random) -> None:
    """Correct a name, or change it from today."""
    old = current_names(session, rng)
    code = session.get_one(Authority, old.authority_id).code
    facts = named(f"Gemeente Nieuwnaam {rng.randrange(10**6)}", code)
    if rng.random() < 0.5 and (old.valid_from is None or old.valid_from <= clock.today()):
        change_from(session, old, clock.today(), facts, reason="Nieuwe naam.", actor=STAFF)
    else:
        correct(session, old, facts, reason="Schrijffout.", actor=STAFF)


def end_authority(session: Session, rng: Random) -> None:
    """Let an authority exist no more from tomorrow."""
    authority = session.get_one(Authority, current_names(session, rng).authority_id)
    end(session, authority, clock.today() + timedelta(days=1), reason="Opgeheven.", actor=STAFF)


def join(session: Session, rng: Random) -> None:
    """Let a new authority sign."""
    code = f"gm{rng.randrange(10**8, 10**9)}"
    add_signature(session, "voorbeeldafspraak", add_authority(session, code, f"Gemeente {code}"))


def publish_plan(session: Session, rng: Random) -> None:
    """Replace a plan by a revised one."""
    query = select(PlanVersion).where(known_at(PlanVersion), PlanVersion.published_at.is_not(None))
    old = one_of(session, rng, query.order_by(PlanVersion.id))
    new = PlanVersion(
        plan_id=old.plan_id, number=old.number + 1, title=f"Plan {rng.randrange(10**6)}", adopted_on=clock.today(),
        published_at=clock.now(),
    )  # fmt: skip
    supersede(session, old, new, actor=STAFF, reason="Herzien.")
    record(session, "plan.published", "plan:proef/proef", {"number": new.number}, actor=STAFF)


def correct_report(session: Session, rng: Random) -> None:
    """Replace a publication by another of the same report."""
    old = one_of(session, rng, select(Publication).where(known_at(Publication)).order_by(Publication.id))
    new = Publication(report_id=old.report_id, submission_id=old.submission_id)
    supersede(session, old, new, actor=STAFF, reason="Opnieuw gepubliceerd.")
    record(session, "report.corrected", "report:proef/proef/2024", {"id": new.id}, actor=STAFF)


def delay(session: Session, rng: Random) -> None:
    """Grant a delay."""
    query = select(DutyVersion).where(known_at(DutyVersion), DutyVersion.due_on.is_not(None))
    old = one_of(session, rng, query.order_by(DutyVersion.id))
    new = DutyVersion(
        duty_id=old.duty_id, number=old.number + 1, starts_on=old.starts_on, grace_days=old.grace_days,
        due_on=old.due_on + timedelta(days=rng.randrange(1, 900)), cause=DeadlineCause.DELAY, ends_on=old.ends_on,
    )  # fmt: skip
    supersede(session, old, new, actor=STAFF, reason="Brand in het gemeentehuis.")
    record(session, "duty.delayed", "duty:proef/proef/plan", {"number": new.number}, actor=STAFF)


def open_agreement(session: Session, rng: Random) -> None:
    """Open an agreement for signing, or close it."""
    agreement = one_of(session, rng, select(Agreement).order_by(Agreement.id))
    signing = Signable.CLOSED if newest_version(session, agreement).signing is Signable.OPEN else Signable.OPEN
    set_signing(session, agreement, signing, "De termijn is anders.", actor=STAFF)


def open_a_year(session: Session, rng: Random) -> None:
    """Open the form over another year, from a month ago: nobody knew that yet."""
    agreement = session.scalars(select(Agreement).filter_by(slug="voorbeeldafspraak")).one()
    year = max(session.scalars(select(Edition.year).filter_by(agreement_id=agreement.id))) + 1
    period = (clock.today() - timedelta(days=30), clock.today() - timedelta(days=rng.randrange(1, 9)))
    open_edition(session, agreement, year, period, form_data(), actor=STAFF)


def hand_in(session: Session, rng: Random) -> None:
    """Hand a report in."""
    query = select(Report).where(~Report.submissions.any()).order_by(Report.id)
    report = session.scalars(query).first()
    if report:
        report.state = ReportState.SUBMITTED
        receipt = str(rng.randrange(10**9))
        session.add(Submission(report_id=report.id, number=1, receipt=receipt, content="{}", fingerprint="0" * 64))
        session.flush()
        record(session, "report.submitted", "report:proef/proef/2024", {"receipt": receipt}, actor=STAFF)


def merge(session: Session, rng: Random) -> None:
    """Let one authority go into another from today."""
    ended, larger = (session.get_one(Authority, current_names(session, rng).authority_id) for _ in range(2))
    version = current_versions(session, ended.id)[-1]
    if ended is larger or ended.is_example != larger.is_example or (version.valid_from or date.min) >= clock.today():
        return
    parties = {ended.code: MergerPart.ENDED, larger.code: MergerPart.ENLARGED}
    facts = MergerFacts(clock.today(), "uitbreiding", "proef", parties)
    record_merger(session, facts, reason="Samengevoegd.", actor=STAFF)


def leave_group(session: Session, rng: Random) -> None:
    """End a membership of a buyer group."""
    members = session.scalars(select(BuyerGroupMember).where(known_at(BuyerGroupMember))).all()
    open_ended = [one for one in members if one.valid_to is None]
    if open_ended:
        leave(session, rng.choice(open_ended), clock.today(), reason="Klaar.", actor=STAFF)


EVERY_CHANGE: tuple[Callable[[Session, Random], None], ...] = (
    confirm, correct_day, end_signature, rename, end_authority, join, publish_plan, correct_report, delay,
    open_agreement, open_a_year, hand_in, merge, leave_group,
)  # fmt: skip
