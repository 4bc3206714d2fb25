"""Views."""

from flask import Blueprint

blueprint = Blueprint("agreements", __name__)
