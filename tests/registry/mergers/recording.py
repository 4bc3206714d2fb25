"""Recording a merger through the form of staff."""

from datetime import date

from flask.testing import FlaskClient

from tests.factories_mergers import record
from tests.factories_participants import words


def page(staff: FlaskClient, day: date, ended: str, **more: str) -> str:
    """Record a merger and return the path of its page."""
    answer = record(staff, day, ended, **more)
    assert answer.status_code == 303, words(answer.text)
    return answer.location
