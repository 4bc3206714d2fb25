"""What staff call the states of a report, and how far one is that is not in."""

from flask_babel import gettext as _

from registry.reports.expected import Expected
from registry.reports.how_far import HowFar, Turn
from registry.reports.models import ReportState
from registry.reviews.queue import QueueRow


def state_names() -> dict[ReportState, str]:
    """Return what staff call each state, in the reader's language."""
    return {
        ReportState.DRAFT: _("concept"),
        ReportState.AGREED: _("akkoord van de bestuurder"),
        ReportState.SUBMITTED: _("ingediend"),
        ReportState.IN_REVIEW: _("in behandeling"),
        ReportState.QUESTION_SENT: _("vragen gesteld"),
        ReportState.ANSWERED: _("beantwoord"),
        ReportState.ACCEPTED: _("goedgekeurd"),
        ReportState.PUBLISHED: _("gepubliceerd"),
        ReportState.CORRECTING: _("wordt gecorrigeerd"),
        ReportState.CORRECTED: _("gecorrigeerd"),
        ReportState.WITHDRAWN: _("teruggenomen of ingetrokken"),
    }


def state_of(row: QueueRow) -> str:
    """Return where a report of the queue stands: also who took back what is withdrawn."""
    if row.state is ReportState.WITHDRAWN:
        return str(_("ingetrokken door de redactie") if row.unpublished else _("teruggenomen door de organisatie"))
    return state_names()[row.state]


def progress_words(one: Expected, progress: HowFar | None) -> str:
    """Return how far a report is that is not in: nothing done, or busy with how many of how many answers."""
    if one.report and one.report.on_paper:
        return str(_("op papier gekomen, wordt ingevoerd"))
    if progress is None:
        return str(_("nog niets gedaan"))
    if one.is_withdrawn:
        return str(_("teruggenomen, %(done)s van %(all)s", done=progress.answered, all=progress.required))
    if progress.turn is Turn.AGREEING:
        return str(_("wacht op akkoord van de bestuurder"))
    if progress.turn is Turn.SUBMITTING:
        return str(_("klaar om in te dienen"))
    return str(_("bezig: %(done)s van %(all)s", done=progress.answered, all=progress.required))
