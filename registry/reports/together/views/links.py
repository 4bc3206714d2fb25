"""What came through a link: taking over, leaving aside, taking the link back, sending it again."""

from collections.abc import Collection
from typing import Final

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.reports.together import dropping, links, taking
from registry.reports.together.forms import read_choices
from registry.reports.together.links import LinkState
from registry.reports.together.mails import mail_link
from registry.reports.together.models import AnswerLink
from registry.reports.together.views.blueprint import blueprint
from registry.reports.together.views.deeds import me
from registry.reports.together.views.table import Table, button, open_table

SURE: Final = "toch-verwijderen"


@blueprint.get("/mijn/rapportages/<int:jaar>/samen/links/<int:nummer>")
@signed_in
def link(jaar: int, nummer: int) -> BaseResponse:
    """What came through a link, beside what stands in the report now and last year's; or whether it may all go."""
    table = open_table(jaar)
    one = _load(table, nummer)
    return _sure(table, one) if "verwijderen" in request.args and _may_delete(table, one) else _page(table, one)


@blueprint.post("/mijn/rapportages/<int:jaar>/samen/links/<int:nummer>")
@signed_in
@limited("invitation")
def act_on_link(jaar: int, nummer: int) -> BaseResponse:
    """Take over what was chosen, or take the link back, send it again or delete it."""
    table = open_table(jaar)
    authorise(table.may_fill_in)
    one, pressed = _load(table, nummer), button()
    if pressed == "overnemen":
        return _decide(table, one)
    if pressed in {"verwijderen", SURE}:
        return _delete(table, one, sure=pressed == SURE)
    if pressed in {"intrekken", "opnieuw"}:
        authorise(table.may_write)
        _withdraw(table, one) if pressed == "intrekken" else _send_again(table, one)
        db().commit()
    return redirect(table.url("link", nummer=nummer), 303)


def _load(table: Table, number: int) -> AnswerLink:
    return links.numbered(db(), table.report, number) or abort(404)


def _decide(table: Table, one: AnswerLink) -> BaseResponse:
    authorise(table.may_take_over)
    choices = read_choices(request.form, one.keys)
    changed = taking.decide(db(), one, choices, actor=table.actor)
    db().commit()
    if changed:
        return _page(table, one, changed=changed, status=409)
    taken = [key for key, choice in choices.items() if choice.what is taking.What.TAKE]
    if taken:
        flash(ngettext("%(num)s antwoord overgenomen.", "%(num)s antwoorden overgenomen.", len(taken)), "success")
    elif not choices:
        flash(_("Kies eerst per vraag of u het antwoord overneemt."), "warning")
    return redirect(table.url("link", nummer=one.id), 303)


def _withdraw(table: Table, one: AnswerLink) -> None:
    if not one.withdrawn_at:
        links.withdraw(db(), one, actor=table.actor)
        flash(_("De link is ingetrokken. Hij werkt niet meer."), "success")


def _send_again(table: Table, one: AnswerLink) -> None:
    if one.withdrawn_at:
        return
    try:
        sent = links.send_again(db(), one, actor=table.actor)
    except Refused as refusal:
        flash(_(refusal.sentence, **refusal.values), "warning")
        return
    mail_link(db(), table.report, sent, me())
    flash(_("%(name)s krijgt een mail met een nieuwe link. De oude werkt niet meer.", name=one.name), "success")


def _may_delete(table: Table, one: AnswerLink) -> bool:
    """Say whether the link is over, and this person may delete it: a coördinator where nobody decided yet."""
    return links.state_of(one) is not LinkState.OPEN and (not links.unread(one) or table.is_coordinator)


def _sure(table: Table, one: AnswerLink) -> Response:
    frame = table.frame(f"/links/{one.id}")
    return no_store(render("registry/reports/together/link_delete.html", **frame, link=one, unread=links.unread(one)))


def _delete(table: Table, one: AnswerLink, *, sure: bool) -> BaseResponse:
    """Delete what is known of a guest, as when he asks for it. What was taken over is the authority's, and stays."""
    if links.state_of(one) is LinkState.OPEN:
        return redirect(table.url("link", nummer=one.id), 303)
    authorise(_may_delete(table, one))
    if links.unread(one) and not sure:
        return redirect(table.url("link", nummer=one.id, verwijderen=1), 303)
    dropping.drop(db(), one, actor=table.actor)
    db().commit()
    flash(_("De gegevens van deze persoon zijn verwijderd."), "success")
    return redirect(table.url("everything"), 303)


def _page(table: Table, one: AnswerLink, *, changed: Collection[str] = (), status: int = 200) -> Response:
    came = taking.what_came(db(), one)
    return no_store(
        render(
            "registry/reports/together/link.html",
            status=status,
            **table.frame(f"/links/{one.id}"),
            link=one,
            state=links.state_of(one),
            sender=links.sender_of(db(), one),
            came=came,
            undecided=taking.undecided(came),
            changed=changed,
            may_delete=_may_delete(table, one),
        )
    )
