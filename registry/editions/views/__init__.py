"""Pages of forms and indicators: for everybody, and the desk on which staff write the form of a year."""

from registry.editions.views import desk, differences, opening, public, questions
from registry.editions.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "differences", "opening", "public", "questions"]
