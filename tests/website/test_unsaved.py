"""What was typed when a session had ended is kept for a week and no longer."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.clock import now
from common.unsaved import KEPT_FOR, UnsavedInput
from tests.sites import sign_in


def test_old_input_is_forgotten_when_anybody_signs_in(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    for age in (timedelta(days=1), KEPT_FOR + timedelta(hours=1)):
        session.add(UnsavedInput(user_id=1, path="/mijn", fields={"a": ["b"]}, kept_at=now() - age))
    session.commit()
    sign_in(app, accounts["redacteur"])
    assert session.scalar(select(func.count(UnsavedInput.id))) == 1
