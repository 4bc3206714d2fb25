"""The pages of editors about proposals, all under one blueprint: importing this module gives it every page."""

from kb.proposals import changing_views, correcting_views, deciding_views, desk_views, merging_views

blueprint = desk_views.blueprint
PAGES = (changing_views, correcting_views, deciding_views, merging_views)
