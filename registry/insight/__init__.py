"""Insight: figures that add up what was published."""
