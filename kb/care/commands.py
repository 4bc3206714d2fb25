"""`flask kb check-links` and `flask kb remind`: for every day, by cron."""

from collections.abc import Iterable

import click
from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from common import ledger
from common.clock import today
from common.database import reading_only
from common.web.database import db
from common.web.mails import site_link
from kb.care.outside import (
    NOT_ASKED,
    Answer,
    addresses_to_check,
    ask_all,
    forget_unused,
    has_no_connection,
    keep_answer,
    note_round,
)
from kb.care.reminders import by_person, due_guides, note_told
from kb.care.words import words_of
from kb.command_group import kb_commands

TOGETHER = 25
"""Answers that are written at once."""
_NO_CONNECTION = "Geen antwoord op alles wat gevraagd is: de server heeft geen verbinding. Daarvan is niets bewaard."


@kb_commands.command("check-links")
@click.option("--all", "everything", is_flag=True, help="Also what was asked less than a week ago.")
@click.option("--most", default=500, show_default=True, help="How many addresses at most.")
def check_links_command(everything: bool, most: int) -> None:
    """Ask the addresses outside the site to which guides lead whether they still answer."""
    session = db()
    with reading_only():
        addresses = addresses_to_check(session, everything=everything)[:most]
        session.rollback()
    asked = broken = 0
    is_cut_off = False
    for start in range(0, len(addresses), TOGETHER):
        # First all answers, then one transaction: asking takes minutes, and nobody may wait for the database meanwhile.
        answers = list(ask_all(addresses[start : start + TOGETHER]))
        is_cut_off = has_no_connection(session, answers)
        if is_cut_off:
            break
        kept = [pair for pair in answers if pair[1].trouble != NOT_ASKED]
        asked, broken = asked + len(kept), broken + _keep(session, kept)
        session.commit()
    gone = forget_unused(session)
    if asked or gone:
        note_round(session, asked, broken)
    session.commit()
    click.echo(f"{asked} adressen gevraagd, {broken} met een probleem.")
    if is_cut_off:
        raise click.ClickException(_NO_CONNECTION)
    if asked < len(addresses):
        click.echo(f"{len(addresses) - asked} niet gevraagd: hun naam was nu niet op te zoeken. De volgende keer weer.")


def _keep(session: Session, answers: Iterable[tuple[str, Answer]]) -> int:
    """Write answers down, print those that ask for attention, and return how many these are."""
    broken = 0
    for address, answer in answers:
        check = keep_answer(session, address, answer)
        if answer.trouble:
            broken += 1
            sentence, values = words_of(answer.trouble, check.status)
            click.echo(f"{address}: {sentence % values}")
    return broken


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
