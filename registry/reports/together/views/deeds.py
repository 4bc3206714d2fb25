"""What the buttons of working together do: each changes something, or returns the errors in what was typed."""

from collections.abc import Callable, Collection, Mapping

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from accounts.models import User
from common.errors import Refused
from common.mentioning import mentioned
from common.web.database import db
from registry.reports.together import links, tasks, threads
from registry.reports.together.forms import Typed, read_link, read_message, read_task
from registry.reports.together.mails import mail_link, mail_mentioned, mail_tasks
from registry.reports.together.people import WRITERS, colleagues
from registry.reports.together.views.table import Table

Deed = Callable[[Table, str], Typed | None]


def me() -> User:
    """Return the account of who is signed in."""
    user: User = current_user._get_current_object()
    return user


def give_task(table: Table, key: str) -> Typed | None:
    """Ask a colleague for this question or section."""
    return _give(table, [key])


def give_tasks(table: Table, _key: str) -> Typed | None:
    """Ask a colleague for several at once; he gets one mail."""
    keys = [key for key in request.form.getlist("sleutels") if tasks.may_be_given(table.desk.questionnaire, key)]
    return _give(table, list(dict.fromkeys(keys)))


def _give(table: Table, keys: Collection[str]) -> Typed | None:
    session, report = db(), table.report
    found, to = read_task(request.form, colleagues(session, report.authority.code, WRITERS))
    if not keys:
        found.errors.append(("sleutels", _("Kies ten minste één deel.")))
    if to is None or found.errors:
        return found
    made = tasks.give(session, report, keys, to, found.texts.get("opdracht", ""), actor=table.actor)
    session.flush()
    mail_tasks(session, report, made, to, me())
    flash(_("%(name)s ziet dit nu bij zijn of haar taken.", name=to.name), "success")
    return None


def end_task(table: Table, _key: str) -> Typed | None:
    """End a task by hand."""
    number = request.form.get("taak", "")
    task = tasks.open_task(db(), table.report, int(number)) if number.isdecimal() and len(number) < 10 else None
    if task:
        tasks.end(db(), table.report, task, actor=table.actor)
        flash(_("De taak is klaar."), "success")
    return None


def send_link(table: Table, key: str) -> Typed | None:
    """Send this question or section to somebody without an account."""
    session, keys = db(), links.keys_to_send(table.desk.questionnaire, key)
    found, wish = read_link(request.form, keys)
    if not keys:
        found.errors.append(("naam", _("Deze vraag kan alleen iemand van uw organisatie zelf beantwoorden.")))
    if wish is None or found.errors:
        return found
    try:
        sent = links.send(session, table.report, wish, actor=table.actor)
    except Refused as refusal:
        found.errors.append(("e-mailadres", _(refusal.sentence, **refusal.values)))
        return found
    mail_link(session, table.report, sent, me())
    flash(_("%(name)s krijgt een mail met de link.", name=wish.name), "success")
    return None


def post_message(table: Table, key: str) -> Typed | None:
    """Add a message to the thread, and tell who is named in it."""
    session = db()
    found, text = read_message(request.form)
    if not text:
        return found
    threads.post(session, table.report, key, text, actor=table.actor)
    named, unknown = mentioned(text, colleagues(session, table.report.authority.code))
    named = [one for one in named if one.id != current_user.id]
    mail_mentioned(session, table.report, key, text, named, me())
    if named:
        names = ", ".join(one.name for one in named)
        said = ngettext("%(names)s krijgt een mail.", "%(names)s krijgen een mail.", len(named), names=names)
        flash(said, "success")
    for name in unknown:
        flash(
            _(
                "Bij uw organisatie werkt niet één collega die @%(name)s heet: niemand kreeg daarvoor een mail.",
                name=name,
            )
        )
    return None


def resolve(table: Table, key: str) -> Typed | None:
    """Mark the thread as done."""
    threads.resolve(db(), table.report, key, actor=table.actor)
    return None


def reopen(table: Table, key: str) -> Typed | None:
    """Open the thread again."""
    threads.reopen(db(), table.report, key, actor=table.actor)
    return None


AT_QUESTION: Mapping[str, Deed] = {
    "taak": give_task, "klaar": end_task, "link": send_link, "bericht": post_message, "afgehandeld": resolve,
    "heropenen": reopen,
}  # fmt: skip
AT_ALL: Mapping[str, Deed] = {"taken": give_tasks, "klaar": end_task}
