"""Pages of working together on a report. The modules register their views themselves."""

from registry.reports.together.views import guest, links, presence, questions
from registry.reports.together.views.blueprint import blueprint

__all__ = ["blueprint", "guest", "links", "presence", "questions"]
