"""Files that people download: exactly what the address asks for, or a refusal in plain words. Never another file."""

from collections.abc import Collection, Iterable, Sequence
from typing import NoReturn

from flask import Response, abort, make_response
from flask_babel import gettext as _

from common.spreadsheets import Cell, as_csv
from common.versions import AsOf


def refuse(status: int, *sentences: str) -> NoReturn:
    """End the request of a file with this status, and say why in plain text."""
    answer = make_response("\n".join(sentences) + "\n", status)
    answer.mimetype = "text/plain"
    answer.headers["Cache-Control"] = "no-store"
    abort(answer)


def refuse_unknown(values: Collection[str]) -> None:
    """Refuse a file (400) of which the address asks what this site does not know: the whole list is something else."""
    if values:
        refuse(400, _("Dit kennen wij niet: %(values)s. Kijk het adres na.", values=", ".join(values)))


def refuse_agreement(at: AsOf) -> NoReturn:
    """Refuse a file (404) of an agreement that this site does not have, or did not have at that moment."""
    then = _("Deze afspraak stond toen nog niet op deze site.") if at.moment else ""
    refuse(404, then or _("Deze afspraak kennen wij hier niet."))


def csv_file(name: str, at: AsOf, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the table as a file for a spreadsheet; its name ends with the day that it is about."""
    response = make_response(as_csv(headers, rows))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{at.day.isoformat()}.csv"'
    response.headers["Cache-Control"] = "no-cache"
    return response
