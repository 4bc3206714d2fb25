"""The button at a good example of a report: it becomes a proposal for the knowledge base."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from common.errors import N_, Refused
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.limits import limited
from kb.permissions import may_propose_example
from kb.proposals.forms import actor_of
from kb.proposals.reading import number_asked
from kb.proposals.writing import AlreadyProposed, begin_example
from registry.reports.beside import add_beside_question, add_beside_report
from registry.reports.views.desk import open_desk, started
from website.proposing.examples import becomes_example, examples_of

blueprint = Blueprint("proposing", __name__)


def init_examples(app: Flask) -> None:
    """Offer at every report to propose its good examples, and say so where one tells of them."""
    add_beside_question(app, "website/proposing/at_question.html", becomes_example)
    add_beside_report(app, "website/proposing/examples.html", examples_of)


@blueprint.app_context_processor
def asked() -> dict[str, Callable[[], int]]:
    """Let the own page of an organisation say of how many proposals the editors asked its reader something."""
    return {"number_asked": lambda: number_asked(db(), current_user.id)}


@blueprint.post("/mijn/rapportages/<int:jaar>/goed-voorbeeld")
@signed_in
@limited("propose")
def propose(jaar: int) -> Response:
    """Make a draft of a proposal of one row; the same row is never proposed twice."""
    desk = open_desk(jaar)
    code = desk.authority.code
    authorise(may_propose_example(current_user, code), hidden=True)
    wanted = request.form.get("voorbeeld", "")
    example = next((one for one in examples_of(db(), started(desk)) if one.mark == wanted), None)
    if example is None:
        raise Refused(N_("Dit voorbeeld staat niet meer in de rapportage."))
    try:
        made = begin_example(db(), code, origin=example.origin, content=example.content, actor=actor_of(code))
    except AlreadyProposed as before:
        if before.proposal.author_id == current_user.id:
            return redirect(url_for("proposals.form", key=before.proposal.key), 303)
        flash(_("Een collega maakte van dit voorbeeld al een voorstel."), "info")
        return redirect(desk.url("overview"), 303)
    db().commit()
    flash(_("Dit is uw concept. Vul het aan en dien het in als het klaar is."), "success")
    return redirect(url_for("proposals.form", key=made.key), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/goed-voorbeeld")
@signed_in
def back_to_report(jaar: int) -> Response:
    """To the report, for who comes back to the address of the button."""
    return redirect(open_desk(jaar).url("overview"), 303)
