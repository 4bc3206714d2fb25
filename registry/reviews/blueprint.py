"""The blueprint on which the queue and the page of one report register themselves."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)
