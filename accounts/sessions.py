"""The browsers in which a person is signed in: kept in the database, listed, ended."""

from flask import Flask
from flask_security import Security


def init_sessions(app: Flask, security: Security) -> None:
    """Let a sign-in hold only as long as its row in the database does."""
