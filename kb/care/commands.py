"""`flask kb check-links` and `flask kb remind`: for every day, by cron."""

import click

from accounts.mail_choices import queue_for
from common import ledger
from common.clock import today
from common.database import reading_only
from common.web.database import db
from common.web.mails import site_link
from kb.care.outside import addresses_to_check, ask_all, forget_unused, keep_answer, note_round
from kb.care.reminders import by_person, due_guides, note_told
from kb.command_group import kb_commands

TOGETHER = 25
"""Answers that are written at once."""


@kb_commands.command("check-links")
@click.option("--all", "everything", is_flag=True, help="Also what was asked less than a week ago.")
@click.option("--most", default=500, show_default=True, help="How many addresses at most.")
def check_links_command(everything: bool, most: int) -> None:
    """Ask the addresses outside the site to which guides lead whether they still answer."""
    session = db()
    with reading_only():
        addresses = addresses_to_check(session, everything=everything)[:most]
        session.rollback()
    broken = 0
    for start in range(0, len(addresses), TOGETHER):
        # First all answers, then one transaction: asking takes minutes, and nobody may wait for the database meanwhile.
        answers = list(ask_all(addresses[start : start + TOGETHER]))
        for address, answer in answers:
            keep_answer(session, address, answer)
            if answer.trouble:
                broken += 1
                click.echo(f"{address}: {answer.trouble}")
        session.commit()
    gone = forget_unused(session)
    if addresses or gone:
        note_round(session, len(addresses), broken)
    session.commit()
    click.echo(f"{len(addresses)} adressen gevraagd, {broken} met een probleem.")


@kb_commands.command("remind")
def remind_command() -> None:
    """Mail who keeps a guide when its review falls due. Run it each day; it may run twice."""
    session, day = db(), today()
    session.rollback()
    ledger.lock(session)
    due = due_guides(session, day)
    told = by_person(session, due)
    for person, own in told.items():
        guides = [
            {"title": one.title, "day": one.day, "overdue": one.day < day, "link": site_link(path, person.language)}
            for one in own
            for path in (f"/redactie/gidsen/{one.guide.slug}",)
        ]
        queue_for(session, person, "guide_review_due", guides=guides, link=site_link("/redactie/zorg", person.language))
    note_told(session, due)
    session.commit()
    click.echo(f"{len(due)} gidsen, {len(told)} mensen gemaild.")
