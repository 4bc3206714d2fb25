"""The blueprint on which the views of this noun register themselves."""

from flask import Blueprint

blueprint = Blueprint("editions", __name__)
