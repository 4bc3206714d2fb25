"""A report of the invented world that came on paper, and was entered by a beheerder: a beoordelaar may decide on it."""

from datetime import timedelta
from functools import partial
from io import BytesIO

from accounts.models import StaffRole
from accounts.people import actor_for
from common.files import attaching
from common.files.accepting import accept
from registry.reports.drafting import save_answers
from registry.reports.models import Report
from registry.reports.submitting import submit
from registry.reviews.paper import begin_on_paper, evidence_subject
from website.example.answers import Reporting
from website.example.days import moment, workday
from website.example.online import mandate
from website.example.profiles import Profile
from website.example.reports import reporters
from website.example.world import World
from website.files.uploading import storage

CAME, ENTERED = 9, 6
"""Days ago."""


def plan_paper(world: World) -> None:
    """Put the letter of an authority that missed earlier years, and its entering, on the timeline."""
    one = next(each for each in reporters(world, world.days.open_year) if each.missed)
    day = workday(world.days.today - timedelta(days=ENTERED))
    world.timeline.at(moment(day, 30), partial(_enter, world, one))


def _enter(world: World, one: Profile) -> None:
    year, session = world.days.open_year, world.session
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    came = world.days.before(CAME)
    report = begin_on_paper(session, world.authorities[one.code], world.editions[year], came, actor=actor)
    _attach_scan(world, report)
    answers = Reporting(one, world.days, year, came).all()
    save_answers(session, report, answers, report.version, actor=actor)
    submit(session, report, actor=actor, says_true=True)


def _attach_scan(world: World, report: Report) -> None:
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    accepted = accept(BytesIO(mandate()))
    storage().keep(accepted.content, accepted.sha256)
    name, about = "rapportage-op-papier-voorbeeld.pdf", f"Rapportage op papier over {report.edition.year}"
    attaching.attach(world.session, evidence_subject(report), accepted, name, about, actor=actor)
