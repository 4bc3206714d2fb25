"""The example world: invented authorities under an invented agreement, so that a newcomer sees the site at work.

All of it is fictional, stands apart from every real agreement, and is dated from the day of set-up.
"""

from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.clock import frozen_at, today
from common.outbox import OutboxMail
from registry.agreements.models import Agreement
from website.example.accounts import Accounts
from website.example.agreements import plan_agreement
from website.example.certificates import plan_certificates
from website.example.comments import plan_comments
from website.example.days import Days, moment
from website.example.delays import plan_delay
from website.example.desk_of_guides import plan_desk_of_guides
from website.example.drafts import plan_drafts
from website.example.groups import plan_group
from website.example.handing_in import plan_handing_in
from website.example.merging import plan_merger
from website.example.names import DEMO, MERGED
from website.example.next_form import plan_next_form
from website.example.open_year import plan_open_year
from website.example.paper import plan_paper
from website.example.past import plan_past
from website.example.plans import plan_plans
from website.example.practice import plan_practice
from website.example.profiles import Profile, make_profiles
from website.example.proposals import plan_proposals
from website.example.reminding import plan_reminders
from website.example.reports import plan_editions, plan_history
from website.example.signing import SLUG, make_agreement, make_authorities, plan_signatures
from website.example.together import plan_together
from website.example.world import World


def make(session: Session, data: Path) -> list[str]:
    """Make the example world where it is absent; return lines that say what was made, passwords included."""
    if session.scalar(select(Agreement.id).where(Agreement.slug == SLUG)):
        return []
    days = Days(today())
    world = _begin(session, days)
    for plan in (
        plan_signatures,
        plan_plans,
        plan_editions,
        plan_history,
        plan_open_year,
        plan_handing_in,
        plan_together,
        plan_paper,
        plan_reminders,
        plan_certificates,
        plan_group,
        plan_merger,
        plan_delay,
        plan_agreement,
        plan_next_form,
        plan_practice,
        plan_desk_of_guides,
        plan_past,
        plan_proposals,
        plan_drafts,
        plan_comments,
    ):
        plan(world)
    world.timeline.play()
    # Invented people read no mail: what the years would have sent them is not kept.
    session.execute(delete(OutboxMail).where(OutboxMail.to_address.endswith(".voorbeeld.example")))
    number = len(world.profiles) + len(MERGED)
    made = f"Voorbeeldwereld gemaakt: {number} verzonnen organisaties, {len(days.years)} jaren"
    return [made, *world.accounts.write(data)]


def _begin(session: Session, days: Days) -> World:
    profiles = make_profiles(days)
    demo = next(one for one in profiles if one.name == DEMO)
    with frozen_at(moment(days.made_on)):
        authorities = make_authorities(session, profiles, days)
        agreement, version = make_agreement(session, days)
        accounts = Accounts(session, demo, _with_account(profiles, demo))
    return World(session, days, profiles, demo, accounts, authorities, agreement, version)


def _with_account(profiles: list[Profile], demo: Profile) -> list[Profile]:
    return [one for one in profiles if one.signed_on and one is not demo]
