"""The second step of signing in: authenticator app, recovery codes, passkeys; and for whom it is compulsory."""

from typing import Any

from flask import Flask
from flask_security import Security

SETTINGS: dict[str, Any] = {}


def init_second_factor(app: Flask, security: Security) -> None:
    """Set up the second step."""
