"""Proposals that begin in the register: a good example that stands in a report."""
