"""Pages of reports: filling in, handing in, and the published report. The modules register their views themselves."""

from registry.reports.views import filling, handing_in, public
from registry.reports.views.blueprint import blueprint

__all__ = ["blueprint", "filling", "handing_in", "public"]
