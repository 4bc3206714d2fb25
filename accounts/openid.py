"""Signing in by OpenID Connect: one or more providers, named in the settings."""

from flask import Flask


def init_openid(app: Flask) -> None:
    """Register the providers of the settings."""
