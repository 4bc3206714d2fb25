"""A report that is ready to be handed in, and what happens to it afterwards, without filling in the form by hand."""

from sqlalchemy import select

from accounts.models import MemberRole, StaffRole, User
from accounts.people import actor_for
from common.ledger import SYSTEM, Actor
from common.outbox import OutboxMail
from registry.agreements.models import Obligation, ObligationKind
from registry.reports.drafting import save_answers, start_report
from registry.reports.models import Approval, Report, Submission
from registry.reports.submitting import submit
from registry.reviews.deciding import publish_at_once
from registry.signatures.duties import follow_signatures
from tests.factories_form import YEAR, World, add_person
from tests.factories_review import filled, make_account

PATH = f"/mijn/rapportages/{YEAR}"
PUBLIC = f"/deelnemers/gm9001/rapportages/{YEAR}"
REASON = "Het aantal contracten klopte niet."


def person(world: World, role: str) -> User:
    """Return the person who has this role at the authority."""
    return world.session.scalars(select(User).where(User.email == world.emails[role])).one()


def actor(world: World, role: MemberRole = MemberRole.COORDINATOR) -> Actor:
    """Return how the ledger names that person."""
    return actor_for(person(world, role.value), role)


def fill_in(world: World, **changes: object) -> Report:
    """Save answers to everything that is asked; commits."""
    session = world.session
    report = start_report(session, world.authority, world.edition, actor=actor(world))
    save_answers(session, report, filled(**changes), report.version, actor=actor(world))
    session.commit()
    return report


def owe_the_report(world: World) -> None:
    """Let the agreement ask a report of who signed it, so that /mijn has something to say of it. Flushes."""
    session, version = world.session, world.edition.agreement.versions[0]
    kind = ObligationKind.ANNUAL_REPORT
    session.add(Obligation(agreement_version_id=version.id, code=kind.value, kind=kind, text={}))
    session.flush()
    session.refresh(version, ["obligations"])
    follow_signatures(session, version.agreement_id, actor=SYSTEM)


def hand_in(world: World) -> Submission:
    """Hand the report in as it is; commits."""
    submission = submit(world.session, report_of(world), actor=actor(world), says_true=True)
    world.session.commit()
    return submission


def publish(world: World) -> Submission:
    """Let a beoordelaar publish what was handed in last; commits."""
    session = world.session
    reader = session.scalars(select(User).where(User.name == "Lezer")).first()
    reader = reader or make_account(session, world.app, "lezer", StaffRole.REVIEWER)
    submission = report_of(world).submissions[-1]
    publish_at_once(session, submission, actor=actor_for(reader, StaffRole.REVIEWER))
    session.commit()
    return submission


def published(world: World, **changes: object) -> Submission:
    """Fill in, hand in and publish."""
    fill_in(world, **changes)
    hand_in(world)
    return publish(world)


def report_of(world: World) -> Report:
    """Return the report as it is now."""
    world.session.expire_all()
    return world.session.scalars(select(Report).where(Report.authority_id == world.authority.id)).one()


def now(world: World) -> Report:
    """Return the report as it is now, without holding the lock that a request needs."""
    (found,) = world.all(select(Report).where(Report.authority_id == world.authority.id))
    return found  # type: ignore[no-any-return]


def approvals(world: World) -> list[str]:
    """Return what became of every question to the bestuurder."""
    own = select(Approval).where(Approval.report_id == now(world).id).order_by(Approval.id)
    return [one.state.value for one in world.all(own)]


def mails(world: World, kind: str) -> list[OutboxMail]:
    """Return the mails of this kind, oldest first."""
    return world.all(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id))


def second(world: World, role: MemberRole, name: str = "tweede") -> None:
    """Let another person have this role; his browser is that of `name`."""
    world.emails[name] = add_person(world.app, world.session, name, [(world.authority.code, role)])
    world.session.commit()


def elsewhere(world: World, role: MemberRole) -> None:
    """Let somebody of another authority of the example world have this role; his browser is "elders"."""
    world.emails["elders"] = add_person(world.app, world.session, "elders", [("vb002", role)])
    world.session.commit()
