"""The one-page note on a published report: made on request, from a template that staff may replace."""
