"""Filling in a report with several people: who is where, tasks, links for somebody without an account, threads."""
