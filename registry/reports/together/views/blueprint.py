"""The blueprint on which the views of working together register themselves."""

from flask import Blueprint

blueprint = Blueprint("together", __name__)
