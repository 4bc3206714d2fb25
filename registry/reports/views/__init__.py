"""Pages of reports: filling in, handing in, and the published report. The modules register their views themselves."""

from registry.reports.sheets import api_views, views as sheet_views
from registry.reports.views import filling, handing_in, public
from registry.reports.views.blueprint import blueprint

__all__ = ["api_views", "blueprint", "filling", "handing_in", "public", "sheet_views"]
