"""Pages of reports: filling in, handing in, and the published report. The modules register their views themselves."""

from registry.reports.sheets import api_views
from registry.reports.sheets import views as sheet_views
from registry.reports.views import agreement, correcting, filling, handing_in, public, receipts
from registry.reports.views.blueprint import blueprint

__all__ = [
    "agreement", "api_views", "blueprint", "correcting", "filling", "handing_in", "public", "receipts", "sheet_views",
]  # fmt: skip
