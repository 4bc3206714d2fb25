"""My organisation: what is asked of it, by when, and how far it is."""

from flask import Blueprint

blueprint = Blueprint("mine", __name__)
