"""Error pages."""

from flask import Flask


def init_errors(app: Flask) -> None:
    """Give every error a page of our own."""
