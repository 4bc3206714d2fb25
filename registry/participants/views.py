"""Views."""

from flask import Blueprint

blueprint = Blueprint("participants", __name__)
