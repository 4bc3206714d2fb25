"""Roof: puts the parts together."""
