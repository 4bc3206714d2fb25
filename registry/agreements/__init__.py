"""Agreements: what was agreed, what it asks by when, and who signed."""
