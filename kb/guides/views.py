"""Views."""

from flask import Blueprint

blueprint = Blueprint("guides", __name__)
