"""Views."""

from flask import Blueprint

blueprint = Blueprint("website", __name__)
