"""Proposals: what anyone with an account wants changed or added, and what editors decide about it."""
