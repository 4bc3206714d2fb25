"""Attacks: each kind tried against the whole site, and shown to work where its guard is taken away."""
